"""The ordinary bot of `stock_bot` under kills like ours: what a county would have otherwise."""

import random  # noqa: TID251 - moments to kill, from a seed
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.botapi import BotApiServer
from tests.botapi.people import User
from tests.campaign.registry import Outcome, Part, Place
from tests.campaign.stock_bot import DATABASE, RECEIVED
from tests.playing.house import ROOT
from tests.process.command import PATIENCE, environment

KILLS: Final = 10
PEOPLE: Final = 10
TEXTS: Final = 3
"""Of each person between two kills."""

LATENCY: Final = (0.02, 0.08)
_LOOK_EVERY: Final = 0.05


@dataclass
class Stock:
    """The ordinary bot as a process, and its people with what they wrote."""

    telegram: BotApiServer
    folder: Path
    people: list[User] = field(default_factory=list)
    written: dict[int, list[str]] = field(default_factory=dict)

    def start(self) -> subprocess.Popen[bytes]:
        arguments = (str(self.folder), self.telegram.url, self.telegram.token)
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.campaign.stock_bot", *arguments],
                cwd=ROOT,
                env=environment({}),
                stdout=log,
                stderr=log,
            )

    def write(self) -> None:
        for _ in range(TEXTS):
            for user in self.people:
                mine = self.written.setdefault(user.id, [])
                mine.append(f"m{len(mine):04}")
                user.send(mine[-1])

    def kept(self) -> dict[int, list[str]]:
        with closing(sqlite3.connect(self.folder / DATABASE)) as database:
            rows = database.execute("SELECT person, text FROM said ORDER BY rowid").fetchall()
        return {user.id: [text for who, text in rows if who == user.id] for user in self.people}


def run(seed: int, place: Place) -> Outcome:
    """Ten kills, each after a number of replies that the seed says."""
    chance = random.Random(seed)  # noqa: S311
    with BotApiServer(seed=seed) as telegram:
        stock = Stock(telegram, place.folder)
        stock.people = [telegram.user(f"N{number}") for number in range(PEOPLE)]
        telegram.faults.latency(*LATENCY)
        process = stock.start()
        try:
            for _ in range(KILLS):
                stock.write()
                wanted = len(telegram.sent) + chance.randint(1, PEOPLE * TEXTS)
                telegram.wait_for(lambda: len(telegram.sent) >= wanted, PATIENCE)  # noqa: B023
                process.kill()
                process.wait(PATIENCE)
                process = stock.start()
            telegram.wait_until_confirmed(PATIENCE)
            _settle(stock)
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait(PATIENCE)
        return _judged(stock)


def _settle(stock: Stock) -> None:
    """Wait until a second has passed in which no reply came: it has no outbox one could ask."""
    count, since = -1, time.monotonic()
    while time.monotonic() - since < 1.0:
        if len(stock.telegram.sent) != count:
            count, since = len(stock.telegram.sent), time.monotonic()
        time.sleep(_LOOK_EVERY)


def _judged(stock: Stock) -> Outcome:
    lost = doubled = inverted = repeated = 0
    kept = stock.kept()
    for user in stock.people:
        wanted, there = stock.written[user.id], kept[user.id]
        lost += len(set(wanted) - set(there))
        doubled += len(there) - len(set(there))
        inverted += _inversions(there)
        replies = Counter(
            one.text for one in user.screen().from_bot if one.text.startswith(RECEIVED)
        )
        repeated += sum(number - 1 for number in replies.values())
    updates = sum(map(len, stock.written.values()))
    return Outcome(KILLS, updates, lost, doubled, inverted, duplicates=repeated)


def _inversions(texts: Sequence[str]) -> int:
    first = list(dict.fromkeys(texts))
    return sum(a > b for a, b in pairwise(first))


PARTS = (
    Part(
        "stock",
        "An ordinary bot on python-telegram-bot, SIGKILL while people write",
        (),
        run,
        ci=0,
        campaign=10,
        compared=True,
    ),
)
