"""Kills at named places, on SQLite and on PostgreSQL, from a fork server that is started once."""

from functools import partial

from tests.campaign.registry import Outcome, Part, Place
from tests.faults import kills
from tests.faults.forking import ForkServer

FAULTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11)


def run(seed: int, place: Place, *, postgres: bool) -> Outcome:
    server = place.shared("fork server", ForkServer)
    row = kills.run(seed, place.folder, server, place.postgres() if postgres else None)
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
)
