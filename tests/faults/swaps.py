"""Sealed values put elsewhere by somebody who can write the database but has no key.

Every sealed cell is known; a value is copied from one to another, and whoever reads the second
must be refused. Not refused, and not tried: two messages of one person in one chat, see the
decision on what is sealed.
"""

import random  # noqa: TID251 - which values go where, from a seed
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, select, update

from bot.store.codec import RAW_UPDATE
from bot.store.crypto import BadMasterKey, Tampered, place
from bot.store.sql import SqlStore, open_store
from bot.store.sql.outbox import opened
from bot.store.tables import metadata, outbox, quarantine
from tests.databases import MASTER
from tests.store import eras
from tests.store.examples import NOW, conversation, ticket


@dataclass(frozen=True, slots=True)
class Cell:
    """A sealed value: its table and column, and the row's key."""

    table: str
    column: str
    row: tuple[Any, ...]

    @property
    def of(self) -> Table:
        return metadata.tables[self.table]


@dataclass(frozen=True, slots=True)
class Swaps:
    """How many copies were tried, and those nobody noticed."""

    tried: int
    unnoticed: tuple[str, ...]


def run(seed: int, url: str, most: int) -> Swaps:
    """Fill the empty migrated database at `url` and try `most` of all copies there are."""
    with open_store(url, MASTER) as store:
        eras.populate(store)
        older = _older_versions(store)
        with store._engine.begin() as connection:
            cells = _cells(connection)
            values = {cell: _read(connection, cell) for cell in cells}
            lanes = _lanes(connection)
        _read_everything(url)
        pairs = [pair for pair in permutations(cells, 2) if not _same_way(lanes, *pair)]
        chosen = random.Random(seed).sample(pairs, min(most, len(pairs)))  # noqa: S311
        copies = [(target, values[source], f"{source} in {target}") for source, target in chosen]
        copies += [(cell, value, f"an older value in {cell}") for cell, value in older.items()]
        unnoticed = [told for cell, value, told in copies if not _refused(store, url, cell, value)]
    return Swaps(len(copies), tuple(unnoticed))


def _older_versions(store: SqlStore) -> dict[Cell, bytes]:
    """Values of a conversation and a case that are written anew meanwhile."""
    cells = (
        Cell("people", "conversation_sealed", ("person-1",)),
        Cell("tickets", "personal_sealed", ("CODE1",)),
    )
    with store._engine.begin() as connection:
        older = {cell: _read(connection, cell) for cell in cells}
    with store.transaction() as work:
        work.people.save(eras.CHATS["person-1"], conversation("person-1"), NOW)
        work.tickets.save(ticket("CODE1", person="person-1", version=2))
    return older


def _cells(connection: Connection) -> list[Cell]:
    found = []
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                keys = select(*table.primary_key.columns).where(column.is_not(None))
                rows = connection.execute(keys).all()
                found += [Cell(table.name, column.name, tuple(row)) for row in rows]
    return found


def _lanes(connection: Connection) -> dict[int, tuple[Any, ...]]:
    rows = connection.execute(select(outbox.c.id, outbox.c.lane, outbox.c.person))
    return {row.id: (row.lane, row.person) for row in rows}


def _same_way(lanes: dict[int, tuple[Any, ...]], one: Cell, other: Cell) -> bool:
    messages = one.table == other.table == "outbox"
    return messages and lanes[one.row[0]] == lanes[other.row[0]]


def _refused(store: SqlStore, url: str, cell: Cell, value: bytes) -> bool:
    with store._engine.begin() as connection:
        right = _read(connection, cell)
        _write(connection, cell, value)
    try:
        _read_everything(url)
    except (Tampered, BadMasterKey):
        return True
    finally:
        with store._engine.begin() as connection:
            _write(connection, cell, right)
    return False


def _read_everything(url: str) -> None:
    """Start, and open every sealed value there is."""
    with open_store(url, MASTER) as store, store.transaction() as work:
        work.people.load(list(eras.CHATS.values()))
        for number, person in enumerate(eras.CHATS, 1):
            work.people.conversation(person)
            work.tickets.load([f"CODE{number}"], None)
            work.tickets.items(f"CODE{number}")
        for caseworker in work.staff.all():
            work.staff.password(caseworker.id)
        work.rooms.room()
    with open_store(url, MASTER) as store, store._engine.begin() as connection:
        for row in connection.execute(select(outbox).where(outbox.c.delivery_sealed.is_not(None))):
            opened(store._vault, row)
        key = store._vault.own_key("quarantine")
        for row in connection.execute(select(quarantine)):
            where = place("quarantine", "raw", row.update_id, "", 1)
            RAW_UPDATE.read(key.open(where, row.raw_sealed))


def _at(cell: Cell) -> list[Any]:
    return [
        column == value for column, value in zip(cell.of.primary_key.columns, cell.row, strict=True)
    ]


def _read(connection: Connection, cell: Cell) -> bytes:
    value: bytes = connection.execute(select(cell.of.c[cell.column]).where(*_at(cell))).scalar_one()
    return bytes(value)


def _write(connection: Connection, cell: Cell, value: bytes) -> None:
    connection.execute(update(cell.of).where(*_at(cell)).values({cell.column: value}))
