"""The content that runs, with its wording: read at the start, exchanged while running.

Broken content never takes the place of clean content: it is refused with every
finding, and the old one stays. The playground watches the folder editors save in; a
county's bot watches what `lotse content publish` releases.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.clock import SystemClock
from bot.content.holder import ContentHolder
from bot.content.loaded import Loaded
from bot.content.prepared import Prepared, Ready, mark_of
from bot.content.problems import Problem
from bot.content.releases import Releases
from bot.content.running import Running
from bot.content.state_holidays import StateHolidays
from bot.engine import urgent
from bot.i18n.catalogue import Catalogues
from bot.i18n.kept import public_texts
from bot.i18n.render import Renderer
from bot.model.editing import Standing
from bot.serving import settle
from bot.usecases.ports import Clock

LOOK_EVERY: Final = 1.0

log = logging.getLogger(__name__)


class BrokenContent(Exception):
    """The content cannot be used. `lines` has every finding with its place and remedy."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(f"{len(lines)} findings block this content")
        self.lines = lines


class Publishing:
    """Content and renderer of one region, always of the same reading.

    `changed` is set, and made anew, when `watch` has looked at something new.
    """

    def __init__(
        self,
        content_dir: Path,
        locales_dir: Path,
        region: str,
        releases: Releases | None = None,
        clock: Clock | None = None,
        prepared: Prepared | None = None,
        *,
        for_editors: bool = False,
    ) -> None:
        """Read everything. Raises BrokenContent with every finding.

        With `releases` what was published last is read, and the two folders only as
        long as nothing was. With `prepared` what was found clean before is not read again.
        `for_editors` keeps what only they look at: every message of the translators' files.
        """
        self._folders = (content_dir, locales_dir)
        self._region = region
        self._releases = releases
        self._prepared = prepared
        self._for_editors = for_editors
        self._clock = clock or SystemClock()
        self.changed = asyncio.Event()
        self.holidays = StateHolidays()
        self._saved = self._state()
        first = self._read()
        if first.content is None:
            raise BrokenContent([str(problem) for problem in first.problems if problem.blocks])
        self.contents = ContentHolder(first, self._read, self._word)
        self.renderer = Renderer(
            self._catalogues,
            time_zone=first.content.region.time_zone,
            public=public_texts(first.content),
        )
        self._standing = Standing(1, self._clock.now())
        self._found = first.problems

    def refresh(self) -> tuple[Problem, ...]:
        """Take what is in the folders now if it is clean; return everything that was found."""
        release = self._releases.current() if self._releases else None
        self._found = self.contents.reload(back=release is not None and release.back)
        before, now = self._standing, self._clock.now()
        if any(problem.blocks for problem in self._found):
            since, refused = before.since, before.refused or now
        else:
            since, refused = now, None
        self._standing = replace(before, edition=before.edition + 1, since=since, refused=refused)
        return self._found

    @property
    def refused(self) -> datetime | None:
        """Since when newer content was refused; None while the newest runs."""
        return self._standing.refused

    def running(self) -> Running:
        """What runs now, for those who show it to editors."""
        return Running(
            self._standing,
            self._found,
            self.contents.current(),
            self.contents.texts,
            self.renderer,
        )

    async def watch(self, stop: asyncio.Event) -> None:
        """Take what is saved or released, soon afterwards, until `stop` is set."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY)
            saved = await asyncio.to_thread(self._state)
            if saved != self._saved:
                self._saved = saved
                _say(await asyncio.to_thread(self.refresh))
                settle()
                self.changed.set()
                self.changed = asyncio.Event()

    def _read(self) -> Loaded:
        release = self._releases.current() if self._releases else None
        folders = (release.content, release.locales) if release else self._folders
        mark = mark_of(*folders, self._region) if self._prepared else ""
        ready = self._prepared.find(mark) if self._prepared else None
        if ready is None:
            loaded, catalogues = _from_files(*folders, self._region)
            ready = self._prepare(mark, folders, loaded, catalogues)
        elif self._for_editors:
            catalogues = Catalogues.load(folders[1], ready.catalogues.offered)
        self._catalogues, loaded = ready.catalogues, ready.loaded
        if self._for_editors:
            self._catalogues = catalogues.with_sources(loaded.german, loaded.formerly)
        if ready.holidays:
            self.holidays = StateHolidays(ready.holidays)
        if loaded.content is not None and ready.triggers is not None:
            urgent.know(loaded.content, ready.triggers)
        return loaded

    def _prepare(
        self, mark: str, folders: tuple[Path, Path], loaded: Loaded, catalogues: Catalogues
    ) -> Ready:
        """Keep what was read for next time, if it is clean and nobody has saved meanwhile."""
        ready = Ready.of(loaded, catalogues, self._clock.now().date())
        if self._prepared is None or loaded.content is None:
            return ready
        if mark_of(*folders, self._region) == mark:
            self._prepared.keep(mark, ready)
        return ready

    def _word(self, loaded: Loaded) -> None:
        """The dangers and the wording of new content, with what old messages still name."""
        if loaded.content is None:
            raise ValueError("only clean content is worded")
        self.renderer.replace(
            self._catalogues.with_former(self.contents.texts, self.renderer.catalogues),
            time_zone=loaded.content.region.time_zone,
            public=public_texts(loaded.content),
        )

    def _state(self) -> Mapping[Path, int] | str | None:
        """What changes when there is something new to read."""
        if self._releases is not None:
            release = self._releases.current()
            return None if release is None else release.name
        return {
            path: path.stat().st_mtime_ns
            for folder in self._folders
            for pattern in ("*.yaml", "*.po")
            for path in folder.rglob(pattern)
            if path.is_file()
        }


def _from_files(content_dir: Path, locales_dir: Path, region: str) -> tuple[Loaded, Catalogues]:
    # What reads and checks YAML is imported where it is needed: prepared content does without.
    from bot.content.load import load, offered_languages

    catalogues = Catalogues.load(locales_dir, offered_languages(locales_dir))
    return load(content_dir, region, catalogues), catalogues


def _say(problems: Sequence[Problem]) -> None:
    blocking = [problem for problem in problems if problem.blocks]
    for problem in blocking:
        log.error("%s", problem)
    if blocking:
        log.error("the new content was refused, the old one stays: %d findings", len(blocking))
    else:
        log.info("the new content runs")
