"""Everything that can happen to a county, in any order, on a real database and its model."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import databases
from tests.campaign import fuzz
from tests.faults import machine
from tests.faults.machine_editions import EDITIONS, editions


@pytest.mark.parametrize("seed", range(fuzz.MACHINE.ci))
def test_whatever_happens_nothing_is_lost_doubled_or_shown_to_others(
    seed: int,
    sqlite_template: Path,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """Thousands of steps of newcomers, caseworkers, editor, faults and time.

    After each: every ticket has a legal history, told the same by its trail; items have no
    gaps; nobody reads another's words; what was forgotten is gone; both stores agree.

    Updates that come again change nothing: fault 11. Old, doubled and forged buttons do no harm:
    fault 46, fault 47, fault 48. Content is switched in the middle: fault 60. The answer to a
    commit is lost: fault 66. People are erased with open cases, and come back: fault 85.
    """
    made: list[Path] = []

    def fresh() -> str:
        made.append(tmp_path / str(len(made)))
        made[-1].mkdir()
        return databases.copied_file(sqlite_template, made[-1])

    figures = machine.run(seed, fresh, fuzz.SERIES)
    record_property("steps of the machine", figures.steps)
    assert figures.steps > fuzz.SERIES * machine.STEPS / 4


def test_the_machine_has_rules_for_everybody() -> None:
    """Newcomers, caseworkers, the editor, the county's IT, and time."""
    names = {rule.function.__name__ for rule in machine.Machine.setup_state().rules}
    assert len(names) >= 40


def test_editions_follow_each_other_and_differ() -> None:
    """Content is switched in the middle: fault 60. Without different editions that is nothing."""
    made = editions(0)
    assert len(made) == EDITIONS
    assert len({edition.desk.text() for edition in made}) == EDITIONS
