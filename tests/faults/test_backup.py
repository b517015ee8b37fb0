"""Backups under traffic and what a restore may bring back; the drill is in `backup_drill`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store.sql import held
from tests import databases
from tests.faults import backup_drill
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
