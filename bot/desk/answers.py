"""Answering a newcomer: choose, fill in, look at it in both languages, send.

A canned reply with gaps gets a form by the types of its slots. Nothing is sent that
was not shown first, as the newcomer will see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from starlette.responses import Response
from starlette.routing import Route

from bot.desk.ended import Form
from bot.desk.guard import Guard, Visit
from bot.desk.replies import LONGEST_QUERY, shelves
from bot.desk.ticket import Draft, seen_by, ticket_page, unknown
from bot.model.content import CannedReply, Content, SlotType
from bot.model.tickets import ItemBody, State, TextItem, Ticket
from bot.model.turns import Message
from bot.usecases import casework, refusals, telling
from bot.usecases.refusals import Refused
from bot.usecases.unit import Unit


class Kind(StrEnum):
    """What an answer is made of."""

    TEXT = "text"
    REPLY = "reply"
    CARD = "card"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer as it would be sent, to a ticket of which the sender saw `version`."""

    ticket: Ticket
    message: Message
    region: str


def routes(guard: Guard) -> list[Route]:
    return [
        Route("/tickets/{code}/replies", guard(choose), methods=["GET"]),
        Route("/tickets/{code}/reply", guard(fill_in), methods=["GET"]),
        Route("/tickets/{code}/preview", guard(preview), methods=["POST"]),
        Route("/tickets/{code}/send", guard(send), methods=["POST"]),
    ]


async def choose(visit: Visit) -> Response:
    """The canned replies that a search found; without script this is a page of its own."""
    seen = await visit.do(lambda unit: seen_by(unit, visit))
    if isinstance(seen, Refused):
        return unknown(visit, seen)
    query = visit.request.query_params.get("q", "")[:LONGEST_QUERY]
    values = {
        "title": "answer.reply",
        "ticket": seen.view.ticket,
        "region": seen.content.region.name,
        "query": query,
        "shelves": shelves(visit.texts, seen.content, query),
    }
    return visit.page("replies.html", values)


async def fill_in(visit: Visit) -> Response:
    """The form for the gaps of one canned reply."""
    return await _slot_form(visit, visit.request.query_params.get("reply", ""), None)


async def preview(visit: Visit) -> Response:
    """The answer in the newcomer's language and in ours, and the button that sends it."""
    if visit.field("change"):
        return await _back(visit, None)
    made = await visit.do(lambda unit: _previewed(unit, visit))
    if made == refusals.UNKNOWN_CASE:
        return unknown(visit, refusals.UNKNOWN_CASE)
    if isinstance(made, Refused):
        return await _back(visit, made)
    hidden = [
        (name, value) for name, values in visit.form.items() if name != "csrf" for value in values
    ]
    values = {
        "title": "preview.title",
        "ticket": made.ticket,
        "message": made.message,
        "region": made.region,
        "hidden": hidden,
    }
    return visit.page("preview.html", values)


async def send(visit: Visit) -> Response:
    if visit.field("change"):
        return await _back(visit, None)
    sent = await visit.do(lambda unit: _sent(unit, visit))
    if isinstance(sent, Refused):
        return await _back(visit, sent)
    return visit.redirect(f"/tickets/{visit.code}?done={sent}")


async def _back(visit: Visit, refused: Refused | None) -> Response:
    """Where the answer can be changed: the slot form of a reply, else the ticket page."""
    if visit.field("kind") == Kind.REPLY and refused != refusals.UNKNOWN_CASE:
        return await _slot_form(visit, visit.field("reply"), refused)
    return await ticket_page(visit, refused)


async def _slot_form(visit: Visit, reply_id: str, refused: Refused | None) -> Response:
    seen = await visit.do(lambda unit: seen_by(unit, visit))
    if isinstance(seen, Refused):
        return unknown(visit, seen)
    reply = seen.content.replies.get(reply_id)
    if reply is None:
        return await ticket_page(visit, refusals.UNKNOWN_REPLY)
    values = {
        "title": "reply.title",
        "ticket": seen.view.ticket,
        "content": seen.content,
        "region": seen.content.region.name,
        "reply": reply,
        "refused": refused,
        "draft": Draft(_given(seen.content, reply.id, visit.form)),
        "SlotType": SlotType,
    }
    status = HTTPStatus.OK if refused is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return visit.page("reply.html", values, status)


def _previewed(unit: Unit, visit: Visit) -> Preview | Refused:
    seen = seen_by(unit, visit)
    if isinstance(seen, Refused):
        return seen
    body = _body(unit, visit)
    if isinstance(body, Refused):
        return body
    ticket = seen.view.ticket
    message = telling.answer(unit.content, ticket, body, unit.today)
    return Preview(ticket, message, unit.content.region.name)


def _body(unit: Unit, visit: Visit) -> ItemBody | Refused:
    match visit.field("kind"):
        case Kind.TEXT:
            written = casework.written_text(unit, visit.field("text"))
            return written if isinstance(written, Refused) else TextItem(written)
        case Kind.REPLY:
            reply = visit.field("reply")
            return casework.reply_item(unit, reply, _given(unit.content, reply, visit.form))
        case Kind.CARD:
            return casework.card_item(unit, visit.field("card"))
        case Kind.QUESTION:
            return casework.question_item(unit, visit.field("question"))
        case _:
            return refusals.EMPTY_TEXT


def _sent(unit: Unit, visit: Visit) -> str | Refused:
    """Send the answer; tells whether that also took the ticket on."""
    before = unit.work.tickets.load((visit.code,), visit.me.teams).get(visit.code)
    done = _answered(unit, visit)
    if isinstance(done, Refused):
        return done
    return "sent_claimed" if before is not None and before.state is State.NEW else "sent"


def _answered(unit: Unit, visit: Visit) -> Ticket | Refused:
    me, code, version = visit.me, visit.code, visit.version
    match visit.field("kind"):
        case Kind.TEXT:
            return casework.answer_text(unit, me, code, version, visit.field("text"))
        case Kind.REPLY:
            reply = visit.field("reply")
            given = _given(unit.content, reply, visit.form)
            return casework.answer_reply(unit, me, code, version, reply, given)
        case Kind.CARD:
            return casework.send_card(unit, me, code, version, visit.field("card"))
        case Kind.QUESTION:
            return casework.ask(unit, me, code, version, visit.field("question"))
        case _:
            return refusals.EMPTY_TEXT


def _given(content: Content, reply_id: str, form: Form) -> Mapping[str, str]:
    """What the form says for each slot; several papers are joined by commas."""
    reply: CannedReply | None = content.replies.get(reply_id)
    slots = () if reply is None else reply.slots
    return {slot.id: ",".join(form.get(f"slot.{slot.id}", ())) for slot in slots}
