"""One sample update of every kind there is, with the exact shapes of the Bot API.

Samples grow from the schema: each field of Update and of Message has one at least, each member
of a union one of its own. So a newer `botapi.json` brings the samples of its new kinds along.
Values are made up; what a field of some name usually holds is in the tables below.
"""

from collections.abc import Iterator, Mapping
from itertools import count

from tests.botapi.schema import TYPES, UNIONS, Field, Json, JsonObject

USER_ID = 5_300_777_001
DATE = 1_795_305_600
"""2026-11-22 00:00 UTC, the time of everything in the samples."""

_ARRAY = "Array of "
_ALWAYS = ("message_id", "date", "chat", "from")
_FIRST_ID = 700_000_001

_STRINGS = {
    "callback_data": "x",
    "currency": "EUR",
    "data": "aGVsbG8",
    "emoji": "👍",
    "first_name": "Amina",
    "language_code": "ar",
    "mime_type": "application/octet-stream",
    "phone_number": "+491110000",
    "text": "Hallo",
    "title": "Group",
    "url": "https://example.org/",
}
_NUMBERS: Mapping[str, float] = {"latitude": 50.1, "longitude": 8.7}
_TYPE_STRINGS = {
    ("Chat", "type"): "private",
    ("Sticker", "type"): "regular",
    ("Poll", "type"): "regular",
    ("MessageEntity", "type"): "bold",
    ("EncryptedPassportElement", "type"): "passport",
    ("SuggestedPostInfo", "state"): "pending",
    ("Dice", "emoji"): "🎲",
}
_COMPANIONS: Mapping[str, tuple[str, ...]] = {
    "caption": ("photo",),
    "caption_entities": ("photo", "caption"),
    "has_media_spoiler": ("photo",),
    "is_topic_message": ("text", "message_thread_id"),
    "media_group_id": ("photo",),
    "show_caption_above_media": ("video", "caption"),
    "animation": ("document",),
    "venue": ("location",),
}
"""Fields that come only together with others."""
_CONTENT = frozenset(_ALWAYS) | {
    "sender_chat",
    "business_connection_id",
    "message_thread_id",
    "direct_messages_topic",
    "sender_boost_count",
    "sender_business_bot",
    "sender_tag",
    "guest_query_id",
    "forward_origin",
    "is_automatic_forward",
    "reply_to_message",
    "external_reply",
    "quote",
    "reply_to_story",
    "reply_to_checklist_task_id",
    "reply_to_poll_option_id",
    "via_bot",
    "guest_bot_caller_user",
    "guest_bot_caller_chat",
    "edit_date",
    "has_protected_content",
    "is_from_offline",
    "is_paid_post",
    "author_signature",
    "paid_star_count",
    "entities",
    "link_preview_options",
    "suggested_post_info",
    "effect_id",
    "reply_markup",
}
"""Fields that adorn a message of some content; their samples are texts."""


def samples(user_id: int = USER_ID) -> Mapping[str, JsonObject]:
    """Return updates by name, all from one person; ids ascend and are never used twice.

    Names are `kind`, `kind/field` and `kind/field/type`, such as `message/voice` or
    `message/forward_origin/MessageOriginUser`, and `message/in ...` for places.
    """
    maker = _Maker(user_id)
    named = [*maker.updates(), *maker.places()]
    return {
        name: {"update_id": _FIRST_ID + number, **update}
        for number, (name, update) in enumerate(named)
    }


class _Maker:
    def __init__(self, user_id: int) -> None:
        self.user: JsonObject = {
            "id": user_id,
            "is_bot": False,
            "first_name": "Amina",
            "language_code": "ar",
        }
        self.count = count(1001)
        self.chat: JsonObject = {"id": user_id, "type": "private", "first_name": "Amina"}

    def updates(self) -> Iterator[tuple[str, JsonObject]]:
        for field in TYPES["Update"]:
            if field.name == "message":
                for name, message in self.messages():
                    yield f"message/{name}", {"message": message}
            elif field.kinds == ("Message",):
                yield field.name, {field.name: self.alike(field.name)}
            elif field.name != "update_id":
                yield from self.others(field)

    def others(self, field: Field) -> Iterator[tuple[str, JsonObject]]:
        """Make updates that are no messages, one for each member of a union inside."""
        whole = self.example(field.kinds[0]) | _IN_THEIR_PLACE.get(field.name, {})
        yield field.name, {field.name: whole}
        for inner in TYPES[field.kinds[0]]:
            for kind in UNIONS.get(inner.kinds[0], ()):
                value = {**whole, "id": str(next(self.count))} if "id" in whole else whole
                value = value | {inner.name: self.example(kind)}
                yield f"{field.name}/{inner.name}/{kind}", {field.name: value}

    def messages(self) -> Iterator[tuple[str, JsonObject]]:
        for field in TYPES["Message"]:
            if field.name in _ALWAYS:
                continue
            name = field.name
            yield name, self.message(name)
            for kind in UNIONS.get(field.kinds[0], ()):
                yield f"{name}/{kind}", {**self.message(name), name: self.example(kind)}

    def message(self, name: str) -> JsonObject:
        """Make a message with the field `name` and what belongs to it."""
        names = (*_COMPANIONS.get(name, ()), name)
        if name in _CONTENT:
            names = ("text", *names)
        fields = {field.name: field for field in TYPES["Message"]}
        return self.bare() | {n: self.value("Message", fields[n]) for n in names}

    def alike(self, kind: str) -> JsonObject:
        """Make the message of an update of another kind than `message`."""
        message = self.message("text")
        if kind.endswith("channel_post"):
            message["chat"] = message["sender_chat"] = _CHANNEL
            del message["from"]
        if "business" in kind:
            message["business_connection_id"] = "business"
        if kind.startswith("edited"):
            message["edit_date"] = DATE + 60
        return message

    def places(self) -> Iterator[tuple[str, JsonObject]]:
        """Make the same text in the places and by the senders that a bot must tell apart."""
        topic = {"chat": _GROUP, "message_thread_id": 7, "is_topic_message": True}
        places: Mapping[str, JsonObject] = {
            "group": {"chat": _GROUP},
            "topic": topic,
            "group as the group": {"chat": _GROUP, "from": _ANONYMOUS, "sender_chat": _GROUP},
            "group as a channel": {"chat": _GROUP, "from": _BOT, "sender_chat": _CHANNEL},
            "group by a bot": {"chat": _GROUP, "from": _BOT},
        }
        for name, fields in places.items():
            yield f"message/in {name}", {"message": self.message("text") | fields}

    def bare(self) -> JsonObject:
        number = next(self.count)
        return {"message_id": number, "from": self.user, "chat": self.chat, "date": DATE}

    def example(self, kind: str) -> JsonObject:
        """Make an object of a type with its required fields and those that are usual."""
        if kind == "User":
            return self.user
        if kind == "Chat":
            return self.chat
        if kind == "Message":
            return self.bare() | {"text": "Hallo"}
        if kind == "InaccessibleMessage":
            return {"chat": self.chat, "message_id": next(self.count), "date": 0}
        required = (f for f in TYPES[kind] if f.required or (kind, f.name) in _WANTED)
        return {field.name: self.value(kind, field) for field in required}

    def value(self, owner: str, field: Field) -> Json:
        kind = field.kinds[0]
        depth = kind.count(_ARRAY)
        value = self.single(owner, field, kind.replace(_ARRAY, ""))
        for _ in range(depth):
            value = [value]
        return value

    def single(self, owner: str, field: Field, kind: str) -> Json:
        name = field.name
        while kind in UNIONS:
            kind = UNIONS[kind][0]
        if kind == "Boolean":
            return True
        if kind == "Integer":
            return DATE if name.endswith("date") and name != "until_date" else 1
        if kind == "Float":
            return _NUMBERS.get(name, 1.0)
        if kind == "String":
            if name == "id":
                return str(next(self.count))
            known = _TYPE_STRINGS.get((owner, name)) or _STRINGS.get(name)
            return field.literal or known or f"some {name}"
        return self.example(kind)


_WANTED = {
    ("CallbackQuery", "message"),
    ("CallbackQuery", "data"),
    ("Document", "file_name"),
    ("Document", "mime_type"),
    ("InlineKeyboardButton", "callback_data"),
    ("MessageReactionUpdated", "user"),
    ("PollAnswer", "user"),
    ("Contact", "user_id"),
    ("Voice", "mime_type"),
}
"""Optional fields without which a sample would be unlike what a bot really gets."""
_GROUP: JsonObject = {
    "id": -1001000000007,
    "type": "supergroup",
    "title": "Integration desk",
    "is_forum": True,
}
_CHANNEL: JsonObject = {"id": -1001000000008, "type": "channel", "title": "News"}
_BOT: JsonObject = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
_ANONYMOUS: JsonObject = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
_LOTSE: JsonObject = {"id": 7600000001, "is_bot": True, "first_name": "Lotse"}
_IN_THEIR_PLACE: Mapping[str, JsonObject] = {
    "my_chat_member": {
        "old_chat_member": {"status": "member", "user": _LOTSE},
        "new_chat_member": {"status": "kicked", "user": _LOTSE, "until_date": 0},
    },
    "chat_member": {
        "chat": _GROUP,
        "old_chat_member": {"status": "left", "user": _ANONYMOUS},
        "new_chat_member": {"status": "member", "user": _ANONYMOUS},
    },
    "chat_join_request": {"chat": _GROUP},
}
"""Where an update can only come from a group, or is about the bot."""
