"""What is waiting to be sent, and what became of it.

Rows hold phrases, never sentences: text is made when a row is sent. Deliveries of
one lane go out strictly one after the other; lanes do not wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from bot.model.turns import Message

SET_BACK: Final = timedelta(seconds=30)
"""A delivery changed further ahead than this was changed by a clock that has been set back
since; it does not wait until that time comes again."""


class Channel(StrEnum):
    """Where a delivery goes."""

    CHAT = "chat"
    ROOM = "room"
    MAIL = "mail"


class Act(StrEnum):
    """What is done there. The room acts concern the forum topic of `Delivery.ticket`.

    DELETE takes the message `Delivery.message_id` out of a chat again; without one, the list
    of commands that the chat has in its language. DELETE_TOPIC with a `message_id` takes just the
    topic that begins with it, which the ticket does not need.
    """

    SEND = "send"
    EDIT = "edit"
    COMMANDS = "commands"
    DELETE = "delete"
    OPEN_TOPIC = "open_topic"
    HEADER = "header"
    CLOSE_TOPIC = "close_topic"
    REOPEN_TOPIC = "reopen_topic"
    DELETE_TOPIC = "delete_topic"


class Rank(IntEnum):
    """What goes before what, where not everything may go at once.

    URGENT is about a danger. PROMPT answers a caseworker who waits for it in the group, into which
    Telegram lets twenty messages a minute. Nobody waits for a message to be taken back, so that is
    PATIENT: erasing what was idle takes back thousands at once.
    """

    URGENT = 0
    PROMPT = 1
    NORMAL = 2
    PATIENT = 3


def chat_lane(chat: int | None) -> str:
    """The lane of what is said in a chat."""
    return f"chat:{chat}"


def room_lane(ticket: str | None) -> str:
    """The lane of a ticket's topic in the caseworkers' group; without one, of all its members."""
    return f"room:{ticket or ''}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to send. `chat` is a Telegram chat id (CHAT), `address` a mail address (MAIL).

    ROOM needs neither: the group and the topic of `ticket` are looked up when it is
    sent. `item` is the number of the ticket item this delivers, if any. `urgent`
    deliveries overtake others, never those of their own lane.
    """

    channel: Channel
    act: Act
    language: str
    message: Message | None = None
    chat: int | None = None
    address: str | None = None
    person: str | None = None
    ticket: str | None = None
    item: int | None = None
    message_id: int | None = None
    urgent: bool = False

    @property
    def fleeting(self) -> bool:
        """Whether newer messages in the same chat make this one pointless: the bot's menus.

        What has to stay readable has buttons whose result comes below it, or none.
        """
        talk = self.act in {Act.SEND, Act.EDIT} and self.channel is Channel.CHAT
        actions = [button.action for button in self.message.buttons] if self.message else []
        menu = self.act is Act.EDIT or any(action and not action.below for action in actions)
        return talk and menu and not self.urgent and self.ticket is None

    @property
    def rank(self) -> Rank:
        """What it goes before, if nothing more urgent stands behind it in its lane."""
        if self.urgent:
            return Rank.URGENT
        if self.act is Act.DELETE:
            return Rank.PATIENT
        in_topic = self.channel is Channel.ROOM and self.act is Act.SEND and self.ticket is not None
        return Rank.PROMPT if in_topic and self.item is None else Rank.NORMAL

    @property
    def shows(self) -> tuple[Act, int | None] | None:
        """What of its lane this brings up to date: a later one makes an earlier one pointless."""
        edits = self.act is Act.EDIT and self.message_id is not None
        return (self.act, self.message_id) if edits or self.act is Act.HEADER else None

    @property
    def lane(self) -> str:
        """Deliveries with the same lane keep their order.

        Taking messages back goes beside what is said.
        """
        if self.act is Act.DELETE:
            return f"erase:{self.chat}"
        if self.channel is Channel.CHAT:
            return chat_lane(self.chat)
        if self.channel is Channel.ROOM:
            return room_lane(self.ticket)
        return f"mail:{self.address}"


class Fate(StrEnum):
    """What became of a delivery. UNKNOWN: it may or may not have arrived."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Queued:
    """A delivery in the outbox. `lane` is opaque to everyone but the store.

    `parts` is how many of its messages are there already, if it needs several. `rank` is its own
    or that of a more urgent delivery behind it in its lane; a number, as the store may hold a rank
    of a newer program.
    """

    id: int
    lane: str
    delivery: Delivery
    attempts: int
    parts: int = 0
    rank: int = Rank.NORMAL


@dataclass(frozen=True, slots=True)
class Report:
    """The fate of one attempt. NOT_SENT and UNKNOWN are tried again at `retry_at`.

    `unreachable` says that the person refuses messages from the bot; `reason` is
    a short code without any content.
    """

    id: int
    fate: Fate
    message_id: int | None = None
    retry_at: datetime | None = None
    unreachable: bool = False
    reason: str = ""
