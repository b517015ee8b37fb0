"""Putting a backup back: nobody who was erased since returns, nothing that was sent is sent again.

The backup is copied, brought to this program's schema and made fit to run beside the
database; only then it takes the database's place, in one step, and the old database is
kept. A process that is killed on the way leaves the old one as it was. Nobody may have the
database open; what a backup is, is said in `bot.store.backup`.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection, delete, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.model.records import AuditEntry
from bot.model.tickets import MOVES, Move, Outcome
from bot.store.alone import alone
from bot.store.backup import Backup, Told, copy_rows, into_place, look_through
from bot.store.crypto import MasterKey
from bot.store.engine import connect, sqlite_file, sqlite_url
from bot.store.ledger_file import Erased
from bot.store.migrate import upgrade, upgrade_within
from bot.store.sql import SqlStore, held, ledger, opening
from bot.store.tables import attempts, links, sessions
from bot.usecases.ports import Work

RESTORED: Final = "restored"
"""The note with the time of the last restore and of the backup it was made from."""

_RETENTION_LAST: Final = "retention.last"
_KEPT: Final = "before-restore-%Y%m%dT%H%M%S.%fZ"
"""With microseconds: two restores in one second must not meet."""


class NotRestored(Exception):
    """The database was left as it was; the message says why and what would help."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `kept` is where the old database is now; None if there was none."""

    backup: Backup
    forgotten: int
    held: int
    kept: str | None


def restore(
    url: str,
    file: Path,
    master: MasterKey,
    known: Sequence[Erased] | None,
    now: datetime,
    told: Told,
) -> Restored:
    """Put the backup in `file` in the place of the database at `url`.

    `known` are erasures from elsewhere; with those of the old database they are repeated.
    None says that there are no others: then the old database has to be readable. Raises
    NotRestored, NoBackup, BadMasterKey, WrongSchema or AlreadyRunning.
    """
    backup = look_through(file)
    told(f"the backup of {backup.made:%Y-%m-%d %H:%M} UTC is whole: {backup.size} bytes")
    target = sqlite_file(url)
    try:
        if target is not None:
            return _into_file(target, backup, master, known, now)
        return _into_server(url, backup, master, known, now, told)
    except DBAPIError as error:
        raise NotRestored(f"the database gave up: {type(error.orig).__name__}") from None


# --- SQLite -------------------------------------------------------------------------


def _into_file(
    target: Path,
    backup: Backup,
    master: MasterKey,
    known: Sequence[Erased] | None,
    now: datetime,
) -> Restored:
    work = target.with_name(f"{target.name}.restoring")
    with ExitStack() as stack:
        stack.enter_context(alone(target.parent))
        stack.callback(_remove, work)
        erased = _closed_ledger(target, known) if target.exists() else _given(known)
        forgotten, waiting = _fit_to_run(work, backup, master, erased, now)
        kept = _set_aside(target, now)
        into_place(work, target)
    return Restored(backup, forgotten, waiting, None if kept is None else str(kept))


def _closed_ledger(target: Path, known: Sequence[Erased] | None) -> list[Erased]:
    """Close the old database to everybody else and read whom it has erased."""
    with closing(sqlite3.connect(target, timeout=5, isolation_level=None)) as raw:
        try:
            # Leaving the write-ahead log needs the database for oneself alone.
            raw.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_BUSY":
                raise NotRestored(f"{target} is open elsewhere: stop that first") from None
        except sqlite3.DatabaseError:
            pass  # damaged, which may be why it is being replaced
    engine = connect(sqlite_url(target), "lotse-restore")
    try:
        with engine.connect() as connection:
            there = ledger.read(connection) if _has_ledger(connection) else []
    except (DBAPIError, sqlite3.DatabaseError):
        return _given(known)
    finally:
        engine.dispose()
    return [*there, *(known or ())]


def _set_aside(target: Path, now: datetime) -> Path | None:
    """Give the old database a second name, so that the first is never without one.

    What a crash left of its write-ahead log goes with it: SQLite would play it into the new one.
    """
    kept = target.with_name(f"{target.name}.{now.strftime(_KEPT)}")
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            target.with_name(target.name + suffix).replace(kept.with_name(kept.name + suffix))
    if not target.exists():
        return None
    os.link(target, kept)
    return kept


def _remove(work: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        work.with_name(work.name + suffix).unlink(missing_ok=True)


# --- PostgreSQL ---------------------------------------------------------------------


def _into_server(
    url: str,
    backup: Backup,
    master: MasterKey,
    known: Sequence[Erased] | None,
    now: datetime,
    told: Told,
) -> Restored:
    engine = connect(url, "lotse-restore")
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        work = Path(stack.enter_context(TemporaryDirectory(prefix="lotse-restore-"))) / "lotse.db"
        connection = stack.enter_context(engine.begin())
        running = opening.close_to_others(connection)
        if running:
            raise NotRestored(f"{len(running)} processes have the database open: stop them first")
        there = _has_ledger(connection)
        erased = [*ledger.read(connection), *(known or ())] if there else _given(known)
        forgotten, waiting = _fit_to_run(work, backup, master, erased, now)
        kept = _schema_aside(connection, now) if there else None
        upgrade_within(connection)
        prepared = connect(sqlite_url(work), "lotse-restore")
        stack.callback(prepared.dispose)
        copy_rows(stack.enter_context(prepared.connect()), connection, told)
    return Restored(backup, forgotten, waiting, kept)


def _schema_aside(connection: Connection, now: datetime) -> str:
    """Rename the schema with all its tables, and begin an empty one."""
    name = str(connection.execute(text("SELECT current_schema()")).scalar_one())
    kept = re.sub("[-.]", "_", f"{name}_{now.strftime(_KEPT)}").lower()
    connection.execute(text(f'ALTER SCHEMA "{name}" RENAME TO "{kept}"'))
    connection.execute(text(f'CREATE SCHEMA "{name}"'))
    return f"schema {kept}"


# --- what makes an old state fit to run -----------------------------------------------


def _fit_to_run(
    work: Path, backup: Backup, master: MasterKey, erased: Sequence[Erased], now: datetime
) -> tuple[int, int]:
    """Copy the backup to `work` and change in it what has come about since."""
    _remove(work)
    os.close(os.open(work, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    shutil.copyfile(backup.path, work)
    engine = connect(sqlite_url(work), "lotse-restore")
    try:
        upgrade(engine)
        with engine.begin() as connection:
            vault = opening.vault_of(connection, master)
            since = ledger.add_missing(connection, erased)
            risen = ledger.persons(connection, [one.telegram for one in since])
        with SqlStore(engine, vault, "lotse-restore").transaction() as unit:
            for person in risen:
                _withdraw(unit, person, now)
                unit.people.forget(person, now)
        with engine.begin() as connection:
            waiting = held.hold(connection, now)
            _begin_anew(connection, backup, now)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(work)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
    return len(risen), waiting


def _withdraw(unit: Work, person: str, now: datetime) -> None:
    """Close the person's open cases, as it happened when they were erased."""
    for ticket in unit.tickets.of_people([person])[person]:
        if ticket.open:
            state, version = MOVES[ticket.state, Move.WITHDRAW], ticket.version + 1
            gone = replace(ticket, state=state, version=version, changed=now, closed=now)
            unit.tickets.save(replace(gone, outcome=Outcome.WITHDRAWN))
            unit.tickets.audit(AuditEntry(ticket.code, now, "withdrawn", ticket.team))


def _begin_anew(connection: Connection, backup: Backup, now: datetime) -> None:
    """End what must not outlive the time between: sign-ins, invitations, counted attempts.

    Whoever was signed out or used up an invitation since would be back in. The pause of
    retention is no jump of the clock: somebody is here and looks.
    """
    for table in (sessions, links, attempts):
        connection.execute(delete(table))
    for key in (opening.BACKUP_MADE, _RETENTION_LAST):
        opening.put_note(connection, key, None)
    opening.put_note(connection, RESTORED, f"{now.isoformat()} {backup.made.isoformat()}")


def _has_ledger(connection: Connection) -> bool:
    return inspect(connection).has_table("erasures")


def _given(known: Sequence[Erased] | None) -> list[Erased]:
    if known is None:
        raise NotRestored(
            "nobody knows who was erased since the backup: give the ledger with --ledger FILE, "
            "or say --without-ledger if it is lost too"
        )
    return list(known)
