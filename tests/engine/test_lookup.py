"""The search suggests what people mean in their own language, and never forces a match."""

import pytest

from bot.engine.lookup import MOST, Found, find
from bot.model.content import Topic
from tests.playing.house import county


def found_in(language: str, typed: str) -> Found:
    texts = county()
    return find(texts.content, typed, (language,), texts.renderer)[language]


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
    found = found_in(language, typed)
    assert first in [match.id for match in found.matches]
    assert len(found.matches) <= MOST


@pytest.mark.parametrize(
    ("language", "typed"), [("de", "und für den"), ("de", "xyz"), ("uk", "і для них"), ("ar", "🙂")]
)
def test_what_says_nothing_finds_nothing(language: str, typed: str) -> None:
    assert not found_in(language, typed).any


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "ich will nicht"), ("en", "I do not want"), ("uk", "я не хочу"), ("ar", "لا أريد")],
)
def test_words_of_every_sentence_find_nothing(language: str, said: str) -> None:
    assert not found_in(language, said).any


def test_cards_are_never_alone() -> None:
    """Whoever searches can always have the questions of the topic asked."""
    for said in ("Chef zahlt nicht", "Gelber Brief vom Gericht", "Kopie", "Fahrradlicht"):
        matches = found_in("de", said).matches
        assert not matches or any(isinstance(match, Topic) for match in matches), said
