"""What caseworkers do with a ticket, from the desk or from the room.

Each function is one change in the running transaction: it looks whether this
person may do it now, moves the ticket by the table of `bot.model.tickets`, and
leaves items, audit entry and notices behind. Reading is in `bot.usecases.reading`,
what newcomers write in `bot.usecases.handing_over`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.engine.cases import closed_message
from bot.model.conversation import Conversation, Expecting, Prompt
from bot.model.phrases import Phrase, Value
from bot.model.records import AuditEntry
from bot.model.tickets import (
    MOVES,
    Author,
    CardItem,
    Caseworker,
    EventItem,
    Item,
    ItemBody,
    Move,
    NoteItem,
    Outcome,
    QuestionItem,
    ReplyItem,
    State,
    TextItem,
    Ticket,
)
from bot.usecases import notices, office_hours, refusals, slots, telling
from bot.usecases.reading import teams_of
from bot.usecases.refusals import Refused
from bot.usecases.unit import FreeText, Unit

LONGEST_TEXT: Final = 3500
ONCE: Final = timedelta(minutes=1)
"""The same note within this time was meant once."""
"""Characters of a free text or note; with its frame it fits one Telegram message."""

Version = int | None
"""The version the caseworker saw; None: whatever it is now."""

_HOLDER_ONLY: Final = frozenset({Move.CLAIM, Move.ANSWER, Move.PASS_ON, Move.CLOSE})
"""What only the holder may do. Releasing is open to the team: people fall ill."""


def claim(unit: Unit, by: Caseworker, code: str, version: Version) -> Ticket | Refused:
    """Take the ticket on. Of two who try, the first one has it."""
    ticket = allowed(unit, by, code, version, Move.CLAIM)
    if isinstance(ticket, Refused):
        return ticket
    return saved(unit, by, _claimed(ticket, by), Move.CLAIM, (_event("claimed", name=by.name),))


def release(unit: Unit, by: Caseworker, code: str, version: Version) -> Ticket | Refused:
    """Give the ticket back to the team, one's own or that of an absent colleague."""
    ticket = allowed(unit, by, code, version, Move.RELEASE)
    if isinstance(ticket, Refused):
        return ticket
    freed = replace(_moved(ticket, Move.RELEASE), claimed_by=None)
    return saved(unit, by, freed, Move.RELEASE, (_event("released", name=by.name),))


def pass_on(
    unit: Unit, by: Caseworker, code: str, version: Version, queue_id: str, note_text: str
) -> Ticket | Refused:
    """Hand the ticket to another queue with a note for those who work there.

    The newcomer is told who reads their case from now on. Afterwards the ticket may
    belong to a team that `by` is not in.
    """
    ticket = allowed(unit, by, code, version, Move.PASS_ON)
    if isinstance(ticket, Refused):
        return ticket
    queue = unit.content.region.queues.get(queue_id)
    if queue is None:
        return refusals.UNKNOWN_QUEUE
    if queue.id == ticket.queue:
        return refusals.SAME_QUEUE
    written = _text(note_text)
    if isinstance(written, Refused):
        return written
    moved = replace(
        _moved(ticket, Move.PASS_ON),
        queue=queue.id,
        team=queue.team,
        claimed_by=None,
        due=office_hours.due(unit, ticket.priority, queue.id),
    )
    event = _event("passed_on", name=by.name, queue=Phrase(queue.title))
    detail = {"from": ticket.queue, "to": queue.id}
    passed = saved(unit, by, moved, Move.PASS_ON, (NoteItem(written), event), detail)
    notices.passed_on(unit, ticket, passed)
    notices.told(unit, passed, telling.passed_on(unit.content, passed))
    return passed


def answer_text(
    unit: Unit,
    by: Caseworker,
    code: str,
    version: Version,
    text: str,
    *,
    source: int | None = None,
) -> Ticket | Refused:
    """Send free text, as written. Refused where the county allows structured items only.

    `source` is the id of the group message it was written as, if it was.
    """
    written = written_text(unit, text)
    if isinstance(written, Refused):
        return written
    return _answer(unit, by, code, version, TextItem(written), source)


def answer_reply(
    unit: Unit, by: Caseworker, code: str, version: Version, reply_id: str, given: Mapping[str, str]
) -> Ticket | Refused:
    """Send a canned reply; `given` maps slot ids to what fills them (`bot.usecases.slots`)."""
    body = reply_item(unit, reply_id, given)
    return body if isinstance(body, Refused) else _answer(unit, by, code, version, body)


def send_card(
    unit: Unit, by: Caseworker, code: str, version: Version, card_id: str
) -> Ticket | Refused:
    """Send a card of the content; the newcomer reads it in their language."""
    body = card_item(unit, card_id)
    return body if isinstance(body, Refused) else _answer(unit, by, code, version, body)


def ask(unit: Unit, by: Caseworker, code: str, version: Version, field_id: str) -> Ticket | Refused:
    """Ask a question of the content; the answer comes back as data."""
    body = question_item(unit, field_id)
    return body if isinstance(body, Refused) else _answer(unit, by, code, version, body)


def note(unit: Unit, by: Caseworker, code: str, version: Version, text: str) -> Ticket | Refused:
    """Leave an internal note; any colleague of the team may, in any state."""
    ticket = _found(unit, by, code, version)
    if isinstance(ticket, Refused):
        return ticket
    written = _text(text)
    if isinstance(written, Refused):
        return written
    for last in unit.work.tickets.items(code)[-1:]:
        theirs = last.caseworker == by.id and last.body == NoteItem(written)
        if theirs and unit.now - last.at < ONCE:
            return ticket  # pressed twice, or sent again because the answer did not come
    return saved(unit, by, ticket, "note", (NoteItem(written),))


def close(
    unit: Unit, by: Caseworker, code: str, version: Version, outcome: Outcome | str
) -> Ticket | Refused:
    """Close the ticket; the newcomer is told and asked how it was."""
    ticket = allowed(unit, by, code, version, Move.CLOSE)
    if isinstance(ticket, Refused):
        return ticket
    if outcome not in set(Outcome):
        return refusals.UNKNOWN_OUTCOME
    moved = replace(_moved(ticket, Move.CLOSE), closed=unit.now, outcome=Outcome(outcome))
    event = _event("closed", name=by.name, outcome=Phrase(f"desk/outcome.{Outcome(outcome)}#text"))
    closed = saved(unit, by, moved, Move.CLOSE, (event,), {"outcome": str(outcome)})
    _turn_to(unit, closed, None, None)
    notices.told(unit, closed, closed_message(closed.code))
    return closed


def reopen(unit: Unit, by: Caseworker, code: str, version: Version) -> Ticket | Refused:
    """Work on a closed ticket again, as its holder. Not after the newcomer erased themselves."""
    ticket = allowed(unit, by, code, version, Move.REOPEN)
    if isinstance(ticket, Refused):
        return ticket
    if ticket.person is None:
        return refusals.PERSON_GONE
    moved = replace(
        _moved(ticket, Move.REOPEN),
        claimed_by=by.id,
        closed=None,
        outcome=None,
        rating=None,
        due=office_hours.due(unit, ticket.priority, ticket.queue),
    )
    notices.topic_switched(unit, moved)
    opened = saved(unit, by, moved, Move.REOPEN, (_event("reopened", name=by.name),))
    notices.told(unit, opened, telling.reopened(unit.content, opened))
    return opened


# --- answers before they are sent: the desk previews what will be stored -----------------


def written_text(unit: Unit, text: str) -> str | Refused:
    """Free text as it would be sent, if the county allows any."""
    return refusals.FREE_TEXT_OFF if unit.policy.free_text is FreeText.OFF else _text(text)


def reply_item(unit: Unit, reply_id: str, given: Mapping[str, str]) -> ReplyItem | Refused:
    """The canned reply with its gaps filled, or what is wrong with them."""
    reply = unit.content.replies.get(reply_id)
    if reply is None:
        return refusals.UNKNOWN_REPLY
    phrase = slots.filled(unit.content, reply, given, unit.today)
    return phrase if isinstance(phrase, Refused) else ReplyItem(reply.id, phrase)


def card_item(unit: Unit, card_id: str) -> CardItem | Refused:
    card = unit.content.card(card_id)
    return refusals.UNKNOWN_CARD if card is None else CardItem(card.id, Phrase(card.title))


def question_item(unit: Unit, field_id: str) -> QuestionItem | Refused:
    question = unit.content.question(field_id)
    if question is None:
        return refusals.UNKNOWN_QUESTION
    return QuestionItem(question.id, Phrase(question.text))


# --- how it is done ------------------------------------------------------------------------


def _found(unit: Unit, by: Caseworker, code: str, version: Version) -> Ticket | Refused:
    """The ticket if it is the caseworker's team's and as they saw it."""
    ticket = unit.work.tickets.load((code,), teams_of(by)).get(code)
    if ticket is None:
        return refusals.UNKNOWN_CASE
    if version is not None and version != ticket.version:
        return refusals.stale(ticket)
    return ticket


def allowed(
    unit: Unit, by: Caseworker, code: str, version: Version, move: Move
) -> Ticket | Refused:
    """The ticket if `by` may do `move` now. Who has it is told before anything else."""
    current = _found(unit, by, code, None)
    if isinstance(current, Refused):
        return current
    holder = current.claimed_by
    if current.open and move in _HOLDER_ONLY and holder is not None and holder != by.id:
        colleague = unit.work.staff.by_id(holder)
        return refusals.held_by(holder if colleague is None else colleague.name)
    if version is not None and version != current.version:
        return refusals.stale(current)
    if (current.state, move) not in MOVES and not _claims_first(current, move):
        return refusals.not_now(current)
    return current


def _claims_first(ticket: Ticket, move: Move) -> bool:
    """Answering a ticket nobody has takes it on: two moves of the table in one go."""
    return ticket.state is State.NEW and move is Move.ANSWER


def _moved(ticket: Ticket, move: Move) -> Ticket:
    return replace(ticket, state=MOVES[ticket.state, move])


def _claimed(ticket: Ticket, by: Caseworker) -> Ticket:
    return replace(_moved(ticket, Move.CLAIM), claimed_by=by.id)


def _answer(
    unit: Unit,
    by: Caseworker,
    code: str,
    version: Version,
    body: ItemBody,
    source: int | None = None,
) -> Ticket | Refused:
    ticket = allowed(unit, by, code, version, Move.ANSWER)
    if isinstance(ticket, Refused):
        return ticket
    if ticket.person is None:
        return refusals.PERSON_GONE
    if _claims_first(ticket, Move.ANSWER):
        taken = (_event("claimed", name=by.name),)
        ticket = saved(unit, by, _claimed(ticket, by), Move.CLAIM, taken)
    number = unit.work.tickets.item_count(code) + 1
    detail = {"item": str(number), **({} if source is None else {"source": str(source)})}
    answered = saved(unit, by, _moved(ticket, Move.ANSWER), Move.ANSWER, (body,), detail)
    prompt = (
        Prompt(Expecting.ASKED, body.field, answered.code)
        if isinstance(body, QuestionItem)
        else None
    )
    _turn_to(unit, answered, answered.code, prompt)
    message = telling.answer(unit.content, answered, body, unit.today)
    notices.told(unit, answered, message, number)
    return answered


def _turn_to(unit: Unit, ticket: Ticket, code: str | None, prompt: Prompt | None) -> None:
    """Let the newcomer's typed text go to case `code`; None: back to the bot, if it went here.

    Whoever is preparing a handoff stays there: their next words are for its readers.
    """
    found = unit.work.people.conversation(ticket.person) if ticket.person else None
    if found is None or found[1].draft is not None:
        return
    telegram_id, before = found
    after = replace(before, prompt=prompt) if prompt else before
    if code is not None or before.ticket == ticket.code:
        after = replace(after, ticket=code)
    if _differs(before, after):
        unit.work.people.save(telegram_id, after, unit.now)


def _differs(before: Conversation, after: Conversation) -> bool:
    return (before.ticket, before.prompt) != (after.ticket, after.prompt)


def saved(
    unit: Unit,
    by: Caseworker,
    ticket: Ticket,
    what: str,
    bodies: tuple[ItemBody, ...],
    detail: Mapping[str, str] | None = None,
) -> Ticket:
    """Store the ticket's next version with items and audit entry, and tell the room."""
    tickets = unit.work.tickets
    first = tickets.item_count(ticket.code) + 1
    items = tuple(
        Item(number, unit.now, Author.CASEWORKER, body, by.id)
        for number, body in enumerate(bodies, first)
    )
    tickets.add(ticket.code, items)
    after = replace(ticket, version=ticket.version + 1, changed=unit.now)
    tickets.save(after)
    tickets.audit(
        AuditEntry(ticket.code, unit.now, str(what), after.team, by.id, dict(detail or {}))
    )
    notices.item_added(unit, after, *items)
    notices.changed(unit, after)
    return after


def _event(event: str, **values: Value) -> EventItem:
    return EventItem(event, values)


def _text(text: str) -> str | Refused:
    """What was written, without surrounding space; control characters are nobody's text."""
    written = "".join(sign for sign in text if sign.isprintable() or sign == "\n" or sign > "\x9f")
    written = written.strip()
    if not written:
        return refusals.EMPTY_TEXT
    return refusals.too_long(LONGEST_TEXT) if len(written) > LONGEST_TEXT else written
