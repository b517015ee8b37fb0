"""The shapes of the smaller files: facts, phones, papers, roles, home, glossary,
replies and emergency.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from bot.content.problems import Code
from bot.content.schema import (
    Certainty,
    Days,
    File,
    Id,
    LanguageCode,
    Number,
    PhoneId,
    PhoneNumber,
    QueueId,
    Strict,
    Text,
    Texts,
    fault,
)
from bot.model.content import Priority, SlotType

FACT_VALUE = Code(
    "bad-fact-value", "a fact of unit {unit} needs {wanted} as its value", "write {wanted}"
)
FACT_DATES = Code(
    "bad-fact-dates", "`valid_until` lies before `valid_from`", "put the two dates in order"
)
TOO_MANY_MESSAGES = Code(
    "emergency-too-long",
    "a first message has at most three sentences",
    "keep the three that matter now",
)

MOST_MESSAGES = 3

Unit = Literal[
    "eur",
    "eur_per_hour",
    "hours",
    "days",
    "weeks",
    "months",
    "years",
    "lessons",
    "percent",
    "count",
    "date",
]


class DatedShape(Strict):
    value: Number | date = Field(
        description="The number, or for `unit: date` the day. Example: 13.90"
    )
    valid_from: date = Field(description="The first day on which it holds. Example: 2026-01-01")
    valid_until: date | None = Field(
        default=None,
        description="The last day on which it holds, if that is known. Example: 2026-12-31",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "DatedShape":
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise fault(FACT_DATES)
        return self


class FactShape(Strict):
    """A named amount or date with where it comes from."""

    label: Text = Field(description="What it is, for editors. Example: Mindestlohn")
    unit: Unit = Field(
        description="What is counted: it decides how the number is written in every language."
    )
    values: list[DatedShape] = Field(
        description="The value with the days on which it holds. Next year's stands beside this "
        "year's and takes over by itself."
    )
    review_by: date = Field(
        description="The day until which somebody must have compared it with the source. Example: "
        "2027-01-01"
    )
    owner: str = Field(
        description="Who keeps it right: an e-mail address. Example: jobs@landkreis.example"
    )
    source: str = Field(description="Where it can be read. Example: https://www.bmas.de/")
    certainty: Certainty = Field(
        description="`known`: compared with the source; `general`: common knowledge, worded "
        "with care; `moving`: may have changed, the value is not shown."
    )

    @model_validator(mode="after")
    def _fits_unit(self) -> "FactShape":
        wanted = "a date" if self.unit == "date" else "a number"
        if any(isinstance(dated.value, date) != (self.unit == "date") for dated in self.values):
            raise fault(FACT_VALUE, unit=self.unit, wanted=wanted)
        return self


class FactsFile(File):
    facts: dict[Id, FactShape] = Field(
        description="Amounts, dates and deadlines that sentences name with {fact:id}."
    )


class PhoneShape(Strict):
    number: PhoneNumber = Field(description="The number as people dial it. Example: 116 016")
    name: Text = Field(description="Whose number it is. Example: Hilfetelefon Gewalt gegen Frauen")
    checked: date = Field(description="The day of the last test call. Example: 2026-11-21")
    source: str = Field(
        description="Where the number stands. Example: https://www.hilfetelefon.de/"
    )
    certainty: Certainty = Field(
        description="`known`: compared with the source; `general`: common knowledge; `moving`: "
        "may have changed."
    )
    max_age: Days | None = Field(
        default=None,
        description="After how many days it must be called again; without it after a year. "
        "Example: 365d",
    )


class PhonesFile(File):
    phones: dict[Id, PhoneShape] = Field(description="Numbers that sentences name with {phone:id}.")


class PapersFile(File):
    papers: dict[Id, Text] = Field(
        description="Things to bring, as cards name them: id, then text."
    )


class RolesFile(File):
    roles: dict[Id, Text] = Field(
        description="Kinds of offices, as cards name them. The region says which office that is."
    )


class GroupShape(Strict):
    icon: str = Field(description="The sign on its button of the home screen. Example: 🎓")
    title: Text = Field(description="The heading on the home screen. Example: Lernen")
    order: int = Field(description="The place on the home screen: smaller comes first. Example: 20")


class HomeFile(File):
    groups: dict[Id, GroupShape] = Field(description="The groups of topics on the home screen.")


class TermShape(Strict):
    term: str = Field(
        description="The German word that stays German in every language. Example: Ausländerbehörde"
    )
    explanation: Text = Field(
        description="What it is, in one line. Example: Amt für Aufenthaltspapiere."
    )
    forms: list[str] = Field(
        default_factory=list,
        description="Plurals, abbreviations and old names under which it is found too. Example: "
        "[Jobcenters, Job-Center]",
    )


class GlossaryFile(File):
    terms: dict[Id, TermShape] = Field(description="German words that stand on doors and letters.")


class SlotShape(Strict):
    type: Annotated[SlotType, Field(strict=False)] = Field(
        description="What the caseworker fills in: date, time, place (an office), papers, link, "
        "number or phone."
    )
    label: Text = Field(description="What the field is called at the desk. Example: Datum")


class ReplyShape(Strict):
    group: Id = Field(description="The heading caseworkers find it under. Example: appointment")
    title: Text = Field(description="The name caseworkers choose it by. Example: Termin anbieten")
    text: Text = Field(
        description="What the newcomer reads, with gaps. Example: Ihr Termin ist am {date}."
    )
    slots: dict[Id, SlotShape] = Field(
        default_factory=dict, description="The gaps of the text: id, then kind and label."
    )


class RepliesFile(File):
    groups: dict[Id, Text] = Field(
        description="The headings in their order: id, then text. Example: {appointment: Termin}"
    )
    replies: dict[Id, ReplyShape] = Field(
        description="Prepared answers of caseworkers, translated into every language."
    )


Phrases = dict[LanguageCode, list[str]]
"""Trigger phrases or sentences by language."""


class EmergencyTests(Strict):
    danger: Phrases = Field(description="Sentences that must raise this alarm, by language.")
    harmless: Phrases = Field(description="Sentences that must not raise it, by language.")


def _three(value: Any) -> Any:
    if isinstance(value, list) and len(value) > MOST_MESSAGES:
        raise fault(TOO_MANY_MESSAGES)
    return value


class KindShape(Strict):
    """A kind of danger. `straight`: its words lead into the handoff, not to a message first."""

    icon: str = Field(description="One emoji before the message. Example: ⚠")
    order: int = Field(
        description="The place in the list, and which comes first if several fit: smaller is first."
    )
    button: Text | None = Field(
        default=None,
        description="What stands on the button. Without it this danger is only recognised in "
        "words. Example: Jemand tut mir weh",
    )
    straight: bool = Field(
        default=False,
        description="true if these words lead straight to a person, without a message first.",
    )
    message: Annotated[Texts, BeforeValidator(_three)] = Field(
        description="The first message: at most three short sentences, no question."
    )
    phones: list[PhoneId] = Field(
        description="The numbers offered, from phones.yaml. Example: [police, women]"
    )
    hint: Text | None = Field(default=None, description="One more sentence below the numbers.")
    ask_safe: bool = Field(
        default=False, description="true to ask first whether the person can read on safely."
    )
    priority: Annotated[Priority, Field(strict=False)] = Field(
        description="P0: now, somebody is alarmed; P1: the same working day; P2: the next."
    )
    queue: QueueId = Field(description="The queue that gets the case. Example: protection")
    independent: QueueId | None = Field(
        default=None,
        description="A queue outside the administration that is offered beside it. Example: "
        "counselling",
    )
    independent_first: bool = Field(
        default=False, description="true to offer the independent queue first."
    )
    never: list[str] = Field(
        default_factory=list,
        description="What must never be said here. A note for editors, not translated.",
    )
    triggers: Phrases = Field(
        description="Words that raise the alarm, by language. Up to two other words may stand "
        "between; * is any ending. Example: {de: [mein mann schlägt]}"
    )
    harmless: Phrases = Field(
        default_factory=dict,
        description="Words that look like a trigger and are none, by language.",
    )
    tests: EmergencyTests = Field(
        description="Sentences that must raise the alarm, and sentences that must not."
    )


class EmergencyFile(File):
    kinds: dict[Id, KindShape] = Field(
        description="Kinds of danger: id, then what is said and by which words it is recognised."
    )
