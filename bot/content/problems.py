"""Mistakes of editors as values: where, what, and what to do about it.

A `Code` is declared once, beside the check that reports it, and carries the
wording; `Code.at` makes a `Problem` of it. Nothing here decides what is wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Severity(StrEnum):
    """Errors block publishing, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column count from 1."""

    path: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `str()` gives `file:line:column code message -> remedy`."""

    path: str
    line: int
    column: int
    code: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}"
        return f"{place} {self.code} {self.message} -> {self.remedy}"


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: its name, the sentence with `{gaps}`, and the remedy."""

    name: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR

    def at(self, position: Position, **values: object) -> Problem:
        """The finding at `position`; `values` fill the gaps of message and remedy."""
        return Problem(
            position.path,
            position.line,
            position.column,
            self.name,
            self.message.format(**values),
            self.remedy.format(**values),
            self.severity,
        )


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file and line, each finding once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.path, p.line, p.column, p.code, p.message)))


def listed(names: Iterable[object], limit: int = 12, near: str = "") -> str:
    """Names for a remedy: those that look like `near`, then by alphabet, cut after `limit`."""
    known = sorted(str(name) for name in names)
    ordered = list(dict.fromkeys((*get_close_matches(near, known), *known)))
    shown = ", ".join(ordered[:limit])
    return f"{shown}, ..." if len(ordered) > limit else shown or "(there are none)"
