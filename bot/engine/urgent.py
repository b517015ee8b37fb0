"""Danger recognised in typed text, before anything else is looked at.

Triggers and harmless look-alikes come with the content, in every script people
type. All languages are tried on every text: on doubt it is danger.
"""

from collections.abc import Sequence
from functools import lru_cache

from bot.engine.spelling import words
from bot.model.content import Content, Emergency, Priority

_GAP = 2
"""How many other words may stand between two words of a trigger."""

_RANK = {Priority.P0: 0, Priority.P1: 1, Priority.P2: 2}


def recognise(content: Content, text: str) -> Emergency | None:
    """The most serious danger that `text` speaks of, or None."""
    said = words(text)
    found = [kind for kind in content.emergencies.values() if _speaks_of(kind, said)]
    return min(found, key=lambda kind: (_RANK[kind.priority], kind.order), default=None)


def _speaks_of(kind: Emergency, said: tuple[str, ...]) -> bool:
    harmless = [
        span
        for phrases in kind.harmless.values()
        for phrase in phrases
        for span in _spans(phrase, said)
    ]
    return any(
        not any(start < other_end and other_start < end for other_start, other_end in harmless)
        for phrases in kind.triggers.values()
        for phrase in phrases
        for start, end in _spans(phrase, said)
    )


def _spans(phrase: str, said: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where `phrase` stands in `said`, as half-open ranges of word positions."""
    pattern = _pattern(phrase)
    if not pattern:
        return []
    spans = []
    for start, word in enumerate(said):
        if _fits(pattern[0], word):
            end = _end(pattern, said, start)
            if end is not None:
                spans.append((start, end))
    return spans


def _end(pattern: Sequence[tuple[str, bool]], said: tuple[str, ...], start: int) -> int | None:
    position = start
    for part in pattern[1:]:
        window = range(position + 1, min(position + 2 + _GAP, len(said)))
        following = next((index for index in window if _fits(part, said[index])), None)
        if following is None:
            return None
        position = following
    return position + 1


def _fits(part: tuple[str, bool], word: str) -> bool:
    text, any_ending = part
    return word.startswith(text) if any_ending else word == text


@lru_cache(maxsize=16384)
def _pattern(phrase: str) -> tuple[tuple[str, bool], ...]:
    """The words of a trigger, each with whether any ending fits (`*`)."""
    return tuple(
        (word, raw.endswith("*")) for raw in phrase.split() for word in words(raw.rstrip("*"))
    )
