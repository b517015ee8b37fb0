"""The newcomer's side of tickets: opening one, adding to it, rating it, leaving it.

What caseworkers do is in `bot.usecases.casework`; who is told of it in
`bot.usecases.notices`.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.engine import cases
from bot.engine.danger import name_of
from bot.engine.handoff import summary_head
from bot.model import wording as w
from bot.model.content import Priority
from bot.model.conversation import Conversation
from bot.model.phrases import Block, Phrase, Style, Value
from bot.model.records import AuditEntry
from bot.model.tickets import (
    MOVES,
    AnswerItem,
    Author,
    CardItem,
    EventItem,
    Item,
    ItemBody,
    Move,
    NoteItem,
    Outcome,
    QuestionItem,
    State,
    Summary,
    TextItem,
    Ticket,
)
from bot.model.turns import AddToCase, HandOff, Message
from bot.usecases import delivered, notices, office_hours
from bot.usecases.unit import Unit


def hand_off(unit: Unit, conversation: Conversation, handoff: HandOff) -> tuple[Message, Ticket]:
    """Open a ticket, or append to the person's open one of that queue.

    Returns the confirmation for the newcomer and the ticket as stored.
    """
    mine = unit.work.tickets.of_people([conversation.person]).get(conversation.person, [])
    before = next((one for one in mine if one.open and one.queue == handoff.queue), None)
    ticket = _new_ticket(unit, conversation, handoff) if before is None else before
    bodies = _items_of(handoff.summary)
    if before is None:
        items = _store(unit, ticket, bodies, "opened", there=0)
        notices.opened(unit, ticket)
    else:
        told = _told_more(before, conversation, handoff)
        ticket = _moved(unit, _raised(unit, told, handoff.priority), Move.NEWCOMER_WRITES)
        items = _store(unit, ticket, bodies, "appended")
        notices.changed(unit, ticket)
    notices.item_added(unit, ticket, *items)
    if before is not None and before.priority is not ticket.priority is Priority.P0:
        notices.alarm(unit, ticket)
    opens = office_hours.opens(unit, ticket.queue)
    message = cases.handed_over(unit.content, ticket, appended=before is not None, opens=opens)
    return message, ticket


def add(unit: Unit, said: AddToCase) -> None:
    """Append what the newcomer said to its ticket; danger raises the priority.

    A case that was closed meanwhile stays closed: the newcomer is told by the engine. The
    same answer to the same asking counts once: impatient fingers press twice.
    """
    code = said.code
    ticket = unit.work.tickets.load([code], None).get(code)
    if ticket is None or not ticket.open or _said_already(unit, code, said.body):
        return
    if not ticket.reachable and ticket.person is not None:
        set_reachable(unit, ticket.person, now=True)  # who writes to us can be written to
        ticket = unit.work.tickets.load([code], None)[code]
    before = ticket.priority
    kind = unit.content.emergencies.get(said.danger or "")
    bodies: tuple[ItemBody, ...] = (said.body,)
    if said.edited:
        bodies = (EventItem("edited", {}), said.body)
    if kind is not None:
        ticket = _raised(unit, replace(ticket, danger=kind.id), kind.priority)
        bodies = (*bodies, EventItem("danger", {"kind": name_of(kind)}))
    ticket = _moved(unit, ticket, Move.NEWCOMER_WRITES)
    items = _store(unit, ticket, bodies, "newcomer_wrote")
    notices.item_added(unit, ticket, *items)
    notices.changed(unit, ticket)
    if before is not ticket.priority is Priority.P0:
        notices.alarm(unit, ticket)


def rate(unit: Unit, code: str, rating: int | None, sentence: str | None) -> None:
    """Keep the newcomer's rating, or their one sentence, with the closed ticket.

    Whoever rates again changes the ticket's rating; the figures count people once.
    """
    ticket = unit.work.tickets.load([code], None).get(code)
    if ticket is None or ticket.person is None:
        return
    if rating is not None:
        if ticket.rating is None:
            unit.work.figures.add(unit.today, f"rating.{ticket.queue}.{rating}", 1)
        ticket = replace(ticket, rating=rating)
    bodies: tuple[ItemBody, ...] = (TextItem(sentence),) if sentence else ()
    _store(unit, replace(ticket, version=ticket.version + 1, changed=unit.now), bodies, "rated")


def set_reachable(unit: Unit, person: str, *, now: bool) -> None:
    """Tell the caseworkers of the person's open tickets whether Telegram delivers."""
    for ticket in unit.work.tickets.of_people([person]).get(person, []):
        if ticket.open and ticket.reachable is not now:
            changed = replace(ticket, reachable=now, version=ticket.version + 1, changed=unit.now)
            event = EventItem("reachable" if now else "unreachable", {})
            items = _store(unit, changed, (event,), event.event, Author.SYSTEM)
            notices.changed(unit, changed)
            notices.item_added(unit, changed, *items)


def gave_up(unit: Unit, person: str) -> None:
    """Telegram refused a message to the person: nothing that waits for them is tried again."""
    set_reachable(unit, person, now=False)
    for ticket in unit.work.tickets.of_people([person]).get(person, []):
        delivered.give_up(unit, ticket)


def withdraw(unit: Unit, person: str) -> None:
    """Close the person's open tickets as withdrawn; text and person are gone for good."""
    for ticket in unit.work.tickets.of_people([person]).get(person, []):
        if ticket.open:
            closed = replace(
                _moved(unit, ticket, Move.WITHDRAW), outcome=Outcome.WITHDRAWN, closed=unit.now
            )
            event = EventItem("withdrawn", {})
            (item,) = _store(unit, closed, (event,), event.event, Author.SYSTEM)
            notices.withdrawn(unit, closed, item)


def export_blocks(unit: Unit, tickets: Sequence[Ticket]) -> tuple[Block, ...]:
    """Everything the newcomer's tickets hold about them, but internal notes of the office.

    All of it has been in this chat already; the notes have not, so it is said who shows them.
    """
    blocks: list[Block] = []
    for ticket in tickets:
        head: dict[str, Value] = {"code": ticket.code, "date": ticket.created}
        blocks.append(Block(Phrase(w.EXPORT_CASE, head), Style.HEADING))
        blocks.append(Block(cases.case_line(unit.content, ticket), Style.ITEM))
        blocks.extend(_about(unit, ticket))
        for item in unit.work.tickets.items(ticket.code):
            if not isinstance(item.body, NoteItem | EventItem):
                blocks.extend(notices.item_blocks(item.body))
    if tickets:
        answers_for_it = unit.content.region.controller
        values: dict[str, Value] = {"name": answers_for_it.name, "email": answers_for_it.email}
        blocks.append(Block(Phrase(w.EXPORT_ELSEWHERE, values), Style.NOTE))
    return tuple(blocks)


def _about(unit: Unit, ticket: Ticket) -> tuple[Block, ...]:
    """What the ticket says about the newcomer beside its items."""
    topic = unit.content.topics.get(ticket.topic or "")
    danger = unit.content.emergencies.get(ticket.danger or "")
    lines = summary_head(
        ticket.language, name_of(danger) if danger else None, Phrase(topic.title) if topic else None
    )
    rating = cases.RATINGS.get(ticket.rating or 0)
    return (*lines, Block(Phrase(rating), Style.ITEM)) if rating else lines


def _said_already(unit: Unit, code: str, body: ItemBody) -> bool:
    """Whether `body` answers a question that has just this answer since it was last asked."""
    if not isinstance(body, AnswerItem):
        return False
    for item in reversed(unit.work.tickets.items(code)):
        match item.body:
            case QuestionItem(field) if field == body.field:
                return False
            case AnswerItem(field, value) if field == body.field:
                return value == body.value
    return False


def _told_more(ticket: Ticket, conversation: Conversation, handoff: HandOff) -> Ticket:
    """The ticket with what a second handoff into it says anew."""
    return replace(
        ticket,
        language=conversation.language,
        danger=handoff.danger or ticket.danger,
        municipality=handoff.municipality or ticket.municipality,
    )


def _new_ticket(unit: Unit, conversation: Conversation, handoff: HandOff) -> Ticket:
    queue = unit.content.region.queues[handoff.queue]
    return Ticket(
        code=unit.chance.code(),
        queue=queue.id,
        team=queue.team,
        priority=handoff.priority,
        state=State.NEW,
        version=1,
        created=unit.now,
        changed=unit.now,
        due=office_hours.due(unit, handoff.priority, queue.id),
        language=conversation.language,
        person=conversation.person,
        content=unit.content.version,
        topic=handoff.topic,
        danger=handoff.danger,
        municipality=handoff.municipality,
    )


def _items_of(summary: Summary) -> tuple[ItemBody, ...]:
    words: tuple[ItemBody, ...] = (TextItem(summary.text),) if summary.text else ()
    answers: tuple[AnswerItem, ...] = summary.answers
    shown: tuple[CardItem, ...] = summary.cards
    return (*answers, *shown, *words)


def _raised(unit: Unit, ticket: Ticket, priority: Priority) -> Ticket:
    """`ticket` at `priority` if that is more urgent than what it has."""
    if priority >= ticket.priority:
        return ticket
    return replace(ticket, priority=priority, due=office_hours.due(unit, priority, ticket.queue))


def _moved(unit: Unit, ticket: Ticket, move: Move) -> Ticket:
    state = MOVES[ticket.state, move]
    return replace(ticket, state=state, version=ticket.version + 1, changed=unit.now)


def _store(
    unit: Unit,
    ticket: Ticket,
    bodies: Sequence[ItemBody],
    what: str,
    author: Author = Author.NEWCOMER,
    *,
    there: int | None = None,
) -> list[Item]:
    """Keep the ticket with what is new in it; `there` is how many items it has, if that is known.

    Returns the new items.
    """
    tickets = unit.work.tickets
    tickets.save(ticket)
    first = 1 + (tickets.item_count(ticket.code) if there is None else there)
    numbered = enumerate(bodies, first)
    items = [Item(number, unit.now, author, body) for number, body in numbered]
    tickets.add(ticket.code, items)
    tickets.audit(AuditEntry(ticket.code, unit.now, what, ticket.team))
    return items
