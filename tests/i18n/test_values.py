from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import values
from bot.i18n.languages import LANGUAGES
from bot.model.phrases import Amount, Hours, LanguageNames, Unit

DAY = date(2026, 3, 4)
NBSP, RLM = "\xa0", "\u200f"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "4. März 2026"),
        ("en", "March 4, 2026"),
        ("uk", "4 березня 2026\u202fр."),
        ("ar", "4 مارس 2026"),
        ("prs", "4 مارچ 2026"),
    ],
)
def test_days(language: str, text: str) -> None:
    assert values.day(DAY, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Mittwoch, 4. März 2026, 14:05"),
        ("en", "Wednesday, March 4, 2026, 14:05"),
        ("uk", "середа, 4 березня 2026 р., 14:05"),
        ("ar", "الأربعاء، 4 مارس 2026، 14:05"),
    ],
)
def test_moments_are_told_in_the_zone_of_the_region(language: str, text: str) -> None:
    moment = datetime(2026, 3, 4, 13, 5, tzinfo=UTC)
    told = values.moment(moment, language, ZoneInfo("Europe/Berlin"))
    assert told.replace("\u202f", " ") == text


def test_summer_time_counts() -> None:
    moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert (
        values.moment(moment, "de", ZoneInfo("Europe/Berlin")) == "Donnerstag, 2. Juli 2026, 00:30"
    )


@pytest.mark.parametrize(
    ("number", "unit", "german", "english", "ukrainian", "arabic"),
    [
        ("13.90", Unit.EUR, "13,90 €", "€13.90", "13,90 €", f"{RLM}13.90 €"),
        ("1200", Unit.EUR, "1.200 €", "€1,200", "1 200 €", f"{RLM}1,200 €"),
        ("19", Unit.PERCENT, "19 %", "19%", "19%", "19%"),
        ("1", Unit.DAYS, "1 Tag", "1 day", "1 день", "يوم"),
        ("3", Unit.WEEKS, "3 Wochen", "3 weeks", "3 тижні", "3 أسابيع"),
        ("6", Unit.MONTHS, "6 Monate", "6 months", "6 місяців", "6 أشهر"),
        ("27", Unit.YEARS, "27 Jahre", "27 years", "27 років", "27 سنة"),
        ("1.5", Unit.HOURS, "1,5 Stunden", "1.5 hours", "1,5 години", "1.5 ساعة"),
        ("1234", Unit.COUNT, "1.234", "1,234", "1 234", "1,234"),
    ],
)
def test_amounts(
    number: str, unit: Unit, german: str, english: str, ukrainian: str, arabic: str
) -> None:
    amount = Amount(Decimal(number), unit)
    told = [values.amount(amount, code).replace(NBSP, " ") for code in ("de", "en", "uk", "ar")]
    assert told == [german, english, ukrainian, arabic]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", Unit)
def test_every_language_tells_every_unit_in_latin_digits(language: str, unit: Unit) -> None:
    told = values.amount(Amount(Decimal(7), unit), language)
    assert [char for char in told if char.isdecimal()] == ["7"]
    assert "duration" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_days_and_moments(language: str) -> None:
    assert "2026" in values.day(DAY, language)
    moment = datetime(2026, 3, 4, 13, tzinfo=UTC)
    assert "14:00" in values.moment(moment, language, ZoneInfo("Europe/Berlin"))


MORNING = (time(8), time(12))
WEEK = Hours((*((day, *MORNING) for day in range(5)), (3, time(14), time(18))))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Mo–Fr 08:00–12:00, Do 14:00–18:00"),
        ("en", "Mon–Fri 08:00–12:00, Thu 14:00–18:00"),
        ("uk", "пн–пт 08:00–12:00, чт 14:00–18:00"),
        ("ar", "الاثنين–الجمعة 08:00–12:00، الخميس 14:00–18:00"),
    ],
)
def test_opening_hours(language: str, text: str) -> None:
    assert values.hours(WEEK, language) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ((0, 1), "Mo, Di 08:00–12:00"),
        ((0, 1, 2, 4), "Mo–Mi, Fr 08:00–12:00"),
        ((6,), "So 08:00–12:00"),
        ((), ""),
    ],
)
def test_days_in_a_row(days: tuple[int, ...], text: str) -> None:
    assert values.hours(Hours(tuple((day, *MORNING) for day in days)), "de") == text


def test_languages_are_named_in_the_readers_language() -> None:
    names = LanguageNames(("ar", "kmr", "prs", "de-simple"))
    assert values.language_names(names, "de") == "Arabisch, Kurdisch, Dari und Deutsch (einfach)"
    assert values.language_name("uk", "ar") == "الأوكرانية"


def test_the_places_of_a_list() -> None:
    assert values.list_pattern(3, "de") == (0, ", ", 1, " und ", 2)
    assert values.list_pattern(2, "ar") == (0, " و", 1)
    assert values.list_pattern(1, "uk") == (0,)
    assert values.list_pattern(0, "de") == ()
