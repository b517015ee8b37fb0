"""Lotse in a web page: the playground, where a newcomer's chat and the desk stand side by side.

The same engine, store and outbox as with Telegram; only the last step differs.
"""
