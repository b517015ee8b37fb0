"""Translations follow the German: kept, marked as old, or gone; and nothing else moves."""

from pathlib import Path

import polib
import pytest

from bot.content.commands import sync_translations, translation_status
from tests.content.folder import Folder

COURSES = "topics/courses.yaml"
DE_BOT = """\
msgid ""
msgstr "Language: de\\n"

#. Button.
msgctxt "bot/yes#text"
msgid "Ja"
msgstr ""

#. Leave as it is.
msgctxt "bot/numbered#text"
msgid "{number}. {label}"
msgstr ""
"""


@pytest.fixture
def synced(folder: Folder) -> Folder:
    path = folder.locales / "de" / "LC_MESSAGES"
    path.mkdir(parents=True)
    (path / "bot.po").write_text(DE_BOT, encoding="utf-8")
    (path / "desk.po").write_text(DE_BOT.replace("bot/", "desk/"), encoding="utf-8")
    assert sync(folder, "uk", "en")[0] == 0
    return folder


def sync(folder: Folder, *add: str) -> tuple[int, list[str]]:
    return sync_translations(folder.content, folder.locales, add)


def po(folder: Folder, domain: str = "courses", language: str = "uk") -> Path:
    return folder.locales / language / "LC_MESSAGES" / f"{domain}.po"


def entry(folder: Folder, key: str, domain: str = "courses") -> polib.POEntry:
    file = polib.pofile(str(po(folder, domain)))
    return next(each for each in file if each.msgctxt == key)


def translate(folder: Folder, key: str, translation: str, *, fuzzy: bool = False) -> None:
    file = polib.pofile(str(po(folder)), wrapwidth=0)
    found = next(each for each in file if each.msgctxt == key)
    found.msgstr = translation
    found.tcomment = "checked with a teacher"
    if fuzzy:
        found.flags.append("fuzzy")
    file.save()


def test_a_second_run_changes_nothing(synced: Folder) -> None:
    before = {path: path.read_bytes() for path in synced.locales.rglob("*.po")}
    assert sync(synced) == (0, ["0 files changed"])
    assert {path: path.read_bytes() for path in synced.locales.rglob("*.po")} == before


def test_every_file_has_its_domain_and_order(synced: Folder) -> None:
    names = {path.stem for path in po(synced).parent.glob("*.po")}
    assert names == {
        *("bot", "courses", "people", "home", "papers", "roles", "phones", "facts"),
        *("emergency", "replies", "questions", "glossary", "kreis"),
    }
    keys = [each.msgctxt for each in polib.pofile(str(po(synced)))]
    assert keys[:3] == ["courses/topic#title", "courses/topic#keywords", "courses/level#text"]
    assert keys.index("courses/card.course#body.2") + 1 == keys.index(
        "courses/card.course#body.2.without"
    )


def test_caseworkers_texts_are_for_english_only(synced: Folder) -> None:
    assert po(synced, "desk", "en").exists()
    assert not po(synced, "desk", "uk").exists()


def test_header_is_complete_and_says_that_nobody_has_reviewed(synced: Folder) -> None:
    metadata = polib.pofile(str(po(synced))).metadata
    assert metadata["Language"] == "uk"
    assert metadata["Plural-Forms"].startswith("nplurals=3;")
    assert metadata["X-Reviewed-By"] == "nobody"


def test_what_people_wrote_into_the_header_stays(synced: Folder) -> None:
    path = po(synced)
    text = path.read_text(encoding="utf-8").replace("nobody", "Olena K.")
    path.write_text(
        text.replace('"Language:', '"Last-Translator: Olena K.\\n"\n"Language:'), "utf-8"
    )
    sync(synced)
    metadata = polib.pofile(str(path)).metadata
    assert (metadata["X-Reviewed-By"], metadata["Last-Translator"]) == ("Olena K.", "Olena K.")


def test_translators_are_told_kind_limit_and_question(synced: Folder) -> None:
    assert entry(synced, "courses/level.none#text").comment == (
        "Answer, a button; at most 40 characters.\nAnswer to: Wie gut sprechen Sie Deutsch?"
    )
    assert entry(synced, "bot/yes#text", "bot").comment == "Button."


def test_texts_without_words_are_not_translated(synced: Folder) -> None:
    keys = [each.msgctxt for each in polib.pofile(str(po(synced, "bot")))]
    assert keys == ["bot/yes#text"]


def test_names_of_towns_begin_with_the_german_name(synced: Folder) -> None:
    assert entry(synced, "kreis/place.stadt#name", "kreis").msgstr == "Stadt"


def test_unchanged_translation_is_kept_with_its_remark(synced: Folder) -> None:
    translate(synced, "courses/level.good#text", "Добре")
    sync(synced)
    found = entry(synced, "courses/level.good#text")
    assert (found.msgstr, found.fuzzy, found.tcomment) == ("Добре", False, "checked with a teacher")


def test_changed_german_keeps_the_old_translation_as_fuzzy(synced: Folder) -> None:
    translate(synced, "courses/level.good#text", "Добре")
    synced.change(COURSES, "{text: Gut}", "{text: Sehr gut}")
    sync(synced)
    found = entry(synced, "courses/level.good#text")
    assert (found.msgid, found.msgstr, found.fuzzy) == ("Sehr gut", "Добре", True)
    assert found.previous_msgid == "Gut"
    synced.change(COURSES, "{text: Sehr gut}", "{text: Ganz gut}")
    sync(synced)
    assert entry(synced, "courses/level.good#text").previous_msgid == "Gut"


def test_german_that_returns_makes_its_translation_current(synced: Folder) -> None:
    translate(synced, "courses/level.good#text", "Добре")
    synced.change(COURSES, "{text: Gut}", "{text: Sehr gut}")
    sync(synced)
    synced.change(COURSES, "{text: Sehr gut}", "{text: Gut}")
    sync(synced)
    found = entry(synced, "courses/level.good#text")
    assert (found.msgstr, found.fuzzy, found.previous_msgid) == ("Добре", False, None)


def test_what_a_translator_marked_fuzzy_stays_fuzzy(synced: Folder) -> None:
    translate(synced, "courses/level.good#text", "Добре", fuzzy=True)
    sync(synced)
    assert entry(synced, "courses/level.good#text").fuzzy


def test_a_vanished_text_goes_and_a_vanished_file_too(synced: Folder) -> None:
    synced.change(COURSES, "keywords: Kurs, Sprache\n", "")
    (synced.content / "topics" / "other.yaml").write_text(
        synced.read(COURSES).replace("topic: courses", "topic: other"), encoding="utf-8"
    )
    sync(synced)
    assert "courses/topic#keywords" not in po(synced).read_text(encoding="utf-8")
    assert po(synced, "other").exists()
    (synced.content / "topics" / "other.yaml").unlink()
    sync(synced)
    assert not po(synced, "other").exists()


def test_nothing_is_written_while_a_file_is_broken(synced: Folder) -> None:
    before = {path: path.read_bytes() for path in synced.locales.rglob("*.po")}
    synced.change(COURSES, "order: 10", "order: ten")
    code, lines = sync(synced)
    assert (code, lines[-1]) == (1, "nothing was written")
    assert {path: path.read_bytes() for path in synced.locales.rglob("*.po")} == before


def test_a_po_file_with_unreadable_lines_is_left_alone(synced: Folder) -> None:
    path = po(synced)
    path.write_text(path.read_text(encoding="utf-8") + "\nmsgid broken\n", encoding="utf-8")
    before = path.read_bytes()
    sync(synced)
    assert path.read_bytes() == before


def test_a_text_of_several_lines_and_quotes_survives(synced: Folder) -> None:
    synced.change(COURSES, "title: Mehr sprechen", 'title: "Sag \\"Hallo\\"\\nund C:\\\\mehr"')
    sync(synced)
    assert entry(synced, "courses/card.talk#title").msgid == 'Sag "Hallo"\nund C:\\mehr'
    assert sync(synced) == (0, ["0 files changed"])


def test_unknown_language_is_refused(synced: Folder) -> None:
    code, lines = sync(synced, "xx")
    assert code == 1
    assert lines[0].startswith("no such language: xx")


def test_status_counts_by_language(synced: Folder) -> None:
    translate(synced, "courses/level.good#text", "Добре")
    translate(synced, "courses/level.none#text", "Ні", fuzzy=True)
    code, lines = translation_status(synced.content, synced.locales)
    row = next(line.split() for line in lines if line.startswith("uk"))
    total = sum(len(polib.pofile(str(path))) for path in po(synced).parent.glob("*.po"))
    # Two towns are filled in by sync, one answer by the translator.
    assert (code, row[1], row[3], int(row[4])) == (0, "3", "1", total - 4)
    assert row[5] == "3"
