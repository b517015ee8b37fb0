"""Values in text: dates, amounts, opening hours and lists as people of a language write them.

All forms come from CLDR. Digits are Latin in every language and hours are counted to 24, as on
German letters, doors and letter boxes.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from bot.i18n.languages import LANGUAGES, native_name
from bot.model.phrases import Amount, Hours, LanguageNames, Unit

_DURATIONS: Final = {
    Unit.HOURS: "duration-hour",
    Unit.DAYS: "duration-day",
    Unit.WEEKS: "duration-week",
    Unit.MONTHS: "duration-month",
    Unit.YEARS: "duration-year",
}
_SPAN: Final = 3
"""Days in a row from which on only the first and the last are named."""

_LENGTHS: Final[tuple[Literal["long", "short", "narrow"], ...]] = ("long", "short", "narrow")
_LATIN_DIGITS: Final = "latn"
_NAMED_OTHERWISE: Final = {"prs": ("fa_AF",), "kmr": ("ku",)}
"""How CLDR spells languages whose codes it does not have."""

_ITEM: Final = 0xE000
"""From here on: private characters that hold the places of a list while CLDR joins it."""


@cache
def locale_of(language: str) -> Locale:
    known = LANGUAGES.get(language)
    return Locale.parse("root" if known is None else known.locale)


def number(value: Decimal | int, language: str) -> str:
    return format_decimal(
        value,
        locale=locale_of(language),
        numbering_system=_LATIN_DIGITS,
        decimal_quantization=False,
    )


def day(value: date, language: str) -> str:
    """Return for example `4. März 2026`."""
    return format_date(value, "long", locale=locale_of(language))


def moment(value: datetime, language: str, zone: ZoneInfo) -> str:
    """Return weekday, date and time in the region's zone: `Mittwoch, 4. März 2026, 14:00`.

    `value` must be aware.
    """
    local = value.astimezone(zone)
    locale = locale_of(language)
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return pattern.format(clock(local.time()), format_date(local, "full", locale=locale))


def clock(value: time) -> str:
    return value.strftime("%H:%M")


def amount(value: Amount, language: str) -> str:
    """Return an amount with its unit; the bare number where CLDR has no words for the unit."""
    match value.unit:
        case Unit.EUR:
            return euro(value.number, language)
        case Unit.PERCENT:
            share = value.number / 100
            return format_percent(
                share,
                locale=locale_of(language),
                decimal_quantization=False,
                numbering_system=_LATIN_DIGITS,
            )
        case unit if unit in _DURATIONS:
            return _duration(value.number, _DURATIONS[unit], language)
        case _:
            return number(value.number, language)


def euro(value: Decimal, language: str) -> str:
    """Return an amount with the euro sign; whole euros without cents."""
    locale = locale_of(language)
    pattern = locale.currency_formats["standard"].pattern.replace("¤", "€")
    if value == value.to_integral_value():
        pattern = pattern.replace(".00", "")
    return format_currency(
        value,
        "EUR",
        format=pattern,
        locale=locale,
        currency_digits=False,
        numbering_system=_LATIN_DIGITS,
    )


def _duration(value: Decimal, unit: str, language: str) -> str:
    """Return for example `6 Monate`, in the longest form CLDR has for this number.

    Babel writes the unit's id where a length lacks a plural form.
    """
    whole = value == value.to_integral_value()
    texts = (
        format_unit(
            int(value) if whole else value,
            unit,
            length,
            locale=locale_of(language),
            numbering_system=_LATIN_DIGITS,
        )
        for length in _LENGTHS
    )
    return next((text for text in texts if unit not in text), number(value, language))


def hours(value: Hours, language: str) -> str:
    """Return for example `Mo–Fr 08:00–12:00, Do 14:00–18:00`: days with equal times together."""
    names = locale_of(language).days["stand-alone"]["abbreviated"]
    by_time: dict[tuple[time, time], list[int]] = {}
    for weekday, start, end in sorted(value.openings):
        by_time.setdefault((start, end), []).append(weekday)
    lines = [
        (weekdays, f"{_days(weekdays, names, language)} {clock(start)}–{clock(end)}")
        for (start, end), weekdays in by_time.items()
    ]
    return _comma(language).join(text for _, text in sorted(lines))


def _days(weekdays: Sequence[int], names: dict[int, str], language: str) -> str:
    parts: list[str] = []
    numbered = enumerate(dict.fromkeys(weekdays))
    for _, group in groupby(numbered, key=lambda pair: pair[1] - pair[0]):
        row = [names[weekday].rstrip(".") for _, weekday in group]
        parts += [f"{row[0]}–{row[-1]}"] if len(row) >= _SPAN else row
    return _comma(language).join(parts)


def _comma(language: str) -> str:
    return {"ar": "، ", "fa": "، ", "prs": "، ", "ps": "، ", "ckb": "، ", "ti": "፣ "}.get(
        language, ", "
    )


def language_names(value: LanguageNames, language: str) -> str:
    names = [language_name(code, language) for code in value.codes]
    return format_list(names, locale=locale_of(language))


def language_name(code: str, language: str) -> str:
    """Return the name of `code` in `language`, or its own name where CLDR has none."""
    names = locale_of(language).languages
    return next(
        (names[name] for name in _NAMED_OTHERWISE.get(code, (code,)) if name in names),
        native_name(code),
    )


@cache
def list_pattern(count: int, language: str) -> tuple[int | str, ...]:
    """Return how CLDR joins `count` things: their indexes, and the text between them."""
    holders = [chr(_ITEM + index) for index in range(count)]
    joined = format_list(holders, locale=locale_of(language))
    pieces = re.split(f"([{holders[0]}-{holders[-1]}])", joined) if holders else []
    return tuple(holders.index(piece) if piece in holders else piece for piece in pieces if piece)
