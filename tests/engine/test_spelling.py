"""Typed words are folded for comparing, and forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.spelling import folded, folded_lines, words

SAID = "Ich heiße Anna Beispiel, meine Straße weiß niemand"


def test_words_are_folded() -> None:
    plain = ("ich", "heisse", "anna", "beispiel", "meine", "strasse", "weiss", "niemand")
    assert words(SAID) == plain


def test_what_somebody_typed_is_not_remembered() -> None:
    assert words(SAID) is not words(SAID)


@given(st.lists(st.text(max_size=20), max_size=5))
def test_lines_are_folded_as_each_would_be_by_itself(lines: list[str]) -> None:
    assert folded_lines(lines) == [folded(line.replace("\n", " ")) for line in lines]
