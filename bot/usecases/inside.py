"""What a caseworker writes into a case's topic for colleagues only.

Texts there go to the newcomer, except those that begin with a slash. A slip of the finger must not
make a newcomer read what was meant for colleagues, so whatever looks like a slash is one, and so it
is behind marks that nobody sees.
"""

import unicodedata
from typing import Final

_SLASHES: Final = frozenset("/\N{FULLWIDTH SOLIDUS}\N{FRACTION SLASH}\N{DIVISION SLASH}⧸╱")
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing, whatever Unicode counts them as."""

_NOTE: Final = 2
"""Slashes at the beginning that make a note."""


def is_inside(text: str) -> bool:
    """Whether `text` begins with a slash, so that it may never be sent to a newcomer."""
    return _shown(text)[:1] in _SLASHES


def note_in(text: str) -> str | None:
    """What follows two slashes, the short way to write an internal note; None: it is none."""
    shown = _shown(text)
    begins = len(shown) >= _NOTE and all(char in _SLASHES for char in shown[:_NOTE])
    return shown[_NOTE:] if begins else None


def _shown(text: str) -> str:
    """`text` from the first sign on that can be seen."""
    first = (place for place, char in enumerate(text) if not _is_invisible(char))
    return text[next(first, len(text)) :]


def _is_invisible(char: str) -> bool:
    """Spaces, controls, and marks, which have nothing to stand on at the beginning."""
    category = unicodedata.category(char)
    return category[0] in "ZM" or category in {"Cc", "Cf"} or char in _BLANK_LETTERS
