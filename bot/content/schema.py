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


Id = Annotated[str, BeforeValidator(_id)]
Days = Annotated[
    timedelta,
    BeforeValidator(_days),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,3}d$"}),
]
Hours = Annotated[
    tuple[time, time],
    BeforeValidator(_hours),
    WithJsonSchema(
        {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2} ?[-–] ?[0-9]{1,2}:[0-9]{2}$"}
    ),
]
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
WebAddress = Annotated[
    str, BeforeValidator(_pattern(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", WEB_ADDRESS))
]
PhoneNumber = Annotated[str, BeforeValidator(_pattern(r"\+?[0-9][0-9 /()-]{1,29}", PHONE))]
Email = Annotated[str, BeforeValidator(_pattern(r"[^\s@]+@[^\s@]+\.[^\s@]+", EMAIL))]
Postcode = Annotated[str, BeforeValidator(_pattern(r"[0-9]{5}", POSTCODE))]
Condition = Annotated[Any, "a condition; `conditions.py` reads it"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Certainty = Literal["known", "general", "moving"]


class OrPlain(Strict):
    """Something that may also be written as a plain text; editors' completion knows it."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


class OrSingle:
    """Marks a list that may also be written as its only item."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        listed = handler(schema)
        return {"anyOf": [listed["items"], listed]}


class Text(OrPlain):
    """A German text with its fallback and a note for translators."""

    text: str
    without: str | None = None
    note: str | None = None

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

    schema_: Literal[1] = Field(alias="schema")
    owner: str | None = None
    review_by: date | None = None
