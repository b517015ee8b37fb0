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
    Number,
    PhoneNumber,
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
    value: Number | date
    valid_from: date
    valid_until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "DatedShape":
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise fault(FACT_DATES)
        return self


class FactShape(Strict):
    """A named amount or date with where it comes from."""

    label: Text
    unit: Unit
    values: list[DatedShape]
    review_by: date
    owner: str
    source: str
    certainty: Certainty

    @model_validator(mode="after")
    def _fits_unit(self) -> "FactShape":
        wanted = "a date" if self.unit == "date" else "a number"
        if any(isinstance(dated.value, date) != (self.unit == "date") for dated in self.values):
            raise fault(FACT_VALUE, unit=self.unit, wanted=wanted)
        return self


class FactsFile(File):
    facts: dict[Id, FactShape]


class PhoneShape(Strict):
    number: PhoneNumber
    name: Text
    checked: date
    source: str
    certainty: Certainty
    max_age: Days | None = None


class PhonesFile(File):
    phones: dict[Id, PhoneShape]


class PapersFile(File):
    papers: dict[Id, Text]


class RolesFile(File):
    roles: dict[Id, Text]


class GroupShape(Strict):
    icon: str
    title: Text
    order: int


class HomeFile(File):
    groups: dict[Id, GroupShape]


class TermShape(Strict):
    """A German term; `forms` are plurals, abbreviations, old names it is found by."""

    term: str
    explanation: Text
    forms: list[str] = Field(default_factory=list)


class GlossaryFile(File):
    terms: dict[Id, TermShape]


class SlotShape(Strict):
    type: Annotated[SlotType, Field(strict=False)]
    label: Text


class ReplyShape(Strict):
    title: Text
    text: Text
    slots: dict[Id, SlotShape] = Field(default_factory=dict)


class RepliesFile(File):
    replies: dict[Id, ReplyShape]


Phrases = dict[str, list[str]]
"""Trigger phrases or sentences by language."""


class EmergencyTests(Strict):
    danger: Phrases
    harmless: Phrases


def _three(value: Any) -> Any:
    if isinstance(value, list) and len(value) > MOST_MESSAGES:
        raise fault(TOO_MANY_MESSAGES)
    return value


class KindShape(Strict):
    """A kind of danger. `straight`: its words lead into the handoff, not to a message first."""

    icon: str
    order: int
    button: Text | None = None
    straight: bool = False
    message: Annotated[Texts, BeforeValidator(_three)]
    phones: list[Id]
    hint: Text | None = None
    ask_safe: bool = False
    priority: Annotated[Priority, Field(strict=False)]
    queue: Id
    independent: Id | None = None
    independent_first: bool = False
    never: list[str] = Field(default_factory=list)
    triggers: Phrases
    harmless: Phrases = Field(default_factory=dict)
    tests: EmergencyTests


class EmergencyFile(File):
    kinds: dict[Id, KindShape]
