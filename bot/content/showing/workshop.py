"""What editors may ask about their content, answered from one reading of the files.

A reading is kept until the files change. Nothing is written; every answer may take a
moment, so callers ask beside what must not wait.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from bot.content.commands import found_in
from bot.content.draft import read_draft
from bot.content.files import Files
from bot.content.load import Run
from bot.content.picture.overview import overview_svg
from bot.content.picture.progress import progress_svg
from bot.content.problems import Problem, Severity, in_order
from bot.content.running import Running
from bot.content.showing.explained import PAGE, explained
from bot.content.showing.facts import fact_list
from bot.content.showing.shelf import Shelf, share, short_path
from bot.content.showing.topics import topic_list, topic_view
from bot.content.status import status
from bot.model.content import Content
from bot.model.editing import (
    Explained,
    FactView,
    FileShares,
    Finding,
    Progress,
    Standing,
    TopicList,
    TopicView,
    View,
)
from bot.model.phrases import Phrase


@dataclass(frozen=True)
class _Reading:
    """The files of one edition. `saved` is None if too much of them is broken."""

    edition: int
    running: Shelf
    saved: Shelf | None
    problems: tuple[Problem, ...]


class Workshop:
    """Answers for one region; `running` tells what runs whenever it is asked."""

    def __init__(
        self, content_dir: Path, locales_dir: Path, region: str, running: Callable[[], Running]
    ) -> None:
        self._folders = (content_dir, locales_dir)
        self._region = region
        self._running = running
        self._files, self._checked = Files(), Files()
        self._lock = Lock()
        self._known: _Reading | None = None

    def standing(self) -> Standing:
        return self._running().standing

    def content(self) -> Content:
        """What runs: its languages and towns can be chosen."""
        return self._running().content

    def findings(self, today: date) -> tuple[Finding, ...]:
        """Everything `content check` says now, and why files were refused; errors first.

        To be asked by one caller at a time.
        """
        found = found_in(*self._folders, None, today, run=Run(self._checked))
        refused = [problem for problem in self._running().problems if problem.blocks]
        every = in_order((*refused, *found))
        ordered = sorted(every, key=lambda problem: problem.severity is Severity.WARNING)
        return tuple(self._finding(problem) for problem in ordered)

    def explained(self) -> tuple[Explained, ...]:
        return tuple(explained(PAGE.read_text("utf-8")))

    def topics(self, speak: str) -> TopicList:
        """All topics as they were saved last, as far as they can be read."""
        reading = self._reading()
        paths = (problem.path for problem in reading.problems if problem.blocks)
        errors = Counter(short_path(path, self._folders) for path in paths)
        return topic_list(reading.saved or reading.running, errors, speak)

    def topic(self, topic: str, view: View) -> TopicView | None:
        """One topic, as it runs if its file cannot be read; None if there is none."""
        reading = self._reading()
        shelves = (reading.running,) if view.running else (reading.saved, reading.running)
        for shelf in shelves:
            if shelf is not None and topic in shelf.content.topics:
                return topic_view(shelf, topic, view)
        return None

    def translations(self, speak: str) -> Progress:
        reading = self._reading()
        shelf = reading.saved or reading.running
        domains = dict.fromkeys(line.domain for each in shelf.progress.values() for line in each)
        return Progress(
            whole=tuple(map(share, status(shelf.renderer.catalogues, shelf.known))),
            files=tuple(self._shares(shelf, domain or "", speak) for domain in domains),
            picture=progress_svg(shelf.progress),
        )

    def overview(self, language: str) -> str:
        """The picture of all topics, safe SVG."""
        reading = self._reading()
        shelf = reading.saved or reading.running
        return overview_svg(shelf.content, shelf.renderer, language)

    def facts(self, today: date, on: date, speak: str) -> tuple[FactView, ...] | None:
        """All facts as they were saved last; None if they cannot be read."""
        reading = self._reading()
        return None if reading.saved is None else fact_list(reading.saved, today, on, speak)

    def _shares(self, shelf: Shelf, domain: str, speak: str) -> FileShares:
        topic = shelf.content.topics.get(domain)
        title = "" if topic is None else shelf.renderer.plain(Phrase(topic.title), speak)
        return FileShares(domain, title, shelf.shares(domain))

    def _finding(self, problem: Problem) -> Finding:
        return Finding(
            path=short_path(problem.path, self._folders),
            line=problem.line,
            column=problem.column,
            code=problem.code,
            message=problem.message,
            remedy=problem.remedy,
            blocks=problem.blocks,
        )

    def _reading(self) -> _Reading:
        """The files as they are now, read once an edition."""
        with self._lock:
            now = self._running()
            if self._known is None or self._known.edition != now.standing.edition:
                self._known = self._read(now)
            return self._known

    def _read(self, now: Running) -> _Reading:
        running = Shelf(now.content, now.texts, now.renderer, self._folders)
        draft = read_draft(*self._folders, self._region, self._files)
        saved = None
        if draft.content is not None:
            saved = Shelf(draft.content, draft.texts, draft.renderer, self._folders, draft.sources)
        problems = in_order((*draft.problems, *now.problems))
        return _Reading(now.standing.edition, running, saved, problems)
