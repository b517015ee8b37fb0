"""docs/performance.md: the figures are written between two marks, the words around are people's.

A measurement replaces what is between `<!-- measured: NAME -->` and `<!-- /measured -->`; a page
without such marks is a mistake. Tables and picture come from the runs alone.
"""

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.benchmarks import goals, kills, summary
from tests.benchmarks.contenders import Contender, named
from tests.benchmarks.loads import FULL, IMPATIENT
from tests.benchmarks.picture import FLOOR, OTHER, OWN, Bar, Chart, drawn
from tests.benchmarks.running import Load, Run
from tests.benchmarks.summary import THROUGHPUT, Line

BASES: Final = ("ptb", "grammy", "floor-g", "floor-p")
HEADS: Final = (
    "who",
    "updates/s",
    "× stock PTB",
    "× floor G",
    "CPU ms/update",
    "first answer p50 ms",
    "p99 ms",
    "last answer p50 ms",
    "p99 ms",
    "memory MiB",
    "start s",
    "faults",
)
TITLE: Final = "Lotse beside other bots"


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and where was measured; `busy` is the load average before the runs, low to high.

    A niceness below 0 says that everybody measured had priority over the rest of the machine.
    """

    date: str
    machine: str
    busy: tuple[float, float]
    niceness: int = 0

    @property
    def line(self) -> str:
        low, high = self.busy
        ahead = f", all at niceness {self.niceness}" if self.niceness else ""
        where = f"{self.date}, {self.machine}{ahead}"
        return f"{where}, load average before the runs {low} to {high}"


def occasion(date: str, runs: Sequence[Run]) -> Occasion:
    """This machine, with what else it did during `runs`."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    busy = [run.load_average for run in runs] or [0.0]
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}"
    return Occasion(date, machine, (min(busy), max(busy)), os.nice(0))


def replaced(page: str, name: str, content: str) -> str:
    """`page` with `content` between the marks called `name`. ValueError if they are missing."""
    begin, end = f"<!-- measured: {name} -->", "<!-- /measured -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the page has no part {name}")
    return f"{before}{begin}\n{content.strip()}\n{end}{after}"


def markdown(runs: Sequence[Run], when: Occasion, picture: str) -> str:
    """All tables."""
    busy = f"The generator used at most {generator_share(runs):.0%} of its core."
    parts = [f"Measured on {when.line}. {busy}", f"![The tables below as a picture]({picture})"]
    for load in FULL:
        parts += [
            f"### {load.title}",
            _table([HEADS, *_rows(runs, load, _cells, len(HEADS))]),
        ]
    parts += [f"### {IMPATIENT.title}", _table(_order_table(runs))]
    parts += [f"### {kills.TITLE}", _table(_kill_table(runs))]
    parts += ["### What was asked", _table(_goal_table(runs))]
    return "\n\n".join(parts)


def generator_share(runs: Sequence[Run]) -> float:
    """How much of its core the generator used at most; near 1 it would be what is measured."""
    good = (run.figures for run in runs if "generator_cpu_ms" in run.figures)
    return max((one[THROUGHPUT] * one["generator_cpu_ms"] / 1000 for one in good), default=0.0)


def svg(runs: Sequence[Run], when: Occasion) -> str:
    """Throughput near and far, and the slowest answers at the pace of people."""
    near, far, pace = (summary.lines(runs, load.name, BASES) for load in FULL)
    return drawn(
        TITLE,
        when.line,
        [
            Chart("Updates a second on one core (longer is better)", _bars(near, THROUGHPUT, "/s")),
            Chart("The same with calls of 30 ms (longer is better)", _bars(far, THROUGHPUT, "/s")),
            Chart(
                "p99 until the first answer, 30 updates/s, calls of 30 ms (shorter is better)",
                _bars(pace, goals.FIRST_P99, " ms"),
            ),
        ],
    )


def _bars(found: Mapping[str, Line], figure: str, unit: str) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            named(name).title,
            line[figure],
            f"{line[figure]:,.0f}{unit}"
            + (f", {line.ratios['ptb']:.1f} × stock PTB" if _compared(line, figure) else ""),
            _colour(named(name)),
        )
        for name, line in found.items()
        if not line.error
    )


def _compared(line: Line, figure: str) -> bool:
    return figure == THROUGHPUT and "ptb" in line.ratios and line.contender != "ptb"


def _colour(contender: Contender) -> str:
    if contender.is_lotse:
        return OWN
    return FLOOR if contender.name.startswith("floor") else OTHER


def _cells(line: Line) -> tuple[str, ...]:
    cpu = line["cpu_ms"] + line["database_cpu_ms"]
    return (
        f"{line[THROUGHPUT]:,.0f}",
        *(
            f"{line.ratios[base]:.2f}" if base in line.ratios else "–"
            for base in ("ptb", "floor-g")
        ),
        f"{cpu:.2f}",
        f"{line[goals.FIRST_P50]:.1f}",
        f"{line[goals.FIRST_P99]:.1f}",
        f"{line[goals.P50]:.1f}",
        f"{line[goals.P99]:.1f}",
        f"{line['memory_end_mib']:.0f}",
        f"{line['start_up_s']:.1f}",
        str(line.faults),
    )


def _order_table(runs: Sequence[Run]) -> list[Sequence[str]]:
    def cells(line: Line) -> tuple[str, ...]:
        figures = ("journeys", "disorder", "late", "wrong", "refused")
        return tuple(f"{line[figure]:,.0f}" for figure in figures)

    heads = ("who", "whole and in order", "out of order", "incomplete", "other words", "refused")
    return [heads, *_rows(runs, IMPATIENT, cells, len(heads))]


def _kill_table(runs: Sequence[Run]) -> list[Sequence[str]]:
    def cells(line: Line) -> tuple[str, ...]:
        taken, replies = line["acknowledged"], line["replies"]
        counted = (f"{one:.0f}" for one in (taken, replies, line["people"] - replies))
        return (*counted, named(line.contender).survives)

    heads = ("who", "acknowledged", "replies in the end", "lost", "what survives")
    return [heads, *_rows(runs, kills.AS_LOAD, cells, len(heads))]


def _rows(
    runs: Sequence[Run],
    load: Load,
    cells: Callable[[Line], tuple[str, ...]],
    width: int,
) -> list[Sequence[str]]:
    """A row for each contender of the load; why there are no figures, where there are none."""
    found = summary.lines(runs, load.name, BASES if load in FULL else ())
    rows: list[Sequence[str]] = []
    for name in load.contenders:
        title, line = named(name).title, found.get(name)
        if line is not None and not line.error:
            rows.append((title, *cells(line)))
            continue
        reason = line.error if line is not None else "not run"
        rows.append((title, f"skipped: {reason}", *[""] * (width - 2)))
    return rows


def _goal_table(runs: Sequence[Run]) -> list[Sequence[str]]:
    return [("goal", "asked", "measured", "reached"), *(v.cells for v in goals.verdicts(runs))]


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    drawn_rows = [head, tuple("---" for _ in head), *body]
    return "\n".join(f"| {' | '.join(row)} |" for row in drawn_rows)
