"""Kills at named places and ends under load, from a fork server that is started once."""

import sys
from dataclasses import replace
from functools import partial

from bot.usecases.deliver import SLOTS
from tests.botapi import BotApiServer
from tests.campaign.registry import Outcome, Part, Place
from tests.faults import endings, kills, replicas
from tests.faults.forking import ForkServer
from tests.faults.kills import Row
from tests.process import killing
from tests.process.command import Command

KILLS = 10
FAULTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11)


def run(seed: int, place: Place, *, postgres: bool) -> Outcome:
    server = place.shared("fork server", ForkServer)
    return _outcome(kills.run(seed, place.folder, server, place.postgres() if postgres else None))


def run_ends(seed: int, place: Place, *, postgres: bool) -> Outcome:
    server = place.shared("fork server", ForkServer)
    ends = endings.run(seed, place.folder, server, place.postgres() if postgres else None)
    return replace(_outcome(ends.row), seconds=ends.slowest)


def run_replicas(seed: int, place: Place) -> Outcome:
    server = place.shared("fork server", ForkServer)
    return _outcome(replicas.run(seed, place.folder, server, place.postgres()))


def run_commands(seed: int, place: Place) -> Outcome:
    """Ten kills of the command as people start it, at random moments."""
    with BotApiServer(seed=seed) as telegram:
        command = Command(place.folder / "data", telegram, webhook=bool(seed % 2))
        figures = killing.run(seed, telegram, command, KILLS)
    return replace(_outcome(Row(figures)), bound=KILLS * SLOTS, cases=figures.kills)


def _outcome(row: Row) -> Outcome:
    for problem in row.problems:
        print(problem, file=sys.stderr, flush=True)  # noqa: T201 - the table only counts
    figures = row.figures
    broken = figures.lost + figures.doubled + figures.inverted
    return Outcome(
        figures.kills,
        figures.updates,
        figures.lost,
        figures.doubled,
        figures.inverted,
        wrong=0 if broken else len(row.problems),
        duplicates=figures.duplicates,
        bound=row.bound,
    )


PARTS = (
    Part(
        "kills/sqlite",
        "SIGKILL at every named place, SQLite",
        FAULTS,
        partial(run, postgres=False),
        ci=1,
        campaign=200,
        bounded=True,
    ),
    Part(
        "kills/postgres",
        "SIGKILL at every named place, PostgreSQL",
        FAULTS,
        partial(run, postgres=True),
        ci=1,
        campaign=200,
        bounded=True,
    ),
    Part(
        "kills/replicas",
        "SIGKILL of one of two webhook replicas, PostgreSQL",
        (1, 2, 3, 4, 5, 6, 7, 8, 11, 21),
        run_replicas,
        ci=1,
        campaign=50,
        bounded=True,
    ),
    Part(
        "kills/command",
        "SIGKILL of the whole command at random moments, SQLite",
        (1, 2, 3, 4, 5, 6, 7, 8, 11),
        run_commands,
        ci=0,
        campaign=100,
        bounded=True,
    ),
    Part(
        "ends/sqlite",
        "SIGTERM while people write, every fifth time twice, SQLite",
        (10,),
        partial(run_ends, postgres=False),
        ci=2,
        campaign=25,
        bounded=True,
    ),
    Part(
        "ends/postgres",
        "SIGTERM while people write, every fifth time twice, PostgreSQL",
        (10,),
        partial(run_ends, postgres=True),
        ci=0,
        campaign=25,
        bounded=True,
    ),
)
