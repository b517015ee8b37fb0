"""Answers a second time: those that did not arrive, and one that its writer changed.

Nothing is sent again by itself: a caseworker decides it, with the rights that answering needs. How
far an answer has come is in `bot.usecases.delivered`.
"""

from dataclasses import replace

from bot.model.phrases import Phrase
from bot.model.records import AuditEntry
from bot.model.tickets import (
    CardItem,
    Caseworker,
    EventItem,
    Item,
    Move,
    QuestionItem,
    TextItem,
    Ticket,
)
from bot.usecases import casework, delivered, notices, refusals, telling
from bot.usecases.casework import Version
from bot.usecases.delivered import CORRECT, RESEND, Stage
from bot.usecases.refusals import Refused
from bot.usecases.unit import FreeText, Unit

NOT_SENT_YET = Refused(Phrase("desk/room.not_sent_yet#text"))


def resend(unit: Unit, by: Caseworker, code: str, version: Version) -> Ticket | Refused:
    """Send again, in their order, the answers that did not arrive."""
    ticket = casework.allowed(unit, by, code, version, Move.ANSWER)
    if isinstance(ticket, Refused):
        return ticket
    failed = _failed(unit, ticket)
    refused = _hindrance(unit, ticket, failed)
    if refused is not None:
        return refused
    after = replace(ticket, version=ticket.version + 1, changed=unit.now)
    unit.work.tickets.save(after)
    for item in failed:
        detail = {"item": str(item.number)}
        entry = AuditEntry(code, unit.now, RESEND, ticket.team, by.id, detail)
        unit.work.tickets.audit(entry)
        message = telling.answer(unit.content, after, item.body, unit.today)
        notices.told(unit, after, message, item.number)
    notices.changed(unit, after)
    return after


def correct(
    unit: Unit, by: Caseworker, code: str, source: int, text: str
) -> Ticket | Refused | None:
    """Show the newcomer the changed text in place of what was sent; None: it was no answer.

    `source` is the id of the group message that was changed.
    """
    trail = unit.work.tickets.audit_trail(code)
    entry = next((one for one in reversed(trail) if _came_from(one, by, source)), None)
    if entry is None:
        return None
    ticket = casework.allowed(unit, by, code, None, Move.ANSWER)
    written = casework.written_text(unit, text)
    if isinstance(ticket, Refused):
        return ticket
    if isinstance(written, Refused):
        return written
    replaced = int(entry.detail["item"])
    sending = delivered.stages(unit.work.tickets.items(code), trail).get(replaced)
    if sending is None or sending.stage is not Stage.SENT or sending.message is None:
        return NOT_SENT_YET
    number = unit.work.tickets.item_count(code) + 2
    bodies = (EventItem("corrected", {"item": str(replaced)}), TextItem(written))
    detail = {"item": str(number), "replaces": str(replaced), "source": str(source)}
    after = casework.saved(unit, by, ticket, CORRECT, bodies, detail)
    message = telling.answer(unit.content, after, TextItem(written), unit.today)
    notices.told(unit, after, message, number, instead_of=sending.message)
    return after


def _came_from(entry: AuditEntry, by: Caseworker, source: int) -> bool:
    is_answer = entry.what in {Move.ANSWER.value, CORRECT} and entry.caseworker == by.id
    return is_answer and entry.detail.get("source") == str(source)


def _failed(unit: Unit, ticket: Ticket) -> list[Item]:
    items = unit.work.tickets.items(ticket.code)
    known = delivered.stages(items, unit.work.tickets.audit_trail(ticket.code))
    failed = {number for number, one in known.items() if one.stage is Stage.FAILED}
    return [item for item in items if item.number in failed]


def _hindrance(unit: Unit, ticket: Ticket, failed: list[Item]) -> Refused | None:
    """Why nothing can be sent again now, if so."""
    if ticket.person is None:
        return refusals.PERSON_GONE
    if not ticket.reachable:
        return refusals.UNREACHABLE
    if not failed:
        return refusals.NOTHING_FAILED
    for item in failed:
        match item.body:
            case CardItem(card) if unit.content.card(card) is None:
                return refusals.UNKNOWN_CARD
            case TextItem() if unit.policy.free_text is FreeText.OFF:
                return refusals.FREE_TEXT_OFF
            case QuestionItem(field) if unit.content.question(field) is None:
                return refusals.UNKNOWN_QUESTION
    return None
