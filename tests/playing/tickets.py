"""A county's tickets as a test wants them: those of some teams, without a caseworker who asks."""

from collections.abc import Iterable

from bot.model.listing import Shown, Wanted
from bot.model.tickets import Ticket
from bot.usecases.ports import Work
from tests.playing.house import MONDAY_MORNING

MOST = 100_000


def open_tickets(work: Work, *teams: str) -> list[Ticket]:
    """The open ones of `teams`, most urgent first."""
    return _listed(work, teams, Shown.OPEN)


def every_ticket(work: Work, *teams: str) -> list[Ticket]:
    """Those of `teams`: open ones, then closed ones."""
    return [*open_tickets(work, *teams), *_listed(work, teams, Shown.CLOSED)]


def _listed(work: Work, teams: Iterable[str], shown: Shown) -> list[Ticket]:
    return work.tickets.listed(Wanted(frozenset(teams), shown, "", MONDAY_MORNING), MOST)
