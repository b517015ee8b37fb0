"""The desk's pages over many cases: how long the server takes for each, and what that costs.

Pages are asked for in turns by somebody of one team and by somebody who sees every team's cases.
Each answer is checked to be the page that was asked for. Processor time stands beside the time,
since on a busy machine the rest of it is waiting for others.
"""

import random  # noqa: TID251 - which cases are opened, from a seed
import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.listing import Shown
from bot.store.sql import SqlStore
from tests.benchmarks.growth_figures import Figure
from tests.benchmarks.limits import quantile
from tests.benchmarks.pages_county import Desk, Page, checked, desk
from tests.playing.house import county

GOAL_MS = 50.0
_ROW = re.compile(r'id="row-(\w+)"')


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page: its addresses, and words that only it has."""

    title: str
    paths: Callable[[random.Random], str]
    wanted: str


def figures(store: SqlStore, now: datetime, rounds: int) -> Iterator[Figure]:
    """Ask for every kind of page so many times; what the server took for it."""
    with desk(store, now) as running:
        for who, cookie in _people(running):
            for kind in kinds(_codes(running, cookie)):
                pages = list(_asked(running, kind, cookie, rounds))
                yield from _timed(f"{kind.title}, {who}", pages)


def kinds(codes: Sequence[str]) -> list[Kind]:
    """Every kind of page that shows cases, and what machines ask for."""
    lists = [
        Kind(f"list: {shown}", _always(f"/desk/?show={shown}"), 'id="tickets"') for shown in Shown
    ]
    return [
        *lists,
        Kind("list: open, tenth page", _always("/desk/?show=open&page=10"), 'id="tickets"'),
        Kind("open a case", lambda chance: f"/desk/tickets/{chance.choice(codes)}", "</html>"),
        Kind("figures for machines", _always("/readyz"), '"today"'),
    ]


def _always(path: str) -> Callable[[random.Random], str]:
    return lambda _: path


def _codes(running: Desk, cookie: str) -> list[str]:
    """Open cases that somebody may see, from the first pages of their list."""
    pages = [running.get(f"/desk/?show=open&page={number}", cookie) for number in range(1, 5)]
    return [code for page in pages for code in _ROW.findall(page.text)]


def _people(running: Desk) -> list[tuple[str, str]]:
    teams = sorted({queue.team for queue in county().content.region.queues.values()})
    return [
        ("every team", running.sign_in("worker-1", frozenset(teams))),
        ("one team", running.sign_in("worker-2", frozenset(teams[:1]))),
    ]


def _asked(running: Desk, kind: Kind, cookie: str, rounds: int) -> Iterator[Page]:
    chance = random.Random(kind.title)  # noqa: S311
    running.get(kind.paths(chance), cookie)
    for _ in range(rounds):
        yield checked(running.get(kind.paths(chance), cookie), kind.wanted)


def _timed(title: str, pages: Sequence[Page]) -> Iterator[Figure]:
    waits = [page.seconds * 1000 for page in pages]
    yield Figure(f"{title}: p50", statistics.median(waits), "ms")
    yield Figure(f"{title}: p99", quantile(waits, 0.99), "ms", GOAL_MS)
    used = [page.cpu * 1000 for page in pages]
    yield Figure(f"{title}: processor, p99", quantile(used, 0.99), "ms")
