"""Several replicas on one PostgreSQL: how much more they do, and what they wait for.

Each replica is a process of its own with a webhook. Every newcomer's update goes to any of them, as
a load balancer would send it. PostgreSQL syncs to disk as in use; who waits for what, and for how
long for a lock, is sampled from `pg_stat_activity` and `pg_locks`.
"""

import asyncio
import json
import random  # noqa: TID251 - which replica gets an update, from a seed
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, make_url, text

from bot.content.prepared import FOLDER as PREPARED
from tests import databases
from tests.benchmarks import growth_start
from tests.benchmarks.growth_cost import parent_of, ticks
from tests.benchmarks.growth_crowd import Crowd, Person
from tests.benchmarks.growth_figures import Figure
from tests.benchmarks.growth_process import FREE, Process, emptied, lotse, until
from tests.benchmarks.growth_telegram import Telegram, telegram
from tests.databases import MASTER
from tests.process.command import SECRET

FIRST: Final = 5_000_000_000
PATIENCE: Final = 0.5
"""Seconds after which somebody whose press needs no message goes on."""

WARM_UP: Final = 250
"""Updates that each replica takes before it is measured: the first 200 it takes one at a time,
since it finds another one running."""

SAMPLED_EVERY: Final = 0.02
_WAITS: Final = """
    SELECT coalesce(wait_event_type, 'working'), count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state IN ('active', 'idle in transaction')
      AND application_name LIKE 'lotse-%' AND coalesce(wait_event_type, '') <> 'Client'
    GROUP BY 1
"""
_LONGEST: Final = """
    SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0) FROM pg_locks
"""
_COMMITS: Final = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class Together:
    """What so many replicas did in a while. `waits` are samples by what was waited for.

    `bots` and `server` are milliseconds of processor an update, `longest` is in seconds.
    """

    replicas: int
    updates: int
    seconds: float
    commits: int
    bots: float
    server: float
    waits: Counter[str]
    longest: float

    @property
    def rate(self) -> float:
        return self.updates / self.seconds


@dataclass
class _Sampler:
    """Looks at the server again and again until it is told to stop."""

    url: str
    waits: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        with connected(self.url) as connection:
            while not self._stop.wait(SAMPLED_EVERY):
                for waited_for, number in connection.execute(text(_WAITS)):
                    self.waits[waited_for] += number
                waited = float(connection.execute(text(_LONGEST)).scalar_one())
                self.longest = max(self.longest, waited)

    def stop(self) -> None:
        self._stop.set()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection that sees every state as it is now."""
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def figures(
    folder: Path, most: int, people: int, seconds: float, say: Callable[[str], None]
) -> Iterator[Figure]:
    """One replica, two, and so on up to `most`, under the same crowd."""
    with databases.postgres_server() as server:
        _as_in_use(server)
        found = [together(folder, server, number, people, seconds) for number in _up_to(most, say)]
    one = found[0]
    for each in found:
        many = f"{each.replicas} replica{'s' if each.replicas > 1 else ''}"
        yield Figure(f"{many}: updates a second", each.rate, "/s")
        goal = 1.6 if each.replicas == 2 else None
        if each is not one:
            yield Figure(f"{many}: throughput of one", each.rate / one.rate, "×", goal, True)
        yield Figure(f"{many}: bots' processor an update", each.bots, "ms")
        yield Figure(f"{many}: PostgreSQL's processor an update", each.server, "ms")
        yield Figure(f"{many}: updates a commit", each.updates / max(1, each.commits), "updates")
        samples = sum(each.waits.values())
        locked = each.waits["Lock"] / max(1, samples) * 100
        yield Figure(f"{many}: transactions found waiting for a lock", locked, "%")
        disk = (each.waits["IO"] + each.waits["LWLock"]) / max(1, samples) * 100
        yield Figure(f"{many}: found waiting for the disk or the log", disk, "%")
        yield Figure(f"{many}: longest wait for a lock", each.longest * 1000, "ms")


def _up_to(most: int, say: Callable[[str], None]) -> Iterator[int]:
    for number in range(1, most + 1):
        say(f"replicas: {number}")
        yield number


def _as_in_use(server: str) -> None:
    """Sync to disk again, which tests do without."""
    with connected(server) as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = on"))
        connection.execute(text("SELECT pg_reload_conf()"))


def together(
    folder: Path,
    server: str,
    number: int,
    people: int,
    seconds: float,
    warm_up: int = WARM_UP,
) -> Together:
    """Let `people` press buttons for so many seconds while so many replicas answer."""
    crowd = Crowd(range(FIRST, FIRST + people), seed=number)
    with ExitStack() as stack:
        url = stack.enter_context(databases.copied_database(server))
        api = stack.enter_context(telegram(crowd.shown))
        bots = [stack.enter_context(_replica(folder, n, url, api.url)) for n in range(number)]
        until(lambda: all(bot.listens() or not bot.alive() for bot in bots))
        driver = Driver(api, crowd, [bot.hook for bot in bots])
        stack.callback(driver.stop)
        driver.start()
        until(lambda: min(driver.taken[bot.hook] for bot in bots) > warm_up, 120)
        return _watched(url, bots, driver, seconds)


def _replica(folder: Path, number: int, url: str, api: str) -> Any:
    data = folder / f"replica-{number}"
    if not (data / PREPARED).exists():
        growth_start.started(emptied(data))
    more = {"LOTSE_DATABASE_URL": url, "LOTSE_MASTER_KEY": str(MASTER)}
    return lotse(FREE, data, api, webhook=True, more=more)


def _watched(url: str, bots: Sequence[Process], driver: "Driver", seconds: float) -> Together:
    sampler = _Sampler(url)
    sampling = threading.Thread(target=sampler.run)
    with connected(url) as connection:
        sampling.start()
        before, began = _counted(connection, bots, driver), time.monotonic()
        time.sleep(seconds)
        after, took = _counted(connection, bots, driver), time.monotonic() - began
        sampler.stop()
        sampling.join()
    updates = max(1.0, after[0] - before[0])
    return Together(
        len(bots),
        int(updates),
        took,
        int(after[1] - before[1]),
        (after[2] - before[2]) * 1000 / updates,
        (after[3] - before[3]) * 1000 / updates,
        sampler.waits,
        sampler.longest,
    )


def _counted(
    connection: Connection, bots: Sequence[Process], driver: "Driver"
) -> tuple[float, float, float, float]:
    """Updates taken and commits so far, seconds of processor of the bots and of the server."""
    commits = connection.execute(text(_COMMITS)).scalar_one()
    backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    server = ticks([parent_of(int(backend))])
    return float(driver.taken.total()), float(commits), sum(bot.cpu() for bot in bots), server


class Driver:
    """Lets everybody of a crowd send one update after the other, each to any of the hooks."""

    def __init__(self, api: Telegram, crowd: Crowd, hooks: Sequence[int]) -> None:
        self.taken: Counter[int] = Counter()
        self._api, self._crowd, self._hooks = api, crowd, hooks
        self._answered = {who: asyncio.Event() for who in crowd.people}
        self._chance = random.Random(0)  # noqa: S311
        crowd.told = self._told

    def start(self) -> None:
        self._running = asyncio.run_coroutine_threadsafe(self._live(), self._api.loop)

    def stop(self) -> None:
        self._running.cancel()

    def _told(self, person: Person) -> None:
        self._answered[person.who].set()

    async def _live(self) -> None:
        await asyncio.gather(*(self._talk(one) for one in self._crowd.people.values()))

    async def _talk(self, person: Person) -> None:
        lines: _Lines = {}
        try:
            await self._talk_over(lines, person)
        finally:
            for _, writer in lines.values():
                writer.close()

    async def _talk_over(self, lines: "_Lines", person: Person) -> None:
        while True:
            self._answered[person.who].clear()
            update = self._api.numbered(self._crowd.next_of(person))
            hook = self._chance.choice(self._hooks)
            if hook not in lines:
                lines[hook] = await asyncio.open_connection("127.0.0.1", hook)
            await _posted(*lines[hook], update)
            self.taken[hook] += 1
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._answered[person.who].wait()
            except TimeoutError:
                continue  # a press may have nothing to answer with: the next one comes


_Lines = dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]]
"""Open connections by port."""


async def _posted(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, update: Mapping[str, Any]
) -> None:
    body = json.dumps(update).encode()
    head = (
        "POST /hook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    lowered = answer.lower()
    if b"content-length:" in lowered:
        size = lowered.split(b"content-length:")[1].split(b"\r\n")[0]
        await reader.readexactly(int(size))
    if b" 200 " not in answer[:16]:
        raise RuntimeError(f"a replica answered {answer[:16]!r}")
