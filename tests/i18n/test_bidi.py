import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import bidi
from bot.i18n.languages import Direction

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"


def test_a_number_in_arabic_keeps_its_order() -> None:
    assert bidi.isolated("+49 30 115", Direction.RTL) == f"{FSI}+49 30 115{PDI}"


def test_german_text_isolates_only_what_runs_the_other_way() -> None:
    assert bidi.isolated("Jobcenter", Direction.LTR) == "Jobcenter"
    assert bidi.isolated("Haus نور 3", Direction.LTR) == f"{FSI}Haus نور 3{PDI}"


def test_every_line_is_isolated_alone() -> None:
    assert bidi.isolated("a\n\nb", Direction.RTL) == f"{FSI}a{PDI}\n\n{FSI}b{PDI}"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("اذهب إلى Jobcenter.", ["Jobcenter"]),
        ("المكتب (BAMF) هنا", ["BAMF"]),
        ("اتصل 116 016 أو 110", ["116 016"]),
        ("حسب § 24 AufenthG", ["§ 24 AufenthG"]),
        ("اكتب /delete الآن", ["/delete"]),
        ("من 08:00–12:00", ["08:00–12:00"]),
        ("دورة A1/A2", ["A1/A2"]),
        ("انظر https://www.bamf.de/a?b=c", ["https://www.bamf.de/a?b=c"]),
        ("رسالة info@kreis.example", ["info@kreis.example"]),
        ("السعر 13.90 €", ["13.90 €"]),
        ("رقم +49 711 12-34", ["+49 711 12-34"]),
        ("Straße des Übergangs هنا", ["Straße des Übergangs"]),
        ("لا شيء ٣ هنا", []),
    ],
)
def test_latin_terms_in_translations(text: str, pieces: list[str]) -> None:
    expected = text
    for piece in pieces:
        expected = expected.replace(piece, f"{FSI}{piece}{PDI}")
    assert bidi.with_latin_isolated(text) == expected


def test_isolates_of_translators_are_respected() -> None:
    text = f"{FSI}Jobcenter{PDI} و BAMF"
    assert bidi.with_latin_isolated(text) == text


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Jobcenter هنا", RLM),
        (f"{FSI}Jobcenter{PDI}: 030", RLM),
        (f"{FSI}Jobcenter{PDI} هنا", ""),
        ("مرحبا", ""),
        ("123", RLM),
    ],
)
def test_a_paragraph_says_its_direction(text: str, mark: str) -> None:
    assert bidi.marked(text, Direction.RTL) == mark
    assert bidi.marked(text, Direction.LTR) == ""


def test_overrides_of_people_are_taken_out() -> None:
    """Direction overrides are taken out: fault 54."""
    nasty = "\u202egnp.exe\u202c \u2066a\u2069 \u200bb\x00\x1b\ufeff\u200e\u2028c"
    assert bidi.cleaned(nasty) == "gnp.exe a bc"
    assert (
        bidi.cleaned("می\u200cخواهم 👨\u200d👩\u200d👧 ❤\ufe0f")
        == "می\u200cخواهم 👨\u200d👩\u200d👧 ❤\ufe0f"
    )
    assert bidi.cleaned("a\r\nb\rc\td") == "a\nb\nc d"


@given(st.text())
def test_nothing_of_people_leaves_its_isolate(text: str) -> None:
    """No text reaches out of its isolate: fault 54."""
    data = bidi.cleaned(text)
    assert {unicodedata.category(char) for char in data} <= _HARMLESS | {"Cc", "Cf"}
    assert not {char for char in data if unicodedata.category(char) in {"Cc", "Cf"}} - set(
        "\n\u200c\u200d"
    )
    assert bidi.first_strong(bidi.isolated(data, Direction.RTL)) is None


_HARMLESS = {
    category
    for category in map(unicodedata.category, map(chr, range(0x30000)))
    if category not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
}
