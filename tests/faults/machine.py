"""Everything that can happen to a county, in any order, on a real database: the whole machine.

`run` plays a number of steps for a seed; CI and the campaign differ in numbers only. What the
rules are is in `machine_newcomers` and `machine_office`, what must be true in `machine_truths`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.machine_databases import Reopened
from tests.faults.machine_newcomers import NewcomerRules
from tests.faults.machine_office import OfficeRules
from tests.faults.machine_world import World

STEPS: Final = 50
"""Steps of one series; then the county begins anew."""


class Machine(NewcomerRules, OfficeRules):
    """All rules together."""


@dataclass
class Opening:
    """Opens a world on a database that `fresh` makes, and counts what is done in it."""

    fresh: Callable[[], str]
    series: int
    steps: int = 0

    def world(self) -> World:
        return World(Reopened(self.fresh()), self.series)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many steps were taken; what went wrong raised."""

    steps: int


def run(number: int, fresh: Callable[[], str], series: int) -> Figures:
    """Play `series` series of steps of the seed `number`, each on a fresh database.

    Raises what a rule found, with the steps that led to it; the same seed leads there again.
    """
    opening = Opening(fresh, number)
    machine = seed(number)(type("Seeded", (Machine,), {"opening": opening}))
    played = settings(
        max_examples=series,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=False,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(machine, settings=played)
    return Figures(opening.steps)
