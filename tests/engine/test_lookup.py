"""The search suggests what people mean in their own language, and never forces a match."""

import pytest

from bot.engine.lookup import MOST, find
from tests.playing.house import county


@pytest.mark.parametrize(
    ("language", "typed", "first"),
    [
        ("de", "Ich suche einen Deutschkurs", "language_courses"),
        ("de", "meine Kündigung", "my_letter.job_dismissal"),
        ("de", "SCHULE", "school"),
        ("en", "school", "school"),
        ("uk", "шукаю роботу", "work.find_with_agency"),
        ("uk", "школа", "school"),
        ("ar", "المدرسة", "school"),
        ("ar", "مدرسة", "school"),
        ("ar", "اريد عمل", "work"),
    ],
)
def test_the_best_match_comes_first(language: str, typed: str, first: str) -> None:
    texts = county()
    found = find(texts.content, typed, language, texts.renderer)
    assert first in [match.id for match in found.matches]
    assert len(found.matches) <= MOST


@pytest.mark.parametrize(
    ("language", "typed"), [("de", "und für den"), ("de", "xyz"), ("uk", "і для них"), ("ar", "🙂")]
)
def test_what_says_nothing_finds_nothing(language: str, typed: str) -> None:
    texts = county()
    assert not find(texts.content, typed, language, texts.renderer).any
