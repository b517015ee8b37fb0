"""The Telegram channel: updates in, deliveries out, over `telegram.Bot` as the cable.

The way in is `intake` (with `polling` or `webhook`, and `incoming` as parser); the way out is
`outgoing` for newcomers and `room` for the caseworkers' group. `service` puts them together.
"""
