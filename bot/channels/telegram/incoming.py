"""Raw updates read: who it is from and what they did, in the words of `bot.model.turns`.

Private chats give events of newcomers, groups give events of the room, everything else is
ignored by name. An update of an impossible shape raises `Malformed`; the intake puts it aside.
What to do about an event is decided elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

from bot.channels.telegram.kinds import UPDATES, Kind, attachment, service
from bot.channels.telegram.written import words_in
from bot.engine.commands import command_of
from bot.model.buttons import Action, decode
from bot.model.records import Incoming
from bot.model.turns import (
    Attached,
    Ignored,
    Press,
    Reachable,
    Typed,
)
from bot.usecases import room_events as room
from bot.usecases.converse import Arrival, Sender
from bot.usecases.room import OUTCOME_IDS

Json = Mapping[str, Any]
Read = Arrival | room.RoomArrival | room.Binding | Ignored

GONE: Final = frozenset({"left", "kicked"})
_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_ONE_CODE: Final = re.compile(r"[A-Za-z0-9_-]*")
"""What may follow /bind. More words than one are a newcomer's, and no code of ours."""

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_LARGEST: Final = 2**53
"""Telegram's ids have at most 52 significant bits; no database holds much larger numbers."""

UNREADABLE: Final = "unreadable"
"""Stands for an update's kind where JSON could not be read (`apart`), with the raw text."""


class Malformed(ValueError):
    """The update is not of the shape that Telegram documents."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as getMe tells it."""

    id: int
    username: str


def natural(body: Json) -> str:
    """Name what happened independent of the update's id; empty where there is no such name.

    An album without captions is one happening: its parts share the name, so the second is a
    duplicate of the first and the newcomer gets one answer.
    """
    press = body.get("callback_query")
    if isinstance(press, dict):
        return f"press {press['id']}" if isinstance(press.get("id"), str) else ""
    message = body.get("message") or body.get("edited_message")
    if not isinstance(message, dict):
        return ""
    chat, number = message.get("chat"), message.get("message_id")
    place = chat.get("id") if isinstance(chat, dict) else None
    if not isinstance(place, int) or not isinstance(number, int):
        return ""
    edition, album = message.get("edit_date"), message.get("media_group_id")
    if isinstance(edition, int):  # two changes within a second have the same date
        text = message.get("text", message.get("caption", words_in(message)))
        written = text.encode(errors="replace") if isinstance(text, str) else b""
        return f"edition {place} {number} {edition} {crc32(written)}"
    if isinstance(album, str) and "caption" not in message:
        return f"album {place} {album}"
    return f"message {place} {number}"


def incoming(body: Json) -> Incoming:
    """Return the update with its id and its natural name.

    Raises:
        Malformed: there is no possible update id, so nothing could ever be confirmed.

    """
    return Incoming(_whole(body, "update_id"), natural(body), body)


def read(body: Json, ids: Mapping[str, str], me: Me) -> Read:
    """Return what the update says. `ids` maps the short hashes in buttons to content ids.

    Raises:
        Malformed: a field that this kind of update must have is missing or of another type.

    """
    name = next((key for key in body if key != "update_id"), "nothing")
    if name == UNREADABLE:
        raise Malformed(name)
    kind = UPDATES.get(name, Kind.SILENT)
    if kind is Kind.SILENT:
        return Ignored(name)
    content = _object(body, name)
    match kind:
        case Kind.MESSAGE:
            return _message(content, me, edited=False)
        case Kind.EDITED:
            return _message(content, me, edited=True)
        case Kind.PRESS:
            return _press(content, ids)
        case Kind.OWN_STANDING:
            return _own_standing(content)
        case Kind.MEMBER:
            return _member(content)


def query_id(body: Json) -> str | None:
    """Return the id that answerCallbackQuery wants, if the update is a press."""
    press = body.get("callback_query")
    found = press.get("id") if isinstance(press, dict) else None
    return found if isinstance(found, str) else None


def private_sender(body: Json) -> Sender | None:
    """Return who wrote or pressed in a private chat, as far as a damaged update tells."""
    for name, content in body.items():
        if name == "update_id" or not isinstance(content, dict):
            continue
        message = content.get("message") if name == "callback_query" else content
        try:
            if isinstance(message, dict) and _object(message, "chat").get("type") == "private":
                return _sender(content)
        except Malformed:
            return None
    return None


# --- messages ----------------------------------------------------------------------


def _message(message: Json, me: Me, *, edited: bool) -> Read:
    chat = _object(message, "chat")
    match chat.get("type"):
        case "private":
            return _private_message(message, me, edited=edited)
        case "group" | "supergroup":
            return _group_message(message, chat, me, edited=edited)
        case _:
            return Ignored("channel")


def _private_message(message: Json, me: Me, *, edited: bool) -> Read:
    if _object(message, "from").get("is_bot"):
        return Ignored("bot")
    name = service(message)
    if name is not None:
        return Ignored(name)
    sender = _sender(message)
    if "text" not in message:
        return _attached(sender, message, edited=edited)
    text = _text(message, "text")
    command = None if edited else _command(text, me)
    if command is None:
        return Arrival(sender, Typed(text, edited))
    name, argument = command
    if name == "bind" and _ONE_CODE.fullmatch(argument):
        return room.Binding(sender.telegram_id, sender.language_code, argument)
    return Arrival(sender, command_of(name, argument, text))


def _attached(sender: Sender, message: Json, *, edited: bool) -> Read:
    """What was sent, with its words. A change of what has none is one of place or picture."""
    album = message.get("media_group_id")
    caption = _text(message, "caption") if "caption" in message else ""
    written = words_in(message)
    if edited and not (caption or written):
        return Ignored("edited attachment")
    name = album if isinstance(album, str) else None
    return Arrival(sender, Attached(attachment(message), caption, name, edited, written))


def _command(text: str, me: Me) -> tuple[str, str] | None:
    """Return name and argument of a command that is meant for us."""
    match = _COMMAND.fullmatch(text)
    if match is None:
        return None
    name, addressed, argument = match.groups()
    if addressed and addressed.lower() != me.username.lower():
        return None
    return name.lower(), (argument or "").strip()


# --- the group -----------------------------------------------------------------------


def _group_message(message: Json, chat: Json, me: Me, *, edited: bool) -> Read:
    chat_id = _whole(chat, "id")
    moved = message.get("migrate_to_chat_id")
    if moved is not None:
        return room.RoomArrival(
            chat_id, None, None, room.Moved(_whole(message, "migrate_to_chat_id"))
        )
    by, thread = _member_id(message), _thread(message)
    if "forum_topic_created" in message and by == me.id and thread is not None:
        title = _text(_object(message, "forum_topic_created"), "name")
        return room.RoomArrival(chat_id, None, thread, room.TopicCreated(title))
    name = service(message)
    if name is not None:
        return Ignored(name)
    if by == me.id:
        return Ignored("own message")
    forum = bool(chat.get("is_forum"))
    return room.RoomArrival(chat_id, by, thread, _said(message, me, edited=edited, forum=forum))


def _said(message: Json, me: Me, *, edited: bool, forum: bool) -> room.RoomEvent:
    if "text" not in message:
        return room.Attached()
    text = _text(message, "text")
    command = None if edited else _command(text, me)
    if command is None and _COMMAND.fullmatch(text) and not edited:
        return room.Elsewhere()
    if command is not None and command[0] == "bindroom":
        return room.BindRoom(command[1], forum)
    if command is not None:
        return room.Ordered(*command)
    return room.Said(text, edited, _whole(message, "message_id"))


def _member_id(message: Json) -> int | None:
    """Return the person behind a group message; None for anonymous admins and channels."""
    if "sender_chat" in message or "from" not in message:
        return None
    return _whole(_object(message, "from"), "id")


def _thread(message: Json) -> int | None:
    return _whole(message, "message_thread_id") if message.get("is_topic_message") else None


# --- presses and membership ----------------------------------------------------------


def _press(press: Json, ids: Mapping[str, str]) -> Read:
    sender = _sender(press)
    action = _action(press, ids)
    message = press.get("message")
    if message is None:
        return Ignored("inline press")
    if not isinstance(message, dict):
        raise Malformed("message")
    chat = _object(message, "chat")
    message_id = _whole(message, "message_id")
    if chat.get("type") == "private":
        return Arrival(sender, Press(action, message_id))
    pressed = room.Pressed(action or _action(press, OUTCOME_IDS), message_id)
    return room.RoomArrival(_whole(chat, "id"), sender.telegram_id, _thread(message), pressed)


def _action(press: Json, ids: Mapping[str, str]) -> Action | None:
    data = press.get("data")
    return decode(data, ids) if isinstance(data, str) else None


def _own_standing(change: Json) -> Read:
    chat = _object(change, "chat")
    status = _text(_object(change, "new_chat_member"), "status")
    match chat.get("type"):
        case "private":
            return Arrival(_sender(change), Reachable(status not in GONE))
        case "group" | "supergroup":
            present = status not in GONE
            rights = _object(change, "new_chat_member")
            topics = bool(rights.get("can_manage_topics"))
            standing = room.Standing(present, topics, bool(rights.get("can_delete_messages")))
            return room.RoomArrival(_whole(chat, "id"), _member_id(change), None, standing)
        case _:
            return Ignored("channel")


def _member(change: Json) -> Read:
    chat = _object(change, "chat")
    member = _object(change, "new_chat_member")
    if _text(member, "status") not in GONE:
        return Ignored("chat_member")
    who = _whole(_object(member, "user"), "id")
    return room.RoomArrival(_whole(chat, "id"), who, None, room.MemberLeft())


# --- values --------------------------------------------------------------------------


def _sender(content: Json) -> Sender:
    person = _object(content, "from")
    code = person.get("language_code")
    return Sender(_whole(person, "id"), code if isinstance(code, str) else "")


def _object(content: Json, name: str) -> Json:
    value = content.get(name)
    if not isinstance(value, dict):
        raise Malformed(name)
    return value


def _whole(content: Json, name: str) -> int:
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= _LARGEST:
        raise Malformed(name)
    return value


def _text(content: Json, name: str) -> str:
    """Return a text without what no database stores: NUL and halves of surrogate pairs."""
    value = content.get(name)
    if not isinstance(value, str):
        raise Malformed(name)
    return _UNSTORABLE.sub("\ufffd", value)
