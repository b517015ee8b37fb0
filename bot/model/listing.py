"""Which tickets a list of the desk shows, and in which order: the same for every store.

Plain values and rules. Who may see which teams' tickets is `bot.usecases.reading`'s.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.tickets import State, Ticket


class Shown(StrEnum):
    """Which tickets a list shows."""

    OPEN = "open"
    NEW = "new"
    MINE = "mine"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list as somebody asks for it: those of `teams`; `me` is an account id."""

    teams: frozenset[str]
    shown: Shown
    me: str
    now: datetime


def belongs(ticket: Ticket, wanted: Wanted) -> bool:
    """Whether the list has the ticket."""
    if ticket.team not in wanted.teams:
        return False
    match wanted.shown:
        case Shown.OPEN:
            return ticket.open
        case Shown.NEW:
            return ticket.state is State.NEW
        case Shown.MINE:
            return ticket.open and ticket.claimed_by == wanted.me
        case Shown.OVERDUE:
            return overdue(ticket, wanted.now)
        case Shown.CLOSED:
            return not ticket.open


def overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether we owe the newcomer an answer that is late; waiting for them is not late."""
    ours = ticket.open and ticket.state is not State.WAITING_FOR_NEWCOMER
    return ours and ticket.due < now


def rank(ticket: Ticket) -> tuple[float, str, bool, datetime, str]:
    """The place in a list: open ones by urgency, closed ones with the latest first.

    Urgency is priority, then due time; whoever waits for the newcomer comes after the others.
    """
    latest = -ticket.closed.timestamp() if ticket.closed is not None else 0.0
    waiting = ticket.state is State.WAITING_FOR_NEWCOMER
    return latest, ticket.priority.value, waiting, ticket.due, ticket.code
