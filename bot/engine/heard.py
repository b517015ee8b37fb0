"""Danger in words that are no typed text. It is looked for before anything else.

What speaks of danger is taken for typed words, so that the same answer follows and the same people
hear of it. On doubt it is danger; a mere wish for a person is none.
"""

from bot.engine.urgent import recognise
from bot.model.content import Content, Emergency
from bot.model.turns import Attached, Command, Event, Ignored, Typed


def as_typed(content: Content, event: Event) -> Event:
    """`event`, or the words of it as typed text where they speak of danger."""
    match event:
        case Command(_, _, said):
            return event if spoken_in(content, said) is None else Typed(said)
        case Attached(_, caption, edited=True):
            alarming = spoken_in(content, caption) is not None
            return Typed(caption, edited=True) if alarming else Ignored("edited attachment")
        case _:
            return event


def danger_in(content: Content, event: Event) -> Emergency | None:
    """The danger that is spoken of in `event`."""
    match event:
        case Typed(said) | Attached(_, said) | Command(_, _, said):
            return spoken_in(content, said)
        case _:
            return None


def spoken_in(content: Content, said: str) -> Emergency | None:
    """The danger that `said` speaks of; the wish for a person is none."""
    kind = recognise(content, said)
    return None if kind is None or kind.straight else kind
