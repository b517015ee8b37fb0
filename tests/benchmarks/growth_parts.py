"""The parts of the measurement of growth: what each fills, runs and reports.

How a thing is measured is in the modules of that thing; here sizes become databases, and what came
out becomes figures with their goals. Filled databases are kept, since filling takes minutes.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import text

from bot.store.engine import sqlite_url
from tests import databases
from tests.benchmarks import (
    growth_backlog,
    growth_content,
    growth_cost,
    growth_filling,
    growth_start,
    limits_figures,
)
from tests.benchmarks import pages as desk_pages
from tests.benchmarks import replicas as replicating
from tests.benchmarks import soak as soaking
from tests.benchmarks.growth_cost import Bot, Cost
from tests.benchmarks.growth_figures import Figure
from tests.playing.house import MONDAY_MORNING, county

GROWN_GOAL: Final = 1.15
PEOPLE: Final = 64
REPLICA_PEOPLE: Final = 200
REPLICA_SECONDS: Final = 10.0
CONTENT_TIMES: Final = 10

COST: Final = (
    "Newcomers of the same sample wander the same ways through the real content in each "
    "database, in turns; processor time of the process (and of PostgreSQL's) for everything an "
    "update causes, but for the network. Databases are filled with sealed rows in large "
    "statements, not grown."
)
CONTENT: Final = (
    "As above, with two bots: the real content, and each topic ten times under ids of its own in "
    "every language the program knows (texts of one translation stand in for those there are "
    "not). Newcomers go the same ways in both; only the menu, which grows with the topics, is "
    "left out."
)
PAGES: Final = (
    "Time inside the application from request to last byte, one request after the other; four "
    "of a hundred cases are open, closed ones older than 90 days are shredded as retention does."
)
LIMITS: Final = (
    "The real dispatcher, limits and store on virtual time; calls take 30 to 300 ms. The same "
    "runs are tests."
)
BACKLOG: Final = (
    "`lotse run` by long polling, free of Telegram's pace of sending, in front of a light Bot "
    "API in the measuring process; every answer is compared with what its person wrote, in order."
)
START: Final = "Processes as people start them; medians."
MEMORY: Final = "Resident memory of the process after 2,000 updates of the sample, all content."
SOAK: Final = (
    "`lotse run` held to Telegram's limits, 14 updates a second by 2,000 people, each call 30 "
    "ms; of a hundred calls one is refused (429), one broken (502), one done but not answered. "
    "The slope is that of the second half."
)
REPLICAS: Final = (
    "Processes with webhooks on one PostgreSQL that syncs to disk; each update goes to any of "
    "them. Bots, database and the measuring process share the machine's cores."
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large everything is."""

    conversations: tuple[int, ...]
    postgres: int
    cases: int
    backlog: int
    minutes: float
    replicas: int
    rounds: int


def cost(folder: Path, sizes: Sizes, say: Say) -> Iterator[Figure]:
    """SQLite files with ever more conversations."""
    with ExitStack() as stack:
        bots = []
        for number in sizes.conversations:
            url = filled_file(folder, number, 0, say)
            data = folder / "bots" / str(number)
            bots.append(stack.enter_context(growth_cost.bot(url, data, number)))
        yield from _compared(bots, sizes.rounds)
    most = max(sizes.conversations)
    size = (folder / f"{most}-0.db").stat().st_size / most
    yield Figure(f"{most:,} conversations: in the file, each", size, "bytes")


def cost_postgres(folder: Path, sizes: Sizes, say: Say) -> Iterator[Figure]:
    """PostgreSQL with a thousand conversations and with many."""
    with databases.postgres_server() as server, ExitStack() as stack:
        bots = []
        for number in (1000, sizes.postgres):
            url = stack.enter_context(databases.copied_database(server))
            growth_filling.fill(
                url, databases.MASTER, _now(), conversations=number, progress=_told(say)
            )
            data = folder / "bots" / f"postgres-{number}"
            bots.append(stack.enter_context(growth_cost.bot(url, data, number, (_pid(url),))))
        yield from _compared(bots, sizes.rounds)


def _pid(url: str) -> int:
    with replicating.connected(url) as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        return growth_cost.parent_of(int(backend))


def _compared(bots: list[Bot], rounds: int) -> Iterator[Figure]:
    found = growth_cost.compared(bots, rounds, PEOPLE)
    for one, costs in zip(bots, found, strict=True):
        yield from _of(f"{one.conversations:,} conversations", growth_cost.medians(costs))
    for one, costs in list(zip(bots, found, strict=True))[1:]:
        title = f"{one.conversations:,} conversations, as a multiple of {bots[0].conversations:,}"
        yield Figure(title, growth_cost.ratio(costs, found[0]), "×", GROWN_GOAL)


def _of(title: str, cost: Cost) -> Iterator[Figure]:
    yield Figure(f"{title}: an update", cost.cpu, "ms")
    if cost.server:
        yield Figure(f"{title}: an update, in the server", cost.server, "ms")
    yield Figure(f"{title}: statements a transaction", cost.statements, "statements")


def content(folder: Path, sizes: Sizes, say: Say) -> Iterator[Figure]:
    """The real content beside ten times as much."""
    say("content: making ten times the content")
    made = growth_content.many(folder / "many", CONTENT_TIMES, every_language=True)
    with ExitStack() as stack:
        bots = []
        for name, places in (("real", None), ("many", made)):
            with TemporaryDirectory() as fresh:
                url = filled(Path(fresh), folder / f"content-{name}.db", 1000, 0, say)
            data = folder / "bots" / name
            bots.append(stack.enter_context(growth_cost.bot(url, data, 1000, content=places)))
        topics = tuple(sorted(county().content.topics))
        found = growth_cost.compared(bots, sizes.rounds, PEOPLE, topics, warm_up=5)
    yield from _of("real content", growth_cost.medians(found[0]))
    yield from _of("ten times", growth_cost.medians(found[1]))
    yield Figure("ten times, as a multiple", growth_cost.ratio(found[1], found[0]), "×", GROWN_GOAL)


def pages(folder: Path, sizes: Sizes, say: Say) -> Iterable[Figure]:
    """The desk's pages; the clock stands where the county was filled."""
    url = filled_file(folder, sizes.cases, sizes.cases, say)
    with databases.opened(url) as store:
        yield from desk_pages.figures(store, MONDAY_MORNING, max(20, sizes.rounds * 20))


def limits(folder: Path, sizes: Sizes, say: Say) -> Iterable[Figure]:
    """Five thousand wait, on virtual time."""
    del folder, sizes, say
    return limits_figures.figures()


def backlog(folder: Path, sizes: Sizes, say: Say) -> Iterable[Figure]:
    """A crowd that wrote while nobody listened."""
    del say
    return growth_backlog.figures(folder, sizes.backlog)


def start(folder: Path, sizes: Sizes, say: Say) -> Iterable[Figure]:
    """What happens once."""
    del say
    return growth_start.figures(folder, max(1, sizes.rounds // 2))


def memory(folder: Path, sizes: Sizes, say: Say) -> Iterable[Figure]:
    """The smallest and the largest of the databases."""
    ends = (min(sizes.conversations), max(sizes.conversations))
    found = [(number, filled_file(folder, number, 0, say)) for number in ends]
    return soaking.of_stored(folder, found, 2000)


def soak(folder: Path, sizes: Sizes, say: Say) -> Iterable[Figure]:
    """So many minutes with faults."""
    return soaking.figures(folder, sizes.minutes, say)


def replicas(folder: Path, sizes: Sizes, say: Say) -> Iterable[Figure]:
    """One, two, and so on."""
    return replicating.figures(folder, sizes.replicas, REPLICA_PEOPLE, REPLICA_SECONDS, say)


# --- filled databases -----------------------------------------------------------------------


def filled_file(folder: Path, conversations: int, cases: int, say: Say) -> str:
    """The URL of a SQLite file with so much in it; made if it is not there yet."""
    path = folder / f"{conversations}-{cases}.db"
    if path.exists():
        say(f"{path.name} is there from before")
        databases.migrate(sqlite_url(path))
        return sqlite_url(path)
    with TemporaryDirectory() as fresh:
        return filled(Path(fresh), path, conversations, cases, say)


def filled(fresh: Path, path: Path, conversations: int, cases: int, say: Say) -> str:
    """A new SQLite file at `path`; it appears there only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_suffix(".making")
    made.write_bytes(databases.migrated_file(fresh).read_bytes())
    growth_filling.fill(
        sqlite_url(made),
        databases.MASTER,
        _now() if not cases else MONDAY_MORNING,
        conversations=conversations,
        cases=cases,
        region=county().content.region if cases else None,
        progress=_told(say),
    )
    for beside in ("-wal", "-shm"):  # of a file of before, if its measurement was killed
        path.with_name(f"{path.name}{beside}").unlink(missing_ok=True)
    made.replace(path)
    return sqlite_url(path)


def _told(say: Say) -> Callable[[str, int], None]:
    def progress(what: str, done: int) -> None:
        if done % 50_000 == 0:
            say(f"filling: {done:,} {what}")

    return progress


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - conversations that are idle would be erased
