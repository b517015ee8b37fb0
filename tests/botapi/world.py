"""The state of the simulated Telegram: chats, messages, presses, files, the bot itself.

Every change happens under `World.changed`, a condition variable that test threads wait on.
What methods may do with the state is in `tests.botapi.methods`, what people do with it in
`tests.botapi.people` and `tests.botapi.groups`.
"""

import random  # noqa: TID251  ids as Telegram makes them, from a seed
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.flood import FloodLimits, FloodWatch
from tests.botapi.journal import Journal, SentMessage
from tests.botapi.schema import JsonObject
from tests.botapi.updates import UpdateQueue

_FIRST_USER_ID = 5_300_000_001
_BOT_ID = 7_600_000_001


@dataclass(slots=True)
class Stored:
    """A message of a chat; `raw` is the Message object and is replaced, never changed."""

    raw: JsonObject
    by_bot: bool
    edits: int = 0
    deleted: bool = False
    reactions: tuple[JsonObject, ...] = ()
    keyboard: JsonObject | None = None

    @property
    def id(self) -> int:
        """The message id within its chat."""
        return int(self.raw["message_id"])


@dataclass(slots=True)
class Topic:
    """A forum topic; its id is that of the service message that created it."""

    id: int
    name: str
    icon_color: int
    by_bot: bool
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat or a group with everything that was ever said in it."""

    raw: JsonObject
    messages: dict[int, Stored] = field(default_factory=dict)
    members: dict[int, JsonObject] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    menu_button: JsonObject | None = None
    actions: list[str] = field(default_factory=list)
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    deleted: bool = False
    migrated_to: int | None = None

    @property
    def id(self) -> int:
        """The chat id."""
        return int(self.raw["id"])

    @property
    def is_private(self) -> bool:
        """Whether this is the chat with one person."""
        return bool(self.raw["type"] == "private")

    @property
    def is_forum(self) -> bool:
        """Whether the group has topics."""
        return bool(self.raw.get("is_forum", False))


@dataclass(slots=True)
class Query:
    """A pressed button; `created` is server time, `answer` the parameters of the answer."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    created: float
    answer: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the simulated server."""

    file_id: str
    name: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Webhook:
    """Where updates go, and how the last deliveries went."""

    url: str
    max_connections: int = 40
    secret_token: str = ""
    last_error_date: int | None = None
    last_error_message: str = ""


@dataclass(slots=True)
class Profile:
    """What the bot tells about itself, by language code ('' is the default)."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[JsonObject]] = field(default_factory=dict)
    menu_button: JsonObject = field(default_factory=lambda: {"type": "default"})


class World:
    """Everything the simulated Telegram remembers."""

    def __init__(self, *, seed: int, flood: FloodLimits, answer_within: float) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.random = random.Random(seed)  # noqa: S311
        self.answer_within = answer_within
        self.clock_offset = 0.0
        self.bot: JsonObject = {
            "id": _BOT_ID,
            "is_bot": True,
            "first_name": "Lotse",
            "username": "lotse_test_bot",
        }
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, JsonObject] = {}
        self.queries: dict[str, Query] = {}
        self.files: dict[str, StoredFile] = {}
        self.profile = Profile()
        self.webhook: Webhook | None = None
        self.updates = UpdateQueue(self.random.randint(2_000_001, 2**30), self.now)
        self.journal = Journal()
        self.flood = FloodWatch(flood)
        self.listeners: list[Callable[[], None]] = []
        self._next_user_id = _FIRST_USER_ID
        self._next_message_id = self.random.randint(100, 10_000)

    def now(self) -> float:
        """Return the server's time in seconds since the epoch."""
        return time.time() + self.clock_offset  # noqa: TID251  Telegram has its own clock

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock, then wake everybody who waits for a change."""
        with self.changed:
            try:
                yield
            finally:
                self.changed.notify_all()
                for listener in self.listeners:
                    listener()

    def new_user_id(self) -> int:
        """Return an id beyond 32 bits, as real ones are."""
        self._next_user_id += self.random.randint(1, 1000)
        return self._next_user_id

    def new_message_id(self, chat: Chat) -> int:
        """Return the next id: supergroups count for themselves, other chats share one count."""
        if chat.raw["type"] == "supergroup":
            return next(reversed(chat.messages), 0) + 1
        self._next_message_id += 1
        return self._next_message_id

    def put(
        self,
        chat: Chat,
        content: JsonObject,
        *,
        by_bot: bool = False,
        sender: JsonObject | None = None,
        thread: int | None = None,
        reply_to: Stored | None = None,
    ) -> Stored:
        """Store a new message and return it. `content` holds the fields of its kind."""
        raw: JsonObject = {"message_id": self.new_message_id(chat)}
        raw |= {"from": self.bot if by_bot else sender} if by_bot or sender else {}
        raw |= {"chat": chat.raw, "date": int(self.now())}
        if thread is not None:
            raw |= {"message_thread_id": thread, "is_topic_message": True}
        replied = reply_to or chat.messages.get(thread or 0)
        if replied is not None:
            raw["reply_to_message"] = _without(replied.raw, "reply_to_message")
        stored = Stored(raw | content, by_bot)
        chat.messages[stored.id] = stored
        return stored

    def record_sent(self, chat: Chat, stored: Stored) -> None:
        """Enter a message of the bot into the journal and the flood watch."""
        at = time.monotonic()
        text = str(stored.raw.get("text", stored.raw.get("caption", "")))
        thread = stored.raw.get("message_thread_id")
        entry = SentMessage(chat.id, stored.id, thread, text, at, stored.raw)
        self.journal.sent.append(entry)
        self.flood.sent(chat.id, is_group=not chat.is_private, at=at)

    def tell(self, kind: str, content: JsonObject) -> int | None:
        """Queue an update if the bot asked for its kind; return its id."""
        return self.updates.add({kind: content}) if self.updates.wants(kind) else None

    def tell_message(self, stored: Stored) -> int | None:
        """Queue a new message as an update."""
        return self.tell("message", stored.raw)

    def membership(self, chat: Chat, user_id: int) -> JsonObject:
        """Return the ChatMember object of a user in a group."""
        user = self.bot if user_id == self.bot["id"] else self.users[user_id]
        return chat.members.get(user_id, {"status": "left", "user": user})

    def bot_may(self, chat: Chat, right: str) -> bool:
        """Tell whether the bot is an administrator of the group with this right."""
        member = self.membership(chat, self.bot["id"])
        return member["status"] == "administrator" and bool(member.get(right, False))

    def new_file(self, name: str, content_type: str, data: bytes) -> StoredFile:
        """Store a file under a new id."""
        file_id = f"BQACAgIAAxk{self.random.getrandbits(128):032x}"
        stored = StoredFile(file_id, name, content_type, data)
        self.files[file_id] = stored
        return stored


def _without(raw: JsonObject, name: str) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key != name}
