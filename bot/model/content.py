"""The content of one county as data: topics, questions, cards, facts, offices.

Only `bot.content` builds these values, from checked YAML; everybody else
receives a finished `Content`. Texts are not here but their message ids: a text
of question `level` in topic `work` has the key `work/level#text`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.model.conditions import ALWAYS, Condition
from bot.model.paragraphs import Paragraph
from bot.model.phrases import Amount
from bot.model.region import Region

SKIPPED = "skipped"
"""The answer "I don't know / rather not say": equal to itself, unknown in comparisons."""


class QuestionType(StrEnum):
    CHOICE = "choice"
    MULTI = "multi"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    PLACE = "place"
    TEXT = "text"


class Urgency(StrEnum):
    """How soon a card wants to be acted on; cards are shown in this order."""

    NOW = "now"
    SOON = "soon"
    NORMAL = "normal"


class Priority(StrEnum):
    """P0 danger now, P1 same working day, P2 next working day."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"


# --- questions and topics -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen. `retired_as` names the option that took its place.

    `danger` is the kind of danger that choosing it means: its message comes at once.
    """

    id: str
    text: str
    summary: str
    retired: bool = False
    retired_as: str | None = None
    danger: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `id` is the field id: `person.paper` or `language_courses.level`.

    `text`, `why` and `summary` are message ids; `why` is None where there is no
    reason to give. `options` is empty for number, date and text. `valid_for` is set
    for shared questions: an older answer is shown for confirmation before reuse.
    """

    id: str
    type: QuestionType
    text: str
    summary: str
    why: str | None = None
    meaning: int = 1
    when: Condition = ALWAYS
    options: tuple[Option, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    shared: bool = False
    valid_for: timedelta | None = None
    sensitive: bool = False

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options a newcomer may choose today."""
        return tuple(option for option in self.options if not option.retired)


@dataclass(frozen=True, slots=True)
class Step:
    """One own next step. `role` names the responsible office role, if any."""

    id: str
    text: Paragraph
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    url: str
    checked: date
    max_age: timedelta


@dataclass(frozen=True, slots=True)
class Related:
    topic: str
    reason: str


@dataclass(frozen=True, slots=True)
class Card:
    """One piece of advice. `id` is `<topic>.<card>`; texts are message ids.

    `roles` are the responsible roles in order (those of the card itself, then of
    its steps). `bring` are paper ids of `Content.papers`.
    """

    id: str
    topic: str
    title: str
    body: tuple[Paragraph, ...]
    when: Condition = ALWAYS
    otherwise: bool = False
    urgency: Urgency = Urgency.NORMAL
    steps: tuple[Step, ...] = ()
    bring: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    source: Source | None = None
    related: tuple[Related, ...] = ()
    keywords: str | None = None


@dataclass(frozen=True, slots=True)
class HandoffRule:
    """Which queue a topic hands to, which independent one beside it, and when it is P1."""

    queue: str
    independent: str | None = None
    urgent_when: Condition | None = None
    independent_first_when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `questions` are in order, shared ones in their place."""

    id: str
    icon: str
    group: str
    order: int
    title: str
    keywords: str | None
    questions: tuple[Question, ...]
    cards: tuple[Card, ...]
    handoff: HandoffRule

    @property
    def otherwise(self) -> Card:
        return next(card for card in self.cards if card.otherwise)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of topics on the home screen."""

    id: str
    icon: str
    title: str
    order: int


# --- facts, papers, phones, emergencies, replies ---------------------------------


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A fact's value from `valid_from` to `valid_until`, both inclusive, by the region's days."""

    value: Amount | date
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A named amount or date; several dated values may stand side by side."""

    id: str
    values: tuple[DatedValue, ...]
    review_by: date
    source: str
    certain: bool

    def on(self, day: date) -> Amount | date | None:
        """The value valid on `day`; None if there is none or it may not be shown as certain."""
        if not self.certain:
            return None
        for dated in self.values:
            if dated.valid_from <= day and (dated.valid_until is None or day <= dated.valid_until):
                return dated.value
        return None


@dataclass(frozen=True, slots=True)
class Phone:
    """A national number. `number` as dialled and shown, `name` a message id."""

    id: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Emergency:
    """A kind of danger: first message, numbers, and whom to hand to.

    `triggers` maps a language to phrases; words in order, `*` ends a prefix, and up
    to two other words may stand between. `harmless` phrases cancel a trigger they overlap.
    `straight`: no danger but the wish for a person; the words lead straight into the handoff.
    """

    id: str
    icon: str
    order: int
    button: str | None
    message: tuple[Paragraph, ...]
    phones: tuple[str, ...]
    hint: str | None
    priority: Priority
    queue: str
    independent: str | None
    independent_first: bool
    ask_safe: bool
    straight: bool = False
    triggers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    harmless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class SlotType(StrEnum):
    DATE = "date"
    TIME = "time"
    PLACE = "place"
    PAPERS = "papers"
    LINK = "link"
    NUMBER = "number"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap of a canned reply: PLACE takes an office id, PAPERS paper ids."""

    id: str
    type: SlotType
    label: str


@dataclass(frozen=True, slots=True)
class CannedReply:
    id: str
    title: str
    text: str
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A German term that stays German everywhere, with a line of explanation (message id).

    `forms` are further spellings under which it is found: plurals, abbreviations, old names.
    """

    id: str
    term: str
    explanation: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """What caseworkers choose from under one heading: ids of questions or replies, in order."""

    id: str
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """The folded words of one way to write the term `term`."""

    words: tuple[str, ...]
    term: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything editors wrote for one region, checked and ready.

    `version` is a hash over all source files. `ids` maps each id's short hash to
    the id, for buttons (`bot.model.buttons`); `renames` old ids of questions and cards
    to the ids of today. `hidden` are the cards the region does not show. `asks` are the
    questions that only caseworkers ask. `spellings` are those of the German terms by
    their first word, the longest first; `terms` maps each message id to the terms that
    its German text has: they stay German in every language (`bot.engine.glossary`).
    """

    version: str
    region: Region
    groups: tuple[Group, ...]
    topics: Mapping[str, Topic]
    shared: Mapping[str, Question]
    facts: Mapping[str, Fact]
    papers: Mapping[str, str]
    roles: Mapping[str, str]
    phones: Mapping[str, Phone]
    emergencies: Mapping[str, Emergency]
    replies: Mapping[str, CannedReply]
    glossary: Mapping[str, GlossaryTerm]
    languages: tuple[str, ...]
    ids: Mapping[str, str]
    renames: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    asks: Mapping[str, Question] = field(default_factory=dict)
    ask_sections: tuple[Section, ...] = ()
    reply_sections: tuple[Section, ...] = ()
    spellings: Mapping[str, tuple[Spelling, ...]] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def in_group(self, group_id: str) -> list[Topic]:
        """The topics of a group in their order."""
        topics = (topic for topic in self.topics.values() if topic.group == group_id)
        return sorted(topics, key=lambda topic: (topic.order, topic.id))

    def card(self, card_id: str) -> Card | None:
        """The card of that id, today's or an earlier one; None if there is none."""
        card_id = self.renames.get(card_id, card_id)
        topic = self.topics.get(card_id.partition(".")[0])
        if topic is None:
            return None
        return next((card for card in topic.cards if card.id == card_id), None)

    def question(self, field_id: str) -> Question | None:
        """The question of that field, by today's id or an earlier one; None if there is none."""
        field_id = self.renames.get(field_id, field_id)
        owner = field_id.partition(".")[0]
        if owner == "person":
            return self.shared.get(field_id)
        if owner == "ask":
            return self.asks.get(field_id)
        topic = self.topics.get(owner)
        if topic is None:
            return None
        return next((question for question in topic.questions if question.id == field_id), None)
