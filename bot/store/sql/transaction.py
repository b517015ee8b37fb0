"""What the parts of one SQL unit of work share: connection, keys, and dialect.

SQLite needs no row locks, since its transactions run one at a time; PostgreSQL
locks what a unit is about to change. Differences between the two live here, so
that the parts read as if there were one database.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.crypto import Key, Vault
from bot.store.ledger_file import Erased
from bot.store.sql.fresh import Fresh
from bot.store.sql.rows import write
from bot.store.tables import data_keys


class Transaction:
    """One open transaction. `holder` names this process among several replicas, `fresh` is what
    they need not open again.
    """

    def __init__(
        self, connection: Connection, vault: Vault, holder: str, fresh: Fresh | None = None
    ) -> None:
        self.connection = connection
        self.fresh = fresh or Fresh()
        self.vault = vault
        self.holder = holder
        self.postgres = connection.dialect.name == "postgresql"
        self.keys = Keyring(connection, vault)
        self.erased = False
        self._pseudonyms: dict[tuple[str, object], str] = {}
        self.forgotten: list[Erased] = []

    def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert `rows`, all with the same columns; what exists by primary key is replaced."""
        if not rows:
            return
        write(self.connection, _upsert(table, tuple(rows[0]), self.postgres), rows)

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return inserting(table, self.postgres)

    def pseudonym(self, kind: str, name: object) -> str:
        """As `Vault.lookup`, computed once."""
        known = self._pseudonyms.get((kind, name))
        if known is None:
            known = self._pseudonyms[kind, name] = self.vault.lookup(kind, name)
        return known

    def lock(self, names: Iterable[str]) -> None:
        """Wait for whoever works on these pseudonyms, in one order for everybody.

        An advisory lock also covers people of whom no row exists, and leaves no row
        behind for those who only read.
        """
        if self.postgres:
            numbers = sorted(_number(name) for name in names)
            waiting = text(
                "SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:n AS bigint[])) AS number"
            )
            self.connection.execute(waiting, {"n": numbers})

    def lock_table(self, table: Table) -> None:
        """Let nobody else write `table` until commit, so ids appear in their order."""
        if self.postgres:
            lock = func.pg_advisory_xact_lock(func.hashtext(table.name))
            self.connection.execute(select(lock))


_NEW_KEY = data_keys.insert()


class Keyring:
    """The data keys a unit of work has met. New ones are written before what they seal."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._known: dict[str, Key] = {}
        self._new: list[dict[str, object]] = []

    def met(self, owner: str, wrapped: bytes) -> Key:
        """The key that a query brought along."""
        if owner not in self._known:
            self._known[owner] = self._vault.masters.unwrap(owner, wrapped)
        return self._known[owner]

    def know(self, owner: str, key: Key) -> None:
        """The key of `owner` need not be unwrapped."""
        self._known.setdefault(owner, key)

    def of(self, owner: str) -> Key:
        """The key of `owner`; a new one where `fetch` found none."""
        key = self._known.get(owner)
        if key is None:
            key = self._known[owner] = Key.new()
            self._new.append({"owner": owner, "wrapped": self._vault.masters.wrap(owner, key)})
        return key

    def fetch(self, owners: Iterable[str]) -> None:
        """Load in one query the keys among `owners` that are not known yet."""
        missing = [owner for owner in owners if owner not in self._known]
        if missing:
            query = select(data_keys).where(data_keys.c.owner.in_(missing))
            for row in self._connection.execute(query):
                self.met(row.owner, row.wrapped)

    def drop(self, owner: str) -> None:
        self.flush()
        self._known.pop(owner, None)
        self._connection.execute(data_keys.delete().where(data_keys.c.owner == owner))

    def flush(self) -> None:
        if self._new:
            new, self._new = self._new, []
            write(self._connection, _NEW_KEY, new)


def inserting(table: Table, postgres: bool) -> sqlite.Insert | postgresql.Insert:  # noqa: FBT001
    """An insert of the database in use, which can say what to do with a row that exists."""
    return postgresql.insert(table) if postgres else sqlite.insert(table)


@cache
def _upsert(table: Table, names: tuple[str, ...], postgres: bool) -> Insert:  # noqa: FBT001
    insert = inserting(table, postgres)
    key = [column.name for column in table.primary_key]
    changed = {name: insert.excluded[name] for name in names if name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=changed)


def person_key(person: str) -> str:
    """The owner under which a person's data key is kept."""
    return f"person:{person}"


def ticket_key(code: str) -> str:
    """The owner under which a ticket's data key is kept."""
    return f"ticket:{code}"


def _number(name: str) -> int:
    """64 bits of a pseudonym, which is uniform; a collision only makes two people wait."""
    return int.from_bytes(name[:8].encode(), "big", signed=True)
