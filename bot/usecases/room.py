"""What happens in the caseworkers' Telegram group: texts, commands and presses in case topics.

Being a member of the group grants nothing: only somebody whose Telegram account is bound to an
active caseworker acts, and `bot.usecases.casework` asks for their team again. Answers go into
the outbox; how topics are made and repaired is the Telegram channel's.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.model.buttons import Action, Do, short
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Block, Phrase, Style
from bot.model.records import RoomTopic
from bot.model.tickets import Caseworker, Outcome, Ticket
from bot.model.turns import Message, Toast
from bot.usecases import casework, resending, room_lists, room_topics, signing_in
from bot.usecases.inside import is_inside, note_in
from bot.usecases.notices import ROOM_LANGUAGE, out_of_room
from bot.usecases.refusals import Refused
from bot.usecases.room_abilities import NO_RIGHTS, THROWN_OUT, Ability, held, hinders, note
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
from bot.usecases.room_lists import put, say
from bot.usecases.unit import Unit

ACCOUNT_CODE: Final = "telegram"
ROOM_CODE: Final = "room"
"""Purposes of one-time codes: binding a caseworker's account, binding a group as the room."""

REFUSALS_TOLD: Final = 3
"""How often a group hears that it cannot be the room, in the life of a process."""

OUTCOME_IDS: Final = {short(outcome.value): outcome.value for outcome in Outcome}
"""What short hashes in the buttons that close a case stand for; content knows no outcomes."""


@dataclass(slots=True)
class Door:
    """What the process knows of the room beside the store.

    `fixed`: a setting names the group, so nobody binds another one. `told` are members and the
    cases in whose topics they have read that they are not registered. `refused` counts by group
    how often binding was refused there.
    """

    fixed: bool = False
    told: set[tuple[int, str]] = field(default_factory=set)
    refused: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What is done beside the outbox: toasts for a press, a group to leave, news to log.

    `trouble` is what fails in the group, `usable` that nothing fails there any more.
    """

    toasts: tuple[Toast, ...] = ()
    leave: int | None = None
    trouble: str | None = None
    usable: bool = False


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
        signing_in.bound(unit, replace(before, telegram_id=None))
    signing_in.bound(unit, replace(caseworker, telegram_id=binding.telegram_id))
    bound = Phrase("desk/room.account_bound#text", {"name": caseworker.name})
    _tell_chat(unit, binding.telegram_id, bound)


# --- the group itself ----------------------------------------------------------------


def _bind_room(unit: Unit, chat: int, wanted: BindRoom, door: Door) -> Outcomes:
    if door.fixed:
        _refuse_room(unit, chat, "fixed", door)
    elif not wanted.forum:
        _refuse_room(unit, chat, "no_forum", door)
    elif not wanted.code or unit.work.staff.take_link(wanted.code, ROOM_CODE, unit.now) is None:
        _refuse_room(unit, chat, "code_unknown", door)
    else:
        unit.work.rooms.bind(chat)
        note(unit.work, {})
        door.refused.pop(chat, None)
        _tell_chat(unit, chat, Phrase("desk/room.bound#text"))
    return NOTHING


def _refuse_room(unit: Unit, chat: int, why: str, door: Door) -> None:
    """Say why, a few times: whoever goes on trying in a strange group talks to nobody."""
    door.refused[chat] += 1
    if door.refused[chat] <= REFUSALS_TOLD:
        _tell_chat(unit, chat, Phrase(f"desk/room.{why}#text"))


def _foreign(unit: Unit, arrival: RoomArrival) -> Outcomes:
    """Stay silent in a group that is not ours; leave it unless a caseworker brought us there."""
    added = isinstance(arrival.event, Standing) and arrival.event.present
    if not added or _caseworker(unit, arrival.by) is not None:
        return NOTHING
    return Outcomes(leave=arrival.chat)


def _standing(unit: Unit, standing: Standing) -> Outcomes:
    fails = {}
    if not standing.present:
        fails[Ability.WRITE] = THROWN_OUT
    elif not standing.may_manage_topics:
        fails[Ability.TOPICS] = NO_RIGHTS
    if standing.present and not standing.may_delete:
        fails[Ability.DELETE] = NO_RIGHTS
    before = held(unit.work)
    note(unit.work, fails)
    room_topics.mended(unit, before, fails)
    told = ", ".join(f"{ability}: {why}" for ability, why in fails.items())
    return Outcomes(trouble=told, usable=hinders(before) and not hinders(fails))


def _adopt(unit: Unit, thread: int | None, title: str) -> None:
    """Remember a topic of ours whose making was not confirmed to us.

    If the case has another one already, this one was made by a process that was killed before
    it knew: it goes again.
    """
    code = title.split(maxsplit=1)[0] if title.split() else ""
    if thread is None or code not in unit.work.tickets.load((code,), None):
        return
    adopted = unit.work.rooms.adopt(RoomTopic(code, thread)).thread == thread
    if adopted and room_topics.shown(unit, code) is None:
        out_of_room(unit, code)  # it left the room while its topic was made
    elif not adopted:
        room_topics.one_too_many(unit, code, thread)


def _member_left(unit: Unit, telegram_id: int | None) -> None:
    caseworker = _caseworker(unit, telegram_id)
    if caseworker is not None:
        say(unit, None, Phrase("desk/room.member_left#text", {"name": caseworker.name}))


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
        case Said() as said:
            _said(unit, by, topic.ticket, said)
        case Ordered(name, argument):
            _ordered(unit, by, topic.ticket, name, argument)
        case _:
            say(unit, topic.ticket, Phrase("desk/room.only_text#text"))
    return NOTHING


def _caseworker(unit: Unit, telegram_id: int | None) -> Caseworker | None:
    """The active caseworker whose account this is; nobody for an anonymous sender."""
    found = None if telegram_id is None else unit.work.staff.by_telegram(telegram_id)
    return found if found is not None and found.active else None


def _turn_away(unit: Unit, code: str, telegram_id: int | None, door: Door) -> None:
    """Say that nothing was passed on: once a topic to a stranger, always to somebody anonymous.

    The anonymous one is likely a caseworker who believes to have answered, and the stranger may be
    one whose account is not bound yet.
    """
    if telegram_id is None:
        say(unit, code, Phrase("desk/room.anonymous#text"))
    elif (telegram_id, code) not in door.told:
        door.told.add((telegram_id, code))
        say(unit, code, Phrase("desk/room.stranger#text"))


def _said(unit: Unit, by: Caseworker, code: str, said: Said) -> None:
    text, note = said.text, note_in(said.text)
    if said.edited:
        _edited(unit, by, code, said)
    elif note is not None:
        _result(unit, code, casework.note(unit, by, code, None, note))
    elif is_inside(text):
        say(unit, code, Phrase("desk/room.slash_not_sent#text"))
    else:
        source = said.message_id
        _result(unit, code, casework.answer_text(unit, by, code, None, text, source=source))


def _edited(unit: Unit, by: Caseworker, code: str, said: Said) -> None:
    """Pass on a changed answer, unless it was made into something for colleagues."""
    if is_inside(said.text):
        say(unit, code, Phrase("desk/room.slash_edit_not_sent#text"))
        return
    done = resending.correct(unit, by, code, said.message_id, said.text)
    if done is None:
        say(unit, code, Phrase("desk/room.edit_not_sent#text"))
    else:
        _result(unit, code, done)


def _ordered(unit: Unit, by: Caseworker, code: str, name: str, argument: str) -> None:
    match name:
        case "note":
            _result(unit, code, casework.note(unit, by, code, None, argument))
        case "close" if argument:
            _result(unit, code, casework.close(unit, by, code, None, argument))
        case "close":
            _result(unit, code, room_lists.offer_outcomes(unit, by, code))
        case "replies":
            _result(unit, code, room_lists.offer_replies(unit, by, code, ""))
        case "ask":
            _result(unit, code, room_lists.offer_questions(unit, by, code, ""))
        case "claim" | "release" | "reopen" | "resend":
            _result(unit, code, _MOVES[name](unit, by, code, None))
        case _:
            say(unit, code, Phrase("desk/room.commands#text"))


def _press(unit: Unit, by: Caseworker | None, action: Action | None) -> Outcomes:
    if by is None:
        return _toast(Phrase("desk/room.stranger#text"))
    done = None if action is None else _pressed(unit, by, action)
    if done is None:
        return _toast(Phrase("desk/room.old_button#text"))
    return _toast(done.phrase if isinstance(done, Refused) else Phrase("desk/room.done#text"))


def _pressed(unit: Unit, by: Caseworker, action: Action) -> Ticket | Refused | None:
    """What became of a press; None: it is no button of the room."""
    code, value, version = action.target, action.value, action.number or None
    offered = _LISTS.get(action.do)
    if offered is not None:
        return offered(unit, by, code, value)
    match action.do:
        case Do.CLAIM | Do.RELEASE | Do.REOPEN:
            return _MOVES[action.do.name.lower()](unit, by, code, version)
        case Do.CLOSE if value:
            return casework.close(unit, by, code, version, value)
        case Do.CLOSE:
            return room_lists.offer_outcomes(unit, by, code)
        case Do.SEND_REPLY:
            return casework.answer_reply(unit, by, code, version, value, {})
        case Do.SEND_QUESTION:
            return casework.ask(unit, by, code, version, value)
        case _:
            return None


_LISTS: Final[Mapping[Do, Callable[[Unit, Caseworker, str, str], Ticket | Refused]]] = {
    Do.REPLIES: room_lists.offer_replies,
    Do.REPLY: room_lists.preview_reply,
    Do.QUESTIONS: room_lists.offer_questions,
    Do.TOPIC_QUESTIONS: room_lists.offer_topic_questions,
    Do.QUESTION: room_lists.preview_question,
}

_Moving = Callable[[Unit, Caseworker, str, int | None], Ticket | Refused]
_MOVES: Final[Mapping[str, _Moving]] = {
    "claim": casework.claim,
    "release": casework.release,
    "reopen": casework.reopen,
    "resend": resending.resend,
}


# --- saying something --------------------------------------------------------------------


def _toast(phrase: Phrase) -> Outcomes:
    return Outcomes(toasts=(Toast(phrase),))


def _result(unit: Unit, code: str, done: Ticket | Refused) -> None:
    """A refusal is told in the topic; success shows by itself in header and mirrored items."""
    if isinstance(done, Refused):
        put(unit, code, Message((Block(done.phrase, Style.WARNING),)))


def _tell_chat(unit: Unit, chat: int, phrase: Phrase) -> None:
    message = Message((Block(phrase),))
    delivery = Delivery(Channel.CHAT, Act.SEND, ROOM_LANGUAGE, message, chat=chat)
    unit.work.outbox.put((delivery,), unit.now)
