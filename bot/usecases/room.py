"""What happens in the caseworkers' Telegram group: texts, commands and presses in case topics.

Being a member of the group grants nothing: only somebody whose Telegram account is bound to an
active caseworker acts, and `bot.usecases.casework` asks for their team again. Answers go into
the outbox; how topics are made and repaired is the Telegram channel's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.model.buttons import Action, Button, Do, short
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Block, Phrase, Style
from bot.model.records import RoomTopic
from bot.model.tickets import Caseworker, NoteItem, Outcome, Ticket
from bot.model.turns import Message, Toast
from bot.usecases import casework, notices, refusals
from bot.usecases.notices import ROOM_LANGUAGE
from bot.usecases.refusals import Refused
from bot.usecases.room_events import (
    Attached,
    Binding,
    BindRoom,
    Elsewhere,
    MemberLeft,
    Moved,
    Ordered,
    Pressed,
    RoomArrival,
    Said,
    Standing,
    TopicCreated,
)
from bot.usecases.unit import Unit

TROUBLE: Final = "room/trouble"
"""Note: why the room cannot be used (a short code), or empty."""

ACCOUNT_CODE: Final = "telegram"
ROOM_CODE: Final = "room"
"""Purposes of one-time codes: binding a caseworker's account, binding a group as the room."""

NOTE_SIGN: Final = "//"

OUTCOME_IDS: Final = {short(outcome.value): outcome.value for outcome in Outcome}
"""What short hashes in the buttons that close a case stand for; content knows no outcomes."""


@dataclass(slots=True)
class Door:
    """What the process knows of the room beside the store.

    `fixed`: a setting names the group, so nobody binds another one. `told` are the members
    who have had the notice that they are not registered.
    """

    fixed: bool = False
    told: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What is done beside the outbox: toasts for a press, a group to leave, a trouble to log."""

    toasts: tuple[Toast, ...] = ()
    leave: int | None = None
    trouble: str | None = None


NOTHING: Final = Outcomes()


def receive(unit: Unit, arrival: RoomArrival, door: Door) -> Outcomes:
    """Carry out what an event in a group means, if it means anything."""
    room = unit.work.rooms.room()
    is_room = room is not None and room.chat == arrival.chat
    match arrival.event:
        case BindRoom() as wanted:
            return NOTHING if is_room else _bind_room(unit, arrival.chat, wanted, door)
        case Elsewhere():
            return NOTHING
        case _ if not is_room:
            return _foreign(unit, arrival)
        case Moved(to):
            unit.work.rooms.bind(to)
        case Standing() as standing:
            return _standing(unit, standing)
        case TopicCreated(title):
            _adopt(unit, arrival.thread, title)
        case MemberLeft():
            _member_left(unit, arrival.by)
        case Said() | Ordered() | Pressed() | Attached():
            return _acted(unit, arrival, door)
    return NOTHING


def bind_account(unit: Unit, binding: Binding) -> None:
    """Bind the Telegram account to the caseworker whom the one-time code was made for."""
    staff = unit.work.staff
    caseworker_id = staff.take_link(binding.code, ACCOUNT_CODE, unit.now) if binding.code else None
    caseworker = staff.by_id(caseworker_id) if caseworker_id else None
    if caseworker is None or not caseworker.active:
        _tell_chat(unit, binding.telegram_id, Phrase("desk/room.code_unknown#text"))
        return
    before = staff.by_telegram(binding.telegram_id)
    if before is not None and before.id != caseworker.id:
        staff.save(replace(before, telegram_id=None), None)
    staff.save(replace(caseworker, telegram_id=binding.telegram_id), None)
    bound = Phrase("desk/room.account_bound#text", {"name": caseworker.name})
    _tell_chat(unit, binding.telegram_id, bound)


# --- the group itself ----------------------------------------------------------------


def _bind_room(unit: Unit, chat: int, wanted: BindRoom, door: Door) -> Outcomes:
    if door.fixed:
        _tell_chat(unit, chat, Phrase("desk/room.fixed#text"))
    elif not wanted.forum:
        _tell_chat(unit, chat, Phrase("desk/room.no_forum#text"))
    elif not wanted.code or unit.work.staff.take_link(wanted.code, ROOM_CODE, unit.now) is None:
        _tell_chat(unit, chat, Phrase("desk/room.code_unknown#text"))
    else:
        unit.work.rooms.bind(chat)
        unit.work.notes.put(TROUBLE, "")
        _tell_chat(unit, chat, Phrase("desk/room.bound#text"))
    return NOTHING


def _foreign(unit: Unit, arrival: RoomArrival) -> Outcomes:
    """Stay silent in a group that is not ours; leave it unless a caseworker brought us there."""
    added = isinstance(arrival.event, Standing) and arrival.event.present
    if not added or _caseworker(unit, arrival.by) is not None:
        return NOTHING
    return Outcomes(leave=arrival.chat)


def _standing(unit: Unit, standing: Standing) -> Outcomes:
    trouble = ""
    if not standing.present:
        trouble = "thrown_out"
    elif not standing.may_manage_topics:
        trouble = "no_rights"
    unit.work.notes.put(TROUBLE, trouble)
    return Outcomes(trouble=trouble)


def _adopt(unit: Unit, thread: int | None, title: str) -> None:
    """Remember a topic of ours whose making was not confirmed to us."""
    code = title.split(maxsplit=1)[0] if title.split() else ""
    rooms = unit.work.rooms
    if thread is None or rooms.topic(code) is not None:
        return
    if code in unit.work.tickets.load((code,), None):
        rooms.save(RoomTopic(code, thread))


def _member_left(unit: Unit, telegram_id: int | None) -> None:
    caseworker = _caseworker(unit, telegram_id)
    if caseworker is not None:
        _say(unit, None, Phrase("desk/room.member_left#text", {"name": caseworker.name}))


# --- people in the group --------------------------------------------------------------


def _acted(unit: Unit, arrival: RoomArrival, door: Door) -> Outcomes:
    by = _caseworker(unit, arrival.by)
    if isinstance(arrival.event, Pressed):
        return _press(unit, by, arrival.event.action)
    topic = unit.work.rooms.by_thread(arrival.thread) if arrival.thread is not None else None
    if topic is None:
        return NOTHING
    if by is None:
        _turn_away(unit, topic.ticket, arrival.by, door)
        return NOTHING
    match arrival.event:
        case Said(text, edited):
            _said(unit, by, topic.ticket, text, edited=edited)
        case Ordered(name, argument):
            _ordered(unit, by, topic.ticket, name, argument)
        case _:
            _say(unit, topic.ticket, Phrase("desk/room.only_text#text"))
    return NOTHING


def _caseworker(unit: Unit, telegram_id: int | None) -> Caseworker | None:
    """The active caseworker whose account this is; nobody for an anonymous sender."""
    found = None if telegram_id is None else unit.work.staff.by_telegram(telegram_id)
    return found if found is not None and found.active else None


def _turn_away(unit: Unit, code: str, telegram_id: int | None, door: Door) -> None:
    """Say that nothing was passed on: once to a stranger, always to somebody anonymous.

    The anonymous one is likely a caseworker who believes to have answered.
    """
    if telegram_id is None:
        _say(unit, code, Phrase("desk/room.anonymous#text"))
    elif telegram_id not in door.told:
        door.told.add(telegram_id)
        _say(unit, code, Phrase("desk/room.stranger#text"))


def _said(unit: Unit, by: Caseworker, code: str, text: str, *, edited: bool) -> None:
    if edited:
        _say(unit, code, Phrase("desk/room.edit_not_sent#text"))
    elif text.startswith(NOTE_SIGN):
        _result(unit, code, casework.note(unit, by, code, None, text[len(NOTE_SIGN) :]))
    else:
        _result(unit, code, casework.answer_text(unit, by, code, None, text))


def _ordered(unit: Unit, by: Caseworker, code: str, name: str, argument: str) -> None:
    match name:
        case "note":
            _result(unit, code, casework.note(unit, by, code, None, argument))
        case "close" if argument:
            _result(unit, code, casework.close(unit, by, code, None, argument))
        case "close":
            _result(unit, code, _offer_outcomes(unit, by, code))
        case "replies":
            _result(unit, code, _offer_replies(unit, by, code))
        case "claim" | "release" | "reopen":
            _result(unit, code, _MOVES[name](unit, by, code, None))
        case _:
            _say(unit, code, Phrase("desk/room.commands#text"))


def _press(unit: Unit, by: Caseworker | None, action: Action | None) -> Outcomes:
    if by is None:
        return _toast(Phrase("desk/room.stranger#text"))
    if action is None:
        return _toast(Phrase("desk/room.old_button#text"))
    code, version = action.target, action.number or None
    done: Ticket | Refused
    match action.do:
        case Do.CLAIM | Do.RELEASE | Do.REOPEN:
            done = _MOVES[action.do.name.lower()](unit, by, code, version)
        case Do.CLOSE if action.value:
            done = casework.close(unit, by, code, version, action.value)
        case Do.CLOSE:
            done = _offer_outcomes(unit, by, code)
        case Do.REPLIES:
            done = _offer_replies(unit, by, code)
        case Do.REPLY:
            done = _preview(unit, by, code, action.value)
        case Do.SEND_REPLY:
            done = casework.answer_reply(unit, by, code, version, action.value, {})
        case _:
            return _toast(Phrase("desk/room.old_button#text"))
    return _toast(done.phrase if isinstance(done, Refused) else Phrase("desk/room.done#text"))


_Moving = Callable[[Unit, Caseworker, str, int | None], Ticket | Refused]
_MOVES: Final[Mapping[str, _Moving]] = {
    "claim": casework.claim,
    "release": casework.release,
    "reopen": casework.reopen,
}


# --- lists to press on ------------------------------------------------------------------


def _offer_outcomes(unit: Unit, by: Caseworker, code: str) -> Ticket | Refused:
    """Ask how the case ended; pressing closes it."""
    ticket = _own(unit, by, code)
    if isinstance(ticket, Refused):
        return ticket
    rows = tuple(
        (
            Button(
                Phrase(f"desk/outcome.{outcome}#text"),
                Action(Do.CLOSE, code, outcome.value, ticket.version),
            ),
        )
        for outcome in Outcome
        if outcome is not Outcome.WITHDRAWN
    )
    _say(unit, code, Phrase("desk/room.which_outcome#text"), rows)
    return ticket


def _offer_replies(unit: Unit, by: Caseworker, code: str) -> Ticket | Refused:
    """List the canned replies without gaps; those with gaps are filled in the desk."""
    ticket = _own(unit, by, code)
    if isinstance(ticket, Refused):
        return ticket
    rows = tuple(
        (Button(Phrase(reply.title), Action(Do.REPLY, code, reply.id, ticket.version)),)
        for reply in unit.content.replies.values()
        if not reply.slots
    )
    _say(unit, code, Phrase("desk/room.which_reply#text"), rows)
    return ticket


def _preview(unit: Unit, by: Caseworker, code: str, reply_id: str) -> Ticket | Refused:
    """Show a reply as the newcomer will read it and in our language, with the button to send."""
    ticket = _own(unit, by, code)
    item = casework.reply_item(unit, reply_id, {})
    if isinstance(ticket, Refused):
        return ticket
    if isinstance(item, Refused):
        return item
    send = Button(
        Phrase("desk/room.send_reply#button"), Action(Do.SEND_REPLY, code, reply_id, ticket.version)
    )
    theirs = Message((Block(item.phrase, Style.QUOTE),))
    ours = Message(
        (Block(Phrase("desk/room.preview#text"), Style.NOTE), Block(item.phrase, Style.QUOTE)),
        ((send,),),
    )
    if ticket.language != ROOM_LANGUAGE:
        _put(unit, code, theirs, ticket.language)
    _put(unit, code, ours)
    return ticket


def _own(unit: Unit, by: Caseworker, code: str) -> Ticket | Refused:
    found = unit.work.tickets.load((code,), by.teams).get(code)
    return refusals.UNKNOWN_CASE if found is None else found


# --- saying something --------------------------------------------------------------------


def _toast(phrase: Phrase) -> Outcomes:
    return Outcomes(toasts=(Toast(phrase),))


def _result(unit: Unit, code: str, done: Ticket | Refused) -> None:
    """A refusal is told in the topic; success shows by itself in header and mirrored items."""
    if isinstance(done, Refused):
        _put(unit, code, Message((Block(done.phrase, Style.WARNING),)))


def _say(
    unit: Unit, code: str | None, phrase: Phrase, rows: tuple[tuple[Button, ...], ...] = ()
) -> None:
    _put(unit, code, Message((Block(phrase),), rows))


def _put(unit: Unit, code: str | None, message: Message, language: str = ROOM_LANGUAGE) -> None:
    delivery = Delivery(Channel.ROOM, Act.SEND, language, message, ticket=code)
    unit.work.outbox.put((delivery,), unit.now)


def _tell_chat(unit: Unit, chat: int, phrase: Phrase) -> None:
    message = Message((Block(phrase),))
    delivery = Delivery(Channel.CHAT, Act.SEND, ROOM_LANGUAGE, message, chat=chat)
    unit.work.outbox.put((delivery,), unit.now)


def recreated(unit: Unit, code: str) -> tuple[Message, ...]:
    """Return what a topic made anew begins with: the header card, then what was said so far.

    Empty if there is no such ticket. Internal notes stay in the desk.
    """
    ticket = unit.work.tickets.load((code,), None).get(code)
    if ticket is None:
        return ()
    items = unit.work.tickets.items(code)
    told = [item.body for item in items if not isinstance(item.body, NoteItem)]
    said = [block for body in told for block in notices.item_blocks(body)]
    header = notices.header(unit, ticket)
    return (header, Message(tuple(said))) if said else (header,)
