"""How long things take that happen once: the start, the check of the content, a publication.

The start is from the command to the answer to an update that waits. A publication is read beside
the running bot; how long the bot's loop stood still meanwhile is measured too, since answers wait
for it.
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.publishing import Publishing
from tests.benchmarks.growth_figures import Figure
from tests.benchmarks.growth_process import HELD, emptied, lotse, until
from tests.benchmarks.growth_telegram import telegram, written
from tests.playing.house import ROOT
from tests.process.command import environment

START_GOAL: Final = 1.5
CHECK_GOAL: Final = 3.0
REGION: Final = "musterkreis"


def figures(folder: Path, rounds: int) -> Iterator[Figure]:
    """Start, check and publication, the median of so many rounds."""
    data = emptied(folder / "start")
    first, *later = (started(data) for _ in range(rounds + 1))
    yield from _taken("first start, the content is checked", [first], None)
    yield from _taken("start to first answer", later, START_GOAL)
    yield from _taken("content check", [checked() for _ in range(rounds)], CHECK_GOAL)
    seconds, stood = published(emptied(folder / "published"))
    yield Figure("publication until it is in use", seconds, "s")
    yield Figure("longest the bot's loop stood still meanwhile", stood * 1000, "ms")


@dataclass(frozen=True, slots=True)
class Taken:
    """How long something took, and how much of that the processor worked for it."""

    seconds: float
    cpu: float


def _taken(title: str, rounds: Sequence[Taken], goal: float | None) -> Iterator[Figure]:
    yield Figure(title, statistics.median(one.seconds for one in rounds), "s", goal)
    yield Figure(f"{title}, processor", statistics.median(one.cpu for one in rounds), "s")


def started(data: Path) -> Taken:
    """From the command to the answer to an update that waits."""
    answers: list[float] = []
    with telegram(lambda _: answers.append(time.monotonic())) as api:
        now = int(time.time())  # noqa: TID251 - Telegram's date
        api.queue([written(time.monotonic_ns() // 1000, now, "/start", now)])
        began = time.monotonic()
        with lotse(HELD, data, api.url) as bot:
            until(lambda: answers or not bot.alive(), every=0.002)
            used = bot.cpu()
    return Taken(answers[0] - began, used)


def checked() -> Taken:
    """What `lotse content check` takes."""
    before, began = os.times(), time.monotonic()
    command = [sys.executable, "-m", "bot", "content", "check"]
    subprocess.run(command, cwd=ROOT, env=environment({}), check=True, capture_output=True)
    seconds, after = time.monotonic() - began, os.times()
    used = after.children_user + after.children_system
    return Taken(seconds, used - before.children_user - before.children_system)


def published(folder: Path) -> tuple[float, float]:
    """Seconds to take a changed sentence, and the longest pause of the loop meanwhile."""
    content, locales = folder / "content", folder / "locales"
    shutil.copytree(ROOT / "content", content)
    shutil.copytree(ROOT / "locales", locales)
    publishing = Publishing(content, locales, REGION)
    before = publishing.contents.current()
    home = content / "home.yaml"
    home.write_text(home.read_text(encoding="utf-8") + "\n# a change\n", encoding="utf-8")
    seconds, stood = asyncio.run(_beside(publishing))
    if publishing.contents.current() is before:
        raise RuntimeError("the changed content was not taken")
    return seconds, stood


async def _beside(publishing: Publishing) -> tuple[float, float]:
    began, longest = time.perf_counter(), 0.0
    reading = asyncio.create_task(asyncio.to_thread(publishing.refresh))
    while not reading.done():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before - 0.001)
    await reading
    return time.perf_counter() - began, longest
