"""What a caseworker cannot do right now, said so that they know why and what next.

Refusals are values, not exceptions: a person's mistake or a colleague who was
faster. The texts are in the desk's domain; room and desk show the same ones.
"""

from dataclasses import dataclass

from bot.model.phrases import Phrase
from bot.model.tickets import State, Ticket


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed; `phrase` says why, in the desk's domain."""

    phrase: Phrase


UNKNOWN_CASE = Refused(Phrase("desk/refused.unknown_case#text"))
"""No such ticket, or another team's: nobody can tell the two apart."""

FREE_TEXT_OFF = Refused(Phrase("desk/refused.free_text_off#text"))
EMPTY_TEXT = Refused(Phrase("desk/refused.empty_text#text"))
UNKNOWN_QUEUE = Refused(Phrase("desk/refused.unknown_queue#text"))
SAME_QUEUE = Refused(Phrase("desk/refused.same_queue#text"))
UNKNOWN_REPLY = Refused(Phrase("desk/refused.unknown_reply#text"))
UNKNOWN_CARD = Refused(Phrase("desk/refused.unknown_card#text"))
UNKNOWN_QUESTION = Refused(Phrase("desk/refused.unknown_question#text"))
UNKNOWN_OUTCOME = Refused(Phrase("desk/refused.unknown_outcome#text"))
PERSON_GONE = Refused(Phrase("desk/refused.person_gone#text"))
UNREACHABLE = Refused(Phrase("desk/refused.unreachable#text"))
NOTHING_FAILED = Refused(Phrase("desk/refused.nothing_failed#text"))


def stale(ticket: Ticket) -> Refused:
    """The case changed since the caseworker last saw it."""
    return Refused(Phrase("desk/refused.stale#text", {"state": state_phrase(ticket.state)}))


def not_now(ticket: Ticket) -> Refused:
    """The table of moves does not allow this in the ticket's state."""
    return Refused(Phrase("desk/refused.not_now#text", {"state": state_phrase(ticket.state)}))


def held_by(name: str) -> Refused:
    """A colleague has taken on the case."""
    return Refused(Phrase("desk/refused.held_by#text", {"name": name}))


def too_long(limit: int) -> Refused:
    return Refused(Phrase("desk/refused.too_long#text", {"limit": limit}))


def slot(label: str, fault: str) -> Refused:
    """The gap labelled by message id `label` is not filled as its type asks."""
    reason = Phrase(f"desk/refused.slot.{fault}#text")
    return Refused(Phrase("desk/refused.slot#text", {"slot": Phrase(label), "reason": reason}))


def state_phrase(state: State) -> Phrase:
    return Phrase(f"desk/state.{state}#text")
