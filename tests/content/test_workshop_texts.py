"""The words of editors' tools: each id in the code has its text, each text is used."""

import re
from pathlib import Path

import pytest

from bot.content.extract import DESK_LANGUAGES
from bot.content.load import offered_languages
from bot.i18n.catalogue import Catalogues
from bot.i18n.templates import placeholders
from tests.architecture import tree
from tests.content.picture.drafts import ROOT

KEY = re.compile(r"(?:picture|workshop)/[a-z0-9_.]+#text")
QUOTED = re.compile(rf"([\"'])({KEY.pattern})\1")
OFFERED = offered_languages(ROOT / "locales")
ALL = Catalogues.load(ROOT / "locales", OFFERED)
GERMAN = {entry.key: entry for entry in ALL.entries("de") if KEY.fullmatch(entry.key)}


def keys(path: Path) -> set[str]:
    return {key for _, key in QUOTED.findall(tree.text(path))}


USED = set[str]().union(*(keys(path) for path in tree.python("bot")))


def test_every_text_is_used_and_every_id_has_one() -> None:
    assert len(USED) > 60
    assert GERMAN.keys() == USED


@pytest.mark.parametrize("language", [each for each in OFFERED if each != "de"])
def test_translations_keep_their_gaps(language: str) -> None:
    wanted = {key for key in GERMAN if key.startswith("picture/") or language in DESK_LANGUAGES}
    found = {e.key: e for e in ALL.entries(language) if e.key in wanted and e.translation}
    lost = {
        key
        for key, entry in found.items()
        if placeholders(entry.translation) != placeholders(GERMAN[key].source)
    }
    assert lost == set()


@pytest.mark.parametrize("language", ["en", "uk", "ar"])
def test_pictures_speak_the_languages_of_the_content(language: str) -> None:
    wanted = {key for key in GERMAN if key.startswith("picture/") or language in DESK_LANGUAGES}
    assert {key for key in wanted if ALL.text(key, language) is None} == set()
