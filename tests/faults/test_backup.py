"""Backups under traffic and what a restore may bring back; the drill is in `backup_drill`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store.backup import back_up
from bot.store.restore import NotRestored, restore
from bot.store.sql import held
from tests import databases
from tests.databases import MASTER
from tests.faults import backup_drill, migrating
from tests.faults.cut_short import killed_at
from tests.store import eras
from tests.store.examples import HOUR, NOW, delivery


@pytest.mark.parametrize(
    ("database", "seed"),
    [("sqlite", 0), ("sqlite", 1), ("sqlite", 2), ("postgres", 0), ("postgres", 1)],
)
def test_a_restore_after_a_backup_under_traffic(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    database: str,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    """No old message again, nobody erased back, nothing of later there: fault 69, fault 70."""
    url: str = request.getfixturevalue(f"{database}_url")
    folder = tmp_path / "files"
    folder.mkdir()
    drill = backup_drill.run(seed, url, folder)
    record_property("drill", f"{database} {seed}: {drill}")
    assert drill.wrong == ()
    assert drill.steps > 2 * backup_drill.STEPS
    assert drill.erased >= 2


def test_what_nobody_decides_about_goes_after_a_day(sqlite_url: str) -> None:
    """A held message keeps its text no longer than a settled one its row."""
    with databases.opened(sqlite_url) as store:
        with store.transaction() as work:
            work.outbox.put([delivery(1, "of long ago")], NOW)
        with store._engine.begin() as connection:
            assert held.hold(connection, NOW + HOUR) == 1
        for passed, left in ((HOUR, 1), (2 * HOUR, 0)):
            with store.transaction() as work:
                work.outbox.drop_old(NOW + passed)
            assert len(store.held()) == left


def test_a_backup_of_sqlite_restores_into_postgresql_and_back(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    """The way to grow: every row and every counter arrives, and what is sealed opens."""
    with databases.opened(sqlite_url) as store:
        eras.populate(store)
    there, back = tmp_path / "there.backup", tmp_path / "back.backup"
    back_up(sqlite_url, there, NOW, quiet)
    restore(postgres_url, there, MASTER, None, NOW, quiet)
    with databases.opened(postgres_url) as store, store.transaction() as work:
        assert len(work.people.load(list(eras.CHATS.values()))) == len(eras.LEFT)
        assert work.people.load([eras.CHATS[person] for person in eras.ERASED]) == {}
        work.outbox.put([delivery(1, "new")], NOW)
        assert [one.id for one in work.outbox.take(NOW, (), 9)] > [len(eras.CHATS) * 3]
    back_up(postgres_url, back, NOW, quiet)
    restore(sqlite_url, back, MASTER, None, NOW, quiet)
    rows = {url: migrating.rows_of(url) for url in (sqlite_url, postgres_url)}
    for table in ("people", "tickets", "items", "data_keys", "audit", "erasures", "caseworkers"):
        assert rows[sqlite_url][table] == rows[postgres_url][table] != []


def test_a_restore_is_refused_while_a_replica_runs(postgres_url: str, tmp_path: Path) -> None:
    """And leaves everything as it was: fault 69."""
    file = tmp_path / "a.backup"
    with databases.opened(postgres_url) as store:
        eras.populate(store)
        back_up(postgres_url, file, NOW, quiet)
        before = migrating.rows_of(postgres_url)
        with pytest.raises(NotRestored, match="1 processes have the database open"):
            restore(postgres_url, file, MASTER, None, NOW, quiet)
        assert migrating.rows_of(postgres_url) == before


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_restore_killed_on_the_way_leaves_what_was(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    """The old state whole, until the last step makes it the new one: fault 69."""
    url: str = request.getfixturevalue(f"{database}_url")
    file = tmp_path / "a.backup"
    with databases.opened(url) as store:
        eras.populate(store)
    back_up(url, file, NOW, quiet)
    with databases.opened(url) as store, store.transaction() as work:
        work.people.forget(eras.LEFT[0], NOW + HOUR)
    before = migrating.rows_of(url)
    statements, kills = 3, 0
    while killed_at(statements, lambda: restore(url, file, MASTER, None, NOW + HOUR, quiet)):
        assert migrating.rows_of(url) == before
        statements, kills = statements + 25, kills + 1
    assert kills >= 3
    with databases.opened(url) as store, store.transaction() as work:
        assert work.people.load([eras.CHATS[eras.LEFT[0]]]) == {}
        assert work.people.load([eras.CHATS[eras.LEFT[1]]]) != {}


def quiet(_: str) -> None:
    """What commands tell while they work."""
