"""Fake groups, their members and topics.

A group may be a basic group, a supergroup or a forum; the bot is its administrator unless
told otherwise. What a member does is inherited from `tests.botapi.people.Actor`.
"""

from typing import Literal

from tests.botapi.methods.topics import ICON_COLORS, delete_topic, open_topic, topic_service
from tests.botapi.people import PATIENCE, Actor, User
from tests.botapi.schema import TYPES, JsonObject
from tests.botapi.screen import Screen, screen_of
from tests.botapi.world import Chat, Stored, Topic, World

BOT_RIGHTS = ("can_manage_topics", "can_pin_messages", "can_delete_messages", "can_manage_chat")
BotRole = Literal["administrator", "member", "absent"]
_ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
_CHANNEL_BOT = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}
_RIGHTS = tuple(
    f.name
    for f in TYPES["ChatMemberAdministrator"]
    if f.kinds == ("Boolean",) and f.name.startswith(("can_", "is_"))
)


def administrator(user: JsonObject, rights: tuple[str, ...]) -> JsonObject:
    """Return a ChatMember object with just these rights."""
    flags = {name: name in rights for name in _RIGHTS}
    return {"status": "administrator", "user": user} | flags


class Member(Actor):
    """A person in a group; `in_topic` gives the same person inside one topic."""

    def __init__(
        self, world: World, chat: Chat, raw: JsonObject, thread_id: int | None = None
    ) -> None:
        super().__init__(world, chat, raw, thread_id)
        self.signature: JsonObject = {}

    def in_topic(self, topic: Topic | int | None) -> "Member":
        """Return the same member writing into a topic; None is General."""
        thread_id = topic.id if isinstance(topic, Topic) else topic
        member = Member(self.world, self.chat, self.raw, thread_id)
        member.extra = self.extra
        return member

    def leave(self) -> None:
        """Leave the group."""
        _change_member(self.world, self.chat, self.raw, {"status": "left", "user": self.raw})

    def _before_acting(self) -> None:
        status = self.world.membership(self.chat, self.id)["status"] if not self.extra else "member"
        if status in ("left", "kicked"):
            raise AssertionError("only members write into a group")
        topic = self.chat.topics.get(self.thread_id or 0)
        if self.thread_id is not None and (topic is None or topic.deleted or topic.closed):
            raise AssertionError("nobody can write into a topic that is closed or gone")

    def _reaches_bot(self, stored: Stored) -> bool:
        """Without admin rights the bot's privacy mode keeps ordinary talk from it."""
        status = self.world.membership(self.chat, self.world.bot["id"])["status"]
        if status != "member":
            return bool(status == "administrator")
        text = str(stored.raw.get("text", ""))
        replied = stored.raw.get("reply_to_message", {}).get("from", {})
        return text.startswith("/") or replied.get("id") == self.world.bot["id"]


class Group:
    """One group."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat

    @property
    def id(self) -> int:
        """The chat id."""
        return self.chat.id

    def member(self, user: User, *, status: str = "member") -> Member:
        """Make a person a member from long ago; the bot is not told.

        `status` is member, administrator or creator.
        """
        with self.world.change():
            self.chat.members[user.id] = _member_object(user.raw, status)
        return Member(self.world, self.chat, user.raw)

    def join(self, user: User) -> Member:
        """Let a person join now; the bot is told."""
        with self.world.change():
            stored = self.world.put(self.chat, {"new_chat_members": [user.raw]}, sender=user.raw)
            self.world.tell_message(stored)
            _change_member(self.world, self.chat, user.raw, _member_object(user.raw, "member"))
        return Member(self.world, self.chat, user.raw)

    def remove(self, user: User) -> None:
        """Throw a person out."""
        kicked = {"status": "kicked", "user": user.raw, "until_date": 0}
        _change_member(self.world, self.chat, user.raw, kicked)

    def anonymous_admin(self) -> Member:
        """Return an administrator who writes in the group's name."""
        member = Member(self.world, self.chat, _ANONYMOUS)
        member.extra = {"sender_chat": self.chat.raw}
        return member

    def as_channel(self, title: str = "Somebody's channel") -> Member:
        """Return somebody who writes in the name of a channel."""
        channel = {"id": -1001999999999, "type": "channel", "title": title}
        member = Member(self.world, self.chat, _CHANNEL_BOT)
        member.extra = {"sender_chat": channel}
        return member

    def set_bot(self, role: BotRole, *, by: User, rights: tuple[str, ...] = BOT_RIGHTS) -> None:
        """Add, promote, demote or throw out the bot; it is told."""
        bot = self.world.bot
        after: JsonObject = {"status": "kicked", "user": bot, "until_date": 0}
        if role != "absent":
            after = _bot_member(self.world, role, rights)
        with self.world.change():
            before = self.world.membership(self.chat, bot["id"])
            self.chat.members[bot["id"]] = after
            if before["status"] in ("left", "kicked") and role != "absent":
                stored = self.world.put(self.chat, {"new_chat_members": [bot]}, sender=by.raw)
                self.world.tell_message(stored)
            self.world.tell("my_chat_member", _member_change(self, by.raw, before, after))

    def delete(self) -> None:
        """Delete the group; the bot is not told."""
        with self.world.change():
            self.chat.deleted = True

    def topics(self) -> tuple[Topic, ...]:
        """Return the topics that are not deleted."""
        with self.world.changed:
            return tuple(topic for topic in self.chat.topics.values() if not topic.deleted)

    def topic(self, name_part: str) -> Topic:
        """Return the topic whose name contains this. LookupError when there is none."""
        return next(iter([t for t in self.topics() if name_part in t.name]))

    def create_topic(self, name: str, *, by: Member) -> Topic:
        """Let a member open a topic."""
        with self.world.change():
            return open_topic(self.world, self.chat, name, ICON_COLORS[0], by.raw)

    def close_topic(self, topic: Topic, *, by: Member) -> None:
        """Let a member close a topic."""
        with self.world.change():
            topic.closed = True
            topic_service(self.world, self.chat, topic, {"forum_topic_closed": {}}, by.raw)

    def reopen_topic(self, topic: Topic, *, by: Member) -> None:
        """Let a member open a closed topic again."""
        with self.world.change():
            topic.closed = False
            topic_service(self.world, self.chat, topic, {"forum_topic_reopened": {}}, by.raw)

    def rename_topic(self, topic: Topic, name: str, *, by: Member) -> None:
        """Let a member rename a topic."""
        with self.world.change():
            topic.name = name
            content = {"forum_topic_edited": {"name": name}}
            topic_service(self.world, self.chat, topic, content, by.raw)

    def delete_topic(self, topic: Topic) -> None:
        """Delete a topic with its messages; Telegram sends no update about that."""
        with self.world.change():
            delete_topic(self.chat, topic)

    def migrate(self, *, by: User, forum: bool = False) -> "Group":
        """Turn a basic group into a supergroup; both service messages are sent."""
        with self.world.change():
            new_id = -1_002_000_000_000 - self.world.random.randint(1, 10**9)
            raw: JsonObject = {"id": new_id, "type": "supergroup", "title": self.chat.raw["title"]}
            chat = Chat(raw | ({"is_forum": True} if forum else {}))
            chat.members = dict(self.chat.members)
            self.world.chats[new_id] = chat
            left = self.world.put(self.chat, {"migrate_to_chat_id": new_id}, sender=by.raw)
            self.world.tell_message(left)
            arrived = {"migrate_from_chat_id": self.chat.id}
            self.world.tell_message(self.world.put(chat, arrived, sender=by.raw))
            self.chat.migrated_to = new_id
        return Group(self.world, chat)

    def screen(self, topic: Topic | None = None) -> Screen:
        """Return the whole group or one topic as members see it."""
        return screen_of(self.world, self.chat, topic.id if topic is not None else None)

    def wait_for_topic(self, name_part: str, timeout: float = PATIENCE) -> Topic:
        """Wait until there is a topic whose name contains this."""

        def is_there() -> bool:
            return any(name_part in topic.name for topic in self.topics())

        with self.world.changed:
            if not self.world.changed.wait_for(is_there, timeout):
                names = [topic.name for topic in self.topics()]
                raise AssertionError(f"no topic {name_part!r} within {timeout} s, only {names}")
        return self.topic(name_part)


def new_group(world: World, title: str, *, kind: str, forum: bool, bot: BotRole) -> Group:
    """Make a group in which the bot has been for long."""
    number = world.random.randint(1, 10**9)
    is_basic = kind == "group"
    raw: JsonObject = {"id": -number if is_basic else -1_001_000_000_000 - number, "type": kind}
    chat = Chat(raw | {"title": title} | ({"is_forum": True} if forum and not is_basic else {}))
    if bot != "absent":
        chat.members[world.bot["id"]] = _bot_member(world, bot, BOT_RIGHTS)
    world.chats[chat.id] = chat
    return Group(world, chat)


def _bot_member(world: World, role: BotRole, rights: tuple[str, ...]) -> JsonObject:
    if role == "administrator":
        return administrator(world.bot, rights)
    return {"status": "member", "user": world.bot}


def _member_object(user: JsonObject, status: str) -> JsonObject:
    if status == "administrator":
        return administrator(user, _RIGHTS[2:])
    anonymous = {"is_anonymous": False} if status == "creator" else {}
    return {"status": status, "user": user} | anonymous


def _member_change(
    group: Group, by: JsonObject, before: JsonObject, after: JsonObject
) -> JsonObject:
    change: JsonObject = {"chat": group.chat.raw, "from": by, "date": int(group.world.now())}
    return change | {"old_chat_member": before, "new_chat_member": after}


def _change_member(world: World, chat: Chat, user: JsonObject, after: JsonObject) -> None:
    """Change a member and tell the bot as far as Telegram would."""
    with world.change():
        before = world.membership(chat, user["id"])
        chat.members[user["id"]] = after
        if after["status"] in ("left", "kicked"):
            world.tell_message(world.put(chat, {"left_chat_member": user}, sender=user))
        if world.membership(chat, world.bot["id"])["status"] == "administrator":
            change = _member_change(Group(world, chat), user, before, after)
            world.tell("chat_member", change)
