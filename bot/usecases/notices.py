"""Who is told of a ticket: the caseworkers' room, the alarm addresses, the newcomer.

Everything here puts rows into the outbox of the running transaction; nothing is
sent. Headers and alarms name the case, never the person or what they said.
"""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Priority
from bot.model.outbox import Act, Channel, Delivery, room_lane
from bot.model.phrases import Block, Phrase, Style, Value
from bot.model.records import Job, JobKind
from bot.model.region import Queue
from bot.model.tickets import (
    AnswerItem,
    AppointmentItem,
    Author,
    CardItem,
    EventItem,
    Item,
    ItemBody,
    NoteItem,
    QuestionItem,
    ReplyItem,
    State,
    TextItem,
    Ticket,
)
from bot.model.turns import Message
from bot.usecases.refusals import state_phrase
from bot.usecases.unit import Unit

ROOM_LANGUAGE: Final = "de"
"""The county's language: what is written in the room and in alarm mails."""

_ORDER: Final = re.compile(r"(?<![\w/])(/)(?=[A-Za-z0-9_])")
"""What Telegram would make a command of: whoever touched it in the group would give it."""

ALARM_AGAIN: Final = timedelta(minutes=15)
"""How long after an alarm nobody took on it is repeated."""

TROUBLE: Final = "room/fails"
"""Note: what fails in the room and why, as `room_abilities` writes it; empty if nothing does."""


def missing_note(code: str) -> str:
    """The note of the first item that the room's topic of a case lacks."""
    return f"room/missing/{code}"


def opened(unit: Unit, ticket: Ticket) -> None:
    """Tell the room of a new ticket; for a P0 raise the alarm beyond any open browser tab."""
    if in_room(unit, ticket):
        _room(unit, ticket, Act.OPEN_TOPIC, header(unit, ticket))
    if ticket.priority is Priority.P0:
        alarm(unit, ticket)
    _remind(unit, ticket)


def changed(unit: Unit, ticket: Ticket) -> None:
    """Bring the room's header card up to date and keep the due time watched."""
    if in_room(unit, ticket):
        _room(unit, ticket, Act.HEADER, header(unit, ticket))
        if not ticket.open:
            topic_switched(unit, ticket)
    _remind(unit, ticket)


def shown_again(unit: Unit, ticket: Ticket) -> None:
    """Bring the room's header card up to date; what the topic lacks follows it."""
    _room(unit, ticket, Act.HEADER, header(unit, ticket))


def topic_switched(unit: Unit, ticket: Ticket) -> None:
    """Close the room's topic of a case that is closed; open it if it is worked on again."""
    if in_room(unit, ticket):
        _room(unit, ticket, Act.REOPEN_TOPIC if ticket.open else Act.CLOSE_TOPIC, None)


def passed_on(unit: Unit, before: Ticket, after: Ticket) -> None:
    """Take the case out of the room if the room is not for the team that has it now."""
    if in_room(unit, before) and not in_room(unit, after):
        out_of_room(unit, after.code)


def tidied(unit: Unit) -> None:
    """Take the cases out of the room that it is not for, as its setting may have changed.

    So are those of erased people, if something kept their topics from going then.
    """
    codes = unit.work.rooms.tickets() if _has_room(unit) else ()
    for ticket in unit.work.tickets.load(codes, None).values() if codes else ():
        if not rooms_own(unit, ticket):
            out_of_room(unit, ticket.code)


def withdrawn(unit: Unit, ticket: Ticket, item: Item) -> None:
    """Tell all members of the room that the person of an open case deleted their data.

    Its topic goes as well (`shredded`), so this stands in the common thread.
    """
    if in_room(unit, ticket):
        message = Message(mirrored(ticket, item))
        delivery = Delivery(Channel.ROOM, Act.SEND, ROOM_LANGUAGE, message)
        unit.work.outbox.put((delivery,), unit.now)


def shredded(unit: Unit, code: str) -> None:
    """Take a case whose texts are gone out of the room: what waits for its topic, then the topic.

    The group lies at Telegram, so its copies would outlive ours. A command that erases has no
    token: what it puts into the outbox is carried out by the bot.
    """
    if unit.work.rooms.room() is not None:
        out_of_room(unit, code)
    else:
        _drop_what_waits(unit, code)


def _drop_what_waits(unit: Unit, code: str) -> None:
    unit.work.outbox.drop_lane(room_lane(code))
    unit.work.notes.drop(missing_note(code))


def out_of_room(unit: Unit, code: str) -> None:
    """Drop what waits for the topic of a case, then the topic."""
    _drop_what_waits(unit, code)
    delivery = Delivery(Channel.ROOM, Act.DELETE_TOPIC, ROOM_LANGUAGE, ticket=code)
    unit.work.outbox.put((delivery,), unit.now)


def item_added(unit: Unit, ticket: Ticket, *items: Item) -> None:
    """Mirror new items into the room's topic, as one message.

    Each begins with case and item number ("#K7MX2Q-12"): a repetition after a crash
    is recognised by people. Internal notes stay in the desk.
    """
    if not items or not in_room(unit, ticket):
        return
    blocks = tuple(block for item in items for block in mirrored(ticket, item))
    in_topic(unit, ticket, Message(blocks), items[0].number)


def in_topic(unit: Unit, ticket: Ticket, message: Message, first: int) -> None:
    """Put items into the topic of their case, as one message; `first` is the number of the first.

    Should it be lost with the topic or the group, they are put there again from that one on.
    """
    _room(unit, ticket, Act.SEND, message, item=first)


def told(
    unit: Unit,
    ticket: Ticket,
    message: Message,
    item: int | None = None,
    *,
    instead_of: int | None = None,
) -> None:
    """Put `message` into the newcomer's own chat, in their language; nothing after erasure.

    `instead_of` is the id of a message there that it takes the place of.
    """
    found = unit.work.people.conversation(ticket.person) if ticket.person else None
    if found is None:
        return
    telegram_id, conversation = found
    delivery = Delivery(
        Channel.CHAT,
        Act.SEND if instead_of is None else Act.EDIT,
        conversation.language,
        message,
        chat=telegram_id,
        person=ticket.person,
        ticket=ticket.code,
        item=item,
        message_id=instead_of,
    )
    unit.work.outbox.put((delivery,), unit.now)


def alarm(unit: Unit, ticket: Ticket) -> None:
    """Wake somebody for `ticket`: the group's common thread and the queue's alarm addresses."""
    message = _alarm_message(unit, ticket)
    deliveries: list[Delivery] = []
    if in_room(unit, ticket):
        deliveries.append(Delivery(Channel.ROOM, Act.SEND, ROOM_LANGUAGE, message, urgent=True))
    queue = unit.content.region.queues.get(ticket.queue)
    if unit.policy.mail and queue is not None:
        deliveries.extend(
            Delivery(Channel.MAIL, Act.SEND, ROOM_LANGUAGE, message, address=address, urgent=True)
            for address in queue.alarm_emails
        )
    unit.work.outbox.put(deliveries, unit.now)


def header(unit: Unit, ticket: Ticket) -> Message:
    """The case in the room: code, queue, priority, due time, state, who has it. No person."""
    values = _facts(unit, ticket)
    blocks = [Block(Phrase("desk/room.header#text", values), Style.TITLE)]
    if ticket.claimed_by is not None:
        holder = unit.work.staff.by_id(ticket.claimed_by)
        name = ticket.claimed_by if holder is None else holder.name
        blocks.append(Block(Phrase("desk/room.claimed_by#text", {"name": name})))
    if not ticket.reachable:
        blocks.append(Block(Phrase("desk/unreachable#text"), Style.WARNING))
    return Message(tuple(blocks), _header_keyboard(ticket))


def item_message(item: Item) -> Message:
    """What an item says, as a message of its own."""
    return Message(item_blocks(item.body))


def item_blocks(body: ItemBody) -> tuple[Block, ...]:
    """What an item says, rendered for whoever looks; free text stays as it was written."""
    match body:
        case AnswerItem(_, _, question, answer):
            return (_line(question, answer, Style.ITEM),)
        case CardItem(_, title):
            return (_line(Phrase(w.CARD_LABEL), title),)
        case TextItem(text):
            return (Block(Phrase(w.AS_WRITTEN, {"text": text}), Style.QUOTE),)
        case NoteItem(text):
            return (Block(Phrase(w.AS_WRITTEN, {"text": text}), Style.NOTE),)
        case ReplyItem(_, phrase):
            return (Block(phrase),)
        case QuestionItem(_, question):
            return (_line(Phrase(w.CASE_ASKS), question),)
        case AppointmentItem(start):
            return (Block(Phrase(w.DATED, {"date": start})),)
        case EventItem(event, values):
            return (Block(Phrase(f"desk/event.{event}#text", values), Style.NOTE),)


def room_blocks(item: Item) -> tuple[Block, ...]:
    """What an item says in the group. No command of a newcomer's can be touched there."""
    body = item.body
    if item.author is Author.NEWCOMER and isinstance(body, TextItem):
        body = TextItem(_untouchable(body.text))
    if item.author is Author.NEWCOMER and isinstance(body, AnswerItem):
        body = replace(body, answer=_harmless(body.answer))
    return item_blocks(body)


def _harmless(said: Phrase) -> Phrase:
    """An answer of which nothing typed is a command."""
    values = {
        name: _untouchable(value) if isinstance(value, str) else value
        for name, value in said.values.items()
    }
    return replace(said, values=values)


def _untouchable(text: str) -> str:
    return _ORDER.sub("\\1\u200c", text)


def _line(label: Phrase, said: Phrase, style: Style = Style.TEXT) -> Block:
    return Block(Phrase(w.ANSWER_LINE, {"question": label, "answer": said}), style)


def mirrored(ticket: Ticket, item: Item) -> tuple[Block, ...]:
    """An item as it stands in the topic of its case: who said it, its number, and what it says."""
    number = {"code": ticket.code, "number": str(item.number)}
    who = Block(Phrase(f"desk/room.from_{item.author}#text", number), Style.HEADING)
    if isinstance(item.body, NoteItem):
        return (who, Block(Phrase("desk/room.note_in_desk#text"), Style.NOTE))
    return (who, *room_blocks(item))


def _alarm_message(unit: Unit, ticket: Ticket) -> Message:
    facts = Block(Phrase("desk/room.header#text", _facts(unit, ticket)))
    title = Block(Phrase("desk/alarm.title#text", {"code": ticket.code}), Style.TITLE)
    urge = Block(Phrase("desk/alarm.urge#text"), Style.WARNING)
    if unit.policy.desk_url is None:
        return Message((title, facts, urge))
    link = Button(
        Phrase("desk/alarm.open#button"), url=f"{unit.policy.desk_url}/tickets/{ticket.code}"
    )
    return Message((title, facts, urge), ((link,),))


def _facts(unit: Unit, ticket: Ticket) -> dict[str, Value]:
    queue = unit.content.region.queues.get(ticket.queue)
    return {
        "code": ticket.code,
        "queue": _queue_title(queue, ticket.queue),
        "priority": Phrase(f"desk/priority.{ticket.priority}#text"),
        "due": ticket.due,
        "state": state_phrase(ticket.state),
    }


def _queue_title(queue: Queue | None, queue_id: str) -> Value:
    return queue_id if queue is None else Phrase(queue.title)


def _header_keyboard(ticket: Ticket) -> tuple[tuple[Button, ...], ...]:
    def button(do: Do) -> Button:
        label = Phrase(f"desk/do.{do.name.lower()}#button")
        return Button(label, Action(do, ticket.code, number=ticket.version))

    match ticket.state:
        case State.NEW:
            return ((button(Do.CLAIM),), (button(Do.CLOSE),))
        case State.CLOSED:
            return ((button(Do.REOPEN),),)
        case _:
            return (
                (button(Do.REPLIES), button(Do.QUESTIONS)),
                (button(Do.RELEASE), button(Do.CLOSE)),
            )


def _room(
    unit: Unit, ticket: Ticket, act: Act, message: Message | None, item: int | None = None
) -> None:
    urgent = ticket.priority is Priority.P0
    delivery = Delivery(
        Channel.ROOM, act, ROOM_LANGUAGE, message, ticket=ticket.code, item=item, urgent=urgent
    )
    unit.work.outbox.put((delivery,), unit.now)


def in_room(unit: Unit, ticket: Ticket) -> bool:
    """Whether everybody in the room may read this case."""
    teams = unit.policy.room_teams
    return (not teams or ticket.team in teams) and _has_room(unit)


def rooms_own(unit: Unit, ticket: Ticket) -> bool:
    """Whether the room has a topic for this case: none whose person is gone."""
    return ticket.person is not None and in_room(unit, ticket)


def _has_room(unit: Unit) -> bool:
    return unit.policy.room and unit.work.rooms.room() is not None


def _remind(unit: Unit, ticket: Ticket) -> None:
    """Have somebody look at the ticket when its answer is due."""
    if ticket.open and ticket.due > unit.now:
        unit.work.jobs.put(Job(JobKind.DUE, ticket.code, ticket.due))
