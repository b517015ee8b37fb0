"""Public holidays of the German states, from the library `holidays`.

It loads the calendars of 250 countries to answer for one: a fifth of a second
and 12 MiB that a bot would keep for ever. So they are asked for when content is prepared, for the
years it will run, and the library is loaded again only for a year that nobody prepared.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

Known = Mapping[tuple[str, int], frozenset[date]]
"""All holidays of a state in a year, by both."""

YEARS_AHEAD: Final = 3
"""Offices answer within days; content is prepared anew with every release and update."""


class StateHolidays:
    """Implements `Holidays`; `known` need not be looked up."""

    def __init__(self, known: Known | None = None) -> None:
        self._known = known or {}

    def is_holiday(self, state: str, day: date) -> bool:
        known = self._known.get((state, day.year))
        return day in (_looked_up(state, day.year) if known is None else known)


def around(state: str, today: date) -> Known:
    """The holidays of `state` for this year, the one before and the next ones."""
    years = range(today.year - 1, today.year + YEARS_AHEAD + 1)
    return {(state, year): _looked_up(state, year) for year in years}


@cache
def _looked_up(state: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("DE", subdiv=state, years=year))
