"""One of two webhook replicas is killed again and again: faults 1 to 8, 11, 21."""

from collections.abc import Callable
from pathlib import Path

from tests.faults import replicas
from tests.faults.forking import ForkServer


def test_one_of_two_replicas_is_killed_again_and_again(
    tmp_path: Path,
    forks: ForkServer,
    postgres_server: str,
    record_property: Callable[[str, object], None],
) -> None:
    """What one has taken and not done the other does, once: fault 4, fault 21."""
    row = replicas.run(0, tmp_path, forks, postgres_server)
    record_property("figures", f"replicas: {row.figures} of at most {row.bound}")
    assert not row.problems, "\n".join(row.problems)
    assert row.figures.kills == replicas.KILLS
