"""Every text the desk, its refusals and notices may show exists, in German and in English."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk.pages import LANGUAGES
from bot.i18n.catalogue import Catalogues
from bot.model.content import Priority, SlotType
from bot.model.listing import Shown
from bot.model.tickets import Author, Outcome, State
from bot.usecases.notices import ROOM_LANGUAGE
from tests.usecases.county import LOCALES

ROOT = Path(__file__).parents[2] / "bot"
CATALOGUES = Catalogues.load(LOCALES, LANGUAGES)
DO = ("claim", "release", "close", "reopen", "replies")
COLUMNS = ("case", "priority", "queue", "state", "holder", "due", "language")


def in_templates() -> Iterator[str]:
    for path in sorted((ROOT / "desk" / "templates").glob("*.html")):
        for found in re.findall(r"\bt\(['\"]([^'\"]+)['\"]", path.read_text()):
            if not found.endswith("."):
                yield f"desk/{found}" if "#" in found else f"desk/{found}#text"


def in_modules() -> Iterator[str]:
    paths = [*ROOT.glob("desk/*.py"), *ROOT.glob("usecases/*.py"), *ROOT.glob("channels/**/*.py")]
    for path in sorted(paths):
        yield from re.findall(r'"(desk/[^"{}]+#[a-z]+)"', path.read_text())


def composed() -> Iterator[str]:
    yield from (f"desk/state.{state}#text" for state in State)
    yield from (f"desk/priority.{priority}#text" for priority in Priority)
    yield from (f"desk/outcome.{outcome}#text" for outcome in Outcome)
    yield from (f"desk/refused.slot.{kind}#text" for kind in (*SlotType, "missing", "past"))
    yield from (f"desk/list.filter.{shown}#link" for shown in Shown)
    yield from (f"desk/list.empty.{shown}#text" for shown in Shown)
    yield from (f"desk/list.column.{column}#text" for column in COLUMNS)
    yield from (f"desk/room.from_{author}#text" for author in Author)
    yield from (f"desk/do.{do}#button" for do in DO)


def of_the_trail() -> Iterator[str]:
    """What is written into tickets and their trail, read from the use cases."""
    source = "".join(path.read_text() for path in sorted(ROOT.glob("usecases/*.py")))
    events = set(re.findall(r'(?:EventItem|_event|_mark\(unit, ticket,)\(?\s*"([a-z_]+)"', source))
    assert {"claimed", "overdue", "withdrawn"} <= events
    yield from (f"desk/event.{event}#text" for event in events)
    moves = {"claim", "release", "pass_on", "answer", "note", "close", "reopen", "read"}
    stored = set(re.findall(r'_store\([^"]*"([a-z_]+)"', source)) | moves
    yield from (f"desk/audit.{what}#text" for what in stored)


KEYS = sorted({*in_templates(), *in_modules(), *composed(), *of_the_trail()})


def test_texts_are_found() -> None:
    assert len(KEYS) > 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_exists(language: str) -> None:
    keys = [key for key in KEYS if language == ROOM_LANGUAGE or not key.startswith("desk/room.")]
    assert [key for key in keys if not CATALOGUES.text(key, language)] == []


def test_no_desk_text_is_left_without_a_use() -> None:
    source = "".join(
        path.read_text()
        for pattern in ("**/*.py", "**/*.html")
        for path in sorted(ROOT.glob(pattern))
    )
    stored = [entry.key for entry in CATALOGUES.entries("de") if entry.key.startswith("desk/")]
    unused = [key for key in set(stored) - set(KEYS) if not is_named(key, source)]
    assert unused == []


def is_named(key: str, source: str) -> bool:
    """Whether the key, its path, or the family it is composed from is named somewhere."""
    path = key.removeprefix("desk/").removesuffix("#text")
    family = path.rsplit(".", 1)[0]
    return f'"{path}"' in source or f"{family}." in source or f'"{path}#' in source
