"""A sheet to draw on: boxes, lines and text at given places, as SVG.

Places are given as for a left-to-right reader; for a right-to-left language the sheet
is mirrored as a whole. Colours and positions are attributes, never styles or scripts,
so that a page with a strict content policy can show it as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from bot.content.picture.metrics import width
from bot.i18n.languages import Direction

FONTS = "Noto Sans, Arial, Helvetica, Liberation Sans, DejaVu Sans, sans-serif"
ARABIC_AND_LATIN = "DejaVu Sans, Arial, Tahoma, Segoe UI, "
"""Come first in right-to-left pictures: fonts that have both scripts in every weight, because
not every program that draws SVG looks for a second font as carefully as browsers do."""
EMOJI = "Noto Color Emoji, Apple Color Emoji, Segoe UI Emoji, sans-serif"
INK = "#1a1a1a"
GREY = "#595959"
PALE = "#f3f3f3"
WHITE = "#ffffff"
RULE = "#b5b5b5"

_RIGHT_TO_LEFT = "\u2067"
_END = "\u2069"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pen:
    """How an outline looks. `dash` as SVG writes it: `6 4`."""

    colour: str = INK
    width: float = 1.2
    dash: str | None = None

    def __str__(self) -> str:
        dash = f' stroke-dasharray="{self.dash}"' if self.dash else ""
        return f'stroke="{self.colour}" stroke-width="{self.width:g}"{dash}'


@dataclass(frozen=True, slots=True)
class Type:
    """How text looks. `size` in pixels."""

    size: float = 14
    colour: str = INK
    bold: bool = False

    @property
    def line(self) -> float:
        """From one baseline to the next: enough for scripts with marks above and below."""
        return round(self.size * 1.45, 1)


NO_PEN = Pen("none", 0)


@dataclass
class Sheet:
    """One picture of a given width. Its height is known when everything is drawn."""

    width: float
    direction: Direction
    language: str
    _drawn: list[str] = field(default_factory=list)

    def box(
        self, corner: Point, size: Point, fill: str, pen: Pen = NO_PEN, radius: float = 6
    ) -> None:
        """A rectangle; `corner` is where a reader begins it, at the top."""
        (x, y), (wide, high) = corner, size
        left = self.width - x - wide if self._mirrored else x
        self._drawn.append(
            f'<rect x="{left:g}" y="{y:g}" width="{wide:g}" height="{high:g}" '
            f'rx="{radius:g}" fill="{fill}" {pen}/>'
        )

    def disc(self, centre: Point, radius: float, fill: str, pen: Pen = NO_PEN) -> None:
        x, y = self._at(centre)
        self._drawn.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" {pen}/>')

    def shape(self, points: Iterable[Point], fill: str, pen: Pen = NO_PEN) -> None:
        """A closed shape."""
        corners = " ".join(f"{x:g},{y:g}" for x, y in map(self._at, points))
        self._drawn.append(f'<polygon points="{corners}" fill="{fill}" {pen}/>')

    def line(self, points: Sequence[Point], pen: Pen) -> None:
        path = " ".join(f"{x:g},{y:g}" for x, y in map(self._at, points))
        self._drawn.append(f'<polyline points="{path}" fill="none" {pen}/>')

    def curve(self, start: Point, end: Point, pen: Pen, told: str = "") -> None:
        """A line that leaves and arrives level; `told` is shown to whoever points at it."""
        (x1, y1), (x2, y2) = self._at(start), self._at(end)
        middle = (x1 + x2) / 2
        path = f"M{x1:g},{y1:g} C{middle:g},{y1:g} {middle:g},{y2:g} {x2:g},{y2:g}"
        title = f"<title>{escape(told)}</title>" if told else ""
        self._drawn.append(f'<path d="{path}" fill="none" {pen}>{title}</path>')

    def arrow(self, points: Sequence[Point], pen: Pen) -> None:
        """A line with a head at its end, which must point down or onwards."""
        self.line(points, pen)
        (before_x, _), (x, y) = points[-2], points[-1]
        if before_x == x:
            head = [(x - 4.5, y - 8), (x + 4.5, y - 8), (x, y)]
        else:
            back = 8 if x > before_x else -8
            head = [(x - back, y - 4.5), (x - back, y + 4.5), (x, y)]
        self.shape(head, pen.colour)

    def text(self, at: Point, text: str, kind: Type, anchor: str = "start") -> None:
        """One line of text; `at` is where it starts (or ends, or its middle) on its baseline."""
        x, y = self._at(at)
        if self._mirrored:
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
            text = f"{_RIGHT_TO_LEFT}{text}{_END}"
        weight = ' font-weight="700"' if kind.bold else ""
        self._drawn.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{kind.size:g}" fill="{kind.colour}" '
            f'text-anchor="{anchor}"{weight}>{escape(text, quote=False)}</text>'
        )

    def icon(self, middle: Point, icon: str, size: float) -> None:
        """A topic's sign in the colours of its font; `middle` is on the baseline."""
        x, y = self._at(middle)
        self._drawn.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-family="{EMOJI}" '
            f'text-anchor="middle">{escape(icon, quote=False)}</text>'
        )

    def slanted(self, at: Point, text: str, kind: Type) -> None:
        """One line of text that climbs from `at`, for the head of a narrow column."""
        before = len(self._drawn)
        self.text(at, text, kind)
        x, y = self._at(at)
        turn = 45 if self._mirrored else -45
        self._drawn[before] = f'<g transform="rotate({turn} {x:g} {y:g})">{self._drawn[before]}</g>'

    def lines(self, at: Point, lines: Iterable[str], kind: Type) -> float:
        """Lines of text below each other; `at` is the top. Returns where they end."""
        x, y = at
        for line in lines:
            self.text((x, y + kind.size), line, kind)
            y += kind.line
        return y

    def tag(self, corner: Point, text: str, kind: Type, fill: str, pen: Pen = NO_PEN) -> float:
        """Text on a small box of its own width, which is returned."""
        wide = width(text, kind.size, bold=kind.bold) + 12
        high = kind.size + 8
        self.box(corner, (wide, high), fill, pen, radius=4)
        self.text((corner[0] + wide / 2, corner[1] + kind.size + 2), text, kind, "middle")
        return wide

    def finished(self, height: float, title: str, description: str) -> str:
        """The whole picture; title and description are read out to who cannot see it."""
        size = f'width="{self.width:g}" height="{height:g}"'
        view = f'viewBox="0 0 {self.width:g} {height:g}"'
        fonts = (ARABIC_AND_LATIN if self._mirrored else "") + FONTS
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img" '
            f'lang="{self.language}" font-family="{fonts}">'
        )
        told = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        paper = f'<rect width="{self.width:g}" height="{height:g}" fill="{WHITE}"/>'
        return "\n".join([head, told, paper, *self._drawn, "</svg>", ""])

    @property
    def _mirrored(self) -> bool:
        return self.direction is Direction.RTL

    def _at(self, point: Point) -> Point:
        x, y = point
        return (self.width - x, y) if self._mirrored else (x, y)
