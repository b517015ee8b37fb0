"""Right-to-left text and what left-to-right pieces do in it.

Without isolates "+49 30 115" in an Arabic sentence is shown backwards (Unicode
Standard Annex 9, rules X5a to X5c and N1). Here data of people is cleaned and
isolated, and Latin terms inside translations are isolated too.
"""

import re
import unicodedata
from typing import Final

from bot.i18n.languages import Direction

FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"
RIGHT_TO_LEFT_MARK: Final = "\u200f"

_ISOLATES: Final = frozenset("\u2066\u2067\u2068")
_STRONG: Final = {"L": Direction.LTR, "R": Direction.RTL, "AL": Direction.RTL}
_KEPT: Final = frozenset("\n\u200c\u200d")
"""Line ends and the two joiners that Persian, Indic scripts and emoji are written with."""

MOST_MARKS: Final = 6
"""Marks in a row that are shown; Tibetan stacks and pointed Hebrew need five."""

_HEAPED: Final = re.compile(rf"[^\x00-\u02ff]{{{MOST_MARKS + 1},}}")
"""So many characters of marks' size in a row may be a heap; most text has no such stretch."""

_LETTER: Final = "[0-9A-Za-z\u00c0-\u024f]"
_WORD: Final = rf"(?:[§+@#] ?|/)?{_LETTER}+(?:[-.:@_%&=?/+'’]+{_LETTER}+)*"
_LATIN: Final = re.compile(
    rf"https?://\S+|{_WORD}(?:(?:[ \u00a0\u202f]| ?[-–/&] ?){_WORD})*(?:[ \u00a0]?[€%])?"
)


def cleaned(data: str) -> str:
    """Return what people wrote without characters that change how others see the text.

    Controls, direction overrides and invisible characters go; tabs become spaces. Of marks
    heaped upon one letter only the first stay: no language needs more of them.
    """
    if data.isascii() and data.isprintable():
        return data
    data = data.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _HEAPED.sub(_low, "".join(c for c in data if c in _KEPT or not _is_hidden(c)))


def _low(heap: re.Match[str]) -> str:
    """A heap of characters beyond ASCII; what is letters in it stays, of marks a few in a row."""
    kept, marks = [], 0
    for char in heap[0]:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def isolated(data: str, direction: Direction) -> str:
    """Return data of people so that it cannot disturb the sentence around it.

    In left-to-right text only what contains right-to-left letters needs that. Isolates
    end with a line, so every line gets its own.
    """
    if direction is Direction.LTR and not _has_rtl(data):
        return data
    return "\n".join(
        f"{FIRST_STRONG_ISOLATE}{line}{POP_ISOLATE}" if line else "" for line in data.split("\n")
    )


def with_latin_isolated(text: str) -> str:
    """Return right-to-left `text` with its Latin terms, numbers and addresses isolated.

    Text whose translator placed isolates is left as it is, and so is a lone number
    without any space or sign in it: it cannot be shown wrongly.
    """
    if _ISOLATES.intersection(text):
        return text
    return _LATIN.sub(
        lambda match: (
            match[0] if match[0].isdecimal() else f"{FIRST_STRONG_ISOLATE}{match[0]}{POP_ISOLATE}"
        ),
        text,
    )


def marked(text: str, direction: Direction) -> str:
    """Return the mark to put before `text` so that it is laid out in `direction`, or nothing.

    Telegram and web pages take a paragraph's direction from its first strong letter.
    """
    if direction is Direction.RTL and first_strong(text) is not Direction.RTL:
        return RIGHT_TO_LEFT_MARK
    return ""


def first_strong(text: str) -> Direction | None:
    """Return the direction of the first strong letter outside isolates (rules P2 and P3)."""
    depth = 0
    for char in text:
        if char in _ISOLATES:
            depth += 1
        elif char == POP_ISOLATE:
            depth = max(depth - 1, 0)
        elif not depth and (found := _direction_of(char)):
            return found
    return None


def _has_rtl(text: str) -> bool:
    return not text.isascii() and any(_direction_of(char) is Direction.RTL for char in text)


def _direction_of(char: str) -> Direction | None:
    return _STRONG.get(unicodedata.bidirectional(char))


def _is_hidden(char: str) -> bool:
    """Controls, format characters, lone surrogates and separators of lines and paragraphs."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
