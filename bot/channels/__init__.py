"""Ways to and from people: Telegram, the page of the playground, the terminal, mail.

A channel turns what arrives into events and deliveries into text for one reader. It decides
nothing: that is the engine's, through the use cases.
"""
