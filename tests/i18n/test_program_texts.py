"""The program's own texts: every message id in the code has its German, with the same gaps."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.i18n.catalogue import Catalogues
from bot.i18n.languages import LANGUAGES
from bot.i18n.templates import balanced, placeholders
from bot.model import wording
from tests.architecture import tree

ROOT = Path(__file__).parents[2]
GERMAN = Catalogues.load(ROOT / "locales", ())
ENTRIES = {entry.key: entry for entry in GERMAN.entries("de") if entry.key.startswith("bot/")}
CONSTANTS = {name: value for name, value in vars(wording).items() if name.isupper()}
FOLDERS = {folder.name for folder in (ROOT / "locales").iterdir()}
TRANSLATED = [code for code, known in LANGUAGES.items() if known.folder in FOLDERS]
KEY = re.compile(r"bot/[a-z0-9_.]+#[a-z0-9_.]+")


NODES = [node for path in tree.python("bot") for node in ast.walk(tree.parsed(path))]
WRITTEN = {
    node.value
    for node in NODES
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value)
}
"""Message ids as string literals, in wording.py or elsewhere."""


def used_with() -> Iterator[tuple[str, frozenset[str]]]:
    """Message ids with the names of the values they are visibly given in the code."""
    for node in NODES:
        if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
            key = key_of(node.args[0])
            if key and node.func.id in {"text", "title"}:
                yield key, frozenset(word.arg for word in node.keywords if word.arg)
            elif key and node.func.id == "Phrase":
                names = names_of(node.args[1]) if len(node.args) > 1 else frozenset()
                if names is not None:
                    yield key, names


def key_of(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if node.value in ENTRIES else None
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return CONSTANTS.get(name)


def names_of(node: ast.expr) -> frozenset[str] | None:
    """The keys of a dictionary written there; None if it is made elsewhere."""
    if not isinstance(node, ast.Dict):
        return None
    keys = [str(key.value) for key in node.keys if isinstance(key, ast.Constant)]
    return frozenset(keys) if len(keys) == len(node.keys) else None


USES = sorted(set(used_with()), key=lambda use: (use[0], sorted(use[1])))


def test_the_german_file_can_be_read() -> None:
    assert GERMAN.problems == ()
    assert len(ENTRIES) > 100
    assert len(USES) > 50


@pytest.mark.parametrize("key", sorted(WRITTEN))
def test_every_id_in_the_code_has_a_text(key: str) -> None:
    assert key in ENTRIES


def test_no_id_is_put_together_in_the_code() -> None:
    starts = (node.values[0] for node in NODES if isinstance(node, ast.JoinedStr) and node.values)
    texts = [start.value for start in starts if isinstance(start, ast.Constant)]
    assert [text for text in texts if str(text).startswith("bot/")] == []


@pytest.mark.parametrize("key", sorted(ENTRIES))
def test_every_text_is_used_and_well_formed(key: str) -> None:
    assert key in WRITTEN
    assert balanced(ENTRIES[key].source)
    assert ENTRIES[key].translation == ""


@pytest.mark.parametrize(
    ("key", "names"),
    USES,
    ids=lambda one: ",".join(sorted(one)) if isinstance(one, frozenset) else one,
)
def test_texts_have_the_gaps_the_code_fills(key: str, names: frozenset[str]) -> None:
    assert placeholders(ENTRIES[key].source) == names


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_can_be_read_and_keep_their_gaps(language: str) -> None:
    loaded = Catalogues.load(ROOT / "locales", (language,))
    assert loaded.problems == ()
    lost = {
        entry.key
        for entry in loaded.entries(language)
        if entry.translation
        and not entry.fuzzy
        and placeholders(entry.translation) != placeholders(entry.source)
    }
    assert lost == set()


def test_constants_are_told_apart() -> None:
    assert len(set(CONSTANTS.values())) == len(CONSTANTS)
