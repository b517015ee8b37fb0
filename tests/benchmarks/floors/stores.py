"""Where a floor keeps the state of a conversation: durable when `step` returns, and nothing more.

No outbox, no record of updates, no encryption, no audit trail: what is left is the price of the
state itself. `FLOORS` names them.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, Protocol

from tests.benchmarks.peers import reference

Row = tuple[int, bytes]
"""How many steps are done, and the answers as JSON."""

Change = Callable[[Row | None], Row | None]
"""One turn, pure: the row before to the row after; None if nothing changes."""

LARGEST_BATCH: Final = 256
_TABLES: Final = (
    "CREATE TABLE conversation(person BIGINT PRIMARY KEY, step INTEGER, answers {bytes})",
    "CREATE TABLE cases(id {serial}, person BIGINT, answers {bytes})",
)
_LOAD: Final = "SELECT step, answers FROM conversation WHERE person = ?"
_SAVE: Final = (
    "INSERT INTO conversation VALUES (?, ?, ?) "
    "ON CONFLICT (person) DO UPDATE SET step = excluded.step, answers = excluded.answers"
)
_CASE: Final = "INSERT INTO cases(person, answers) VALUES (?, ?)"


class Store(Protocol):
    """What a floor needs."""

    async def open(self) -> None: ...

    def step(self, person: int, change: Change) -> "asyncio.Future[Row | None]":
        """The row after `change`, as soon as it is durable."""
        ...


class CommitEach:
    """SQLite, one fsynced transaction an update, on the event loop's own thread."""

    async def open(self) -> None:
        self._database = _sqlite()

    def step(self, person: int, change: Change) -> "asyncio.Future[Row | None]":
        future: asyncio.Future[Row | None] = asyncio.get_running_loop().create_future()
        self._database.execute("BEGIN IMMEDIATE")
        row = _turned(self._database, person, change)
        self._database.execute("COMMIT")
        future.set_result(row)
        return future


class CommitTogether:
    """SQLite, what waits is one fsynced transaction, in a thread of its own."""

    async def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: SimpleQueue[tuple[int, Change, asyncio.Future[Row | None]]] = SimpleQueue()
        self._database = _sqlite()
        threading.Thread(target=self._write, daemon=True).start()

    def step(self, person: int, change: Change) -> "asyncio.Future[Row | None]":
        future: asyncio.Future[Row | None] = self._loop.create_future()
        self._waiting.put((person, change, future))
        return future

    def _write(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < LARGEST_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            self._database.execute("BEGIN IMMEDIATE")
            done = [(future, _turned(self._database, who, how)) for who, how, future in batch]
            self._database.execute("COMMIT")
            self._loop.call_soon_threadsafe(_settle, done)


class PostgresTogether:
    """PostgreSQL, what waits is one transaction of two or three statements on one connection."""

    async def open(self) -> None:
        import asyncpg  # noqa: PLC0415 - only this floor has it

        self._connection = await asyncpg.connect(os.environ["BENCH_POSTGRES"])
        for table in _TABLES:
            await self._connection.execute(table.format(bytes="BYTEA", serial="BIGSERIAL"))
        self._waiting: list[tuple[int, Change, asyncio.Future[Row | None]]] = []
        self._arrived = asyncio.Event()
        self._writer = asyncio.create_task(self._write())

    def step(self, person: int, change: Change) -> "asyncio.Future[Row | None]":
        future: asyncio.Future[Row | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((person, change, future))
        self._arrived.set()
        return future

    async def _write(self) -> None:
        load = await self._connection.prepare(
            "SELECT person, step, answers FROM conversation WHERE person = ANY($1::bigint[])"
        )
        while await self._arrived.wait():
            self._arrived.clear()
            batch, self._waiting = self._waiting, []
            found = await load.fetch([person for person, _, _ in batch])
            rows: dict[int, Row] = {one[0]: (one[1], one[2]) for one in found}
            done = []
            for person, change, future in batch:
                row = change(rows.get(person))
                if row is not None:
                    rows[person] = row
                done.append((future, row))
            await self._save({person: rows[person] for person, _, _ in batch if person in rows})
            _settle(done)

    async def _save(self, rows: Mapping[int, Row]) -> None:
        people, steps, answers = (
            list(rows),
            [r[0] for r in rows.values()],
            [r[1] for r in rows.values()],
        )
        cases = [(who, row[1]) for who, row in rows.items() if row[0] == reference.STEPS]
        async with self._connection.transaction():
            await self._connection.execute(
                "INSERT INTO conversation "
                "SELECT * FROM unnest($1::bigint[], $2::int[], $3::bytea[]) ON CONFLICT (person) "
                "DO UPDATE SET step = excluded.step, answers = excluded.answers",
                people,
                steps,
                answers,
            )
            if cases:
                await self._connection.executemany(
                    "INSERT INTO cases(person, answers) VALUES ($1, $2)", cases
                )


def _sqlite() -> sqlite3.Connection:
    path = Path(reference.DATA) / "floor.db"
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    for table in _TABLES:
        database.execute(table.format(bytes="BLOB", serial="INTEGER PRIMARY KEY"))
    return database


def _turned(database: sqlite3.Connection, person: int, change: Change) -> Row | None:
    before: Any = database.execute(_LOAD, (person,)).fetchone()
    row = change(before)
    if row is not None:
        database.execute(_SAVE, (person, *row))
        if row[0] == reference.STEPS:
            database.execute(_CASE, (person, row[1]))
    return row


def _settle(done: Sequence[tuple["asyncio.Future[Row | None]", Row | None]]) -> None:
    for future, row in done:
        if not future.done():
            future.set_result(row)


FLOORS: Final[Mapping[str, type[Store]]] = {
    "each": CommitEach,
    "together": CommitTogether,
    "postgres": PostgresTogether,
}
