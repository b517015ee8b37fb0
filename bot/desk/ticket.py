"""One ticket: what is known, what was said, and what can be done with it now.

The actions that need nothing but a press (or a note) are here; answers to the
newcomer, which are previewed first, are in `bot.desk.answers`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from bot.desk.away import AGAIN
from bot.desk.guard import Guard, Page, Visit
from bot.desk.replies import shelves
from bot.model.content import Content
from bot.model.listing import overdue
from bot.model.tickets import (
    MOVES,
    EventItem,
    Move,
    NoteItem,
    Outcome,
    TextItem,
    Ticket,
)
from bot.usecases import casework, excerpt, notices, reading, resending
from bot.usecases.excerpt import Excerpt
from bot.usecases.reading import View
from bot.usecases.refusals import Refused, state_phrase
from bot.usecases.unit import FreeText, Unit

Change = Callable[[Unit, Visit], Ticket | Refused]

DONE: Final = frozenset(
    {"claim", "release", "note", "close", "reopen", "sent", "sent_claimed", "resend"}
)
"""What the page says after a change; anything else in the address is ignored."""

WHOLE: Final = "all"
"""What an address says that wants all."""

EARLIER: Final = "earlier"
"""What the address of a refresh says to whose page all was brought: the mark of what it has."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the caseworker had filled in when something was refused: shown again, never lost."""

    fields: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything the ticket page shows."""

    view: View
    content: Content
    free_text: bool
    overdue: bool


def routes(guard: Guard) -> list[Route]:
    actions: dict[str, Page] = {
        "claim": _action("claim", _claim),
        "release": _action("release", _release),
        "reopen": _action("reopen", _reopen),
        "note": _action("note", _note),
        "close": _action("close", _close),
        "resend": _action("resend", _resend),
        "pass-on": _action("pass_on", _pass_on, after="/"),
    }
    return [
        Route("/tickets/{code}", guard(show), methods=["GET"]),
        *(
            Route(f"/tickets/{{code}}/{name}", guard(page), methods=["POST"])
            for name, page in actions.items()
        ),
    ]


async def show(visit: Visit) -> Response:
    done = visit.request.query_params.get("done", "")
    return await ticket_page(visit, done=done if done in DONE else None)


async def ticket_page(
    visit: Visit, refused: Refused | None = None, done: str | None = None
) -> Response:
    """The page of the visited ticket, with what was refused and the fields as they were."""
    seen = await visit.do(lambda unit: seen_by(unit, visit))
    if isinstance(seen, Refused):
        return unknown(visit, seen)
    draft = Draft({name: values[-1] for name, values in visit.form.items()})
    status = HTTPStatus.OK if refused is None else HTTPStatus.CONFLICT
    response = visit.page(
        "ticket.html",
        {
            **_shown(seen, visit.me.id),
            "shelves": shelves(visit.texts, seen.content),
            "refused": refused,
            "done": done,
            "draft": draft,
        },
        status,
    )
    if visit.request.headers.get("hx-request") and not visit.by_itself:
        # A change that was told while this was on its way found no page to be shown on.
        response.headers.update(AGAIN)
    return response


def unknown(visit: Visit, refused: Refused) -> Response:
    """The page of a ticket that does not exist, or is another team's: nobody can tell."""
    values = {"title": "unknown.title", "text": refused.phrase}
    return visit.page("message.html", values, HTTPStatus.NOT_FOUND)


def seen_by(unit: Unit, visit: Visit) -> Seen | Refused:
    opened = visit.session.started if visit.by_itself else None
    view = reading.read(unit, visit.me, visit.code, opened, _extent(visit))
    if isinstance(view, Refused):
        return view
    return Seen(
        view,
        unit.content,
        unit.policy.free_text is not FreeText.OFF,
        overdue(view.ticket, unit.now),
    )


def _extent(visit: Visit) -> Callable[[Unit, str], Excerpt]:
    """How much of the case is read."""
    query = visit.request.query_params
    if query.get(WHOLE) == "1":
        return excerpt.whole
    known = query.get(EARLIER, "")
    return partial(excerpt.after, known=known) if known else excerpt.newest


def _shown(seen: Seen, me: str) -> dict[str, object]:
    ticket, content = seen.view.ticket, seen.content
    return {
        "title": "ticket.title",
        "seen": seen,
        "ticket": ticket,
        "content": content,
        "region": content.region.name,
        "zone": content.region.time_zone,
        "queue": content.region.queues.get(ticket.queue),
        "danger": content.emergencies.get(ticket.danger or ""),
        "topic": content.topics.get(ticket.topic or ""),
        "municipality": next(
            (one.name for one in content.region.municipalities if one.id == ticket.municipality),
            None,
        ),
        "state": state_phrase(ticket.state),
        "excerpt": seen.view.excerpt,
        "can": _possible(seen.view, me),
        "outcomes": tuple(Outcome),
        "item_message": notices.item_message,
        "longest": casework.LONGEST_TEXT,
        "newest": excerpt.NEWEST,
        "is_event": lambda item: isinstance(item.body, EventItem),
        "is_text": lambda item: isinstance(item.body, TextItem),
        "is_note": lambda item: isinstance(item.body, NoteItem),
    }


def _possible(view: View, me: str) -> dict[str, bool]:
    """Which moves are open to `me` now; answering a new ticket takes it on."""
    ticket = view.ticket
    free = ticket.claimed_by in (None, me) or not ticket.open
    possible = {move.value: (ticket.state, move) in MOVES for move in Move}
    known = ticket.person is not None
    possible["answer"] = free and known and (possible["answer"] or possible["claim"])
    possible["close"] = free and possible["close"]
    possible["pass_on"] = free and possible["pass_on"]
    possible["reopen"] = known and possible["reopen"]
    return possible


def _action(name: str, change: Change, after: str | None = None) -> Page:
    async def page(visit: Visit) -> Response:
        outcome = await visit.do(lambda unit: change(unit, visit))
        if isinstance(outcome, Refused):
            return await ticket_page(visit, outcome)
        return visit.redirect(f"{after or f'/tickets/{visit.code}'}?done={name}")

    return page


def _claim(unit: Unit, visit: Visit) -> Ticket | Refused:
    return casework.claim(unit, visit.me, visit.code, visit.version)


def _release(unit: Unit, visit: Visit) -> Ticket | Refused:
    return casework.release(unit, visit.me, visit.code, visit.version)


def _resend(unit: Unit, visit: Visit) -> Ticket | Refused:
    return resending.resend(unit, visit.me, visit.code, visit.version)


def _reopen(unit: Unit, visit: Visit) -> Ticket | Refused:
    return casework.reopen(unit, visit.me, visit.code, visit.version)


def _note(unit: Unit, visit: Visit) -> Ticket | Refused:
    return casework.note(unit, visit.me, visit.code, None, visit.field("note"))


def _close(unit: Unit, visit: Visit) -> Ticket | Refused:
    outcome = visit.field("outcome")
    return casework.close(unit, visit.me, visit.code, visit.version, outcome)


def _pass_on(unit: Unit, visit: Visit) -> Ticket | Refused:
    queue, note = visit.field("queue"), visit.field("why")
    return casework.pass_on(unit, visit.me, visit.code, visit.version, queue, note)
