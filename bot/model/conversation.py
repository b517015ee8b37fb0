"""A conversation: what the newcomer said, and nothing about where they are.

The position is computed from the answers each time (`bot.engine.interview`), so
back, correct, resume, old buttons and edited content need no special code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot.model.content import Question

AnswerValue = str | tuple[str, ...] | Decimal | date
"""An option id or text, the chosen ids of a multi question, a number, or a date."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one field, for which meaning of it, and when."""

    field: str
    value: AnswerValue
    meaning: int
    at: datetime


Answers = Mapping[str, Answer]
"""Answers by field id."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Agreement to the notice: which wording (hash), in which language, when."""

    notice: str
    language: str
    at: datetime


class Expecting(StrEnum):
    """What typed text is taken for while a prompt is pending."""

    ANSWER = "answer"
    TOPIC = "topic"
    HANDOFF_TEXT = "handoff_text"
    RATING_SENTENCE = "rating_sentence"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question outside the normal order that waits for a reply.

    ANSWER: `field` is being corrected, or `chosen` collects a multi answer (None: not begun).
    TOPIC: one of the group `field` is to be chosen.
    ASKED: a caseworker of `ticket` asked for `field`. RATING_SENTENCE: about `ticket`.
    """

    expecting: Expecting
    field: str = ""
    ticket: str = ""
    chosen: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class HandoffDraft:
    """A handoff being prepared: for which topic or danger, to whom, what stays out."""

    topic: str | None = None
    danger: str | None = None
    queue: str | None = None
    text: str | None = None
    text_asked: bool = False
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything stored about one newcomer's talk with the bot.

    `person` is a random id. `ticket` is the code of the case that typed text goes
    to. `topic_since` is when `topic` was opened: shared answers older than that are
    shown for confirmation before they are used. `album` is the last album of pictures:
    it is answered once.
    """

    person: str
    language: str
    consent: Consent
    answers: Answers = field(default_factory=dict)
    topic: str | None = None
    topic_since: datetime | None = None
    draft: HandoffDraft | None = None
    ticket: str | None = None
    prompt: Prompt | None = None
    album: str | None = None

    def answered(self, question: Question, value: AnswerValue, now: datetime) -> "Conversation":
        """Return the conversation with this answer given or corrected."""
        answer = Answer(question.id, value, question.meaning, now)
        return replace(self, answers={**self.answers, question.id: answer})

    def without(self, field_id: str) -> "Conversation":
        """Return the conversation as if `field_id` had never been answered."""
        rest = {key: answer for key, answer in self.answers.items() if key != field_id}
        return replace(self, answers=rest)
