"""Working time: when an answer is due, whether anybody is there, when they come back.

Openings are local wall time of the region (none: ordinary office hours), holidays come
in as a predicate, results leave in UTC. What a priority means to people is in
`bot.model.content.Priority`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final
from zoneinfo import ZoneInfo

from bot.model.content import Priority
from bot.model.region import Opening

IsHoliday = Callable[[date], bool]

ALARM: Final = timedelta(minutes=15)
"""Somebody has to take on a P0 within this time, at any hour of any day."""

ENOUGH: Final = timedelta(hours=2)
"""With less than this left today, the same working day's answer moves to the next one."""

HORIZON: Final = timedelta(days=28)
"""How far ahead openings are looked for; the answer is due then if there is none."""

OFFICE_HOURS: Final = tuple(Opening(day, time(8), time(16)) for day in range(5))
"""What counts for a queue without hours of its own."""


def due(
    priority: Priority,
    openings: Sequence[Opening],
    now: datetime,
    time_zone: str,
    is_holiday: IsHoliday,
) -> datetime:
    """Return when an answer is owed (UTC) for a ticket that arrives at `now` (aware).

    P0: in 15 minutes. P1: when today's hours end, or the next opening day's if too
    little of today is left. P2: when the hours of the next working day end.
    """
    if priority is Priority.P0:
        return now.astimezone(UTC) + ALARM
    today = now.astimezone(ZoneInfo(time_zone)).date()
    for day, _, end in _days(openings, now, time_zone, is_holiday):
        if priority is Priority.P1 and end - now >= ENOUGH:
            return end
        if priority is Priority.P2 and day > today:
            return end
    return now.astimezone(UTC) + HORIZON


def is_open(
    openings: Sequence[Opening], now: datetime, time_zone: str, is_holiday: IsHoliday
) -> bool:
    """Whether somebody is there at `now` (aware)."""
    spans = _spans(openings, now, time_zone, is_holiday)
    return any(start <= now < end for _, start, end in spans)


def next_opening(
    openings: Sequence[Opening], now: datetime, time_zone: str, is_holiday: IsHoliday
) -> datetime | None:
    """Return when (UTC) somebody is there next after `now`; None if not within the horizon."""
    spans = _spans(openings, now, time_zone, is_holiday)
    return next((start for _, start, _ in spans if start > now), None)


_Span = tuple[date, datetime, datetime]


def _days(
    openings: Sequence[Opening], now: datetime, time_zone: str, is_holiday: IsHoliday
) -> Iterator[_Span]:
    """Opening days from today on: first start and last end of each."""
    for day, spans in groupby(_spans(openings, now, time_zone, is_holiday), itemgetter(0)):
        _, starts, ends = zip(*spans, strict=True)
        yield day, min(starts), max(ends)


def _spans(
    openings: Sequence[Opening], now: datetime, time_zone: str, is_holiday: IsHoliday
) -> Iterator[_Span]:
    """Every opening from today on, in order of time, as moments in UTC."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    hours = sorted(openings or OFFICE_HOURS, key=lambda opening: opening.start)
    for offset in range(HORIZON.days):
        day = today + timedelta(days=offset)
        if is_holiday(day):
            continue
        for opening in hours:
            if opening.weekday == day.weekday():
                yield day, _moment(day, opening.start, zone), _moment(day, opening.end, zone)


def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)
