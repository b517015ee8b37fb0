"""How wide text is without asking a font, and where it is broken into lines.

Widths are upper bounds over the usual sans-serif fonts (Noto Sans, Arial, DejaVu Sans),
so that text stays inside its box whatever font the reader has. Drawing is `svg.py`'s.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

from bot.i18n.bidi import FIRST_STRONG_ISOLATE, POP_ISOLATE

_ASCII = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 551, 838, 318, 361, 318, 372,
    636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
    1015, 684, 686, 723, 770, 667, 611, 778, 752, 339, 500, 667, 557, 907, 760, 787,
    667, 787, 722, 667, 611, 732, 684, 989, 685, 667, 685, 390, 372, 390, 838, 556,
    500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
    635, 635, 413, 521, 392, 634, 592, 818, 592, 592, 525, 636, 551, 636, 838,
)  # fmt: skip
"""From the space on, in thousandths of the font size."""

_WIDE_CYRILLIC = frozenset("ЖШЩЮЫФМжшщюфмыЊЉњљѠ")
_THIN = frozenset("іїјіЇІ‘’‚·،؛ا أإآ")
_DASHES = {"–": 556, "—": 1000, "…": 1000, "→": 1000, "←": 1000, "„": 520, "“": 520, "”": 520}
_LONG_ARABIC = frozenset("سشصضبتثپفكکگڤ")
_BOLD = 1.16
_ISOLATES = frozenset("\u2066\u2067\u2068")


@cache
def _width(char: str) -> int:
    """Thousandths of the font size that `char` takes at most."""
    code = ord(char)
    if 32 <= code < 127:  # noqa: PLR2004 - the table's range
        return _ASCII[code - 32]
    if unicodedata.category(char) in {"Mn", "Me", "Cf", "Cc"}:
        return 0
    if char in _DASHES:
        return _DASHES[char]
    if char in _THIN:
        return 350
    base = unicodedata.normalize("NFD", char)[0]
    if base != char and ord(base) < 127:  # noqa: PLR2004
        return _ASCII[ord(base) - 32]
    return _by_script(char, code)


def _by_script(char: str, code: int) -> int:
    if code < 0x400:  # noqa: PLR2004 - Latin beyond ASCII, Greek
        return 720
    if code < 0x590:  # noqa: PLR2004 - Cyrillic, Armenian
        return 1090 if char in _WIDE_CYRILLIC else 790 if char.isupper() else 700
    if code < 0x900:  # noqa: PLR2004 - Hebrew, Arabic: letters that are joined take less
        return 900 if char in _LONG_ARABIC else 640
    if 0x1200 <= code < 0x13A0:  # noqa: PLR2004 - Ethiopic
        return 1000
    return 1300 if code >= 0x2600 else 900  # noqa: PLR2004 - signs and emoji


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width in pixels that `text` takes at most."""
    units = sum(_width(char) for char in text)
    return units * size * (_BOLD if bold else 1.0) / 1000


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """`text` in lines of at most `room` pixels; a word that is longer is broken.

    An isolate that a line's end cuts is closed there and opened again on the next.
    """
    lines: list[str] = []
    line = ""
    for word in _pieces(text, size, room, bold=bold):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size, bold=bold) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return tuple(_balanced([*lines, line]))


def _pieces(text: str, size: float, room: float, *, bold: bool) -> Iterator[str]:
    for word in text.split():
        piece = ""
        for char in word:
            if piece and width(piece + char, size, bold=bold) > room:
                yield piece
                piece = ""
            piece += char
        yield piece


def _balanced(lines: list[str]) -> Iterator[str]:
    still_open = 0
    for line in lines:
        begun = FIRST_STRONG_ISOLATE * still_open + line
        for char in line:
            still_open += (char in _ISOLATES) - (char == POP_ISOLATE)
        yield begun + POP_ISOLATE * still_open
