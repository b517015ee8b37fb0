"""Backups under traffic and restores, exchanges of the master key, moved values, migrations."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.store.engine import sqlite_url
from tests import databases
from tests.campaign.registry import Outcome, Part, Place
from tests.faults import backup_drill, key_exchange, migrating, swaps

PEOPLE, KILLS = 170, 100
"""Some five hundred keys an exchange, killed a hundred times."""

COPIES = 300


@contextmanager
def _migrated(place: Place) -> Iterator[str]:
    url = sqlite_url(place.folder / "lotse.db")
    databases.migrate(url)
    yield url


def _drill(seed: int, url: str, place: Place) -> Outcome:
    folder = place.folder / "files"
    folder.mkdir()
    drill = backup_drill.run(seed, url, folder)
    return Outcome(cases=1, updates=drill.steps, wrong=len(drill.wrong))


def _drill_sqlite(seed: int, place: Place) -> Outcome:
    with _migrated(place) as url:
        return _drill(seed, url, place)


def _drill_postgres(seed: int, place: Place) -> Outcome:
    with databases.copied_database(place.postgres()) as url:
        return _drill(seed, url, place)


def _exchange(seed: int, place: Place) -> Outcome:
    with _migrated(place) as url:
        done = key_exchange.run(seed, url, PEOPLE, KILLS)
    return Outcome(cases=done.kills, lost=done.unreadable, wrong=len(done.wrong))


def _swaps(seed: int, place: Place) -> Outcome:
    with _migrated(place) as url:
        found = swaps.run(seed, url, COPIES)
    return Outcome(cases=found.tried, wrong=len(found.unnoticed))


def _migrations(seed: int, place: Place) -> Outcome:
    """Each seed begins at another revision, the first one at none; then on PostgreSQL."""
    begins = (None, *migrating.revisions()[:-1])
    if seed < len(begins):
        done = migrating.run(sqlite_url(place.folder / "new.db"), begins[seed])
    else:
        with databases.empty_database(place.postgres()) as url:
            done = migrating.run(url, begins[seed % len(begins)])
    return Outcome(cases=done.kills, wrong=len(done.wrong))


_DRILL = "backup under traffic, restored"
_BOTH = 2 * len(migrating.revisions())

PARTS = (
    Part("backup/sqlite", f"{_DRILL}, SQLite", (69, 70), _drill_sqlite, 3, 100),
    Part("backup/postgres", f"{_DRILL}, PostgreSQL", (69, 70), _drill_postgres, 2, 30),
    Part("keys/exchange", "exchange of the master key killed", (72,), _exchange, 1, 100),
    Part("keys/swaps", "sealed values put elsewhere", (72,), _swaps, 1, 12),
    Part("migrations", "migration killed at each statement", (68,), _migrations, _BOTH, _BOTH),
)
