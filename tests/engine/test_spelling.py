"""Typed words are folded for comparing, and forgotten."""

from bot.engine.spelling import words

SAID = "Ich heiße Anna Beispiel, meine Straße weiß niemand"


def test_words_are_folded() -> None:
    plain = ("ich", "heisse", "anna", "beispiel", "meine", "strasse", "weiss", "niemand")
    assert words(SAID) == plain


def test_what_somebody_typed_is_not_remembered() -> None:
    assert words(SAID) is not words(SAID)
