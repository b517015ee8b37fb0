"""Finished texts, kept for the next reader as long as they say nothing about a person.

The same question goes to thousands of people: its text is made once. A text with a name,
an address or free words in it is made anew each time and never kept in memory.
"""

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

from bot.model.phrases import Phrase
from bot.model.turns import Message

LONGEST_SIGN: Final = 4
"""Characters of data that are surely a number or a sign in front of a label."""

T = TypeVar("T")


class Kept(Generic[T]):
    """A mapping that forgets everything when it is full, and what has no mark at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: dict[Hashable, T] = {}

    def get(self, mark: Hashable | None) -> T | None:
        return self._known.get(mark)

    def keep(self, mark: Hashable | None, made: T) -> T:
        if mark is not None:
            if len(self._known) >= self._limit:
                self._known.clear()
            self._known[mark] = made
        return made


def phrase_mark(phrase: Phrase) -> Hashable | None:
    """Return what tells this phrase from all others; None if it holds data of people."""
    if not phrase.values:
        return phrase.key
    parts: list[Hashable] = [phrase.key]
    for name, value in phrase.values.items():
        if isinstance(value, str):
            mark: Hashable | None = value if len(value) <= LONGEST_SIGN else None
        elif isinstance(value, Phrase):
            mark = phrase_mark(value)
        elif isinstance(value, tuple):
            marks = tuple(map(phrase_mark, value))
            mark = None if None in marks else marks
        else:
            mark = value
        if mark is None:
            return None
        parts += (name, mark)
    return tuple(parts)


def message_mark(message: Message) -> Hashable | None:
    """Return what tells this message from all others; None if it holds data of people."""
    parts: list[Hashable] = []
    for block in message.blocks:
        mark = phrase_mark(block.phrase)
        if mark is None:
            return None
        parts += (mark, block.style)
    for row in message.keyboard:
        parts.append(len(row))
        for button in row:
            mark = phrase_mark(button.label)
            if mark is None:
                return None
            parts += (mark, button.action, button.url)
    return tuple(parts)
