"""Content as editors are shown it: findings, topics side by side in two languages, facts.

Everything here returns values of `bot.model.editing`; how they look is the page's.
"""
