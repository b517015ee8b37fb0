"""Danger recognised in typed text, before anything else is looked at.

Triggers and harmless look-alikes come with the content, in every script people
type. All languages are tried on every text: on doubt it is danger. A text costs
next to nothing: `triggers`.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from bot.engine.spelling import words
from bot.engine.triggers import Forms, Index, found, index_of
from bot.model.content import Content, Emergency, Priority

_RANK = {Priority.P0: 0, Priority.P1: 1, Priority.P2: 2}

_AND = "\N{ARABIC LETTER WAW}"
_SHORTEST_AFTER_AND = 3
"""Arabic writes "and" together with the next word; short words are not taken apart."""

_KNOWN_AT_ONCE: Final = 4
"""Contents that may be asked about at the same time: what runs, and what is looked at before it
is released."""

_known: list[tuple[Mapping[str, Emergency], Index]] = []


def recognise(content: Content, text: str) -> Emergency | None:
    """The most serious danger that `text` speaks of, or None."""
    kinds = content.emergencies
    return most_serious(kinds[kind] for kind in _spoken_of(_index(kinds), words(text)))


def know(content: Content, index: Index) -> None:
    """What `recognise` needs for `content` was made before (`triggers.index_of`)."""
    _keep(content.emergencies, index)


def most_serious(kinds: Iterable[Emergency]) -> Emergency | None:
    """The danger among `kinds` that is answered first, or None."""
    return min(kinds, key=lambda kind: (_RANK[kind.priority], kind.order), default=None)


def _index(kinds: Mapping[str, Emergency]) -> Index:
    """The index of these very kinds. Threads that ask at once may both make it, equally."""
    for place, (known, index) in enumerate(_known):
        if known is kinds:
            return _keep(kinds, index) if place else index
    return _keep(kinds, index_of(kinds.values()))


def _keep(kinds: Mapping[str, Emergency], index: Index) -> Index:
    """Put it before the others; who was not asked for longest goes."""
    others = [one for one in _known if one[0] is not kinds]
    _known[:] = [(kinds, index), *others[: _KNOWN_AT_ONCE - 1]]
    return index


def _spoken_of(index: Index, said: tuple[str, ...]) -> set[str]:
    """The kinds of danger with a hit that no harmless phrase of theirs overlaps."""
    hits: set[tuple[str, int, int]] = set()
    cancelled: set[tuple[str, int]] = set()
    for (kind, harmless, _), start, end in found(index, [_forms(word) for word in said]):
        if harmless:
            cancelled.update((kind, place) for place in range(start, end))
        else:
            hits.add((kind, start, end))
    return {
        kind
        for kind, start, end in hits
        if not any((kind, place) in cancelled for place in range(start, end))
    }


def _forms(word: str) -> Forms:
    """The word, and what is left of it without an Arabic "and"."""
    if word.startswith(_AND) and len(word) > _SHORTEST_AFTER_AND:
        return word, word[1:]
    return (word,)
