"""Typed replies: any script's digits, dates as people write them, nothing forced."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.replies import understood
from bot.engine.spelling import folded, number_in
from bot.model.content import Option, Question, QuestionType
from bot.model.conversation import AnswerValue

TEXTS = {"l/a#text": "Noch gar nicht", "l/b#text": "Ein wenig (A1)"}


class Texts:
    def text(self, key: str, language: str) -> str | None:
        return TEXTS.get(key) if language == "de" else None


def question(type_: QuestionType) -> Question:
    choosing = type_ in (QuestionType.CHOICE, QuestionType.MULTI)
    options = (Option("a", "l/a#text", "l/a#summary"), Option("b", "l/b#text", "l/b#summary"))
    return Question(
        "t.l", type_, "t", "s", options=options if choosing else (), maximum=Decimal(120)
    )


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        (QuestionType.CHOICE, "2", "b"),
        (QuestionType.CHOICE, " ٢ ", "b"),
        (QuestionType.CHOICE, "२)", "b"),
        (QuestionType.CHOICE, "3", None),
        (QuestionType.CHOICE, "0", None),
        (QuestionType.CHOICE, "-1", None),
        (QuestionType.CHOICE, "noch GAR nicht!", "a"),
        (QuestionType.CHOICE, "vielleicht", None),
        (QuestionType.CHOICE, "", None),
        (QuestionType.MULTI, "1, 2", ("a", "b")),
        (QuestionType.MULTI, "2 2 1", ("b", "a")),
        (QuestionType.MULTI, "noch gar nicht", ("a",)),
        (QuestionType.MULTI, "1, 7", None),
        (QuestionType.NUMBER, "12", Decimal(12)),
        (QuestionType.NUMBER, "۱۲", Decimal(12)),
        (QuestionType.NUMBER, "1,5", Decimal("1.5")),
        (QuestionType.NUMBER, "121", None),
        (QuestionType.NUMBER, "NaN", None),
        (QuestionType.NUMBER, "1e999999", None),
        (QuestionType.NUMBER, "zwölf", None),
        (QuestionType.DATE, "24.12.2026", date(2026, 12, 24)),
        (QuestionType.DATE, "24/12/26", date(2026, 12, 24)),
        (QuestionType.DATE, "2026-12-24", date(2026, 12, 24)),
        (QuestionType.DATE, "٢٤.١٢.٢٠٢٦", date(2026, 12, 24)),
        (QuestionType.DATE, "31.2.2026", None),
        (QuestionType.DATE, "morgen", None),
        (QuestionType.TEXT, "  etwas  ", "etwas"),
        (QuestionType.TEXT, "   ", None),
    ],
)
def test_understood(type_: QuestionType, text: str, expected: AnswerValue | None) -> None:
    assert understood(question(type_), text, "de", Texts()) == expected


@given(st.sampled_from(list(QuestionType)), st.text(max_size=200))
def test_whatever_is_typed_is_an_answer_or_none(type_: QuestionType, text: str) -> None:
    value = understood(question(type_), text, "de", Texts())
    if type_ is QuestionType.CHOICE and value is not None:
        assert value in {"a", "b"}


@given(st.text(max_size=200))
def test_folding_is_stable(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.integers(0, 10**8))
def test_numbers_in_any_script(number: int) -> None:
    for zero in ("0", "٠", "۰", "०", "০"):
        digits = "".join(chr(ord(zero) + int(digit)) for digit in str(number))
        assert number_in(digits) == number
