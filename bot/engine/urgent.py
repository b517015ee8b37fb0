"""Danger recognised in typed text, before anything else is looked at.

Triggers and harmless look-alikes come with the content, in every script people
type. All languages are tried on every text: on doubt it is danger. Thousands of
phrases are looked up by their first words, so that a text costs next to nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from bot.engine.spelling import folded_lines, split, words
from bot.model.content import Content, Emergency, Priority

T = TypeVar("T")

_GAP = 2
"""How many other words may stand between two words of a trigger."""

_RANK = {Priority.P0: 0, Priority.P1: 1, Priority.P2: 2}

_AND = "\N{ARABIC LETTER WAW}"
_SHORTEST_AFTER_AND = 3
"""Arabic writes "and" together with the next word; short words are not taken apart."""


def recognise(content: Content, text: str) -> Emergency | None:
    """The most serious danger that `text` speaks of, or None."""
    kinds = content.emergencies
    return most_serious(kinds[kind] for kind in _spoken_of(_index(_Kinds(kinds)), words(text)))


def prepare(content: Content) -> None:
    """Make what `recognise` needs, a tenth of a second's work, before the first text comes."""
    _index(_Kinds(content.emergencies))


def most_serious(kinds: Iterable[Emergency]) -> Emergency | None:
    """The danger among `kinds` that is answered first, or None."""
    return min(kinds, key=lambda kind: (_RANK[kind.priority], kind.order), default=None)


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of a phrase, or its beginning."""

    text: str
    any_ending: bool

    def fits(self, forms: tuple[str, ...]) -> bool:
        """Whether one of the forms of a word is this one."""
        if self.any_ending:
            return any(form.startswith(self.text) for form in forms)
        return self.text in forms


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    harmless: bool
    parts: tuple[_Part, ...]
    third: str | None
    """The third word; None if there is none, or only its beginning."""


class _ByWord(Generic[T]):
    """Things by a whole word, or by what a word begins with."""

    __slots__ = ("_beginnings", "_lengths", "_make", "_whole")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._whole: dict[str, T] = {}
        self._beginnings: dict[str, T] = {}
        self._lengths: set[int] = set()

    def of(self, part: _Part) -> T:
        """What is kept for `part`, made when it is first asked for."""
        table = self._whole
        if part.any_ending:
            table = self._beginnings
            self._lengths.add(len(part.text))
        found = table.get(part.text)
        if found is None:
            found = table[part.text] = self._make()
        return found

    def fitting(self, forms: tuple[str, ...]) -> Iterator[T]:
        """What is kept for one of the forms of a word."""
        for form in forms:
            if form in self._whole:
                yield self._whole[form]
            for length in self._lengths:
                if length <= len(form) and form[:length] in self._beginnings:
                    yield self._beginnings[form[:length]]


class _Begun:
    """Phrases with the same first word: those that end with it, the others by their second."""

    __slots__ = ("alone", "longer")

    def __init__(self) -> None:
        self.alone: list[_Phrase] = []
        self.longer: _ByWord[list[_Phrase]] = _ByWord(list)


_Index = _ByWord[_Begun]


class _Kinds:
    """Kinds of danger as the key of a cache: the same object, not equal ones."""

    __slots__ = ("kinds",)

    def __init__(self, kinds: Mapping[str, Emergency]) -> None:
        self.kinds = kinds

    def __hash__(self) -> int:
        return id(self.kinds)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kinds) and other.kinds is self.kinds


@lru_cache(maxsize=4)
def _index(key: _Kinds) -> _Index:
    index: _Index = _ByWord(_Begun)
    tokens = _Tokens()
    for kind in key.kinds.values():
        for harmless, by_language in ((False, kind.triggers), (True, kind.harmless)):
            written = [phrase for phrases in by_language.values() for phrase in phrases]
            for line in folded_lines(written):
                parts = tuple([part for token in line.split() for part in tokens[token]])
                if parts:
                    begun = index.of(parts[0])
                    third = next((part.text for part in parts[2:3] if not part.any_ending), None)
                    phrases = begun.longer.of(parts[1]) if len(parts) > 1 else begun.alone
                    phrases.append(_Phrase(kind.id, harmless, parts, third))
    return index


class _Tokens(dict[str, tuple[_Part, ...]]):
    """What is written between spaces, taken apart: few thousand tokens make up all phrases."""

    def __missing__(self, token: str) -> tuple[_Part, ...]:
        ending = token.endswith("*")
        parts = self[token] = tuple(_Part(word, ending) for word in split(token))
        return parts


def _spoken_of(index: _Index, said: tuple[str, ...]) -> set[str]:
    """The kinds of danger with a hit that no harmless phrase of theirs overlaps."""
    hits: set[tuple[str, int, int]] = set()
    cancelled: set[tuple[str, int]] = set()
    for phrase, start, end in _found(index, [_forms(word) for word in said]):
        if phrase.harmless:
            cancelled.update((phrase.kind, place) for place in range(start, end))
        else:
            hits.add((phrase.kind, start, end))
    return {
        kind
        for kind, start, end in hits
        if not any((kind, place) in cancelled for place in range(start, end))
    }


def _found(index: _Index, said: Sequence[tuple[str, ...]]) -> Iterator[tuple[_Phrase, int, int]]:
    """Every phrase in the text, with the places of its first word and after its last.

    The first three words lead to a phrase: some begin nearly every sentence, as "I" does, and
    whoever repeats one does not make us try a hundred phrases at each place.
    """
    after = [
        {form for near in _near(place, said) for form in said[near]} for place in range(len(said))
    ]
    for start, forms in enumerate(said):
        for begun in index.fitting(forms):
            for phrase in begun.alone:
                yield phrase, start, start + 1
            for second in _near(start, said):
                for phrases in begun.longer.fitting(said[second]):
                    for phrase in phrases:
                        if phrase.third is None or phrase.third in after[second]:
                            end = _end(phrase.parts, said, second)
                            if end is not None:
                                yield phrase, start, end


def _near(place: int, said: Sequence[object]) -> range:
    """Where the next word of a phrase may stand."""
    return range(place + 1, min(place + 2 + _GAP, len(said)))


def _end(parts: Sequence[_Part], said: Sequence[tuple[str, ...]], second: int) -> int | None:
    """The place after the last word of the phrase whose second word is at `second`, if it ends."""
    place = second
    for part in parts[2:]:
        found = next((near for near in _near(place, said) if part.fits(said[near])), None)
        if found is None:
            return None
        place = found
    return place + 1


def _forms(word: str) -> tuple[str, ...]:
    """The word, and what is left of it without an Arabic "and"."""
    if word.startswith(_AND) and len(word) > _SHORTEST_AFTER_AND:
        return word, word[1:]
    return (word,)
