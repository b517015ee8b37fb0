"""A long queue at Telegram, as after an outage: how fast it goes in, and whether all is answered.

Lotse runs as a process of its own and polls. First the same people write while nobody waits (a few
updates at once), then all of it waits when the bot starts. Every answer is compared with what its
person wrote, in order.
"""

import itertools
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.growth_figures import Figure
from tests.benchmarks.growth_process import FREE, Process, emptied, lotse, until
from tests.benchmarks.growth_telegram import Shown, Telegram, telegram, written
from tests.faults.queue import ANSWERS, _answer
from tests.playing.newcomer import plain

FIRST: Final = 3_000_000_000
TEXTS: Final = ("/help", "Hallo", "/menu", "Hallo", "/help")
AT_ONCE: Final = 64
EACH: Final = 10
"""Things that one person writes: few enough for nobody to be taken for a flood."""

SPREAD: Final = 20
"""Seconds between two things that one person writes."""

GOAL: Final = 0.5


@dataclass(frozen=True, slots=True)
class Drained:
    """`seconds` until all was confirmed; `settled` until all was answered too."""

    updates: int
    lost: int
    inverted: int
    seconds: float
    settled: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.updates / self.seconds


class _Crowd:
    """Who wrote what, and what came back."""

    def __init__(self, updates: int) -> None:
        self.people = max(1, updates // EACH)
        self.updates = self.people * EACH
        self.came: dict[int, deque[str]] = defaultdict(deque)
        self._begin = int(time.time()) - EACH * SPREAD  # noqa: TID251 - Telegram's dates are real

    def shown(self, shown: Shown) -> None:
        self.came[shown.chat].append(str(shown.params.get("text", "")))

    def writes(self) -> Iterator[dict[str, object]]:
        for turn in range(EACH):
            date = self._begin + turn * SPREAD
            for person in range(self.people):
                number = turn * self.people + person + 1
                yield written(FIRST + person, number, TEXTS[turn % len(TEXTS)], date)

    def answers(self) -> int:
        return sum(map(len, self.came.values()))

    def judged(self) -> tuple[int, int]:
        """How many answers are missing, and of how many people they came in another order."""
        wanted = [ANSWERS[TEXTS[turn % len(TEXTS)]] for turn in range(EACH)]
        lost = inverted = 0
        for person in range(self.people):
            came = [_answer(plain(text)) for text in self.came[FIRST + person]]
            lost += max(0, EACH - len(came))
            inverted += came != wanted
        return lost, inverted


def figures(folder: Path, updates: int) -> Iterator[Figure]:
    """The pace without a queue, then with one, then as Telegram's limits hold it back."""
    calm = drained(folder, updates // 10, AT_ONCE)
    full = drained(folder, updates, updates)
    yield Figure("updates a second, few at once", calm.rate, "/s")
    yield Figure("updates a second, all waiting", full.rate, "/s")
    yield Figure("all waiting, as a share of few at once", full.rate / calm.rate, "×", GOAL, True)
    yield Figure("updates that waited", full.updates, "updates")
    yield Figure("answers missing", full.lost + calm.lost, "answers", 0)
    yield Figure("people whose answers changed their order", full.inverted, "people", 0)
    yield Figure("processor an update, few at once", calm.cpu, "ms")
    yield Figure("processor an update, all waiting", full.cpu, "ms")


def drained(folder: Path, updates: int, at_once: int, what: tuple[str, ...] = FREE) -> Drained:
    """Let a crowd write so many updates, so many waiting at once, and wait for every answer."""
    crowd = _Crowd(updates)
    patience = 60 + updates / 20
    with telegram(crowd.shown) as api:
        writes = crowd.writes()
        api.queue(itertools.islice(writes, at_once))
        with lotse(what, emptied(folder / "backlog"), api.url) as bot:
            _until_begun(api, bot)
            began, cpu = time.monotonic(), bot.cpu()
            while some := list(itertools.islice(writes, at_once // 2)):
                until(lambda: api.waiting <= at_once // 2, patience, 0.001)
                api.queue(some)
            until(lambda: not api.waiting, patience, 0.001)
            seconds = time.monotonic() - began
            until(lambda: crowd.answers() >= crowd.updates or not bot.alive(), patience)
            settled = time.monotonic() - began
            used = (bot.cpu() - cpu) * 1000 / crowd.updates
    lost, inverted = crowd.judged()
    return Drained(crowd.updates, lost, inverted, seconds, settled, used)


def _until_begun(api: Telegram, bot: Process) -> None:
    """Until it has asked for updates: its start is measured elsewhere."""
    before = api.calls
    until(lambda: api.calls > before or not bot.alive())
