"""What caseworkers see: the list of their teams' tickets, and one ticket with its trail.

Looking at a ticket is itself an entry of its audit trail. Changing anything is in
`bot.usecases.casework`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.model.records import AuditEntry
from bot.model.tickets import Caseworker, Item, State, Ticket
from bot.usecases.refusals import UNKNOWN_CASE, Refused
from bot.usecases.unit import Unit

READING: Final = timedelta(minutes=15)
"""Looks within this time are one reading: a page that refreshes itself is read once."""

LONGEST_LIST: Final = 300

READ: Final = "read"


class Shown(StrEnum):
    """Which tickets a list shows."""

    OPEN = "open"
    NEW = "new"
    MINE = "mine"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Glance:
    """A colleague who looked at the ticket within the last `READING`, and since when."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class View:
    """One ticket as its team sees it. `names` maps account ids to names of colleagues."""

    ticket: Ticket
    items: tuple[Item, ...]
    audit: tuple[AuditEntry, ...]
    names: dict[str, str]
    others: tuple[Glance, ...]

    @property
    def holder(self) -> str | None:
        claimed_by = self.ticket.claimed_by
        return None if claimed_by is None else self.names.get(claimed_by, claimed_by)


def read(unit: Unit, by: Caseworker, code: str) -> View | Refused:
    """Return the ticket with items and trail; another team's is as unknown as one never made."""
    tickets = unit.work.tickets
    ticket = tickets.load((code,), teams_of(by)).get(code)
    if ticket is None:
        return UNKNOWN_CASE
    trail = tickets.audit_trail(code)
    readings = [entry for entry in trail if entry.what == READ and unit.now - entry.at < READING]
    if not any(entry.caseworker == by.id for entry in readings):
        looked = AuditEntry(code, unit.now, READ, ticket.team, by.id)
        tickets.audit(looked)
        trail = [*trail, looked]
    names = {caseworker.id: caseworker.name for caseworker in unit.work.staff.all()}
    others = tuple(
        Glance(names.get(entry.caseworker, entry.caseworker), entry.at)
        for entry in readings
        if entry.caseworker not in (None, by.id)
    )
    return View(ticket, tickets.items(code), tuple(trail), names, others)


def listed(unit: Unit, by: Caseworker, shown: Shown) -> list[Ticket]:
    """Return at most `LONGEST_LIST` tickets of the caseworker's teams, most urgent first."""
    open_only = shown is not Shown.CLOSED
    found = unit.work.tickets.listed(teams_of(by), open_only, LONGEST_LIST)
    chosen = [ticket for ticket in found if belongs(ticket, by, shown, unit.now)]
    if shown is Shown.CLOSED:
        return sorted(chosen, key=lambda ticket: ticket.closed or ticket.changed, reverse=True)
    return most_urgent_first(chosen)


def belongs(ticket: Ticket, by: Caseworker, shown: Shown, now: datetime) -> bool:
    """Whether a list of kind `shown` has the ticket."""
    match shown:
        case Shown.OPEN:
            return ticket.open
        case Shown.NEW:
            return ticket.state is State.NEW
        case Shown.MINE:
            return ticket.open and ticket.claimed_by == by.id
        case Shown.OVERDUE:
            return overdue(ticket, now)
        case Shown.CLOSED:
            return not ticket.open


def overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether we owe the newcomer an answer that is late; waiting for them is not late."""
    ours = ticket.open and ticket.state is not State.WAITING_FOR_NEWCOMER
    return ours and ticket.due < now


def most_urgent_first(tickets: Sequence[Ticket]) -> list[Ticket]:
    """By priority, then by due time; whoever waits for the newcomer comes after the others."""

    def urgency(ticket: Ticket) -> tuple[str, bool, datetime, str]:
        waiting = ticket.state is State.WAITING_FOR_NEWCOMER
        return ticket.priority, waiting, ticket.due, ticket.code

    return sorted(tickets, key=urgency)


def teams_of(by: Caseworker) -> frozenset[str]:
    """The teams a caseworker acts for; an account that was switched off has none."""
    return by.teams if by.active else frozenset()
