"""Every text of the editors' pages exists in German and English, and each is used."""

import re
from pathlib import Path

import pytest

from bot.channels.page.choices import SPOKEN
from bot.channels.page.layout import LISTS
from bot.i18n.catalogue import Catalogues
from bot.i18n.templates import placeholders
from tests.playing.house import ROOT

CATALOGUES = Catalogues.load(ROOT / "locales", SPOKEN)
TEMPLATES = ROOT / "bot" / "channels" / "page" / "templates" / "editors"
PAGES = ("findings", "topics", "topic", "translations", "overview", "facts", "checks")
COMPOSED = {
    *(f"nav.{name}" for name in PAGES),
    *(f"due.{state}" for state in ("overdue", "soon")),
    *(f"state.{state}" for state in ("missing", "fuzzy")),
    *(f"certainty.{name}" for name in ("known", "general", "moving")),
    *(f"file.{name}" for name in LISTS),
    *("checks.warning", "checks.error"),
}


def written(template: Path) -> set[str]:
    """The texts a template names as a whole."""
    found = re.findall(r"\bt\((['\"])([a-z_.]+)\1([^)]?)", template.read_text("utf-8"))
    return {name for _, name, _ in found if not name.endswith(".")}


USED = {
    f"editors/{name}#text"
    for name in COMPOSED.union(*(written(path) for path in sorted(TEMPLATES.glob("*.html"))))
}
GERMAN = {entry.key: entry.source for entry in CATALOGUES.entries("de")}


def test_every_text_is_used_and_every_use_has_one() -> None:
    assert len(USED) > 80
    assert {key for key in GERMAN if key.startswith("editors/")} == USED


@pytest.mark.parametrize("language", SPOKEN)
def test_every_text_can_be_read(language: str) -> None:
    assert [key for key in sorted(USED) if not CATALOGUES.text(key, language)] == []


def test_translations_keep_their_gaps() -> None:
    english = {key: CATALOGUES.text(key, "en") or "" for key in USED}
    assert [k for k, text in english.items() if placeholders(text) != placeholders(GERMAN[k])] == []
