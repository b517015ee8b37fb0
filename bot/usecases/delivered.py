"""What became of each answer to a newcomer: it waits, it was sent, or it did not arrive.

The trail of a ticket knows: an entry when Telegram took the answer, one when it never will arrive,
one when it is sent again. Sending again is in `bot.usecases.resending`; what a person who blocked
the bot means for their tickets in `bot.usecases.handing_over`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.model.outbox import Channel, Delivery, Fate, Report
from bot.model.records import AuditEntry
from bot.model.tickets import Author, EventItem, Item, NoteItem, Ticket
from bot.usecases import notices
from bot.usecases.unit import Unit

DELIVERED: Final = "delivered"
UNDELIVERED: Final = "undelivered"
RESEND: Final = "resend"
CORRECT: Final = "correct"
"""Entries of the trail; `item` in their detail is the number of the answer they are about."""


class Stage(StrEnum):
    """How far an answer has come."""

    WAITS = "waits"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sending:
    """How far an answer has come, and since when it is there. `message` is its id in the chat."""

    stage: Stage
    at: datetime | None = None
    message: int | None = None


_STAGES: Final = {
    DELIVERED: Stage.SENT,
    UNDELIVERED: Stage.FAILED,
    RESEND: Stage.WAITS,
}

KINDS: Final = frozenset({*_STAGES, CORRECT})
"""The entries of the trail that `stages` needs."""

Stages = Mapping[int, Sending]
"""How far each answer is, by the number of its item."""


def stages(items: Sequence[Item], trail: Iterable[AuditEntry]) -> Stages:
    """Return for each answer (by item number) how far it is; one that was corrected has none."""
    found = {item.number: Sending(Stage.WAITS) for item in items if is_answer(item)}
    for entry in trail:
        number = int(entry.detail.get("item", 0))
        if number in found and entry.what in _STAGES:
            message = entry.detail.get("message")
            sent = int(message) if message else None
            found[number] = Sending(_STAGES[entry.what], entry.at, sent)
        if entry.what == CORRECT:
            found.pop(int(entry.detail["replaces"]), None)
    return found


def failing(trail: Iterable[AuditEntry]) -> set[int]:
    """Return of which items the trail says last that they never arrived."""
    found: set[int] = set()
    corrected: set[int] = set()
    for entry in trail:
        if entry.what == CORRECT:
            corrected.add(int(entry.detail["replaces"]))
        elif entry.what == UNDELIVERED:
            found.update(about(entry))
        elif entry.what in _STAGES:
            found.difference_update(about(entry))
    return found - corrected


def about(entry: AuditEntry) -> tuple[int, ...]:
    """Return the numbers of the items that an entry of `KINDS` is about."""
    return tuple(int(entry.detail[name]) for name in ("item", "replaces") if name in entry.detail)


def settled(unit: Unit, delivery: Delivery, report: Report) -> None:
    """Note what became of an answer, and tell its readers if it never arrives."""
    code, number = delivery.ticket, delivery.item
    if code is None or number is None or not _is_answering(delivery):
        return
    if report.fate not in {Fate.SENT, Fate.DEAD}:
        return
    ticket = unit.work.tickets.load((code,), None).get(code)
    if ticket is None:
        return
    if report.fate is Fate.SENT:
        message = {} if report.message_id is None else {"message": str(report.message_id)}
        _note(unit, ticket, DELIVERED, number, message)
        return
    _note(unit, ticket, UNDELIVERED, number)
    if not report.unreachable:
        _tell(unit, ticket, number)


def tickets_of(deliveries: Iterable[Delivery]) -> set[str]:
    """The tickets whose trail tells what becomes of `deliveries`."""
    return {one.ticket for one in deliveries if one.ticket is not None and _is_answering(one)}


def give_up(unit: Unit, ticket: Ticket) -> None:
    """Nothing that waits for the newcomer of `ticket` will be tried again."""
    items = unit.work.tickets.items(ticket.code)
    for number, sending in stages(items, unit.work.tickets.audit_trail(ticket.code)).items():
        if sending.stage is Stage.WAITS:
            _note(unit, ticket, UNDELIVERED, number)


def _is_answering(delivery: Delivery) -> bool:
    return delivery.channel is Channel.CHAT and delivery.item is not None


def is_answer(item: Item) -> bool:
    """Return whether it is an answer of a caseworker to the newcomer."""
    return item.author is Author.CASEWORKER and not isinstance(item.body, NoteItem | EventItem)


def _note(
    unit: Unit, ticket: Ticket, what: str, number: int, more: Mapping[str, str] | None = None
) -> None:
    """Write the entry; the ticket is saved as it is, so that open pages look again."""
    detail = {"item": str(number), **(more or {})}
    unit.work.tickets.audit(AuditEntry(ticket.code, unit.now, what, ticket.team, None, detail))
    unit.work.tickets.save(ticket)


def _tell(unit: Unit, ticket: Ticket, number: int) -> None:
    count = unit.work.tickets.item_count(ticket.code)
    event = EventItem("undelivered", {"item": str(number)})
    item = Item(count + 1, unit.now, Author.SYSTEM, event)
    unit.work.tickets.add(ticket.code, (item,))
    notices.item_added(unit, ticket, item)
