"""A county whose editor publishes one edition of the content after the other.

The editions are made once, from a series of edits drawn by a seed; a machine then switches from
one to the next without loading anything.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random  # noqa: TID251 - seeded, repeatable
from tempfile import TemporaryDirectory
from typing import Final

from bot.content.holder import ContentHolder
from bot.content.load import load
from bot.content.loaded import Loaded
from bot.i18n.catalogue import Catalogues
from bot.i18n.compose import raise_fault
from bot.i18n.render import Renderer
from bot.model.content import Content
from tests.content.editing import COURSES, Desk, first_desk
from tests.content.folder import Folder
from tests.content.test_edits import edited
from tests.playing.house import ROOT

LANGUAGES: Final = ("de", "en")
KINDS: Final = (
    "insert",
    "delete",
    "retire",
    "drop",
    "add",
    "rename",
    "reorder",
    "condition",
    "meaning",
)
EDITIONS: Final = 7
SERIES: Final = 3
"""So many different series of edits there are; more would only cost time."""


@dataclass(frozen=True)
class Edition:
    """What runs at a time: the content, how it is rendered, and what the editor knows of it."""

    content: Content
    renderer: Renderer
    desk: Desk


def editions(seed: int) -> tuple[Edition, ...]:
    """One of the `SERIES` of editions, each the successor of the one before."""
    return _editions(seed % SERIES)


@cache
def _editions(series: int) -> tuple[Edition, ...]:
    chance = Random(series)  # noqa: S311 - a test's own, repeatable
    with TemporaryDirectory() as folder:
        press = _Press(Folder(Path(folder)), first_desk())
        while len(press.made) < EDITIONS:
            kind = chance.choice(KINDS)
            press.publish(edited(press.desk, kind, chance.randrange(100), chance.randrange(100)))
        return tuple(press.made)


class _Press:
    """Loads a desk's file as the program does; refused and unchanged files change nothing."""

    def __init__(self, folder: Folder, desk: Desk) -> None:
        self._folder = folder
        self._catalogues = Catalogues.load(ROOT / "locales", LANGUAGES)
        folder.write(COURSES, desk.text())
        self._holder = ContentHolder(self._read(), self._read)
        self.desk = desk
        self.made = [self._edition(desk)]

    def publish(self, desk: Desk) -> None:
        if desk.text() == self.desk.text():
            return
        self._folder.write(COURSES, desk.text())
        if not any(problem.blocks for problem in self._holder.reload()):
            self.desk = desk
            self.made.append(self._edition(desk))

    def _read(self) -> Loaded:
        return load(self._folder.content, "kreis")

    def _edition(self, desk: Desk) -> Edition:
        content = replace(self._holder.current(), languages=LANGUAGES)
        german = {key: text.german for key, text in self._holder.texts.items()}
        formerly = Loaded(content, (), self._holder.texts).formerly
        renderer = Renderer(self._catalogues, german, content.region.time_zone, raise_fault)
        renderer.replace(self._catalogues, german, formerly=formerly)
        return Edition(content, renderer, desk)
