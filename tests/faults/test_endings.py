"""A bot that is asked to end while people write: nothing is lost, nothing comes twice: fault 10."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import endings
from tests.faults.forking import ForkServer


@pytest.mark.parametrize("seed", [0, 1], ids=["polling", "webhook"])
def test_ends_under_load(
    tmp_path: Path,
    forks: ForkServer,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    """The drain takes at most ten seconds and doubles nothing; asked twice is a kill: fault 10."""
    ends = endings.run(seed, tmp_path, forks, None)
    record_property("figures", f"ends {seed}: {ends.row.figures}, slowest {ends.slowest:.1f} s")
    assert not ends.row.problems, "\n".join(ends.row.problems)
    assert ends.row.figures.kills == endings.ENDS
    assert ends.row.figures.duplicates <= ends.row.bound
