"""Typed replies to a question: a number in any script, the text of an option, a date.

Buttons need nothing of this. What fits no option is None, and the question is
asked again with a way on.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from bot.engine.spelling import number_in, words
from bot.model.content import Question, QuestionType
from bot.model.conversation import AnswerValue

_DATE = re.compile(r"^\s*(\d{1,4})\s*[./\-\s]\s*(\d{1,2})\s*[./\-\s]\s*(\d{1,4})\s*\.?\s*$")
_MAX_TEXT = 2000
_LAST_DAY = 31
_CENTURY = 100


class Wording(Protocol):
    """The text of a message id in one language, None where there is none."""

    def text(self, key: str, language: str) -> str | None: ...


def understood(
    question: Question, text: str, language: str, wording: Wording
) -> AnswerValue | None:
    """What `text` answers to `question`, or None if it fits nothing.

    Choices accept the position of an option (from 1) or its text in `language`;
    numbers and dates accept every script's digits and stay within the question's bounds.
    """
    match question.type:
        case QuestionType.CHOICE | QuestionType.YES_NO | QuestionType.PLACE:
            return _option(question, text, language, wording)
        case QuestionType.MULTI:
            whole = _option(question, text, language, wording)
            if whole is not None:
                return (whole,)
            parts = {part: None for part in re.split(r"[,;،\s]+", text) if part}
            return _options(question, tuple(parts), language, wording)
        case QuestionType.NUMBER:
            return _number(question, text)
        case QuestionType.DATE:
            return _date(text)
        case QuestionType.TEXT:
            return text.strip()[:_MAX_TEXT] or None


def named_by(labels: Sequence[str], text: str, language: str, wording: Wording) -> int | None:
    """The place (from 0) of the label that `text` names, by its number or its words.

    `labels` are message ids in the order in which they stand numbered on the screen.
    """
    number = number_in(text)
    if number is not None:
        return number - 1 if 1 <= number <= len(labels) else None
    said = words(text)
    for place, label in enumerate(labels):
        shown = wording.text(label, language)
        if said and shown is not None and words(shown) == said:
            return place
    return None


def _option(question: Question, text: str, language: str, wording: Wording) -> str | None:
    offered = question.offered
    place = named_by([option.text for option in offered], text, language, wording)
    return None if place is None else offered[place].id


def _options(
    question: Question, parts: Sequence[str], language: str, wording: Wording
) -> tuple[str, ...] | None:
    """The options that `parts` name; None if one of them names none."""
    found: dict[str, None] = {}
    for part in parts:
        option = _option(question, part, language, wording)
        if option is None:
            return None
        found[option] = None
    return tuple(found) or None


def _number(question: Question, text: str) -> Decimal | None:
    digits = _latin_digits(text.strip()).replace(",", ".").replace("٫", ".")
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > 10**9:
        return None
    if question.minimum is not None and number < question.minimum:
        return None
    if question.maximum is not None and number > question.maximum:
        return None
    return number


def _date(text: str) -> date | None:
    """A date as day, month, year (or year, month, day), in any script's digits."""
    found = _DATE.match(_latin_digits(text))
    if found is None:
        return None
    first, month, last = (int(part) for part in found.groups())
    year, day = (first, last) if first > _LAST_DAY else (last, first)
    try:
        return date(year if year >= _CENTURY else 2000 + year, month, day)
    except ValueError:
        return None


def _latin_digits(text: str) -> str:
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)
