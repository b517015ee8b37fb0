"""The store over a database: SQLite for one process, PostgreSQL for one or several.

`open_store` checks schema and master key before anything is read; a transaction
gives a `Work` whose parts buffer what they write and flush it in order. Each part
is a module of this package.
"""

import logging
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.store.crypto import MasterKey, Vault
from bot.store.engine import BOT, connect, scrub, sqlite_connection
from bot.store.files import Files
from bot.store.ledger_file import Erased, LedgerFile
from bot.store.lost import StoreLost, is_lost
from bot.store.sql import chain, held, ledger, opening
from bot.store.sql.chain import Verdict
from bot.store.sql.forgetting import Forgetting
from bot.store.sql.fresh import Fresh
from bot.store.sql.held import Held
from bot.store.sql.outbox import SqlOutbox
from bot.store.sql.people import SqlPeople
from bot.store.sql.program import SqlFigures, SqlJobs, SqlNotes, SqlProcesses
from bot.store.sql.rooms import SqlRooms
from bot.store.sql.staff import SqlStaff
from bot.store.sql.tickets import SqlTickets
from bot.store.sql.transaction import Transaction
from bot.store.sql.updates import SqlUpdates
from bot.usecases import ports

__all__ = ["SqlStore", "open_store"]

_PASSING: Final = (
    OperationalError,
    InterfaceError,
    sqlite3.OperationalError,
    sqlite3.InterfaceError,
)

log = logging.getLogger(__name__)


def open_store(
    url: str, master: MasterKey, ledger_file: Path | None = None, name: str = BOT
) -> "SqlStore":
    """The store behind `url`, whose schema is already that of this program.

    Erasures are also written to `ledger_file`, if one is given. `name` is what the database calls
    this process, with something of its own behind it. Raises `WrongSchema` (see
    `bot.store.migrate.upgrade`), `BadMasterKey` if the database was begun with another key,
    `OldState` for a backup or anything older than the ledger file, and `NotCommitted` if it
    cannot be reached.
    """
    holder = f"{name}-{secrets.token_hex(8)}"
    engine = connect(url, holder)
    file = None if ledger_file is None else LedgerFile(ledger_file)
    try:
        with _told_simply(), engine.begin() as connection:
            vault = opening.check(connection, master, file)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, vault, holder, file)


@dataclass(slots=True)
class SqlWork:
    """One unit of work over a transaction."""

    people: ports.People
    tickets: ports.Tickets
    outbox: ports.Outbox
    updates: ports.Updates
    staff: ports.Staff
    rooms: ports.Rooms
    jobs: ports.Jobs
    figures: ports.Figures
    notes: ports.Notes
    processes: ports.Processes


class SqlStore:
    """A `ports.Store`. `postgres` tells whether several threads may use it at once."""

    def __init__(
        self, engine: Engine, vault: Vault, holder: str, file: LedgerFile | None = None
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._holder = holder
        self._file = file
        self._fresh = Fresh()
        self._files = None if engine.url.database is None else Files(Path(engine.url.database))
        self.postgres = engine.dialect.name == "postgresql"

    @contextmanager
    def transaction(self) -> Iterator[SqlWork]:
        """Commit at the end, or roll back and raise.

        Raises `NotCommitted` for what the database did, not for what the unit did, and
        `StoreLost` where the process must not go on.
        """
        with _told_simply(), self._engine.connect() as connection:
            sqlite = sqlite_connection(connection)
            if sqlite is not None and self._files is not None:
                self._files.look(sqlite)
            self._fresh.drop_old()
            transaction = Transaction(connection, self._vault, self._holder, self._fresh)
            with connection.begin(), _working(transaction) as work:
                yield work
            if transaction.forgotten:
                self._write_down(transaction.forgotten)
            if transaction.erased:
                self._fresh.clear()
            if transaction.erased and sqlite is not None and self._files is not None:
                self._files.clear(sqlite)

    def _write_down(self, forgotten: Sequence[Erased]) -> None:
        """Repeat committed erasures in the file; what fails here is made up at the next start."""
        try:
            if self._file is not None:
                self._file.append(forgotten)
        except OSError as error:
            log.error(  # noqa: TRY400 - the system says why
                "%s could not be written: %s", self._file and self._file.path, error
            )

    def erased(self) -> list[Erased]:
        """The ledger of erasures, oldest first."""
        with _told_simply(), self._engine.begin() as connection:
            return ledger.read(connection)

    def held(self) -> list[Held]:
        """What waits for a decision since a restore."""
        with _told_simply(), self._engine.begin() as connection:
            return held.waiting(connection, self._vault)

    def release_held(self, now: datetime) -> int:
        """Let everything that was held be sent after all; return how much it is."""
        with _told_simply(), self._engine.begin() as connection:
            return held.release(connection, now)

    def drop_held(self) -> int:
        """Give up what was held; return how much it was."""
        with _told_simply(), self._engine.connect() as connection:
            with connection.begin():
                dropped = held.drop(connection)
            scrub(connection)
            return dropped

    def verified(self, end: str = "") -> Verdict:
        """Follow the chain of the audit from its beginning, and look whether it came by `end`."""
        with _told_simply(), self._engine.begin() as connection:
            return chain.verify(connection, self._vault, end)

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _working(transaction: Transaction) -> Iterator[SqlWork]:
    """Hand out the parts, then write what they hold; what everybody shares comes last."""
    outbox_ = SqlOutbox(transaction)
    tickets = SqlTickets(transaction)
    people = SqlPeople(transaction, Forgetting(transaction, tickets, outbox_))
    figures = SqlFigures(transaction)
    jobs = SqlJobs(transaction)
    yield SqlWork(
        people=people,
        tickets=tickets,
        outbox=outbox_,
        updates=SqlUpdates(transaction),
        staff=SqlStaff(transaction),
        rooms=SqlRooms(transaction),
        jobs=jobs,
        figures=figures,
        notes=SqlNotes(transaction),
        processes=SqlProcesses(transaction),
    )
    people.flush()
    tickets.flush()
    jobs.flush()
    outbox_.flush()
    tickets.finish()
    figures.finish()


@contextmanager
def _told_simply() -> Iterator[None]:
    """Raise `NotCommitted` for disturbances, without the values a driver would quote."""
    try:
        yield
    except NoConnection:
        raise ports.NotCommitted("no connection was free") from None
    except (DBAPIError, sqlite3.Error) as error:
        raw = error.orig if isinstance(error, DBAPIError) else error
        said = _name(raw)
        if is_lost(getattr(raw, "sqlite_errorname", "")):
            raise StoreLost(said) from None
        if isinstance(error, IntegrityError | sqlite3.IntegrityError):
            raise ports.Contradicted(said) from None
        if isinstance(error, _PASSING) or getattr(error, "connection_invalidated", False):
            raise ports.NotCommitted(said) from None
        raise


def _name(error: BaseException | None) -> str:
    """The kind of a driver's error and its code, without the words, which could quote values."""
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    return f"{type(error).__name__} {code or ''}".strip()
