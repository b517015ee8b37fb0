"""What caseworkers see: the list of their teams' tickets, and one ticket with its trail.

Looking at a ticket is itself an entry of its audit trail. Changing anything is in
`bot.usecases.casework`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.model.listing import Shown, Wanted
from bot.model.records import AuditEntry
from bot.model.tickets import Caseworker, Item, Ticket
from bot.usecases import excerpt
from bot.usecases.excerpt import Excerpt
from bot.usecases.refusals import UNKNOWN_CASE, Refused
from bot.usecases.unit import Unit

READING: Final = timedelta(minutes=15)
"""Looks within this time are one reading."""

A_PAGE: Final = 50
"""Tickets that a list shows at once; the others are on its next pages."""

READ: Final = "read"


@dataclass(frozen=True, slots=True)
class Glance:
    """A colleague who looked at the ticket within the last `READING`, and since when."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class View:
    """One ticket as its team sees it. `names` maps account ids to names of colleagues."""

    ticket: Ticket
    excerpt: Excerpt
    names: dict[str, str]
    others: tuple[Glance, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return self.excerpt.items

    @property
    def audit(self) -> tuple[AuditEntry, ...]:
        return self.excerpt.trail

    @property
    def holder(self) -> str | None:
        claimed_by = self.ticket.claimed_by
        return None if claimed_by is None else self.names.get(claimed_by, claimed_by)


def read(
    unit: Unit,
    by: Caseworker,
    code: str,
    opened: datetime | None = None,
    take: Callable[[Unit, str], Excerpt] = excerpt.whole,
) -> View | Refused:
    """Return the ticket with items and trail; another team's is as unknown as one never made.

    `take` says how much of them is read.

    It is no look when a page refreshes itself: nobody may be sitting before it. Its session began
    at `opened`; without a look since then in the trail it is one, whatever the page says.
    """
    tickets = unit.work.tickets
    ticket = tickets.load((code,), teams_of(by)).get(code)
    if ticket is None:
        return UNKNOWN_CASE
    since = unit.now - READING
    looks = tickets.audit_trail(code, {READ}, since if opened is None else min(since, opened))
    readings = [entry for entry in looks if unit.now - entry.at < READING]
    known = readings if opened is None else [entry for entry in looks if entry.at >= opened]
    if not any(entry.caseworker == by.id for entry in known):
        tickets.audit(AuditEntry(code, unit.now, READ, ticket.team, by.id))
    names = {caseworker.id: caseworker.name for caseworker in unit.work.staff.all()}
    others = tuple(
        Glance(names.get(entry.caseworker, entry.caseworker), entry.at)
        for entry in readings
        if entry.caseworker not in (None, by.id)
    )
    return View(ticket, take(unit, code), names, others)


def listed(
    unit: Unit, by: Caseworker, shown: Shown, skip: int = 0
) -> tuple[Sequence[Ticket], bool]:
    """Return at most `A_PAGE` tickets of the caseworker's teams after the first `skip`.

    Most urgent first, the closed ones with the latest first. The second says whether there
    are more.
    """
    found = unit.work.tickets.listed(_wanted(unit, by, shown), A_PAGE + 1, skip)
    return found[:A_PAGE], len(found) > A_PAGE


def counted(unit: Unit, by: Caseworker) -> Mapping[Shown, int]:
    """Return how many tickets each list has, but for the closed ones."""
    return unit.work.tickets.counted(_wanted(unit, by, Shown.OPEN))


def _wanted(unit: Unit, by: Caseworker, shown: Shown) -> Wanted:
    return Wanted(teams_of(by), shown, by.id, unit.now)


def teams_of(by: Caseworker) -> frozenset[str]:
    """The teams a caseworker acts for; an account that was switched off has none."""
    return by.teams if by.active else frozenset()
