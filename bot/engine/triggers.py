"""Phrases that tell of danger, by their words: thousands of them, looked up in a text at once.

They are plain tuples and tables, so that they can be kept beside the content and need little room.
What a text then means is decided in `urgent`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from bot.engine.spelling import folded_lines, split
from bot.model.content import Emergency

T = TypeVar("T")

Phrase = tuple[str, bool, tuple[str, ...]]
"""The kind of danger, whether the phrase is harmless, and its words. One that ends with a star is
the beginning of a word."""

Forms = tuple[str, ...]
"""What one word of a text may be read as."""

_GAP: Final = 2
"""How many other words may stand between two words of a trigger."""

_FEW: Final = 8
"""So many phrases with the same first word are simply tried; more are found by their second."""

_STAR: Final = "*"


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """Things by a whole word, or by what a word begins with; `lengths` are those of beginnings."""

    whole: Mapping[str, T]
    begun: Mapping[str, T]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, things: Mapping[str, T]) -> "Table[T]":
        """Sort out what is kept for a word, with a star for a beginning."""
        begun = {word[:-1]: one for word, one in things.items() if word.endswith(_STAR)}
        whole = {word: one for word, one in things.items() if not word.endswith(_STAR)}
        return cls(whole, begun, tuple(sorted({len(beginning) for beginning in begun})))

    def fitting(self, forms: Forms) -> Iterator[T]:
        """What is kept for one of the forms of a word."""
        for form in forms:
            if form in self.whole:
                yield self.whole[form]
            for length in self.lengths:
                if length <= len(form) and form[:length] in self.begun:
                    yield self.begun[form[:length]]


@dataclass(frozen=True, slots=True)
class Many:
    """Phrases with the same first word: those that end with it, the others by their second."""

    alone: tuple[Phrase, ...]
    longer: Table[tuple[Phrase, ...]]


Index = Table[tuple[Phrase, ...] | Many]


def index_of(kinds: Iterable[Emergency]) -> Index:
    """Make what `found` looks up, a tenth of a second's work."""
    by_first: defaultdict[str, list[Phrase]] = defaultdict(list)
    tokens = _Tokens()
    for kind in kinds:
        for harmless, by_language in ((False, kind.triggers), (True, kind.harmless)):
            written = [phrase for phrases in by_language.values() for phrase in phrases]
            for line in folded_lines(written):
                parts = tuple([part for token in line.split() for part in tokens[token]])
                if parts:
                    by_first[parts[0]].append((kind.id, harmless, parts))
    return Table.of({word: _by_second(phrases) for word, phrases in by_first.items()})


class _Tokens(dict[str, tuple[str, ...]]):
    """What is written between spaces, taken apart: few thousand tokens make up all phrases."""

    def __missing__(self, token: str) -> tuple[str, ...]:
        star = _STAR if token.endswith(_STAR) else ""
        parts = self[token] = tuple(word + star for word in split(token))
        return parts


def _by_second(phrases: Sequence[Phrase]) -> tuple[Phrase, ...] | Many:
    if len(phrases) <= _FEW:
        return tuple(phrases)
    longer: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        if len(phrase[2]) > 1:
            longer[phrase[2][1]].append(phrase)
    alone = tuple(phrase for phrase in phrases if len(phrase[2]) == 1)
    return Many(alone, Table.of({word: tuple(some) for word, some in longer.items()}))


def found(index: Index, said: Sequence[Forms]) -> Iterator[tuple[Phrase, int, int]]:
    """Every phrase in the text, with the places of its first word and after its last.

    The first three words lead to a phrase: some begin nearly every sentence, as "I" does, and
    whoever repeats one does not make us try a hundred phrases at each place.
    """
    after = [
        {form for near in _near(place, said) for form in said[near]} for place in range(len(said))
    ]
    for start, forms in enumerate(said):
        for some in index.fitting(forms):
            for phrase, second in _begun(some, start, said):
                if second is None:
                    yield phrase, start, start + 1
                elif _third(phrase) is None or _third(phrase) in after[second]:
                    end = _end(phrase[2], said, second)
                    if end is not None:
                        yield phrase, start, end


def _begun(
    some: tuple[Phrase, ...] | Many, start: int, said: Sequence[Forms]
) -> Iterator[tuple[Phrase, int | None]]:
    """Phrases whose first word is at `start`, with the place of their second; None: they end."""
    if isinstance(some, Many):
        for phrase in some.alone:
            yield phrase, None
        for second in _near(start, said):
            for phrases in some.longer.fitting(said[second]):
                for phrase in phrases:
                    yield phrase, second
        return
    for phrase in some:
        parts = phrase[2]
        if len(parts) == 1:
            yield phrase, None
        else:
            for second in _near(start, said):
                if _fits(parts[1], said[second]):
                    yield phrase, second


def _third(phrase: Phrase) -> str | None:
    """The third word; None if there is none, or only its beginning."""
    parts = phrase[2]
    return parts[2] if len(parts) > 2 and not parts[2].endswith(_STAR) else None  # noqa: PLR2004


def _fits(part: str, forms: Forms) -> bool:
    """Whether one of the forms of a word is this one."""
    if part.endswith(_STAR):
        return any(form.startswith(part[:-1]) for form in forms)
    return part in forms


def _near(place: int, said: Sequence[object]) -> range:
    """Where the next word of a phrase may stand."""
    return range(place + 1, min(place + 2 + _GAP, len(said)))


def _end(parts: Sequence[str], said: Sequence[Forms], second: int) -> int | None:
    """The place after the last word of the phrase whose second word is at `second`, if it ends."""
    place = second
    for part in parts[2:]:
        place_of = next((near for near in _near(place, said) if _fits(part, said[near])), None)
        if place_of is None:
            return None
        place = place_of
    return place + 1
