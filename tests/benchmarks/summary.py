"""From runs to figures: medians over rounds, and ratios within a round.

Absolute figures drift with the machine; what two contenders did in the same round is compared,
and the median of those ratios is what is reported. Pure arithmetic.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from tests.benchmarks.running import Run

THROUGHPUT: Final = "updates_s"


@dataclass(frozen=True, slots=True)
class Line:
    """One contender under one load: medians of its figures, `faults` summed over its rounds.

    `ratios` say how many times the base's throughput it has, by name of the base. Without
    figures, `error` says why.
    """

    contender: str
    rounds: int
    figures: Mapping[str, float]
    faults: int
    ratios: Mapping[str, float]
    error: str = ""

    def __getitem__(self, figure: str) -> float:
        return self.figures[figure]


def lines(runs: Iterable[Run], load: str, bases: Sequence[str] = ()) -> dict[str, Line]:
    """A line for each contender of a load, in the order in which they ran."""
    mine = [run for run in runs if run.load == load]
    names = dict.fromkeys(run.contender for run in mine)
    return {name: _line(mine, name, bases) for name in names}


def _line(runs: Sequence[Run], name: str, bases: Sequence[str]) -> Line:
    own = [run for run in runs if run.contender == name]
    good = [run for run in own if not run.error]
    if not good:
        return Line(name, 0, {}, 0, {}, own[-1].error)
    figures = {key: median(run.figures[key] for run in good) for key in good[0].figures}
    found = {base: ratio(runs, name, base) for base in bases}
    ratios = {base: value for base, value in found.items() if value is not None}
    return Line(name, len(good), figures, sum(run.faults for run in good), ratios)


def ratio(runs: Iterable[Run], name: str, base: str, figure: str = THROUGHPUT) -> float | None:
    """The median of `name` by `base` over the rounds that have both; None without any."""
    rounds: dict[int, dict[str, float]] = {}
    for run in runs:
        if not run.error:
            rounds.setdefault(run.round, {})[run.contender] = run.figures[figure]
    both = [one for one in rounds.values() if name in one and one.get(base, 0.0) > 0]
    return median(one[name] / one[base] for one in both) if both else None


def quick_line(runs: Sequence[Run]) -> str:
    """The whole of a short measurement in one line."""
    found = lines(runs, "quick", ("ptb", "floor-g"))
    own = found.get("lotse")
    if own is None or own.error:
        return f"lotse was not measured: {own.error if own else 'it did not run'}"
    parts = [f"{own[THROUGHPUT]:.0f} updates/s"]
    for base, title, digits in (("ptb", "stock PTB", 1), ("floor-g", "floor G", 2)):
        if base in own.ratios:
            parts.append(f"{own.ratios[base]:.{digits}f} x {title}")
        else:
            missing = found.get(base)
            parts.append(f"{title} not measured ({missing.error if missing else 'not installed'})")
    parts.append(f"p99 {own['last_p99_ms']:.0f} ms")
    floor = found.get("floor-g")
    if floor is not None and not floor.error:
        parts[-1] += f" (floor G {floor['last_p99_ms']:.0f} ms)"
    return f"lotse {', '.join(parts)}, {own.faults} faults"
