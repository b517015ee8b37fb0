"""The figures as a picture: a bar for each contender under each load, drawn as SVG.

Bars of one load share a scale. What is drawn is what the table says; nothing is rounded nicer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 980
NAMES: Final = 350
"""Where bars begin; names are left of it."""

LONGEST: Final = 420
ROW: Final = 26
HEAD: Final = 44
TOP: Final = 64
OWN: Final = "#1b6e3c"
OTHER: Final = "#8a94a6"
FLOOR: Final = "#c9a227"
_LETTERS: Final = 'role="img" font-family="sans-serif" font-size="13"'


@dataclass(frozen=True, slots=True)
class Bar:
    """One contender: its title, how long its bar is, and what stands behind it."""

    title: str
    value: float
    words: str
    colour: str = OTHER


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of one load. Longer is better only where the title says so."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        return HEAD + ROW * len(self.bars)


def drawn(title: str, subtitle: str, charts: Sequence[Chart]) -> str:
    """The whole picture."""
    height = TOP + sum(chart.height for chart in charts) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {_LETTERS}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="10" y="26" font-size="18" font-weight="bold">{escape(title)}</text>',
        f'<text x="10" y="48" fill="#444">{escape(subtitle)}</text>',
    ]
    top = TOP
    for chart in charts:
        parts += _chart(chart, top)
        top += chart.height
    return "\n".join([*parts, "</svg>", ""])


def _chart(chart: Chart, top: int) -> list[str]:
    longest = max((bar.value for bar in chart.bars), default=0.0) or 1.0
    parts = [f'<text x="10" y="{top + 28}" font-weight="bold">{escape(chart.title)}</text>']
    for number, bar in enumerate(chart.bars):
        y = top + HEAD + ROW * number
        width = max(1, round(LONGEST * bar.value / longest))
        parts += [
            f'<text x="{NAMES - 10}" y="{y + 13}" text-anchor="end">{escape(bar.title)}</text>',
            f'<rect x="{NAMES}" y="{y}" width="{width}" height="{ROW - 8}" fill="{bar.colour}"/>',
            f'<text x="{NAMES + width + 8}" y="{y + 13}">{escape(bar.words)}</text>',
        ]
    return parts
