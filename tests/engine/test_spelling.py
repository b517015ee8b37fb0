"""Typed words are folded for comparing, and forgotten."""

import pytest
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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("er__schlägt_mich_", ("er", "schlagt", "mich")),
        ("schl\u00adägt", ("schlagt",)),
        ("Hil\u200dfe", ("hilfe",)),
        ("Hil\u2060fe \ufeffmir", ("hilfe", "mir")),
        ("Hil\u200cfe", ("hilfe",)),
        ("می\u200cخواهم", ("مي", "خواهم")),
    ],
)
def test_lines_and_invisible_signs_are_no_letters(text: str, found: tuple[str, ...]) -> None:
    """Who writes _like this_, or with signs nobody sees, is understood all the same: fault 54."""
    assert words(text) == found


def test_one_character_that_stands_for_a_sentence_makes_no_longer_text() -> None:
    """A message of such characters would be eighteen times as long, and as slow: fault 53."""
    assert len(folded("\ufdfa" * 4096)) <= 4096
