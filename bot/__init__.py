"""Lotse: first-contact advice for newcomers, and the handover to a caseworker.

Rings, from the inside out; outside knows inside, never the reverse. Nothing is imported here.

model      what there is: content, conversation, event, effect, ticket, phrase. Frozen data.
engine     what follows: `advance` takes one event and returns the conversation after it.
usecases   one transaction each around the engine: converse, casework, deliver, forget.
i18n       phrase and language become text, beside the use cases and unknown to them.
channels, desk, store, content
           Telegram and pages, the caseworkers' desk, SQL and encryption, YAML.
settings, logs, serving, clock
           the process: its environment, what it writes down, how it runs and stops, its time.
wiring     knows every part and puts them together; `administration` and `cli` call it.
cli_content
           the editors' commands, which need neither database nor Telegram.
"""
