from pathlib import Path

import pytest

from bot.i18n.catalogue import Found
from tests.i18n.texts import (
    ARABIC,
    CONTENT,
    ENGLISH,
    catalogues,
    entry,
    header,
    renderer,
    translate,
    write,
    write_german,
)

KEY = "work/level#text"


def test_a_text_is_found_in_its_language(tmp_path: Path) -> None:
    texts = renderer(tmp_path).catalogues
    assert texts.text(KEY, "ar") == ARABIC[KEY]
    assert texts.text(KEY, "de") == CONTENT[KEY]
    assert texts.text(KEY, "tr") is None
    assert texts.problems == ()


@pytest.mark.parametrize(
    ("language", "translated", "shown"),
    [
        ("fa", {"fa", "prs", "en"}, "fa"),
        ("fa", {"prs", "ru", "en"}, "prs"),
        ("prs", {"fa", "tr", "en"}, "fa"),
        ("de-simple", {"ar", "en"}, "de"),
        ("uk", {"ru", "en"}, "en"),
        ("kmr", {"tr", "ar", "en"}, "en"),
        ("uk", set(), "de"),
        ("tlh", {"en"}, "en"),
    ],
)
def test_who_stands_in_for_whom(
    tmp_path: Path, language: str, translated: set[str], shown: str
) -> None:
    """The chain of languages that stand in: fault 55."""
    for code in translated:
        translate(tmp_path, code, {KEY: code})
    texts = catalogues(tmp_path, "de-simple", "en", "fa", "prs", "ru", "uk", "tr", "ar", "kmr")
    expected = CONTENT[KEY] if shown == "de" else shown
    assert texts.find(KEY, language) == Found(expected, shown)
    assert texts.shown_language([KEY], language) == shown


def test_what_is_shown_together_falls_back_together(tmp_path: Path) -> None:
    translate(tmp_path, "ar", {key: ARABIC[key] for key in ARABIC if key != KEY})
    translate(tmp_path, "en", ENGLISH)
    texts = catalogues(tmp_path, "ar", "en")
    assert texts.shown_language(["work/level.none#text"], "ar") == "ar"
    assert texts.shown_language([KEY, "work/level.none#text"], "ar") == "en"
    assert not texts.complete([KEY], "ar")


def test_a_key_nobody_wrote_does_not_drag_the_rest_along(tmp_path: Path) -> None:
    translate(tmp_path, "ar", ARABIC)
    texts = catalogues(tmp_path, "ar")
    assert texts.find("work/unknown#text", "ar") is None
    assert texts.shown_language([KEY, "work/unknown#text"], "ar") == "ar"


def test_fuzzy_is_not_shown_but_danger_is(tmp_path: Path) -> None:
    danger = "emergency/fire#message.1"
    texts = {KEY: "قديم", danger: "اتصل على {phone:fire}"}
    translate(tmp_path, "ar", texts, fuzzy=frozenset(texts))
    loaded = catalogues(tmp_path, "ar")
    assert loaded.text(KEY, "ar") is None
    assert loaded.text(danger, "ar") == texts[danger]
    assert [one.fuzzy for one in loaded.entries("ar")] == [True, True]


def test_a_translation_of_another_sentence_is_not_shown(tmp_path: Path) -> None:
    translate(tmp_path, "ar", ARABIC)
    changed = catalogues(tmp_path, "ar", content={**CONTENT, KEY: "Können Sie Deutsch?"})
    assert changed.text(KEY, "ar") is None
    assert changed.text("work/level.none#text", "ar") == ARABIC["work/level.none#text"]
    assert changed.with_sources(CONTENT).text(KEY, "ar") == ARABIC[KEY]


def test_an_empty_translation_is_none(tmp_path: Path) -> None:
    translate(tmp_path, "ar", {KEY: ""})
    assert catalogues(tmp_path, "ar").text(KEY, "ar") is None


def test_a_text_without_words_needs_no_translation(tmp_path: Path) -> None:
    texts = catalogues(tmp_path, "ar")
    assert texts.text("bot/pair#text", "ar") == "{first}, {second}"
    assert texts.text("bot/menu#text", "ar") is None


def test_a_message_in_the_wrong_file_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "ar", "work", header() + entry("money/x#text", "a", "b"))
    (problem,) = catalogues(tmp_path, "ar").problems
    assert "another file" in problem.message


def test_german_is_read_even_if_it_is_not_offered(tmp_path: Path) -> None:
    write_german(tmp_path)
    texts = catalogues(tmp_path, "ar", "en")
    assert texts.languages == ("de", "ar", "en")
    assert texts.offered == ("ar", "en")
    assert texts.with_sources({}).offered == ("ar", "en")
