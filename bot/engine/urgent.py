"""Danger recognised in typed text, before anything else is looked at.

Triggers and harmless look-alikes come with the content, in every script people
type. All languages are tried on every text: on doubt it is danger. Thousands of
phrases are looked up by their first word, so that a text costs next to nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.engine.spelling import folded_lines, split, words
from bot.model.content import Content, Emergency, Priority

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
    whole_words: tuple[str, ...]
    """What must be somewhere in the text, to save looking for where."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Phrases by their first word: whole words, beginnings, and how long beginnings are."""

    whole: Mapping[str, Sequence[_Phrase]]
    beginnings: Mapping[str, Sequence[_Phrase]]
    lengths: tuple[int, ...]

    def starting_with(self, forms: tuple[str, ...]) -> Iterator[_Phrase]:
        for form in forms:
            yield from self.whole.get(form, ())
            for length in self.lengths:
                if length <= len(form):
                    yield from self.beginnings.get(form[:length], ())


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
    whole: dict[str, list[_Phrase]] = {}
    beginnings: dict[str, list[_Phrase]] = {}
    tokens = _Tokens()
    for kind in key.kinds.values():
        for harmless, by_language in ((False, kind.triggers), (True, kind.harmless)):
            written = [phrase for phrases in by_language.values() for phrase in phrases]
            for line in folded_lines(written):
                parts = tuple([part for token in line.split() for part in tokens[token]])
                if parts:
                    first = parts[0]
                    needed = tuple([part.text for part in parts if not part.any_ending])
                    table = beginnings if first.any_ending else whole
                    phrase = _Phrase(kind.id, harmless, parts, needed)
                    table.setdefault(first.text, []).append(phrase)
    return _Index(whole, beginnings, tuple(sorted({len(text) for text in beginnings})))


class _Tokens(dict[str, tuple[_Part, ...]]):
    """What is written between spaces, taken apart: few thousand tokens make up all phrases."""

    def __missing__(self, token: str) -> tuple[_Part, ...]:
        ending = token.endswith("*")
        parts = self[token] = tuple(_Part(word, ending) for word in split(token))
        return parts


def _spoken_of(index: _Index, said: tuple[str, ...]) -> set[str]:
    """The kinds of danger with a hit that no harmless phrase of theirs overlaps."""
    hits: set[tuple[str, int, int]] = set()
    cancelled: set[tuple[str, int, int]] = set()
    forms = [_forms(word) for word in said]
    present = {form for each in forms for form in each}
    for start, each in enumerate(forms):
        for phrase in index.starting_with(each):
            if present.issuperset(phrase.whole_words):
                end = _end(phrase.parts, forms, start)
                if end is not None:
                    (cancelled if phrase.harmless else hits).add((phrase.kind, start, end))
    return {
        kind
        for kind, start, end in hits
        if not any(
            kind == other and start < other_end and other_start < end
            for other, other_start, other_end in cancelled
        )
    }


def _end(parts: Sequence[_Part], said: Sequence[tuple[str, ...]], start: int) -> int | None:
    """The position after the last word of the phrase that begins at `start`, if it is there."""
    position = start
    for part in parts[1:]:
        for following in range(position + 1, min(position + 2 + _GAP, len(said))):
            if part.fits(said[following]):
                position = following
                break
        else:
            return None
    return position + 1


def _forms(word: str) -> tuple[str, ...]:
    """The word, and what is left of it without an Arabic "and"."""
    if word.startswith(_AND) and len(word) > _SHORTEST_AFTER_AND:
        return word, word[1:]
    return (word,)
