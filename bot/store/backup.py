"""A backup: the whole database in one SQLite file, written while the bot runs.

From SQLite it is a copy of the pages, from PostgreSQL a copy of the rows in one snapshot, so
the same file restores either. It is looked through before it gets its name. It holds no
master key, and it says of itself that it is a backup; putting it back is
`bot.store.restore`'s.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    MetaData,
    Table,
    create_engine,
    func,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from bot.store.engine import connect, sqlite_file, sqlite_url
from bot.store.migrate import check_schema, refuse_newer, revision_of, upgrade
from bot.store.sql.opening import BACKUP_MADE, CHECK_VALUE, note, put_note
from bot.store.tables import metadata

Told = Callable[[str], None]

STEP: Final = 256
"""Pages of SQLite copied at once: a megabyte, so that the bot's disk is never busy for long."""

ROWS: Final = 1_000
NAME: Final = "lotse-%Y%m%dT%H%M%SZ.backup"
_NAMES: Final = "lotse-????????T??????Z.backup"
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite names files beside an open one."""

ABANDONED: Final = timedelta(days=1)
"""After so long without a change nobody writes a backup any more: its files grow all the time."""


class NoBackup(Exception):
    """A backup could not be made, or a file is none; the message says why."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was looked through. `rows` are counts by table, `size` is in bytes.

    `key` is the mark of the master key that opens it; None if nothing was sealed yet.
    """

    path: Path
    made: datetime
    revision: str
    rows: Mapping[str, int]
    size: int
    key: str | None


def back_up(url: str, place: Path, now: datetime, told: Told) -> Backup:
    """Write a backup of the database at `url` to the file or into the folder `place`.

    The file appears whole or not at all, readable by its owner only. Raises NoBackup.
    """
    path = place / now.strftime(NAME) if place.is_dir() else place
    if path.exists():
        raise NoBackup(f"{path} is there already")
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        counted = _copied(url, part, told)
        _mark(part, now)
        made = look_through(part)
        if dict(made.rows) != counted:
            raise NoBackup("the copy does not have the rows of the database")
        into_place(part, path)
    except (sqlite3.Error, DBAPIError, OSError) as error:
        raise NoBackup(f"{path}: {_reason(error)}") from None
    finally:
        _remove(part)
    return look_through(path)


def look_through(path: Path) -> Backup:
    """Check the backup in `path` page by page and row by row. Raises NoBackup."""
    if not path.is_file():
        raise NoBackup(f"there is no file {path}")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as raw:
            found = [row[0] for row in raw.execute("PRAGMA integrity_check(3)")]
            found += [
                f"{row[0]} misses {row[2]}" for row in raw.execute("PRAGMA foreign_key_check")
            ]
        if found != ["ok"]:
            raise NoBackup(f"{path} is damaged: {found[0]}")
        with _reading(path) as connection:
            return _described(path, connection)
    except (sqlite3.Error, DBAPIError) as error:
        raise NoBackup(f"{path} cannot be read as a backup: {_reason(error)}") from None


def expired(folder: Path, newest: Backup, days: int) -> list[Path]:
    """Backups beside `newest` that are older than `days`, oldest first.

    Raises NoBackup when all others are: then no backup was made for long, or the clock is
    wrong, and a person should look before the last old ones go.
    """
    others = sorted(set(folder.glob(_NAMES)) - {newest.path})
    limit = (newest.made - timedelta(days=days)).strftime(NAME)
    old = [path for path in others if path.name < limit]
    if old and old == others:
        raise NoBackup(
            f"every other backup in {folder} is older than {days} days, so none was removed: "
            "look at the clock, then remove them by hand"
        )
    return old


def abandoned(folder: Path, now: datetime) -> list[Path]:
    """What killed backups left in `folder`: everything is in it, and nobody goes on with it.

    Another process may be writing a backup there now, so all its files must have rested; from
    PostgreSQL only the log beside the copy grows.
    """
    left = []
    for part in {_part_of(path) for path in folder.glob(f"{_NAMES}.part*")}:
        files = [path for path in _files_of(part) if path.exists()]
        rested = max((path.stat().st_mtime for path in files), default=now.timestamp())
        if rested < (now - ABANDONED).timestamp():
            left += files
    return sorted(left)


def copy_rows(source: Connection, target: Connection, told: Told) -> dict[str, int]:
    """Copy every row between two databases of this program's schema; return counts by table."""
    counted = {}
    for table in metadata.sorted_tables:
        rows = source.execution_options(yield_per=ROWS).execute(select(table))
        counted[table.name] = 0
        for some in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in some])
            counted[table.name] += len(some)
        _count_on(source, target, table)
        told(f"{table.name}: {counted[table.name]} rows")
    return counted


def into_place(part: Path, path: Path) -> None:
    """Give a finished file its name, and have both on the disk."""
    _synced(part)
    part.replace(path)
    _synced(path.parent)


# --- copying ------------------------------------------------------------------------


def _copied(url: str, part: Path, told: Told) -> dict[str, int]:
    file = sqlite_file(url)
    if file is not None:
        return _pages(file, part, told)
    engine = connect(sqlite_url(part), "lotse-backup")
    try:
        upgrade(engine)
        with _snapshot(url) as source, engine.begin() as target:
            check_schema(source)
            return copy_rows(source, target, told)
    finally:
        engine.dispose()


def _pages(file: Path, part: Path, told: Told) -> dict[str, int]:
    if not file.is_file():
        raise NoBackup(f"there is no database {file}")

    def progress(_: int, left: int, pages: int) -> None:
        told(f"{pages - left} of {pages} pages")

    with (
        closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as source,
        closing(sqlite3.connect(part)) as target,
    ):
        # What is read once in a transaction stays as it is: writers do not start us again.
        source.execute("BEGIN")
        tables = [row[0] for row in source.execute(_TABLES)]
        counted = {
            name: source.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in tables
        }
        source.backup(target, pages=STEP, progress=progress, sleep=0.001)
    return counted


_TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    " AND name <> 'alembic_version'"
)


@contextmanager
def _snapshot(url: str) -> Iterator[Connection]:
    """A connection to PostgreSQL that sees one moment, however long it looks."""
    engine = connect(url, "lotse-backup")
    try:
        with engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection:
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(text(f"SET LOCAL {limit} = 0"))
            yield connection
    finally:
        engine.dispose()


def _count_on(source: Connection, target: Connection, table: Table) -> None:
    """Let the target count up from where the source stands: numbers are never used again."""
    key = table.primary_key.columns.values()[0]
    if not table.dialect_options["sqlite"]["autoincrement"]:
        return
    stands = _stands(source, table.name, key.name)
    if target.dialect.name == "postgresql":
        named = text("SELECT setval(pg_get_serial_sequence(:table, :key), :n, :used)")
        values = {"table": table.name, "key": key.name, "n": max(1, stands), "used": stands > 0}
        target.execute(named, values)
    else:
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :t"), {"t": table.name})
        row = {"t": table.name, "n": stands}
        target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:t, :n)"), row)


def _stands(source: Connection, table: str, key: str) -> int:
    if source.dialect.name == "postgresql":
        named = {"table": table, "key": key}
        sequence = source.execute(
            text("SELECT pg_get_serial_sequence(:table, :key)"), named
        ).scalar_one()
        counted = literal_column("last_value", BigInteger), literal_column("is_called", Boolean)
        row = source.execute(select(*counted).select_from(text(sequence))).one()
        return int(row.last_value) if row.is_called else 0
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :t")
    return int(source.execute(query, {"t": table}).scalar() or 0)


# --- the file -----------------------------------------------------------------------


def _mark(part: Path, now: datetime) -> None:
    """Say in the copy that it is one, and make it one file."""
    with _opened(part) as connection:
        refuse_newer(connection)
        put_note(connection, BACKUP_MADE, now.isoformat())
    with closing(sqlite3.connect(part, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")


def _described(path: Path, connection: Connection) -> Backup:
    refuse_newer(connection)
    made, revision = note(connection, BACKUP_MADE), revision_of(connection)
    if made is None or revision is None:
        raise NoBackup(f"{path} was not made by `lotse db backup`")
    there = MetaData()
    there.reflect(connection)
    rows = {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one() - extra
        for name, table in there.tables.items()
        if name != "alembic_version"
        for extra in [name == "notes"]
    }
    size = path.stat().st_size
    moment = datetime.fromisoformat(made)
    return Backup(path, moment, revision, rows, size, note(connection, CHECK_VALUE))


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    engine = connect(sqlite_url(path), "lotse-backup")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    """A connection that leaves no trace in the file or beside it."""
    engine = create_engine(f"sqlite:///{path.absolute().as_uri()}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _remove(part: Path) -> None:
    for path in _files_of(part):
        path.unlink(missing_ok=True)


def _files_of(part: Path) -> list[Path]:
    return [part.with_name(part.name + suffix) for suffix in _BESIDE]


def _part_of(path: Path) -> Path:
    return path.with_name(f"{path.name.partition('.part')[0]}.part")


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: Exception) -> str:
    """What the system or the driver says, without any value of a row."""
    if isinstance(error, DBAPIError):
        return (
            str(error.orig) if isinstance(error.orig, sqlite3.Error) else type(error.orig).__name__
        )
    return str(error)
