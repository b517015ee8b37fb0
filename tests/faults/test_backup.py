"""Backups under traffic and what a restore may bring back; the drill is in `backup_drill`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import backup_drill


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize("seed", range(3))
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
