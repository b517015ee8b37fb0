"""What was asked of Lotse's speed, and whether the runs reach it.

A goal compares a figure with a number, or with the same figure of another contender in the same
round. Whether one is reached is reported; nothing fails by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.benchmarks import summary
from tests.benchmarks.kills import LOAD as KILL
from tests.benchmarks.kills import PEOPLE
from tests.benchmarks.loads import IMPATIENT
from tests.benchmarks.running import Run
from tests.benchmarks.summary import THROUGHPUT

P50: Final = "last_p50_ms"
P99: Final = "last_p99_ms"
FIRST_P50: Final = "first_p50_ms"
FIRST_P99: Final = "first_p99_ms"
"""Until the first answer. Some updates have two or three, one after the other, of 30 ms each."""


@dataclass(frozen=True, slots=True)
class Goal:
    """`figure` of `contender` is to be `at_least` or at most `bound`, times that of `base`."""

    title: str
    load: str
    contender: str
    figure: str
    bound: float
    base: str = ""
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was measured for a goal; None if it was not."""

    goal: Goal
    measured: float | None

    @property
    def reached(self) -> bool:
        if self.measured is None:
            return False
        if self.goal.at_least:
            return self.measured >= self.goal.bound
        return self.measured <= self.goal.bound

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """Goal, what was wanted, what was measured, whether it is reached."""
        sign = "≥" if self.goal.at_least else "≤"
        wanted = f"{sign} {_number(self.goal.bound)}"
        if self.measured is None:
            return self.goal.title, wanted, "not measured", "–"
        verdict = "yes" if self.reached else "**no**"
        return self.goal.title, wanted, _number(self.measured), verdict


GOALS: Final = (
    Goal("throughput × stock PTB: must hold", "throughput", "lotse", THROUGHPUT, 10, "ptb", True),
    Goal("throughput × stock PTB: aim", "throughput", "lotse", THROUGHPUT, 20, "ptb", True),
    Goal("throughput × grammY: must hold", "throughput", "lotse", THROUGHPUT, 1, "grammy", True),
    Goal("throughput × grammY: aim", "throughput", "lotse", THROUGHPUT, 3, "grammy", True),
    Goal("throughput × floor G", "throughput", "lotse", THROUGHPUT, 0.6, "floor-g", True),
    Goal(
        "throughput × floor P, on PostgreSQL",
        "throughput",
        "lotse-postgres",
        THROUGHPUT,
        0.5,
        "floor-p",
        True,
    ),
    Goal("p99 × floor G's, under full load", "throughput", "lotse", P99, 2, "floor-g"),
    Goal("p99 of first answers, calls of 30 ms, 64 newcomers", "distant", "lotse", FIRST_P99, 48),
    Goal("p50 of first answers, 30 updates/s, calls of 30 ms", "pace", "lotse", FIRST_P50, 36),
    Goal("p99 of first answers, 30 updates/s, calls of 30 ms", "pace", "lotse", FIRST_P99, 50),
    Goal("the same with long polling", "pace", "lotse-poll", FIRST_P99, 50),
    Goal("the same on PostgreSQL", "pace", "lotse-postgres", FIRST_P99, 50),
    Goal("memory in MiB after the load", "throughput", "lotse", "memory_end_mib", 120),
    Goal("seconds from start to first answer", "throughput", "lotse", "start_up_s", 1.5),
    Goal("journeys out of order or incomplete", IMPATIENT.name, "lotse", "faults", 0),
    Goal("replies after kill -9", KILL, "lotse", "replies", PEOPLE, at_least=True),
)


def verdicts(runs: Sequence[Run]) -> list[Verdict]:
    """Every goal with what the runs say."""
    return [Verdict(goal, _measured(runs, goal)) for goal in GOALS]


def _measured(runs: Sequence[Run], goal: Goal) -> float | None:
    mine = [run for run in runs if run.load == goal.load]
    if goal.base:
        return summary.ratio(mine, goal.contender, goal.base, goal.figure)
    line = summary.lines(mine, goal.load).get(goal.contender)
    if line is None or line.error:
        return None
    return line.faults if goal.figure == "faults" else line[goal.figure]


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 30 or value == int(value) else f"{value:.2f}"
