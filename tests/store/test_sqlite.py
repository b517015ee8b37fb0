"""What holds for SQLite alone: its settings, one process, and how few statements a batch costs."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DateTime, event, make_url, text
from sqlalchemy.dialects import sqlite

from bot.model.records import Incoming
from bot.store.alone import AlreadyRunning, alone
from bot.store.engine import connect
from bot.store.sql import SqlStore
from bot.store.sql.opening import begun
from bot.store.tables import Moment
from bot.usecases.ports import NotCommitted, Work
from tests.databases import opened
from tests.store.examples import NOW, conversation, delivery, edit, item, ticket

BATCH = range(1, 65)


@contextmanager
def counted(store: SqlStore) -> Iterator[list[str]]:
    """The statements that are executed meanwhile; a set of rows is one of them."""
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(store._engine, "before_cursor_execute", note)
    yield statements
    event.remove(store._engine, "before_cursor_execute", note)


def batch(work: Work, start: int) -> None:
    """A batch of updates: everybody says something and is answered, one hands over."""
    updates = [Incoming(start + number, f"callback:{start + number}", {}) for number in BATCH]
    fresh = work.updates.unseen(updates)
    work.updates.seen(fresh, NOW)
    known = work.people.load(list(BATCH))
    work.tickets.of_people([talk.person for talk in known.values()])
    for number in BATCH:
        talk = known.get(number) or conversation(f"person-{number}")
        work.people.save(number, talk, NOW)
        work.outbox.put([edit(number, 7, "next"), delivery(number, "said")], NOW)
        work.figures.add(date(2026, 11, 22), "updates", 1)
    work.tickets.save(ticket(f"CODE{start}", person="person-1"))
    work.tickets.add(f"CODE{start}", [item(1), item(2)])


def test_a_batch_is_a_handful_of_statements(sqlite_url: str) -> None:
    with opened(sqlite_url) as store:
        for start in (1000, 2000):
            with counted(store) as statements, store.transaction() as work:
                batch(work, start)
            assert len(statements) <= 20, statements


def test_settings_for_durability_and_erasure(sqlite_url: str) -> None:
    engine = connect(sqlite_url, "tests")
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 5000,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    with engine.connect() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
    engine.dispose()
    assert found == wanted


def test_a_locked_database_is_told_apart_from_a_mistake(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup tool holds the lock; later it goes on: fault 63."""
    monkeypatch.setattr("bot.store.engine.PRAGMAS", ("busy_timeout=1",))
    with opened(sqlite_url) as store:
        other = sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotCommitted, match="SQLITE_BUSY"), store.transaction():
            pytest.fail("the database is locked")
        with pytest.raises(NotCommitted, match="OperationalError"):
            begun(sqlite_url)
        other.execute("ROLLBACK")
        other.close()
        with store.transaction() as work:
            work.notes.put("offset", "1")


def test_errors_quote_no_values(sqlite_url: str) -> None:
    """An error of the database quotes nobody: fault 86."""
    with opened(sqlite_url) as store:
        with store.transaction() as work:
            work.updates.seen([Incoming(424242, "callback:1", {})], NOW)
        with pytest.raises(NotCommitted) as caught, store.transaction() as work:
            work.updates.seen([Incoming(424242, "callback:1", {})], NOW)
    assert str(caught.value) == "IntegrityError SQLITE_CONSTRAINT_PRIMARYKEY"
    assert caught.value.__cause__ is None


def test_two_processes_do_not_run_on_one_folder(tmp_path: Path) -> None:
    holding = (
        "import sys, pathlib; from bot.store.alone import alone\n"
        "with alone(pathlib.Path(sys.argv[1])): print(flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", holding, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(AlreadyRunning, match=str(other.pid)), alone(tmp_path):
            pytest.fail("two of them")
        other.kill()
    with alone(tmp_path):
        assert (tmp_path / "running.lock").exists()


def test_times_stand_in_the_file_as_sqlalchemy_writes_them() -> None:
    dialect = sqlite.dialect()
    ours = Moment().bind_processor(dialect)
    theirs = DateTime().dialect_impl(dialect).bind_processor(dialect)
    assert ours is not None
    assert theirs is not None
    for at in (NOW, NOW.replace(microsecond=7), datetime(999, 1, 2, tzinfo=UTC)):
        assert ours(at) == theirs(at.replace(tzinfo=None))
        assert ours(at.astimezone(ZoneInfo("Europe/Berlin"))) == ours(at)
    assert ours(None) is None
    with pytest.raises(ValueError, match="time zone"):
        ours(NOW.replace(tzinfo=None))
