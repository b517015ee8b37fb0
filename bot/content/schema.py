"""Shapes shared by all content files: texts, ids, days, hours; and faults in words.

The models say what a file may contain, and nothing about what it refers to:
that is for `build.py` and `checks/`. Mistakes become problems in `validate.py`.
"""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from bot.content.problems import Code
from bot.i18n.languages import LANGUAGES

ID = Code(
    "bad-id",
    "`{name}` is no id",
    "write small letters, digits and _, beginning with a letter, at most 48",
)
DURATION = Code("bad-duration", "`{value}` is no number of days", "write days, for example 180d")
HOURS = Code(
    "bad-hours",
    "`{value}` are no opening hours",
    'write for example "08:00-12:00", end after start',
)
WEB_ADDRESS = Code("bad-url", "`{value}` is no web address", "write it with https:// and a host")
PHONE = Code("bad-phone", "`{value}` is no phone number", "write digits, spaces, + and - only")
EMAIL = Code("bad-email", "`{value}` is no e-mail address", "write name@host.example")
POSTCODE = Code("bad-postcode", "`{value}` is no postcode", "write five digits")
EMPTY_TEXT = Code("empty-text", "the text is empty", "write a sentence, or take the line out")


def fault(code: Code, **values: object) -> PydanticCustomError:
    """The error a validator raises; `validate.py` gives it its position."""
    return PydanticCustomError(
        "content", "{code}", {"code": code.name, "kind": code, "values": values}
    )


class Strict(BaseModel):
    """Nothing is converted silently, nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _pattern(pattern: str, code: Code) -> Callable[[Any], Any]:
    expression = re.compile(pattern)

    def check(value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and not expression.fullmatch(value):
            raise fault(code, value=value)
        return value

    return check


def _id(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"[a-z][a-z0-9_]{0,47}", value):
        raise fault(ID, name=value)
    return value


def _days(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"([1-9][0-9]{0,3})d", value) if isinstance(value, str) else None
    if match is None:
        raise fault(DURATION, value=value)
    return timedelta(days=int(match.group(1)))


def _hours(value: Any) -> Any:
    found = (
        re.fullmatch(r"(\d\d?:\d\d) ?[-–] ?(\d\d?:\d\d)", value) if isinstance(value, str) else None
    )
    if found is None:
        raise fault(HOURS, value=value)
    try:
        start, end = (time.fromisoformat(part.rjust(5, "0")) for part in found.groups())
    except ValueError:
        raise fault(HOURS, value=value) from None
    if start >= end:
        raise fault(HOURS, value=value)
    return (start, end)


def _number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


ID_PATTERN = "[a-z][a-z0-9_]{0,47}"


class Known:
    """Marks ids that other files define: completion offers those there are.

    `bot.content.schemas` says which; whether one exists is for the check, because a
    list that is a day old must not call a new id wrong.
    """

    def __init__(self, what: str) -> None:
        self.what = what

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"x-known": self.what, **handler(schema)}


def _patterned(pattern: str, remedy: str, *, number: bool = False) -> WithJsonSchema:
    """Text of a form, or a number where that is the same; editors show `remedy` on mistakes."""
    kind = ["string", "integer"] if number else "string"
    told = {"pattern": f"^{pattern}$", "patternErrorMessage": remedy}
    return WithJsonSchema({"type": kind, **told})


Id = Annotated[str, BeforeValidator(_id), _patterned(ID_PATTERN, ID.remedy)]
RoleId = Annotated[Id, Known("role")]
PaperId = Annotated[Id, Known("paper")]
QueueId = Annotated[Id, Known("queue")]
GroupId = Annotated[Id, Known("group")]
TopicId = Annotated[Id, Known("topic")]
PhoneId = Annotated[Id, Known("phone")]
DangerId = Annotated[Id, Known("danger")]
SharedField = Annotated[
    str, _patterned(rf"person\.{ID_PATTERN}", "write person.id"), Known("shared")
]
CardId = Annotated[
    str, _patterned(rf"{ID_PATTERN}\.{ID_PATTERN}", "write topic.card"), Known("card")
]
SpokenLanguage = Annotated[
    str, WithJsonSchema({"type": "string", "pattern": "^[a-z]{2,3}(-[a-z]+)?$"})
]
LanguageCode = Annotated[str, WithJsonSchema({"type": "string", "enum": list(LANGUAGES)})]
Days = Annotated[timedelta, BeforeValidator(_days), _patterned("[1-9][0-9]{0,3}d", DURATION.remedy)]
Hours = Annotated[
    tuple[time, time],
    BeforeValidator(_hours),
    _patterned("[0-9]{1,2}:[0-9]{2} ?[-–] ?[0-9]{1,2}:[0-9]{2}", HOURS.remedy),
]
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
_WEB = r"https?://[^\s/]+\.[^\s/]+(/\S*)?"
_PHONE = r"\+?[0-9][0-9 /()-]{1,29}"
_EMAIL = r"[^\s@]+@[^\s@]+\.[^\s@]+"
WebAddress = Annotated[
    str, BeforeValidator(_pattern(_WEB, WEB_ADDRESS)), _patterned(_WEB, WEB_ADDRESS.remedy)
]
PhoneNumber = Annotated[
    str, BeforeValidator(_pattern(_PHONE, PHONE)), _patterned(_PHONE, PHONE.remedy, number=True)
]
Email = Annotated[str, BeforeValidator(_pattern(_EMAIL, EMAIL)), _patterned(_EMAIL, EMAIL.remedy)]
Postcode = Annotated[
    str,
    BeforeValidator(_pattern("[0-9]{5}", POSTCODE)),
    _patterned("[0-9]{5}", POSTCODE.remedy, number=True),
]
Condition = Annotated[Any, WithJsonSchema({"x-ref": "Condition"})]
"""`conditions.py` reads it, `schemas.py` has its form for editors."""
Given = Annotated[dict[str, Any], WithJsonSchema({"x-ref": "Given"})]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Certainty = Literal["known", "general", "moving"]


class OrPlain(Strict):
    """Something that may also be written as a plain text; editors' completion knows it."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "type": ["string", "object"], "minLength": 1}


class OrSingle:
    """Marks a list that may also be written as its only item."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        listed = handler(schema)
        return {"if": {"type": "array"}, "then": listed, "else": listed["items"]}


class Text(OrPlain):
    """A German text with its fallback and a note for translators."""

    text: str = Field(
        description="The German sentence. `**bold**` is allowed; amounts are named: "
        "`{fact:minimum_wage}`, numbers to call too: `{phone:police}`."
    )
    without: str | None = Field(
        default=None,
        description="What is said instead when the amount or date in `text` is not known. No "
        "number in it. Example: Fragen Sie die Schule nach den Stunden.",
    )
    note: str | None = Field(
        default=None,
        description="A word to translators, in English. Newcomers never see it. Example: Word "
        "on the paper itself.",
    )

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = {"text": value}
        if not isinstance(value, dict):
            raise PydanticCustomError("string_type", "a text")
        if isinstance(value.get("text"), str) and not value["text"].strip():
            raise fault(EMPTY_TEXT)
        return value


WeekHours = dict[Weekday, Annotated[list[Hours], BeforeValidator(_listed), OrSingle()]]
Texts = Annotated[list[Text], BeforeValidator(_listed), OrSingle()]


class File(Strict):
    """The head of every content file."""

    schema_: Literal[1] = Field(
        alias="schema", description="The version of this form of file: always 1."
    )
    owner: str | None = Field(
        default=None,
        description="Who keeps this file right: an e-mail address. Reminders go there. Example: "
        "integration@landkreis.example",
    )
    review_by: date | None = Field(
        default=None,
        description="The day until which somebody must have read this file again. Example: "
        "2027-03-01",
    )
