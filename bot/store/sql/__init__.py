"""The store over a database: SQLite for one process, PostgreSQL for one or several.

`open_store` checks schema and master key before anything is read; a transaction
gives a `Work` whose parts buffer what they write and flush it in order. Each part
is a module of this package.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.store.crypto import BadMasterKey, MasterKey, Vault
from bot.store.engine import connect, scrub
from bot.store.migrate import check_schema
from bot.store.sql import chain, ledger
from bot.store.sql.chain import Verdict
from bot.store.sql.forgetting import Forgetting
from bot.store.sql.ledger import Erased
from bot.store.sql.outbox import SqlOutbox
from bot.store.sql.people import SqlPeople
from bot.store.sql.program import SqlFigures, SqlJobs, SqlNotes
from bot.store.sql.rooms import SqlRooms
from bot.store.sql.staff import SqlStaff
from bot.store.sql.tickets import SqlTickets
from bot.store.sql.transaction import Transaction
from bot.store.sql.updates import SqlUpdates
from bot.store.tables import notes, outbox
from bot.usecases import ports

__all__ = ["SqlStore", "open_store"]

_CHECK_VALUE = "master key check value"


def open_store(url: str, master: MasterKey) -> "SqlStore":
    """The store behind `url`, whose schema is already that of this program.

    Raises `WrongSchema` (see `bot.store.migrate.upgrade`), `BadMasterKey` if the
    database was begun with another key, and `NotCommitted` if it cannot be reached.
    """
    holder = f"lotse-{secrets.token_hex(8)}"
    engine = connect(url, holder)
    vault = Vault(master)
    try:
        with _told_simply(), engine.begin() as connection:
            check_schema(connection)
            _check_key(connection, vault)
            _release_the_dead(connection)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, vault, holder)


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


class SqlStore:
    """A `ports.Store`. `postgres` tells whether several threads may use it at once."""

    def __init__(self, engine: Engine, vault: Vault, holder: str) -> None:
        self._engine = engine
        self._vault = vault
        self._holder = holder
        self.postgres = engine.dialect.name == "postgresql"

    @contextmanager
    def transaction(self) -> Iterator[SqlWork]:
        """Commit at the end, or roll back and raise.

        Raises `NotCommitted` for what the database did, not for what the unit did.
        """
        with _told_simply(), self._engine.connect() as connection:
            transaction = Transaction(connection, self._vault, self._holder)
            with connection.begin(), _working(transaction) as work:
                yield work
            if transaction.erased:
                scrub(connection)

    def erased(self) -> list[Erased]:
        """The ledger of erasures, to be read before a backup is restored."""
        with _told_simply(), self._engine.begin() as connection:
            return ledger.read(connection)

    def erase_again(self, erased: Iterable[Erased], now: datetime) -> int:
        """Forget whom a restored backup brought back; return how many."""
        with _told_simply(), self._engine.begin() as connection:
            risen = ledger.risen(connection, erased)
        with self.transaction() as work:
            for person in risen:
                work.people.forget(person, now)
        return len(risen)

    def verified(self) -> Verdict:
        """Follow the chain of the audit from its beginning."""
        with _told_simply(), self._engine.begin() as connection:
            return chain.verify(connection, self._vault)

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def _working(transaction: Transaction) -> Iterator[SqlWork]:
    """Hand out the parts, then write what they hold; what everybody shares comes last."""
    outbox_ = SqlOutbox(transaction)
    tickets = SqlTickets(transaction)
    people = SqlPeople(transaction, Forgetting(transaction, tickets, outbox_))
    figures = SqlFigures(transaction)
    yield SqlWork(
        people=people,
        tickets=tickets,
        outbox=outbox_,
        updates=SqlUpdates(transaction),
        staff=SqlStaff(transaction),
        rooms=SqlRooms(transaction),
        jobs=SqlJobs(transaction),
        figures=figures,
        notes=SqlNotes(transaction),
    )
    people.flush()
    tickets.flush()
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
    except DBAPIError as error:
        passing = isinstance(error, OperationalError | InterfaceError | IntegrityError)
        if passing or error.connection_invalidated:
            raise ports.NotCommitted(_name(error)) from None
        raise


def _name(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return f"{type(error.orig).__name__} {code or ''}".strip()


def _check_key(connection: Connection, vault: Vault) -> None:
    kept = connection.execute(select(notes.c.value).where(notes.c.key == _CHECK_VALUE)).scalar()
    if kept is None:
        row = {"key": _CHECK_VALUE, "value": vault.check_value()}
        connection.execute(notes.insert(), [row])
    elif not secrets.compare_digest(kept, vault.check_value()):
        raise BadMasterKey(
            f"{vault.origin}: not the master key this database was begun with; "
            "restore the right one from its backup"
        )


def _release_the_dead(connection: Connection) -> None:
    """Deliveries held by processes that are gone may be taken at once."""
    if connection.dialect.name == "postgresql":
        named = (
            "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'lotse-%'"
        )
        alive = connection.execute(text(named)).scalars().all()
        gone = outbox.c.held_until.is_not(None) & outbox.c.holder.not_in(alive)
        connection.execute(update(outbox).where(gone).values(held_until=None))
