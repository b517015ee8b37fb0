"""Gettext's own tools read our PO files and give them back: nothing is lost on the way.

Translators' programs (Weblate, Poedit) build on these tools. Needed: the Debian
package gettext, which `make test` installs.
"""

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content.commands import translation_status, weblate_components
from bot.content.powrite import header, written
from bot.content.printed import Format
from bot.i18n.pofile import Entry, PoFile, read
from tests.content.folder import Folder
from tests.playing.house import ROOT

PO_FILES = sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po"))
LANGUAGES = sorted({path.parts[-3] for path in PO_FILES} - {"de"})

WHO_AND_WHEN = re.compile("header field '(PO-Revision-Date|Last-Translator|Language-Team)' missing")
"""What translators' programs fill in; `lotse i18n sync` keeps it."""


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_msgfmt_finds_nothing_wrong(language: str) -> None:
    paths = [path for path in PO_FILES if path.parts[-3] == language]
    assert paths
    for path in paths:
        done = run("msgfmt", "--check", "--output-file=/dev/null", path)
        said = [line for line in done.stderr.splitlines() if not WHO_AND_WHEN.search(line)]
        assert (done.returncode, said) == (0, []), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_msgmerge_keeps_everything(language: str, tmp_path: Path) -> None:
    """As Weblate merges: wrapped lines, likeness, and the same template as before."""
    for path in (path for path in PO_FILES if path.parts[-3] == language):
        before = read(path)
        template = tmp_path / "template.pot"
        template.write_text(written(header(language, {}), map(untranslated, before.entries)))
        merged = tmp_path / path.name
        done = run("msgmerge", "--quiet", f"--output-file={merged}", path, template)
        assert done.returncode == 0, done.stderr
        assert texts(read(merged)) == texts(before), path


def test_a_new_sentence_is_only_a_guess_after_merging_by_likeness(tmp_path: Path) -> None:
    """`msgmerge` guesses from a like sentence; the guess is fuzzy, so nobody reads it."""
    old = Entry("a/x#text", "Wo wohnen Sie?", "Де Ви живете?", 1)
    new = Entry("a/y#text", "Wo wohnen Sie jetzt?", "", 1)
    path, template = tmp_path / "a.po", tmp_path / "a.pot"
    path.write_text(written(header("uk", {}), [old]))
    template.write_text(written(header("uk", {}), [untranslated(old), new]))
    merged = tmp_path / "merged.po"
    run("msgmerge", "--quiet", f"--output-file={merged}", path, template)
    guessed = {entry.key: entry for entry in read(merged).entries}
    assert guessed["a/x#text"].translation == old.translation
    assert guessed["a/y#text"].fuzzy or not guessed["a/y#text"].translation


def untranslated(entry: Entry) -> Entry:
    return replace(entry, translation="", fuzzy=False, previous=None, remarks=())


def texts(file: PoFile) -> dict[str, tuple[str, str, bool]]:
    assert file.problems == ()
    return {entry.key: (entry.source, entry.translation, entry.fuzzy) for entry in file.entries}


def test_weblate_gets_a_component_for_each_file() -> None:
    code, (text,) = weblate_components(ROOT / "content", ROOT / "locales", "https://git.example/l")
    found = {each["filemask"]: each for each in json.loads(text)}
    assert code == 0
    written_files = {path.name for path in PO_FILES}
    assert {f"locales/*/LC_MESSAGES/{name}" for name in written_files} == set(found)
    repositories = [each["repo"] for each in found.values()]
    assert repositories.count("https://git.example/l") == 1, "the others lie in the first one"
    assert len({each["slug"] for each in found.values()}) == len(found)


def test_status_says_for_each_file_what_is_to_do(folder: Folder, tmp_path: Path) -> None:
    folder.translate(
        "uk",
        "home",
        'msgctxt "home/learn#title"\nmsgid "Lernen"\nmsgstr "Навчання"\n',
    )
    picture = tmp_path / "status.svg"
    folders = (folder.content, folder.locales)
    code, lines = translation_status(*folders, by_file=True, picture=picture)
    assert code == 0
    assert any(line.split() == ["home", "100%", "*"] for line in lines)
    assert any(line.split() == ["papers", "0%", "-1"] for line in lines)
    assert "Translations by language and file" in picture.read_text("utf-8")
    _, (text,) = translation_status(*folders, format_=Format.JSON)
    rows = {row["domain"]: row for row in json.loads(text)}
    assert rows["home"]["share"] == 100
    assert rows["home"]["unreviewed"] == 1
    assert rows["papers"]["missing"] == 1
