"""Memory over time: people come and go, calls to Telegram fail, and the process must not grow.

Lotse runs as it is (`lotse run`, held to Telegram's limits), so a soak is what a county's bot lives
through at its busiest. Also here: whether stored conversations cost memory.
"""

import random  # noqa: TID251 - who writes next, from a seed
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks import growth_start
from tests.benchmarks.growth_crowd import Crowd
from tests.benchmarks.growth_figures import Figure
from tests.benchmarks.growth_filling import telegram_id
from tests.benchmarks.growth_process import FREE, HELD, Process, emptied, lotse, until
from tests.benchmarks.growth_telegram import Telegram, Weather, telegram
from tests.benchmarks.limits import quantile
from tests.databases import MASTER

FIRST: Final = 4_000_000_000
PEOPLE: Final = 2_000
A_SECOND: Final = 14
"""Updates a second: with two messages for many of them, what Telegram's limit has room for."""

WEATHER: Final = Weather(latency=0.03, refused=0.01, broken=0.01, lost=0.01)
PATIENCE: Final = 20.0
EVERY: Final = 5.0
SETTLED: Final = 1 / 2
"""Share of the time in which caches fill; the slope is that of the rest."""

MEMORY_GOAL: Final = 120.0
SLOPE_GOAL: Final = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """The process at one moment: seconds since the beginning, MiB, open files."""

    at: float
    memory: float
    descriptors: int


def figures(folder: Path, minutes: float, say: Callable[[str], None]) -> Iterator[Figure]:
    """A soak of so many minutes; the slope of memory is a line through its samples."""
    crowd, data = Crowd(range(FIRST, FIRST + PEOPLE)), emptied(folder / "soak")
    growth_start.started(data)  # the first start checks the content, which later ones do not
    with (
        telegram(crowd.shown, WEATHER) as api,
        lotse(HELD, data, api.url) as bot,
    ):
        until(lambda: api.calls > 0 or not bot.alive())
        samples = list(_soaked(api, bot, crowd, minutes * 60, say))
        until(lambda: not api.waiting, 120)
        alive = bot.alive()
    late = [one for one in samples if one.at > minutes * 60 * SETTLED]
    rising = slope([one.at / 3600 for one in late], [one.memory for one in late])
    yield Figure("minutes", minutes, "min")
    yield Figure("updates answered", sum(p.answered for p in crowd.people.values()), "updates")
    yield Figure("memory at the end", samples[-1].memory, "MiB", MEMORY_GOAL)
    yield Figure("memory at the beginning", samples[0].memory, "MiB")
    yield Figure("slope of memory", rising, "MiB/h", SLOPE_GOAL)
    yield Figure("files open in the middle", late[0].descriptors, "files")
    yield Figure("files open at the end", late[-1].descriptors, "files")
    yield Figure("answer: p50", statistics.median(crowd.waits) * 1000, "ms")
    yield Figure("answer: p99", quantile(crowd.waits, 0.99) * 1000, "ms")
    yield Figure("the process lived on", float(alive), "", 1, at_least=True)


def _soaked(
    api: Telegram, bot: Process, crowd: Crowd, seconds: float, say: Callable[[str], None]
) -> Iterator[Sample]:
    """Let people write at a steady pace; yields a sample now and then."""
    chance, began = random.Random(0), time.monotonic()  # noqa: S311
    sampled, done = -EVERY, 0
    while (at := time.monotonic() - began) < seconds and bot.alive():
        due = int(at * A_SECOND) - done
        if due > 0:
            idle = crowd.idle(PATIENCE)
            some = chance.sample(idle, min(due, len(idle)))
            api.queue([crowd.next_of(person) for person in some])
            done += due
        if at - sampled >= EVERY:
            sampled = at
            sample = Sample(at, bot.memory(), bot.descriptors())
            say(f"soak {at:.0f} s: {sample.memory:.1f} MiB, {sample.descriptors} files")
            yield sample
        time.sleep(0.02)


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """The slope of the straight line that fits best."""
    if len(set(xs)) < 2:
        return 0.0
    return statistics.linear_regression(xs, ys).slope


def of_stored(folder: Path, databases: Sequence[tuple[int, str]], updates: int) -> Iterator[Figure]:
    """Memory with few and with many stored conversations, after the same updates."""
    found = []
    for conversations, url in databases:
        memory = _after(emptied(folder / "stored"), conversations, url, updates)
        found.append(memory)
        yield Figure(f"memory with {conversations:,} conversations", memory, "MiB", MEMORY_GOAL)
    grown = (found[-1] - found[0]) * 2**20 / max(1, databases[-1][0] - databases[0][0])
    yield Figure("memory for each stored conversation", max(0.0, grown), "bytes", 4)


def _after(folder: Path, conversations: int, url: str, updates: int) -> float:
    people = [telegram_id(ordinal, conversations) for ordinal in range(min(1000, conversations))]
    growth_start.started(folder)
    crowd = Crowd(people)
    more = {"LOTSE_DATABASE_URL": url, "LOTSE_MASTER_KEY": str(MASTER)}
    with telegram(crowd.shown) as api, lotse(FREE, folder, api.url, more=more) as bot:
        done = 0
        while done < updates and bot.alive():
            idle = crowd.idle(PATIENCE)[:64]
            api.queue([crowd.next_of(person) for person in idle])
            done += len(idle)
            until(lambda: not api.waiting, 120, 0.002)
        return bot.memory()
