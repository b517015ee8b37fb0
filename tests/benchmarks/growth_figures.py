"""What the measurements of growth found: kept by part, written as a page and drawn as a picture.

A part keeps its figures in a file of its own, so that parts can be measured one at a time. The page
docs/growth-figures.md and its picture are made of what is kept.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.picture import OWN, Bar, Chart, drawn
from tests.playing.house import ROOT

PAGE: Final = ROOT / "docs" / "growth-figures.md"
PICTURE: Final = ROOT / "docs" / "growth-figures.svg"
MISSED: Final = "#b3392f"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `goal` is what was asked, `at_least` from which side; None: nothing."""

    title: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def reached(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """What, how much, what was asked, whether it is reached."""
        if self.goal is None:
            return self.title, self.words, "–", "–"
        wanted = f"{'≥' if self.at_least else '≤'} {number(self.goal)} {self.unit}".strip()
        return self.title, self.words, wanted, "yes" if self.reached else "**no**"

    @property
    def words(self) -> str:
        return f"{number(self.value)} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one part found, when, and how busy the machine was before and after."""

    part: str
    title: str
    date: str
    machine: str
    load: tuple[float, float]
    seconds: float
    figures: tuple[Figure, ...]
    how: str


def keep(folder: Path, finding: Finding) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(finding), ensure_ascii=False, indent=1)
    (folder / f"{finding.part}.json").write_text(text, encoding="utf-8")


def kept(folder: Path, parts: Sequence[str]) -> list[Finding]:
    """The findings there are, in the order of `parts`."""
    files = (folder / f"{part}.json" for part in parts)
    return [_read(path) for path in files if path.exists()]


def _read(path: Path) -> Finding:
    known = json.loads(path.read_text(encoding="utf-8"))
    figures = tuple(Figure(**one) for one in known.pop("figures"))
    load = tuple(known.pop("load"))
    return Finding(**known, load=(load[0], load[1]), figures=figures)


def load_average() -> float:
    return round(os.getloadavg()[0], 2)


def number(value: float) -> str:
    """Three digits that count, without zeros that do not."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def markdown(findings: Sequence[Finding], picture: str) -> str:
    """The page of figures."""
    return _PAGE.format(picture=picture, parts="\n\n".join(map(_section, findings)))


def svg(findings: Sequence[Finding]) -> str:
    """The same as bars; those of one unit within a part share a scale."""
    charts = [
        Chart(
            f"{one.title} ({unit})",
            tuple(
                Bar(figure.title, figure.value, _behind(figure), _colour(figure))
                for figure in one.figures
                if figure.unit == unit
            ),
        )
        for one in findings
        for unit in dict.fromkeys(figure.unit for figure in one.figures)
    ]
    when = ", ".join(dict.fromkeys(f"{one.date}, {one.machine}" for one in findings))
    return drawn("Lotse as it grows", when, charts)


def _behind(figure: Figure) -> str:
    _, words, wanted, _ = figure.cells
    return words if figure.goal is None else f"{words} (asked {wanted})"


def _colour(figure: Figure) -> str:
    return MISSED if figure.reached is False else OWN


def _section(one: Finding) -> str:
    low, high = one.load
    head = ("what", "measured", "asked", "reached")
    rows = [head, ("---",) * 4, *(figure.cells for figure in one.figures)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    busy = f"load average {low} before, {high} after"
    when = f"{one.date}, {one.machine}, {busy}; {one.seconds:.0f} s."
    return f"## {one.title}\n\n{one.how}\n\n{table}\n\n{when}"


_PAGE: Final = """# Lotse as it grows: figures

Written by `make bench-growth`; what follows from the figures is in [scaling.md](scaling.md).
Ratios are of one run on one machine. Single times depend on what else the machine does, which
is why its load average stands below each table.

![The figures as bars]({picture})

{parts}
"""
