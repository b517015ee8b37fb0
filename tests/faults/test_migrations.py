"""Every migration there is, from a filled database: killed, resumed, and beside the old program."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.store.crypto import MasterKey
from bot.store.engine import sqlite_url as url_of
from bot.store.migrate import WrongSchema, check_schema
from bot.store.rotation import rotate
from bot.store.sql import open_store
from tests import databases
from tests.databases import MASTER
from tests.faults import migrating
from tests.faults.key_exchange import NEW
from tests.store import eras
from tests.store.examples import NOW

DATABASES = ("sqlite", "postgres")
REVISIONS = migrating.revisions()


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield url_of(tmp_path / "new.db")
    else:
        server = request.getfixturevalue("postgres_server")
        with databases.empty_database(server) as url:
            yield url


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_has_a_filled_database(revision: str) -> None:
    """Write a missing one by `python -m tests.store.eras`, before the next revision is begun."""
    rows = eras.kept(revision)
    assert rows["alembic_version"] == [{"version_num": revision}]
    assert [name for name, there in rows.items() if not there] == []


@pytest.mark.parametrize("begins", [None, *REVISIONS[:-1]])
def test_a_migration_killed_before_every_statement(
    empty_url: str, begins: str | None, record_property: Callable[[str, object], None]
) -> None:
    """Nothing is half done, and the next start resumes: fault 68."""
    migration = migrating.run(empty_url, begins)
    record_property("migration", f"{begins} to {REVISIONS[-1]}: {migration}")
    assert migration.wrong == ()
    assert migration.kills >= 5


@pytest.mark.parametrize(("old", "new"), [*pairwise(REVISIONS)])
def test_the_program_before_works_beside_a_new_one(empty_url: str, old: str, new: str) -> None:
    """What the old program writes and reads fits the new schema: fault 68."""
    assert migrating.beside(empty_url, old, new) == []


@pytest.mark.parametrize("begins", REVISIONS[:-1])
def test_the_program_reads_what_older_ones_sealed(empty_url: str, begins: str) -> None:
    """Conversations, cases, messages and staff of an old database, before and after a new key."""
    migrating.lived_in(empty_url, begins)
    migrating.bring_to(empty_url, "head")
    read_all(empty_url, MASTER)
    rotate(empty_url, MASTER, NEW)
    read_all(empty_url, NEW)


def read_all(url: str, master: MasterKey) -> None:
    with open_store(url, master) as store, store.transaction() as work:
        talks = work.people.load(list(eras.CHATS.values()))
        assert {talk.person for talk in talks.values()} == set(eras.LEFT)
        assert work.tickets.load(["CODE1"], None)["CODE1"].danger == "danger 1"
        assert len(work.tickets.items("CODE1")) == 2
        assert work.staff.by_telegram(eras.STAFF_CHAT) is not None
        room = work.rooms.room()
        assert room is not None
        assert room.chat == eras.ROOM_CHAT
        assert len(work.outbox.take(NOW, (), 100)) >= len(eras.LEFT)


def test_a_database_half_way_between_programs_is_refused_with_a_way_on(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Older than the program: upgrade; from the future: that version, or a backup: fault 68."""
    with migrating.connected(sqlite_url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of tomorrow'")
    with migrating.connected(sqlite_url) as connection, pytest.raises(WrongSchema, match="newer"):
        check_schema(connection)
    old = url_of(tmp_path / "old.db")
    migrating.bring_to(old, REVISIONS[0])
    with migrating.connected(old) as connection, pytest.raises(WrongSchema, match="db upgrade"):
        check_schema(connection)
