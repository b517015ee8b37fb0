"""Danger in words that are no typed text. It is looked for before anything else.

What speaks of danger is taken for typed words, so that the same answer follows and the same people
hear of it. On doubt it is danger; a mere wish for a person is none.
"""

from typing import Final

from bot.engine.urgent import most_serious, recognise
from bot.model.content import Content, Emergency
from bot.model.turns import Attached, Command, Event, Ignored, Typed

_AT_ONCE: Final = 4000
_AGAIN: Final = 400
"""Characters: `recognise` reads as many as a typed text has. What is longer is read in parts, each
beginning with the end of the one before, so that no sentence is cut."""


def as_typed(content: Content, event: Event) -> Event:
    """`event`, or the words of it as typed text where they speak of danger."""
    match event:
        case Command(_, _, said):
            return event if spoken_in(content, said) is None else Typed(said)
        case Attached(_, caption, edited=True) if spoken_in(content, caption) is not None:
            return Typed(caption, edited=True)
        case _:
            return event


def by_visitor(content: Content, event: Event) -> Event:
    """The same before consent, where nothing is kept of what somebody says."""
    event = as_typed(content, event)
    if not isinstance(event, Attached):
        return event
    part = _alarming_part(content, event.written)
    if part is not None:
        return Typed(part)
    return Ignored("edited attachment") if event.edited else event


def danger_in(content: Content, event: Event) -> Emergency | None:
    """The danger that is spoken of in `event`."""
    match event:
        case Attached(_, caption, written=written):
            kinds = (spoken_in(content, caption), written_of(content, written))
            return most_serious(kind for kind in kinds if kind is not None)
        case Typed(said) | Command(_, _, said):
            return spoken_in(content, said)
        case _:
            return None


def spoken_in(content: Content, said: str) -> Emergency | None:
    """The danger that `said` speaks of; the wish for a person is none."""
    kind = recognise(content, said)
    return None if kind is None or kind.straight else kind


def written_of(content: Content, written: str) -> Emergency | None:
    """The danger that a text of any length speaks of."""
    part = _alarming_part(content, written)
    return None if part is None else spoken_in(content, part)


def _alarming_part(content: Content, written: str) -> str | None:
    """The part of a text of any length that speaks of the most serious danger in it."""
    starts = range(0, len(written), _AT_ONCE - _AGAIN)
    parts = (written[start : start + _AT_ONCE] for start in starts)
    spoken = {kind.id: (kind, part) for part in parts if (kind := spoken_in(content, part))}
    worst = most_serious(kind for kind, _ in spoken.values())
    return None if worst is None else spoken[worst.id][1]
