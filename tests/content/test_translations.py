"""Translations in PO files: what is missing, outdated or damaged, in any language."""

import re

import pytest

from tests.content.folder import Folder

EMERGENCY = ("button", "message.1", "message.2", "hint")


def message(key: str, german: str, translation: str, flags: str = "") -> str:
    return f'{flags}msgctxt "{key}"\nmsgid "{german}"\nmsgstr "{translation}"\n\n'


def emergency(folder: Folder, left_out: str = "") -> None:
    german = {
        "button": "Jemand tut mir weh",
        "message.1": "Rufen Sie jetzt an: {phone:police}.",
        "message.2": "Sie sind nicht schuld.",
        "hint": "Gehen Sie an einen sicheren Ort.",
    }
    body = "".join(
        message(f"emergency/violence#{slot}", text, text.replace("Sie", "you"))
        for slot, text in german.items()
        if slot != left_out
    )
    folder.translate("en", "emergency", body)


def found(folder: Folder) -> dict[str, list[tuple[str, int, int]]]:
    result: dict[str, list[tuple[str, int, int]]] = {}
    for problem in folder.problems():
        if problem.code != "translation-missing":
            result.setdefault(problem.code, []).append(folder.place(problem))
    return result


def place(path: str, line: int) -> list[tuple[str, int, int]]:
    return [(f"locales/en/LC_MESSAGES/{path}", line, 1)]


def test_missing_translations_are_counted_by_file(folder: Folder) -> None:
    emergency(folder)
    body = message("courses/topic#title", "Deutsch lernen", "Learn German")
    folder.translate("en", "courses", body)
    problems = [each for each in folder.problems() if "courses.po" in each.path]
    assert [(each.code, each.blocks) for each in problems] == [("translation-missing", False)]
    count = int(re.findall(r"\d+", problems[0].message)[0])
    texts = [text for text in folder.load().texts.values() if text.domain == "courses"]
    assert count == len(texts) - 1


@pytest.mark.parametrize("slot", EMERGENCY)
def test_missing_words_about_danger_block(folder: Folder, slot: str) -> None:
    emergency(folder, left_out=slot)
    (problem,) = [each for each in folder.problems() if each.blocks]
    assert problem.code == "emergency-not-translated"
    assert f"emergency/violence#{slot}" in problem.message


def test_older_words_about_danger_do_not_block(folder: Folder) -> None:
    emergency(folder)
    folder.change("emergency.yaml", "Sie sind nicht schuld.", "Sie haben keine Schuld.")
    assert found(folder) == {"translation-fuzzy": place("emergency.po", 1)}


def test_language_without_trigger_words_blocks(folder: Folder) -> None:
    folder.translate("uk", "home", "")
    codes = {problem.code for problem in folder.problems() if problem.blocks}
    assert {"trigger-language-missing", "trigger-untested"} <= codes


@pytest.mark.parametrize(
    ("translation", "code"),
    [
        ("The course has many lessons.", "translation-placeholder-lost"),
        ("{fact:lessons} or {fact:hours}", "translation-placeholder-unknown"),
        ("It has **{fact:lessons}", "translation-bold-unbalanced"),
    ],
)
def test_damaged_translation_blocks(folder: Folder, translation: str, code: str) -> None:
    """Placeholders, markup and directions are held against German: fault 61."""
    emergency(folder)
    german = "Der Kurs hat {fact:lessons}."
    body = message("courses/card.course#body.2", german, translation)
    folder.translate("en", "courses", body)
    assert found(folder) == {code: place("courses.po", 4)}


def test_damage_in_a_fuzzy_translation_is_not_shown_to_anybody(folder: Folder) -> None:
    emergency(folder)
    german = "Der Kurs hat {fact:lessons}."
    body = message("courses/card.course#body.2", german, "Lost.", "#, fuzzy\n")
    folder.translate("en", "courses", body)
    assert found(folder) == {"translation-fuzzy": place("courses.po", 1)}


def test_long_and_equal_buttons_are_found_in_any_language(folder: Folder) -> None:
    emergency(folder)
    body = message("courses/level.none#text", "Noch gar nicht", "A little")
    body += message("courses/level.basic#text", "Ein wenig", "a little")
    body += message("courses/level.good#text", "Gut", "very " * 9)
    folder.translate("en", "courses", body)
    assert found(folder) == {
        "buttons-equal": place("courses.po", 8),
        "button-too-long": place("courses.po", 12),
    }


def test_message_that_grows_in_translation_is_found(folder: Folder) -> None:
    emergency(folder)
    body = message("courses/card.talk#body.1", "Üben Sie im Sprachcafé.", "😀" * 2050)
    folder.translate("en", "courses", body)
    (code,) = found(folder)
    assert code == "message-too-long"


def test_ghost_is_named(folder: Folder) -> None:
    emergency(folder)
    body = message("courses/level.old#text", "Alt", "Old")
    folder.translate("en", "courses", body)
    assert found(folder) == {"translation-ghost": place("courses.po", 4)}


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('msgctxt "courses/a#text"\nmsgid "A"\nmsgstr B\n', 6),
        ('msgctxt "courses/a#text"\nmsgid "A\nmsgstr ""\n', 5),
        ('msgid "A"\nmsgstr "B"\n', 4),
        ('msgctxt "courses/a#text"\nmsgid "A"\n', 4),
        ('msgctxt "courses/a#text"\nmsgid "A"\nmsgid_plural "B"\nmsgstr "C"\n', 6),
        ('msgctxt "courses/a#text"\nmsgid "A"\nmsgstr "\\q"\n', 6),
        (message("courses/a#text", "A", "B") * 2, 8),
        (message("other/a#text", "A", "B"), 4),
        ('#. note\n"stray"\n', 5),
        ("hello\n", 4),
    ],
)
def test_broken_po_file_is_named_at_its_line(folder: Folder, body: str, line: int) -> None:
    emergency(folder)
    folder.translate("en", "courses", body)
    problems = [each for each in folder.problems() if each.code == "po-file"]
    assert ("locales/en/LC_MESSAGES/courses.po", line) in [
        folder.place(each)[:2] for each in problems
    ]
