"""The shape of `topics/*.yaml` and `people.yaml`; cards have theirs in `schema_card.py`."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from bot.content.problems import Code
from bot.content.schema import (
    Condition,
    DangerId,
    Days,
    File,
    Given,
    GroupId,
    Id,
    Number,
    OrPlain,
    QueueId,
    SharedField,
    Strict,
    Text,
    fault,
)
from bot.content.schema_card import CardShape, with_text
from bot.model.content import QuestionType

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

    since: date = Field(
        description="The day from which on nobody can choose this option any more. Example: "
        "2026-11-01"
    )
    as_: Id | None = Field(
        default=None,
        alias="as",
        description="The option that took its place: earlier answers count as that one. "
        "Example: none",
    )


class OptionShape(OrPlain):
    """An option: its button text, how it reads in a summary, the danger it means."""

    text: Text = Field(
        description="What stands on the button: at most 40 characters, better 25, no sentence. "
        "Example: Ein wenig (A1)"
    )
    summary: Text | None = Field(
        default=None,
        description="How the answer reads for caseworkers, if other words are better there. "
        "Example: A1",
    )
    retired: Retired | None = Field(
        default=None,
        description="Takes the option away without losing answers given with it. Never delete "
        "an option that was published.",
    )
    danger: DangerId | None = Field(
        default=None,
        description="The kind of danger that this answer means: its emergency message is shown "
        "at once. Example: violence",
    )


Option = Annotated[OptionShape, BeforeValidator(with_text)]


class DangerShape(Strict):
    """Which danger "yes" or "no" means as an answer."""

    yes: DangerId | None = Field(
        default=None, description="The danger that the answer yes means. Example: deadline"
    )
    no: DangerId | None = Field(
        default=None, description="The danger that the answer no means. Example: homeless"
    )


def check_options(type_: QuestionType, options: dict[str, Option] | None) -> None:
    """Choice and multi questions have options, all others have none of their own."""
    if type_ in (QuestionType.CHOICE, QuestionType.MULTI):
        if options is None or len(options) < FEWEST_OPTIONS:
            raise fault(OPTIONS_MISSING, type=type_.value)
    elif options is not None:
        raise fault(OPTIONS_SUPERFLUOUS, type=type_.value)


class SharedQuestion(Strict):
    """A question of people.yaml, and what an own question of a topic has in common with it."""

    type: Annotated[QuestionType, Field(strict=False)] = Field(
        description="How it is answered: `choice` one option, `multi` several, `yes_no`, `number`, "
        "`date`, `place` a municipality, `text` free text."
    )
    text: Text = Field(
        description="The question as newcomers read it. Example: Wie gut sprechen Sie Deutsch?"
    )
    why: Text | None = Field(
        default=None,
        description="Why we ask, in one sentence. Example: Davon hängt der Kurs ab. Das ist "
        "kein Test.",
    )
    summary: Text | None = Field(
        default=None,
        description="A short name for caseworkers and for lists. Example: Deutschkenntnisse",
    )
    meaning: Annotated[int, Field(ge=1)] = Field(
        default=1,
        description="Raise it by one if the same words now mean something else: then everybody "
        "is asked again.",
    )
    when: Condition = Field(
        default=None,
        description="Asked only if this holds; without it everybody is asked. It sees only "
        "questions further up. Example: {level: [none, basic]}",
    )
    options: dict[Id, Option] | None = Field(
        default=None,
        description="The answers of a `choice` or `multi` question: id, then text. Two at "
        "least, seven at most. The id never changes.",
    )
    danger: DangerShape | None = Field(
        default=None,
        description="Only for `yes_no`: which danger an answer means. Example: {yes: deadline}",
    )
    min: Number | None = Field(
        default=None, description="The smallest number that is accepted. Example: 0"
    )
    max: Number | None = Field(
        default=None, description="The largest number that is accepted. Example: 120"
    )
    sensitive: bool = Field(
        default=False,
        description="true if the answer needs special protection (residence, health, danger). Then "
        "`retention` is needed.",
    )
    retention: Days | None = Field(
        default=None, description="After how many days the answer is forgotten. Example: 30d"
    )
    valid_for: Days | None = Field(
        default=None, description="After how many days a shared answer is asked again. Example: 90d"
    )

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

    ask: Id = Field(
        description="The id of this question, new and never changed: small letters, digits, _. "
        "Example: level"
    )
    valid_for: None = Field(
        default=None, description="Only shared questions (people.yaml) have this."
    )


class UsedQuestion(Strict):
    """`- use: person.id`, a shared question in its place among the topic's."""

    use: SharedField = Field(
        description="A shared question of people.yaml, asked once for all topics. Example: "
        "person.paper"
    )
    when: Condition = Field(
        default=None, description="Asked only if this holds. Example: {concern: find}"
    )


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


class AskOrUse:
    """Tells editors' completion how to know one shape from the other."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        own, used = handler(schema)["anyOf"]
        return {"if": {"required": ["use"]}, "then": used, "else": own}


TopicQuestion = Annotated[OwnQuestion | UsedQuestion, BeforeValidator(_kind), AskOrUse()]


class HandoffShape(Strict):
    queue: QueueId = Field(
        description="The queue that gets the cases of this topic, from queues.yaml. Example: "
        "language"
    )
    independent: QueueId | None = Field(
        default=None,
        description="A queue outside the administration that is offered beside it. Example: "
        "counselling",
    )
    urgent_when: Condition = Field(
        default=None,
        description="The case is urgent (P1) if this holds. Example: {problem: dismissed}",
    )
    independent_first_when: Condition = Field(
        default=None,
        description="The independent queue is offered first if this holds. Example: {person.paper: "
        "skipped}",
    )


class CaseShape(Strict):
    """A test written beside the content: these answers, these cards."""

    name: str = Field(description="What this test shows. Example: asylum seeker, beginner")
    given: Given = Field(
        default_factory=dict,
        description="The answers: question, then option. Others are declined. Example: "
        "{person.paper: asylum, level: none}",
    )
    cards: list[str] = Field(
        description="The cards that must be shown, in order: by urgency, then as in the file. "
        "Example: [first_course]"
    )
    asked: list[str] = Field(
        default_factory=list,
        description="Questions that must be asked with these answers. Example: [childcare]",
    )
    not_asked: list[str] = Field(
        default_factory=list,
        description="Questions that must not be asked with these answers. Example: [certificate]",
    )
    priority: Literal["P1", "P2"] | None = Field(
        default=None,
        description="How urgent a case with these answers must be: P1 the same working day, P2 the "
        "next.",
    )


class TopicFile(File):
    """topics/<topic>.yaml"""

    topic: Id = Field(
        description="The id of the topic, the same as the file's name. It never changes. Example: "
        "language_courses"
    )
    icon: str = Field(description="One emoji before the title. Example: 🗣")
    group: GroupId = Field(
        description="The group on the home screen, from home.yaml. Example: learn"
    )
    order: int = Field(description="The place within the group: smaller comes first. Example: 10")
    title: Text = Field(
        description="What stands on the button, at most 40 characters. Example: Deutsch lernen"
    )
    keywords: Text | None = Field(
        default=None,
        description="Words newcomers type when they look for this, separated by commas. "
        "Example: Kurs, Sprache, Deutsch",
    )
    owner: str = Field(
        description="Who keeps this topic right: an e-mail address. Reminders go there. Example: "
        "integration@landkreis.example"
    )
    review_by: date = Field(
        description="The day until which somebody must have read this topic again. Example: "
        "2027-03-01"
    )
    questions: list[TopicQuestion] = Field(
        default_factory=list,
        description="The questions in their order: `ask:` for one of this topic, `use:` for a "
        "shared one.",
    )
    cards: dict[Id, CardShape] = Field(
        description="The advice: id, then the card. One of them has `otherwise: true`."
    )
    handoff: HandoffShape = Field(
        description="Who gets the cases when somebody wants to talk to a person."
    )
    renames: dict[str, str] = Field(
        default_factory=dict,
        description="Old ids of questions or cards with the id they have now, so that old answers "
        "count. Example: {niveau: level}",
    )
    tests: list[CaseShape] = Field(
        default_factory=list,
        description="Answers and the cards they must lead to: at least one test a card. `lotse "
        "content try` writes them.",
    )


class PeopleFile(File):
    """people.yaml"""

    questions: dict[Id, SharedQuestion] = Field(
        description="Questions about the person that several topics share: id, then the question. "
        "Topics say `use: person.id`."
    )
    renames: dict[str, str] = Field(
        default_factory=dict,
        description="Old ids of questions with the id they have now. Example: {papers: paper}",
    )
