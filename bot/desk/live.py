"""Live pages: tells open pages that a ticket of their team changed, or the program's standing.

An event says "look again"; the page then asks for itself, with its own rights.
A listener whose session ended is told to leave within a few seconds.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from itertools import count
from typing import Final

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response
from starlette.routing import Route

from bot.desk import away
from bot.desk.away import STANDING
from bot.desk.ended import CHANGED
from bot.desk.guard import Guard, Over, Visit
from bot.usecases import signals
from bot.usecases.ports import NotCommitted
from bot.usecases.reading import teams_of
from bot.usecases.unit import Unit

SOON: Final = 500
"""Milliseconds after which a line that broke is opened again, also once the store was away."""

STANDING_EVERY: Final = 10
"""How many looks at the tickets there are for one at the standing."""


def routes(guard: Guard, latest: "Latest") -> list[Route]:
    async def events(visit: Visit) -> Response:
        code = visit.request.query_params.get("ticket")
        return EventSourceResponse(
            listen(visit, latest, code),
            ping=15,
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            status_code=HTTPStatus.OK,
        )

    async def standing(visit: Visit) -> Response:
        return visit.page("standing.html", {})

    return [
        Route("/events", guard(events), methods=["GET"]),
        Route("/standing", guard(standing), methods=["GET"]),
    ]


class Latest:
    """The newest change this process knows of: where a new listener begins."""

    def __init__(self) -> None:
        self.id: int | None = None


async def listen(visit: Visit, latest: Latest, code: str | None) -> AsyncIterator[ServerSentEvent]:
    """Yield an event for each round of changes; `code` narrows them to one ticket, "" to none.

    The first event comes at once: the page may be older than the connection. The line ends with
    the session, and when the account changed: the page looks, and connects anew with what it may
    see now. While the store takes nothing it ends too: the page says so, and comes again later.
    """
    try:
        async for event in _heard(visit, latest, code):
            yield ServerSentEvent(event=event, data="now", retry=SOON)
    except Over:
        yield ServerSentEvent(event=CHANGED, data="now")
    except NotCommitted:
        yield ServerSentEvent(event=STANDING, data="now", retry=away.SECONDS * 1000)


async def _heard(visit: Visit, latest: Latest, code: str | None) -> AsyncIterator[str]:
    yield CHANGED
    after = latest.id
    standing = visit.standing.signals
    for look in count(1):
        last, touched = await visit.do(_news(visit, after or 0, code))
        if touched and after is not None:
            yield CHANGED
        after = last
        latest.id = max(latest.id or 0, last)
        if look % STANDING_EVERY == 0:
            now = await visit.do(signals.present)
            if now != standing:
                yield STANDING
            standing = now
        await asyncio.sleep(visit.parts.poll_seconds)


def _news(visit: Visit, after: int, code: str | None) -> Callable[[Unit], tuple[int, bool]]:
    """The id of the last change after `after`, and whether it concerns the page."""

    def look(unit: Unit) -> tuple[int, bool]:
        changes = unit.work.tickets.changes(after, teams_of(visit.me))
        touched = any(code in (None, change.ticket) for change in changes)
        return max((change.id for change in changes), default=after), touched

    return look
