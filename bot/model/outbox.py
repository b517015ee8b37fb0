"""What is waiting to be sent, and what became of it.

Rows hold phrases, never sentences: text is made when a row is sent. Deliveries of
one lane go out strictly one after the other; lanes do not wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.turns import Message


class Channel(StrEnum):
    """Where a delivery goes."""

    CHAT = "chat"
    ROOM = "room"
    MAIL = "mail"


class Act(StrEnum):
    """What is done there. The room acts concern the forum topic of `Delivery.ticket`."""

    SEND = "send"
    EDIT = "edit"
    COMMANDS = "commands"
    OPEN_TOPIC = "open_topic"
    HEADER = "header"
    CLOSE_TOPIC = "close_topic"
    REOPEN_TOPIC = "reopen_topic"


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
    def lane(self) -> str:
        """Deliveries with the same lane keep their order."""
        if self.channel is Channel.CHAT:
            return f"chat:{self.chat}"
        if self.channel is Channel.ROOM:
            return f"room:{self.ticket or ''}"
        return f"mail:{self.address}"


class Fate(StrEnum):
    """What became of a delivery. UNKNOWN: it may or may not have arrived."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Queued:
    """A delivery in the outbox. `lane` is opaque to everyone but the store."""

    id: int
    lane: str
    delivery: Delivery
    attempts: int


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
