"""What an update and a delivery cost does not grow with what is stored: every statement on
their way finds its rows by an index. Counted in plans, not in milliseconds."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Engine, event

from bot.model.content import Priority
from bot.model.outbox import Fate, Report
from bot.model.records import AuditEntry, Incoming, Job, JobKind
from bot.store.engine import connect
from bot.store.sql import SqlStore, open_store
from bot.usecases.ports import Work
from tests.databases import MASTER
from tests.store.examples import NOW, conversation, delivery, edit, item, ticket

PEOPLE: Final = range(7)
SMALL: Final = frozenset({"rooms", "notes"})
"""Tables of a row or a handful, which never grow with people."""

Statement = tuple[str, Any]


@pytest.fixture
def watched(url: str) -> Iterator[tuple[SqlStore, list[Statement]]]:
    """A store, and every statement that is executed through it with its parameters."""
    seen: list[Statement] = []

    def note(*arguments: Any) -> None:
        _, _, statement, parameters, _, many = arguments
        seen.append((statement, parameters[0] if many else parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with open_store(url, MASTER) as store:
            seen.clear()
            yield store, seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def receive(work: Work, first: int) -> None:
    """A batch of updates: known people go on, one of them opens a case."""
    updates = [Incoming(first + who, f"message {first + who}", {}) for who in PEOPLE]
    fresh = work.updates.unseen(updates)
    known = work.people.load(PEOPLE)
    cases = work.tickets.of_people([one.person for one in known.values()])
    for who in PEOPLE:
        work.people.save(who, conversation(f"p{who}", language="ar"), NOW)
        work.outbox.put((edit(who, first, "screen"), delivery(who, "card")), NOW)
    if not any(cases.values()):
        opened = ticket("K7MX2Q", person="p1", priority=Priority.P1)
        work.tickets.save(opened)
        work.tickets.add(opened.code, (item(1), item(2)))
        work.tickets.audit(AuditEntry(opened.code, NOW, "opened", opened.team))
        work.jobs.put(Job(JobKind.DUE, opened.code, opened.due))
    work.rooms.room()
    work.figures.add(NOW.date(), "language.ar", 1)
    work.updates.seen(fresh, NOW)


def send(work: Work) -> None:
    """A turn of the dispatcher: rows are taken in turns, and marked as sent or to be sent again."""
    rows = work.outbox.take(NOW, ("a lane",), 10, ("another lane",))
    rows += work.outbox.take(NOW, ("a lane", *(row.lane for row in rows)), 10)
    fates = [Fate.SENT if number else Fate.NOT_SENT for number, _ in enumerate(rows)]
    reports = [
        Report(row.id, fate, row.id, NOW + timedelta(minutes=1))
        for row, fate in zip(rows, fates, strict=True)
    ]
    work.outbox.mark(reports, NOW)


def test_no_statement_on_the_way_of_an_update_reads_a_whole_table(
    watched: tuple[SqlStore, list[Statement]],
) -> None:
    store, seen = watched
    for first in (100, 200):
        with store.transaction() as work:
            receive(work, first)
        with store.transaction() as work:
            send(work)
    asked = {statement: parameters for statement, parameters in seen if _has_plan(statement)}
    assert len(asked) > 12
    reading = {
        " ".join(statement.split())[:200]: tables - SMALL
        for statement, parameters in asked.items()
        if (tables := _read_whole(store, statement, parameters)) - SMALL
    }
    assert reading == {}


def test_jobs_that_are_due_are_found_by_their_time(
    watched: tuple[SqlStore, list[Statement]],
) -> None:
    """Every open case has one, and every process looks every few seconds."""
    store, seen = watched
    with store.transaction() as work:
        work.jobs.due(NOW, 50)
    ((statement, parameters),) = [one for one in seen if "FROM jobs" in one[0]]
    assert "ix_jobs_at" in _plan(store, statement, parameters)


def test_reading_a_whole_table_is_found_out(watched: tuple[SqlStore, list[Statement]]) -> None:
    store, _ = watched
    assert _read_whole(store, "SELECT * FROM people WHERE version = 1", ()) == {"people"}


def test_a_batch_takes_as_many_statements_as_one_update(
    watched: tuple[SqlStore, list[Statement]],
) -> None:
    store, seen = watched
    counts = []
    for first in (100, 200, 300):
        seen.clear()
        with store.transaction() as work:
            receive(work, first)
        counts.append(len(seen))
    assert counts[1] == counts[2] <= counts[0] <= 30


def _has_plan(statement: str) -> bool:
    return statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")) and "pg_" not in statement


def _read_whole(store: SqlStore, statement: str, parameters: Any) -> set[str]:
    """The tables that a statement reads from beginning to end, or all of what waits in them."""
    engine = connect(str(store._engine.url.render_as_string(hide_password=False)), "plans")
    try:
        with engine.connect() as connection:
            if store.postgres:
                return _scanned_by_postgres(connection, statement, parameters)
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return _scanned_by_sqlite(statement, [row.detail for row in plan])
    finally:
        engine.dispose()


def _plan(store: SqlStore, statement: str, parameters: Any) -> str:
    engine = connect(str(store._engine.url.render_as_string(hide_password=False)), "plans")
    try:
        with engine.connect() as connection:
            if store.postgres:
                connection.exec_driver_sql("SET enable_seqscan = off")
            explain = "EXPLAIN" if store.postgres else "EXPLAIN QUERY PLAN"
            return str(connection.exec_driver_sql(f"{explain} {statement}", parameters).all())
    finally:
        engine.dispose()


def _scanned_by_sqlite(statement: str, plan: list[str]) -> set[str]:
    if "LIMIT" in statement and not any("TEMP B-TREE" in step for step in plan):
        return set()  # the first rows of an order are found at its beginning
    whole = (re.fullmatch(r"SCAN (\w+)", step) for step in plan)
    waiting = (re.fullmatch(r"SEARCH (\w+) USING INDEX \w+ \(state=\?\)", step) for step in plan)
    return {match[1] for match in (*whole, *waiting) if match}


def _scanned_by_postgres(connection: Connection, statement: str, parameters: Any) -> set[str]:
    # Small tables are read whole because that is quick; what is asked is whether it must be.
    connection.exec_driver_sql("SET enable_seqscan = off")
    plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars()
    return set(re.findall(r"Seq Scan on (\w+)", "\n".join(plan)))
