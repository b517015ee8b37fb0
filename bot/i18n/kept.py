"""Finished texts, kept for the next reader as long as they say nothing about a person.

The same question goes to thousands of people: its text is made once. A text with a name,
an address or free words in it is made anew each time and never kept in memory, unless it
is one that the content itself tells everybody: the name of a town, an office's address.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Final, Generic, TypeVar

from bot.i18n.languages import LANGUAGES
from bot.model.content import Content
from bot.model.phrases import Phrase
from bot.model.turns import CommandName, Message

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


class Marks:
    """What tells texts from each other. `public` are texts that name no newcomer."""

    def __init__(self, public: frozenset[str] = frozenset()) -> None:
        self._public = public | {language.native for language in LANGUAGES.values()}

    def of_phrase(self, phrase: Phrase) -> Hashable | None:
        """Return what tells this phrase from all others; None if it may hold data of people."""
        if not phrase.values:
            return phrase.key
        parts: list[Hashable] = [phrase.key]
        for name, value in phrase.values.items():
            if isinstance(value, str):
                nobodys = len(value) <= LONGEST_SIGN or value in self._public
                mark: Hashable | None = value if nobodys else None
            elif isinstance(value, Phrase):
                mark = self.of_phrase(value)
            elif isinstance(value, tuple):
                marks = tuple(map(self.of_phrase, value))
                mark = None if None in marks else marks
            else:
                mark = value
            if mark is None:
                return None
            parts += (name, mark)
        return tuple(parts)

    def of_message(self, message: Message) -> Hashable | None:
        """Return what tells this message from all others; None if it may hold data of people."""
        parts: list[Hashable] = []
        for block in message.blocks:
            mark = self.of_phrase(block.phrase)
            if mark is None:
                return None
            parts += (mark, block.style)
        for row in message.keyboard:
            parts.append(len(row))
            for button in row:
                mark = self.of_phrase(button.label)
                if mark is None:
                    return None
                parts += (mark, button.action, button.url)
        return tuple(parts)


def public_texts(content: Content) -> frozenset[str]:
    """What the content itself says to everybody: names and addresses of offices, links, numbers."""
    region = content.region
    addresses = [region.controller.address, *(one.address for one in region.offices.values())]
    cards = [card for topic in content.topics.values() for card in topic.cards]
    links = [card.source.url for card in cards if card.source is not None]
    commands = [f"/{name.value}" for name in CommandName]
    said = _texts((region, content.phones, content.glossary))
    return frozenset((*said, *addresses, *links, *commands))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
