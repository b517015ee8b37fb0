"""Migrations of filled databases, killed before every statement, and beside the program before.

Made for every revision there is: a new one is tried without a change here, as soon as
`tests.store.eras` has a file of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from bot.store import migrate
from bot.store.engine import connect
from bot.store.tables import metadata
from tests.faults.cut_short import killed_at
from tests.store import eras

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Migration:
    """What became of one database. `kills` that hit; `wrong` names broken promises."""

    kills: int
    wrong: tuple[str, ...]


def revisions() -> tuple[str, ...]:
    """All revisions, oldest first."""
    return migrate.revisions(migrate.MIGRATIONS)


def run(url: str, begins: str | None) -> Migration:
    """Migrate the empty database at `url` from revision `begins` with its era's rows.

    Killed before the first statement, then before the second, and so on until it gets through.
    """
    if begins is not None:
        lived_in(url, begins)
    before, wrong = rows_of(url), []
    for kills in count():
        if not killed_at(kills + 1, lambda: bring_to(url, "head")):
            break
        if rows_of(url) != before:
            wrong.append(f"a kill before statement {kills + 1} left something else than before")
    with connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        wrong += [str(difference) for difference in compare_metadata(context, metadata)]
        after = eras.written(connection)
    if begins is not None:
        wrong += differences(before, after)
    return Migration(kills, tuple(wrong))


def lived_in(url: str, revision: str) -> None:
    """Bring the empty database at `url` to `revision` and fill it with its era's rows."""
    bring_to(url, revision)
    with connected(url) as connection:
        eras.load(connection, revision)


def bring_to(url: str, revision: str) -> None:
    """Migrate to `revision`, as the program does it to the newest one."""
    with connected(url) as connection:
        if revision == "head":
            migrate.upgrade_within(connection)
        else:
            migrate.upgrade_to(connection, revision)


def beside(url: str, old: str, new: str) -> list[str]:
    """Write and read as the program of `old` does, on an empty database that is at `new`."""
    bring_to(url, old)
    with connected(url) as connection:
        shape = MetaData()
        shape.reflect(connection)
    bring_to(url, new)
    with connected(url) as connection:
        eras.load(connection, old, shape)
        found = eras.written(connection, shape)
    wanted = eras.kept(old)
    names = [name for name in wanted if name != "alembic_version"]
    return [f"{name} is not what was written" for name in names if found[name] != wanted[name]]


def differences(before: Rows, after: Rows) -> list[str]:
    """What of the old rows is missing or another; new columns and tables are not looked at."""
    wrong = []
    for table, rows in before.items():
        if table != "alembic_version":
            columns = set(rows[0]) if rows else set()
            now = [{name: row[name] for name in columns if name in row} for row in after[table]]
            if sorted(map(repr, map(_sorted, now))) != sorted(map(repr, map(_sorted, rows))):
                wrong.append(f"{table} has changed")
    return wrong


def rows_of(url: str) -> Rows:
    with connected(url) as connection:
        return eras.written(connection)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = connect(url, "tests")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _sorted(row: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(row.items(), key=lambda pair: pair[0])
