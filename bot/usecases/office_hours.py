"""When an answer of a queue is due and when somebody is there, with the region's holidays.

The rules are in `bot.engine.hours`. A queue that the content has no more still has
open tickets: for them ordinary office hours count.
"""

from datetime import date, datetime

from bot.engine import hours
from bot.model.content import Priority
from bot.model.region import Opening
from bot.usecases.unit import Unit


def due(unit: Unit, priority: Priority, queue_id: str) -> datetime:
    """Return when (UTC) an answer is owed for what arrives in the queue now."""
    zone = unit.content.region.time_zone
    return hours.due(priority, _openings(unit, queue_id), unit.now, zone, _holidays(unit))


def opens(unit: Unit, queue_id: str) -> datetime | None:
    """Return when (UTC) the queue opens next; None if somebody is there now."""
    openings, holidays = _openings(unit, queue_id), _holidays(unit)
    zone = unit.content.region.time_zone
    if hours.is_open(openings, unit.now, zone, holidays):
        return None
    return hours.next_opening(openings, unit.now, zone, holidays)


def _openings(unit: Unit, queue_id: str) -> tuple[Opening, ...]:
    queue = unit.content.region.queues.get(queue_id)
    return queue.hours if queue else ()


def _holidays(unit: Unit) -> hours.IsHoliday:
    def is_holiday(day: date) -> bool:
        return unit.holidays.is_holiday(unit.content.region.state, day)

    return is_holiday
