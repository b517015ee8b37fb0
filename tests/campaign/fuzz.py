"""Fuzzing as parts of the campaign: mutated updates, and everything in any order."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from tests import databases
from tests.campaign.registry import Outcome, Part, Place, opened
from tests.faults import machine, metamorphic
from tests.fuzz import feeding, guided, intake
from tests.fuzz.targets import TARGETS

BATCHES = 100
"""Batches of one run: 2,000 updates."""

SERIES = 20
"""Series of one run of the machine: about 1,000 steps."""

CASES = 5_000
"""Made cases of each target in one run."""

CONVERSATIONS = 20
"""Conversations of one run of the metamorphic part."""

GUIDED_RUNS = 50_000
"""Cases of one run of the coverage-guided fuzzer."""

__all__ = [
    "BATCHES",
    "CONVERSATIONS",
    "GUIDED",
    "MACHINE",
    "METAMORPHIC",
    "PARTS",
    "SERIES",
    "UPDATES",
    "opened",
    "updates",
]


def updates(seed: int, place: Place, *, batches: int = BATCHES) -> Outcome:
    url = databases.copied_file(databases.migrated_file(place.folder), place.folder)
    with databases.opened(url) as store:
        figures = intake.run(seed, store, batches)
    return Outcome(
        cases=figures.updates,
        updates=figures.updates,
        lost=figures.neighbours_lost,
        doubled=figures.repeated,
        wrong=figures.stuck + figures.uncounted,
        seconds=figures.seconds,
    )


UPDATES = Part("fuzz/updates", "mutated updates", (11, 18), updates, ci=10, campaign=500)


def sqlite_machine(seed: int, place: Place, *, series: int = SERIES) -> Outcome:
    """Any order of everything, on a SQLite file."""
    empty = databases.migrated_file(place.folder)

    def fresh() -> str:
        return databases.copied_file(empty, Path(mkdtemp(dir=place.folder)))

    return Outcome(cases=machine.run(seed, fresh, series).steps)


def postgres_machine(seed: int, place: Place, *, series: int = SERIES) -> Outcome:
    """The same on PostgreSQL."""
    with ExitStack() as stack:

        def fresh() -> str:
            return stack.enter_context(databases.copied_database(place.postgres()))

        return Outcome(cases=machine.run(seed, fresh, series).steps)


MACHINE = Part(
    "machine/sqlite",
    "everything in any order, on SQLite and its model",
    (11, 46, 47, 48, 60, 66, 85),
    sqlite_machine,
    ci=21,
    campaign=300,
)
MACHINE_POSTGRES = replace(
    MACHINE,
    name="machine/postgres",
    title="everything in any order, on PostgreSQL and its model",
    run=postgres_machine,
    ci=0,
    campaign=40,
)


def _targets(seed: int, place: Place, *, cases: int = CASES) -> Outcome:
    """Every target with a corpus and made cases."""
    del place
    fed = [feeding.feed(name, seed, cases) for name in TARGETS]
    slow = sum(one.slowest >= feeding.LIMIT for one in fed)
    return Outcome(sum(one.cases for one in fed), wrong=slow, seconds=max(o.slowest for o in fed))


def _guided(seed: int, place: Place, *, runs: int = GUIDED_RUNS) -> Outcome:
    """One target, with the coverage-guided fuzzer looking for new ways through it."""
    name = list(TARGETS)[seed % len(TARGETS)]
    return Outcome(runs, wrong=not guided.run(name, seed, runs, place.folder))


BYTES = Part("fuzz/bytes", "any bytes at every door", (18, 23, 48, 49, 59, 61), _targets, 1, 50)
GUIDED = Part(
    "fuzz/guided", "the same, guided by coverage", (18, 23, 48, 49, 59, 61), _guided, 0, 45
)


def _metamorphic(seed: int, place: Place, *, conversations: int = CONVERSATIONS) -> Outcome:
    """Conversations that come doubled, swapped and repeated, compared with clean ones."""
    del place
    first = seed * conversations
    runs = [metamorphic.run(number) for number in range(first, first + conversations)]
    return Outcome(
        cases=conversations,
        updates=sum(one.deliveries for one in runs),
        wrong=sum(one.differ for one in runs),
    )


METAMORPHIC = Part(
    "updates/metamorphic",
    "updates doubled, swapped and repeated",
    (11, 12, 46, 47),
    _metamorphic,
    ci=5,
    campaign=250,
)
PARTS = (
    UPDATES,
    MACHINE,
    MACHINE_POSTGRES,
    METAMORPHIC,
    BYTES,
    *((GUIDED,) if guided.installed() else ()),
)
