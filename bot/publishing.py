"""The content that runs, with its wording: read at the start, exchanged while running.

Broken content never takes the place of clean content: it is refused with every
finding, and the old one stays. Only the playground watches the folder; a county's
bot takes new content at its next start.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.content.holder import ContentHolder
from bot.content.load import Loaded, load, offered_languages
from bot.content.problems import Problem
from bot.i18n.catalogue import Catalogues
from bot.i18n.render import Renderer

LOOK_EVERY: Final = 1.0

log = logging.getLogger(__name__)


class BrokenContent(Exception):
    """The content cannot be used. `lines` has every finding with its place and remedy."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(f"{len(lines)} findings block this content")
        self.lines = lines


class Publishing:
    """Content and renderer of one region, always of the same reading."""

    def __init__(self, content_dir: Path, locales_dir: Path, region: str) -> None:
        """Read everything. Raises BrokenContent with every finding."""
        self._folders = (content_dir, locales_dir)
        self._region = region
        first = self._read()
        if first.content is None:
            raise BrokenContent([str(problem) for problem in first.problems if problem.blocks])
        self._saved = self._files()
        self.contents = ContentHolder(first, self._read)
        self.renderer = Renderer(self._catalogues, first.german, first.content.region.time_zone)

    def refresh(self) -> tuple[Problem, ...]:
        """Take what is in the folders now if it is clean; return everything that was found."""
        problems = self.contents.reload()
        if not any(problem.blocks for problem in problems):
            german = {key: text.german for key, text in self.contents.texts.items()}
            zone = self.contents.current().region.time_zone
            self.renderer.replace(self._catalogues, german, zone)
        return problems

    async def watch(self, stop: asyncio.Event) -> None:
        """Take what editors save, soon after they saved it, until `stop` is set."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY)
            saved = await asyncio.to_thread(self._files)
            if saved != self._saved:
                self._saved = saved
                _say(await asyncio.to_thread(self.refresh))

    def _read(self) -> Loaded:
        content_dir, locales_dir = self._folders
        self._catalogues = Catalogues.load(locales_dir, offered_languages(locales_dir))
        return load(content_dir, self._region, self._catalogues)

    def _files(self) -> Mapping[Path, int]:
        """Every source file with the time it was last written."""
        return {
            path: path.stat().st_mtime_ns
            for folder in self._folders
            for pattern in ("*.yaml", "*.po")
            for path in folder.rglob(pattern)
            if path.is_file()
        }


def _say(problems: Sequence[Problem]) -> None:
    blocking = [problem for problem in problems if problem.blocks]
    for problem in blocking:
        log.error("%s", problem)
    if blocking:
        log.error("the new content was refused, the old one stays: %d findings", len(blocking))
    else:
        log.info("the new content runs")
