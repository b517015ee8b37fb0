"""The words in messages that are no text: a contact's name, a poll, a checklist, a place.

They are read for danger only, and neither kept nor passed on. Whatever has another shape than
Telegram documents has no words.
"""

from collections.abc import Mapping
from typing import Any, Final

_LETTERED: Final = ("checklist", "contact", "poll", "rich_message", "venue")
"""Contents that people write words into."""

_LINES: Final = frozenset(
    {"address", "blocks", "cells", "description", "explanation", "first_name", "items", "label"}
    | {"last_name", "options", "question", "tasks", "title"}
)
"""Fields with lines of their own, or with what has such lines in it."""

_RUNS: Final = frozenset({"alternative_text", "caption", "credit", "summary", "text"})
"""Fields whose parts are written one after the other: a word in bold ends no line."""

_DEEPEST: Final = 40
_LONGEST: Final = 40_000
"""Characters; a rich message has at most 32,768."""


def words_in(message: Mapping[str, Any]) -> str:
    """Return what is written in the contents of `message` that are no text."""
    lines = (_words(message[name], "\n", _DEEPEST) for name in _LETTERED if name in message)
    return "\n".join(lines)[:_LONGEST]


def _words(value: object, glue: str, depth: int) -> str:
    """Return the words in `value`, whose parts, if it is a list, belong together by `glue`."""
    if isinstance(value, str):
        return value
    if depth == 0:
        return ""
    if isinstance(value, list):
        return glue.join(_words(part, glue, depth - 1) for part in value)
    if isinstance(value, dict):
        known = (name for name in value if name in _LINES or name in _RUNS)
        parts = (_words(value[name], "" if name in _RUNS else "\n", depth - 1) for name in known)
        return "\n".join(parts)
    return ""
