"""A disk that fails: nothing half, nothing lost, and it goes on by itself or ends at once."""

from pathlib import Path

import pytest

from tests.faults import disk_full, power, sound_start

POSITIONS = 20
IMAGES = 60


@pytest.mark.parametrize("seed", [0, 1])
def test_full_or_broken_at_any_write_and_sync(seed: int, tmp_path: Path) -> None:
    """No space, no quota, read-only, broken: refused as a whole, then it goes on by itself; after
    a sync that failed the process ends with its own code: fault 62."""
    outcome = disk_full.run(seed, tmp_path, positions=POSITIONS)
    assert outcome.clean, outcome
    assert outcome.cases == POSITIONS


def test_power_cuts_under_the_real_command(tmp_path: Path) -> None:
    """What was confirmed to Telegram or told to anybody is in each of the images, wholly, also when
    a sync fails before; what was not is taken again and nothing is twice: fault 62."""
    outcome = power.run(1, tmp_path, images=IMAGES)
    assert outcome.clean, outcome
    assert outcome.cases == IMAGES


def test_a_start_after_a_failed_sync_may_be_cut_off_anywhere(tmp_path: Path) -> None:
    """The log is on the disk before any of it is in the database: fault 62."""
    wrong = list(sound_start.images(tmp_path))
    assert len(wrong) > 40
    assert [one for one in wrong if one] == []
