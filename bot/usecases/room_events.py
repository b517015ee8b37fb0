"""What can come from the caseworkers' group, already parsed and free of Telegram's shapes.

What each event means is in `bot.usecases.room`.
"""

from dataclasses import dataclass

from bot.model.buttons import Action


@dataclass(frozen=True, slots=True)
class Said:
    """A member wrote a text, or changed one (`edited`)."""

    text: str
    edited: bool
    message_id: int


@dataclass(frozen=True, slots=True)
class Ordered:
    """A member wrote a command to us; `name` is lower case without the slash."""

    name: str
    argument: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A member pressed a button; `action` is None if it is unknown."""

    action: Action | None
    message_id: int


@dataclass(frozen=True, slots=True)
class Attached:
    """A member sent something that is not text."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A command to another bot."""


@dataclass(frozen=True, slots=True)
class BindRoom:
    """Somebody wants this group to be the room. `forum`: it has topics."""

    code: str
    forum: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The bot itself was added, promoted, demoted or thrown out.

    `may_delete`: messages, and with that right topics.
    """

    present: bool
    may_manage_topics: bool
    may_delete: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup and has a new id."""

    to: int


@dataclass(frozen=True, slots=True)
class TopicCreated:
    """A topic that the bot made is there; its title begins with the ticket's code."""

    title: str


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """Somebody left or was thrown out."""


RoomEvent = (
    Said
    | Ordered
    | Pressed
    | Attached
    | Elsewhere
    | BindRoom
    | Standing
    | Moved
    | TopicCreated
    | MemberLeft
)


@dataclass(frozen=True, slots=True)
class RoomArrival:
    """An event in a group. `by` is None for anonymous admins and channels."""

    chat: int
    by: int | None
    thread: int | None
    event: RoomEvent


@dataclass(frozen=True, slots=True)
class Binding:
    """Somebody sent /bind with a one-time code in their private chat."""

    telegram_id: int
    language_code: str
    code: str
