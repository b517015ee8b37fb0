"""Phrases: message ids with values, the only form in which the core speaks.

A phrase becomes text at the last moment, in the language of whoever reads it
(`bot.i18n.render`). Nothing here knows a language. The ids of the program's own
texts are named in `bot.model.wording`; ids of content texts come with the content.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """How a number is spoken; the renderer formats each by CLDR."""

    EUR = "eur"
    EUR_PER_HOUR = "eur_per_hour"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    LESSONS = "lessons"
    PERCENT = "percent"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, for example 13.90 EUR_PER_HOUR."""

    number: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours as (weekday, start, end); weekday 0 is Monday."""

    openings: tuple[tuple[int, time, time], ...]


@dataclass(frozen=True, slots=True)
class LanguageNames:
    """Languages by code, named in the language of whoever reads."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One message id with the values of its placeholders.

    `key` is `<file id>/<path>#<slot>`, the msgctxt of the PO files. A `str` among
    the values is data written by people (a name, an address, free text): it is
    escaped and bidi-isolated, never translated. Nested phrases are rendered in
    the same language; a tuple of phrases becomes a list by CLDR.
    """

    key: str
    values: Mapping[str, "Value"] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.key, tuple(sorted(self.values))))


Value = str | int | date | datetime | Amount | Hours | LanguageNames | Phrase | tuple[Phrase, ...]


class Style(StrEnum):
    """What a block of a message is; channels decide how that looks.

    A LINE follows the block before it without a gap: a numbered option, a phone number.
    """

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    LINE = "line"
    STEP = "step"
    ITEM = "item"
    NOTE = "note"
    WARNING = "warning"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a message: a phrase and what kind of paragraph it is."""

    phrase: Phrase
    style: Style = Style.TEXT
