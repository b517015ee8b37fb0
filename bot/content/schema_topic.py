"""The shape of `topics/*.yaml` and `people.yaml`: questions, cards, tests."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from bot.content.problems import Code
from bot.content.schema import (
    Condition,
    Days,
    File,
    Id,
    Number,
    OrPlain,
    Strict,
    Text,
    Texts,
    WebAddress,
    fault,
)
from bot.model.content import QuestionType, Urgency

ASK_OR_USE = Code(
    "ask-or-use",
    "a question has either `ask:` or `use:`",
    "write `- ask: id` or `- use: person.id`",
)
USE_ONLY = Code(
    "use-with-own-texts",
    "a shared question brings its own texts; `{name}` does not belong here",
    "leave only `use` and `when`; change the question in people.yaml",
)
OPTIONS_MISSING = Code(
    "options-missing",
    "a {type} question needs at least two `options`",
    "write the options below it",
)
OPTIONS_SUPERFLUOUS = Code(
    "options-superfluous", "a {type} question brings its own options", "take `options` out"
)
LIMITS_SUPERFLUOUS = Code(
    "limits-superfluous", "only number questions have `min` and `max`", "take them out"
)
DANGER_MISPLACED = Code(
    "danger-misplaced",
    "only yes_no questions have `danger` of their own",
    "write `danger` at the option that means it",
)

FEWEST_OPTIONS = 2


class Retired(Strict):
    """Since when an option is no longer offered, and which one took its place."""

    since: date
    as_: Id | None = Field(default=None, alias="as")


def _with_text(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class OptionShape(OrPlain):
    """An option: its button text, how it reads in a summary, the danger it means."""

    text: Text
    summary: Text | None = None
    retired: Retired | None = None
    danger: Id | None = None


Option = Annotated[OptionShape, BeforeValidator(_with_text)]


class DangerShape(Strict):
    """Which danger "yes" or "no" means as an answer."""

    yes: Id | None = None
    no: Id | None = None


def check_options(type_: QuestionType, options: dict[str, Option] | None) -> None:
    """Choice and multi questions have options, all others have none of their own."""
    if type_ in (QuestionType.CHOICE, QuestionType.MULTI):
        if options is None or len(options) < FEWEST_OPTIONS:
            raise fault(OPTIONS_MISSING, type=type_.value)
    elif options is not None:
        raise fault(OPTIONS_SUPERFLUOUS, type=type_.value)


class SharedQuestion(Strict):
    """A question of people.yaml, and what an own question of a topic has in common with it."""

    type: Annotated[QuestionType, Field(strict=False)]
    text: Text
    why: Text | None = None
    summary: Text | None = None
    meaning: Annotated[int, Field(ge=1)] = 1
    when: Condition = None
    options: dict[Id, Option] | None = None
    danger: DangerShape | None = None
    min: Number | None = None
    max: Number | None = None
    sensitive: bool = False
    retention: Days | None = None
    valid_for: Days | None = None

    @model_validator(mode="after")
    def _fits_type(self) -> "SharedQuestion":
        check_options(self.type, self.options)
        if self.type is not QuestionType.NUMBER and (self.min is not None or self.max is not None):
            raise fault(LIMITS_SUPERFLUOUS)
        if self.type is not QuestionType.YES_NO and self.danger is not None:
            raise fault(DANGER_MISPLACED)
        return self


class OwnQuestion(SharedQuestion):
    """`- ask: id`, a question of this topic."""

    ask: Id
    valid_for: None = None


class UsedQuestion(Strict):
    """`- use: person.id`, a shared question in its place among the topic's."""

    use: str
    when: Condition = None


def _kind(value: Any) -> Any:
    """Decide by `ask` or `use` which of the two shapes a question must have."""
    if not isinstance(value, dict):
        return value
    if ("ask" in value) == ("use" in value):
        raise fault(ASK_OR_USE)
    if "use" in value:
        extra = next((name for name in value if name not in ("use", "when")), None)
        if extra is not None:
            raise fault(USE_ONLY, name=extra)
        return UsedQuestion.model_validate(value)
    return OwnQuestion.model_validate(value)


TopicQuestion = Annotated[OwnQuestion | UsedQuestion, BeforeValidator(_kind)]


class StepShape(OrPlain):
    """One own next step; `office` names the responsible role."""

    text: Text
    without: str | None = None
    note: str | None = None
    office: Id | None = None


Step = Annotated[StepShape, BeforeValidator(_with_text)]


class SourceShape(Strict):
    url: WebAddress
    checked: date
    max_age: Days


Slot = Literal["title", "body", "steps", "bring", "offices", "related", "keywords"]
"""What a region may write itself where a card says so; `source` is open with any of them."""

Local = Literal["required", "allowed", "locked"]


class CardShape(Strict):
    """One piece of advice."""

    title: Text
    body: Texts
    when: Condition = None
    otherwise: bool = False
    urgency: Annotated[Urgency, Field(strict=False)] = Urgency.NORMAL
    steps: dict[Id, Step] = Field(default_factory=dict)
    bring: list[Id] = Field(default_factory=list)
    offices: list[Id] = Field(default_factory=list)
    source: SourceShape | None = None
    related: dict[Id, Text] = Field(default_factory=dict)
    keywords: Text | None = None
    local: dict[Slot, Local] = Field(default_factory=dict)


class HandoffShape(Strict):
    queue: Id
    independent: Id | None = None
    urgent_when: Condition = None
    independent_first_when: Condition = None


class CaseShape(Strict):
    """A test written beside the content: these answers, these cards."""

    name: str
    given: dict[str, Any] = Field(default_factory=dict)
    cards: list[str]
    asked: list[str] = Field(default_factory=list)
    not_asked: list[str] = Field(default_factory=list)
    priority: Literal["P1", "P2"] | None = None


class TopicFile(File):
    """topics/<topic>.yaml"""

    topic: Id
    icon: str
    group: Id
    order: int
    title: Text
    keywords: Text | None = None
    owner: str
    review_by: date
    questions: list[TopicQuestion] = Field(default_factory=list)
    cards: dict[Id, CardShape]
    handoff: HandoffShape
    renames: dict[str, str] = Field(default_factory=dict)
    tests: list[CaseShape] = Field(default_factory=list)


class PeopleFile(File):
    """people.yaml"""

    questions: dict[Id, SharedQuestion]
    renames: dict[str, str] = Field(default_factory=dict)
