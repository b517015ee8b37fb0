"""Conditions as data: when a question is asked, when a card fits.

What makes them true is decided in `bot.engine.rules`; how editors write them is in
`bot.content.conditions`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Operator(StrEnum):
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"


@dataclass(frozen=True, slots=True)
class Is:
    """The field's answer is one of `values` (for a multi answer: any of them is chosen)."""

    field: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compare:
    """The field's answer, a number or a date, compared with a bound."""

    field: str
    operator: Operator
    bound: Decimal | date


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


Condition = Is | Compare | All | AnyOf | Not

ALWAYS = All(())
"""The condition of whatever has no `when`."""
