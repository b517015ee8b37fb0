"""The list of tickets of one's teams: what is most urgent stands on top."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from bot.desk.guard import Guard, Visit
from bot.model.listing import Shown, overdue
from bot.model.phrases import Phrase
from bot.model.tickets import Ticket
from bot.usecases import reading
from bot.usecases.refusals import state_phrase
from bot.usecases.unit import Unit

FILTERS: Final = tuple(Shown)
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list, in words that are still phrases."""

    ticket: Ticket
    queue: Phrase | str
    topic: Phrase | None
    state: Phrase
    holder: str | None
    mine: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list page shows. `counts` has no number for the closed ones; pages count from 1."""

    region: str
    zone: str
    rows: tuple[Row, ...]
    counts: Mapping[Shown, int]
    page: int
    more: bool


def routes(guard: Guard) -> list[Route]:
    return [Route("/", guard(show), methods=["GET"])]


async def show(visit: Visit) -> Response:
    wanted = visit.request.query_params.get("show", "")
    shown = Shown(wanted) if wanted in set(Shown) else Shown.OPEN
    page = page_of(visit.request.query_params.get("page", ""))
    listing = await visit.do(lambda unit: listing_of(unit, visit, shown, page))
    values = {
        "title": "list.title",
        "listing": listing,
        "shown": shown,
        "filters": FILTERS,
        "passed_on": visit.request.query_params.get("done") == "pass_on",
    }
    return visit.page("list.html", values)


def page_of(written: str) -> int:
    """The number of a page as the address has it; the first for anything else."""
    known = written.isascii() and written.isdigit() and len(written) < _DIGITS
    return max(1, int(written)) if known else 1


def listing_of(unit: Unit, visit: Visit, shown: Shown, page: int) -> Listing:
    """One page of one list, and how many tickets the others have."""
    tickets, more = reading.listed(unit, visit.me, shown, (page - 1) * reading.A_PAGE)
    names = {caseworker.id: caseworker.name for caseworker in unit.work.staff.all()}
    return Listing(
        unit.content.region.name,
        unit.content.region.time_zone,
        tuple(_row(unit, ticket, visit.me.id, names) for ticket in tickets),
        reading.counted(unit, visit.me),
        page,
        more,
    )


def _row(unit: Unit, ticket: Ticket, me: str, names: dict[str, str]) -> Row:
    queue = unit.content.region.queues.get(ticket.queue)
    topic = unit.content.topics.get(ticket.topic or "")
    holder = ticket.claimed_by
    return Row(
        ticket,
        ticket.queue if queue is None else Phrase(queue.title),
        None if topic is None else Phrase(topic.title),
        state_phrase(ticket.state),
        None if holder is None else names.get(holder, holder),
        holder == me,
        overdue(ticket, unit.now),
    )
