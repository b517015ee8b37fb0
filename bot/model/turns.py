"""What comes into a turn and what follows from it: events and effects.

Events are already parsed and free of Telegram's shapes; effects are data that a
use case carries out within the same transaction.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.model.buttons import Action, Button
from bot.model.content import Priority
from bot.model.conversation import Conversation
from bot.model.phrases import Block, Phrase
from bot.model.tickets import ItemBody, Summary

# --- events ----------------------------------------------------------------------


class CommandName(StrEnum):
    START = "start"
    MENU = "menu"
    LANGUAGE = "language"
    PERSON = "person"
    STATUS = "status"
    PRIVACY = "privacy"
    EXPORT = "export"
    DELETE = "delete"
    HELP = "help"


class Attachment(StrEnum):
    """Kinds of messages that are not text; each has a defined answer."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    POLL = "poll"
    GAME = "game"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed in message `message_id`; `action` is None if it is unknown."""

    action: Action | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Typed:
    """Text was typed. `edited` is True when an earlier message was changed."""

    text: str
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `name` is None for one we do not know. `argument` is what follows it.

    `said` is all of it as it was typed, where there are words in it beside the command.
    """

    name: CommandName | None
    argument: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """Something that is not text. It is neither downloaded nor passed on; a caption counts.

    `edited` is True when an earlier one was changed. `written` are words in the thing itself, like
    the question of a poll: they are read for danger, and neither kept nor passed on.
    """

    kind: Attachment
    caption: str = ""
    album: str | None = None
    edited: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Reachable:
    """The newcomer blocked (`now` False) or unblocked the bot."""

    now: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that deserves no answer (a reaction, a channel post, ...)."""

    kind: str


Event = Press | Typed | Command | Attached | Reachable | Ignored


# --- effects ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """One message: blocks of phrases and rows of buttons, in no language yet."""

    blocks: tuple[Block, ...]
    keyboard: tuple[tuple[Button, ...], ...] = ()

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for row in self.keyboard for button in row)


@dataclass(frozen=True, slots=True)
class Show:
    """A menu step: replaces the pressed menu, or is sent if nothing was pressed."""

    message: Message


@dataclass(frozen=True, slots=True)
class Say:
    """Something that must not be overwritten: always a new message.

    `urgent` goes out before what others wait for.
    """

    message: Message
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """A short answer to the press itself; worthless after a crash, never stored."""

    phrase: Phrase


@dataclass(frozen=True, slots=True)
class HandOff:
    """Open a ticket, or append to the person's open ticket of that queue."""

    queue: str
    priority: Priority
    summary: Summary
    topic: str | None = None
    danger: str | None = None
    municipality: str | None = None


@dataclass(frozen=True, slots=True)
class AddToCase:
    """Append an item of the newcomer to the ticket `code`.

    `danger` names the kind that `body` speaks of and raises the ticket to its priority.
    `edited`: the newcomer changed what they had written before.
    """

    code: str
    body: ItemBody
    danger: str | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class RateCase:
    """Rate a closed ticket: 1 (helped) to 3 (did not help), or one sentence about it."""

    code: str
    rating: int | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class SetReachable:
    """Note on the person's tickets whether Telegram delivers to them."""

    now: bool


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase the person: conversation, link to tickets, free text."""


@dataclass(frozen=True, slots=True)
class Export:
    """Show the person everything that is stored about them."""


@dataclass(frozen=True, slots=True)
class Count:
    """Add one to a figure that says nothing about a person."""

    key: str


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The language of the person changed: commands of this chat follow."""

    language: str


Effect = (
    Show
    | Say
    | Toast
    | HandOff
    | AddToCase
    | RateCase
    | SetReachable
    | Forget
    | Export
    | Count
    | LanguageChosen
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is true after a turn, and what to do.

    Without a conversation nothing is stored, and `language` says how to speak.
    """

    conversation: Conversation | None
    effects: tuple[Effect, ...] = ()
    language: str = ""
