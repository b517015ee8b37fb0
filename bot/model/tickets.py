"""Tickets: their states, the table of allowed moves, and what is said in them.

A ticket is a list of structured items, each stored free of language and rendered
for whoever looks. Free text is the exception: it stays as it was written. Rules of
time (due, working hours) are in `bot.engine.hours`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.model.content import Priority
from bot.model.conversation import AnswerValue
from bot.model.phrases import Phrase, Value


class State(StrEnum):
    NEW = "new"
    CLAIMED = "claimed"
    WAITING_FOR_NEWCOMER = "waiting_newcomer"
    WAITING_FOR_US = "waiting_us"
    CLOSED = "closed"


class Move(StrEnum):
    """What can happen to a ticket."""

    CLAIM = "claim"
    RELEASE = "release"
    PASS_ON = "pass_on"
    ANSWER = "answer"
    NEWCOMER_WRITES = "newcomer_writes"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


class Outcome(StrEnum):
    """How a ticket was closed."""

    ADVISED = "advised"
    REFERRED = "referred"
    APPOINTMENT = "appointment"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"


_S = State
MOVES: Final[Mapping[tuple[State, Move], State]] = {
    (_S.NEW, Move.CLAIM): _S.CLAIMED,
    (_S.NEW, Move.PASS_ON): _S.NEW,
    (_S.NEW, Move.NEWCOMER_WRITES): _S.NEW,
    (_S.NEW, Move.CLOSE): _S.CLOSED,
    (_S.NEW, Move.WITHDRAW): _S.CLOSED,
    (_S.CLAIMED, Move.RELEASE): _S.NEW,
    (_S.CLAIMED, Move.PASS_ON): _S.NEW,
    (_S.CLAIMED, Move.ANSWER): _S.WAITING_FOR_NEWCOMER,
    (_S.CLAIMED, Move.NEWCOMER_WRITES): _S.WAITING_FOR_US,
    (_S.CLAIMED, Move.CLOSE): _S.CLOSED,
    (_S.CLAIMED, Move.WITHDRAW): _S.CLOSED,
    (_S.WAITING_FOR_NEWCOMER, Move.RELEASE): _S.NEW,
    (_S.WAITING_FOR_NEWCOMER, Move.PASS_ON): _S.NEW,
    (_S.WAITING_FOR_NEWCOMER, Move.ANSWER): _S.WAITING_FOR_NEWCOMER,
    (_S.WAITING_FOR_NEWCOMER, Move.NEWCOMER_WRITES): _S.WAITING_FOR_US,
    (_S.WAITING_FOR_NEWCOMER, Move.CLOSE): _S.CLOSED,
    (_S.WAITING_FOR_NEWCOMER, Move.WITHDRAW): _S.CLOSED,
    (_S.WAITING_FOR_US, Move.RELEASE): _S.NEW,
    (_S.WAITING_FOR_US, Move.PASS_ON): _S.NEW,
    (_S.WAITING_FOR_US, Move.ANSWER): _S.WAITING_FOR_NEWCOMER,
    (_S.WAITING_FOR_US, Move.NEWCOMER_WRITES): _S.WAITING_FOR_US,
    (_S.WAITING_FOR_US, Move.CLOSE): _S.CLOSED,
    (_S.WAITING_FOR_US, Move.WITHDRAW): _S.CLOSED,
    (_S.CLOSED, Move.REOPEN): _S.CLAIMED,
}
"""Every allowed move. What is not here is refused and told, never guessed."""


class Author(StrEnum):
    NEWCOMER = "newcomer"
    CASEWORKER = "caseworker"
    SYSTEM = "system"


# --- what is said in a ticket ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnswerItem:
    """A question and its answer as ids; `question` and `answer` are frozen phrases."""

    field: str
    value: AnswerValue
    question: Phrase
    answer: Phrase


@dataclass(frozen=True, slots=True)
class CardItem:
    """A card that was shown to the newcomer or sent by a caseworker."""

    card: str
    title: Phrase


@dataclass(frozen=True, slots=True)
class TextItem:
    """Free text as written, by newcomer or caseworker."""

    text: str


@dataclass(frozen=True, slots=True)
class NoteItem:
    """An internal note; newcomers never see it."""

    text: str


@dataclass(frozen=True, slots=True)
class ReplyItem:
    """A canned reply with its slots filled: `phrase` renders in any language."""

    reply: str
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class QuestionItem:
    """A question of the content, asked by a caseworker; answered with buttons."""

    field: str
    question: Phrase


@dataclass(frozen=True, slots=True)
class AppointmentItem:
    """An offered appointment. `place` is an office id, `bring` paper ids."""

    start: datetime
    minutes: int
    place: str
    bring: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventItem:
    """Something happened to the ticket: a move, a danger, a delivery that failed."""

    event: str
    values: Mapping[str, Value]


ItemBody = (
    AnswerItem
    | CardItem
    | TextItem
    | NoteItem
    | ReplyItem
    | QuestionItem
    | AppointmentItem
    | EventItem
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a ticket. `number` counts from 1; `caseworker` is an account id."""

    number: int
    at: datetime
    author: Author
    body: ItemBody
    caseworker: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A case. `code` is random and names it everywhere; `version` counts its changes.

    `person` is None after erasure. `due` is when an answer was promised.
    `claimed_by` and `opened_by` are caseworker account ids. `reachable` is False
    when Telegram refuses to deliver to the newcomer.
    """

    code: str
    queue: str
    team: str
    priority: Priority
    state: State
    version: int
    created: datetime
    changed: datetime
    due: datetime
    language: str
    person: str | None
    content: str
    topic: str | None = None
    danger: str | None = None
    municipality: str | None = None
    claimed_by: str | None = None
    closed: datetime | None = None
    outcome: Outcome | None = None
    rating: int | None = None
    reachable: bool = True

    @property
    def open(self) -> bool:
        return self.state is not State.CLOSED


@dataclass(frozen=True, slots=True)
class Summary:
    """What a handoff sends: the lines exactly as the newcomer saw and allowed them."""

    answers: tuple[AnswerItem, ...]
    cards: tuple[CardItem, ...]
    text: str | None
    topic: Phrase | None = None
    danger: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What the engine may know of one of the newcomer's tickets."""

    code: str
    queue: str
    state: State
    version: int
    due: datetime

    @property
    def open(self) -> bool:
        return self.state is not State.CLOSED


@dataclass(frozen=True, slots=True)
class Caseworker:
    """A registered caseworker. `telegram_id` is set once bound with a one-time code."""

    id: str
    login: str
    name: str
    teams: frozenset[str]
    language: str = "de"
    active: bool = True
    telegram_id: int | None = None
