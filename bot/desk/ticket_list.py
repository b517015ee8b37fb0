"""The list of tickets of one's teams: what is most urgent stands on top."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from bot.desk.guard import Guard, Visit
from bot.model.phrases import Phrase
from bot.model.tickets import Ticket
from bot.usecases import reading
from bot.usecases.reading import Shown
from bot.usecases.refusals import state_phrase
from bot.usecases.unit import Unit

FILTERS: Final = tuple(Shown)


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
    """What the list page shows."""

    region: str
    zone: str
    rows: tuple[Row, ...]
    counts: dict[str, int]


def routes(guard: Guard) -> list[Route]:
    return [Route("/", guard(show), methods=["GET"])]


async def show(visit: Visit) -> Response:
    wanted = visit.request.query_params.get("show", "")
    shown = Shown(wanted) if wanted in set(Shown) else Shown.OPEN
    listing = await visit.do(lambda unit: listing_of(unit, visit, shown))
    values = {
        "title": "list.title",
        "listing": listing,
        "shown": shown,
        "filters": FILTERS,
        "passed_on": visit.request.query_params.get("done") == "pass_on",
    }
    return visit.page("list.html", values)


def listing_of(unit: Unit, visit: Visit, shown: Shown) -> Listing:
    """The tickets of one filter, and how many the others have."""
    open_tickets = reading.listed(unit, visit.me, Shown.OPEN)
    tickets = (
        reading.listed(unit, visit.me, shown)
        if shown is Shown.CLOSED
        else [one for one in open_tickets if reading.belongs(one, visit.me, shown, unit.now)]
    )
    names = {caseworker.id: caseworker.name for caseworker in unit.work.staff.all()}
    return Listing(
        unit.content.region.name,
        unit.content.region.time_zone,
        tuple(_row(unit, ticket, visit.me.id, names) for ticket in tickets),
        _counts(open_tickets, visit, unit.now),
    )


def _counts(tickets: Sequence[Ticket], visit: Visit, now: datetime) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for shown in FILTERS:
        counts[shown] = sum(reading.belongs(ticket, visit.me, shown, now) for ticket in tickets)
    return dict(counts)


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
        reading.overdue(ticket, unit.now),
    )
