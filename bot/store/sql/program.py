"""Jobs, figures and notes in a database: what the program keeps for itself, about nobody."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Insert, and_, delete, func, select, text, update

from bot.model.records import Job, JobKind
from bot.store.engine import BOT
from bot.store.sql.rows import write
from bot.store.sql.transaction import Transaction, inserting
from bot.store.tables import figures, jobs, notes

_KNOWN: Final = jobs.c.kind.concat("").in_([kind.value for kind in JobKind])
"""Not the bare column: an index of all jobs by kind would be read instead of that of their time."""


class SqlJobs:
    """Jobs are written together: a batch of cases gives each of them a time to look at it.

    And they are written last, as whoever works on a case locks it before what is due.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._put: dict[tuple[JobKind, str], Job] = {}
        self._hastened: dict[JobKind, datetime] = {}

    def put(self, job: Job) -> None:
        self._put[job.kind, job.key] = job

    def due(self, now: datetime, limit: int) -> list[Job]:
        self.flush()
        query = select(jobs).where(jobs.c.at <= now, _KNOWN)
        ordered = query.order_by(jobs.c.at, jobs.c.kind, jobs.c.key).limit(limit)
        rows = self._tx.connection.execute(ordered)
        return [Job(JobKind(row.kind), row.key, row.at) for row in rows]

    def done(self, job: Job) -> bool:
        self.flush()
        return self._tx.connection.execute(delete(jobs).where(_same(job))).rowcount == 1

    def move(self, job: Job, at: datetime) -> None:
        self.flush()
        self._tx.connection.execute(update(jobs).where(_same(job)).values(at=at))

    def hasten(self, kind: JobKind, at: datetime) -> None:
        self._hastened[kind] = at
        for place, job in self._put.items():
            if job.kind is kind:
                self._put[place] = replace(job, at=min(job.at, at))

    def unknown(self) -> list[str]:
        self.flush()
        query = select(jobs.c.kind).where(~_KNOWN).distinct().order_by(jobs.c.kind)
        return list(self._tx.connection.execute(query).scalars())

    def flush(self) -> None:
        hastened, self._hastened = self._hastened, {}
        for kind, at in hastened.items():
            later = and_(jobs.c.kind == kind.value, jobs.c.at > at)
            self._tx.connection.execute(update(jobs).where(later).values(at=at))
        put, self._put = self._put, {}
        rows = [{"kind": kind.value, "key": key, "at": job.at} for (kind, key), job in put.items()]
        self._tx.upsert(jobs, sorted(rows, key=lambda row: (row["kind"], row["key"])))


def _same(job: Job) -> ColumnElement[bool]:
    """Exactly this row: one put anew meanwhile has another time."""
    return and_(jobs.c.kind == job.kind.value, jobs.c.key == job.key, jobs.c.at == job.at)


class SqlFigures:
    """Counts are added up and written last: everybody adds to the same few rows."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._added: Counter[tuple[date, str]] = Counter()

    def add(self, day: date, key: str, number: int) -> None:
        self._added[day, key] += number

    def between(self, first: date, last: date) -> Mapping[str, int]:
        self.finish()
        days = figures.c.day.between(first, last)
        query = select(figures.c.key, func.sum(figures.c.number).label("total")).where(days)
        rows = self._tx.connection.execute(query.group_by(figures.c.key))
        return {row.key: int(row.total) for row in rows}

    def finish(self) -> None:
        if not self._added:
            return
        added, self._added = self._added, Counter()
        rows = [{"day": d, "key": k, "number": n} for (d, k), n in sorted(added.items())]
        write(self._tx.connection, _summed_up(self._tx.postgres), rows)


@cache
def _summed_up(postgres: bool) -> Insert:  # noqa: FBT001 - the two databases differ in this
    insert = inserting(figures, postgres)
    number = figures.c.number + insert.excluded.number
    return insert.on_conflict_do_update(index_elements=["day", "key"], set_={"number": number})


class SqlNotes:
    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def get(self, key: str) -> str | None:
        query = select(notes.c.value).where(notes.c.key == key)
        return self._tx.connection.execute(query).scalar()

    def held(self, key: str) -> str | None:
        query = select(notes.c.value).where(notes.c.key == key)
        return self._tx.connection.execute(query.with_for_update()).scalar()

    def put(self, key: str, value: str) -> None:
        self._tx.upsert(notes, [{"key": key, "value": value}])

    def drop(self, key: str) -> None:
        self._tx.connection.execute(delete(notes).where(notes.c.key == key))


_connected = text(
    "SELECT DISTINCT application_name FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name LIKE :bots"
).bindparams(bots=f"{BOT}-%")


class SqlProcesses:
    """Known by the names of their connections: gone with a process, however it ends."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self.own = transaction.holder

    def alive(self) -> frozenset[str]:
        if not self._tx.postgres:
            return frozenset({self.own})
        return frozenset({self.own, *self._tx.connection.execute(_connected).scalars()})
