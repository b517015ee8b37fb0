"""What a transaction does for the dispatcher: marks of what was sent, and rows to send next."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.outbox import Fate, Queued, Report
from bot.usecases import delivered, forget, handing_over, room_topics
from bot.usecases.unit import Unit


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery with the fate of this attempt."""

    queued: Queued
    report: Report


@dataclass(frozen=True, slots=True)
class Errand:
    """What a transaction has to do for the dispatcher: commit marks, take at most `limit` rows.

    `returned` are rows that were taken and have to wait: another process may send them sooner.
    `later` are the lanes that others go before, group by group.
    """

    sent: tuple[Sent, ...]
    busy: frozenset[str]
    limit: int
    returned: tuple[int, ...] = ()
    later: tuple[frozenset[str], ...] = ()

    @property
    def needed(self) -> bool:
        return bool(self.sent or self.returned) or self.limit > 0

    def carry_out(self, unit: Unit) -> list[Queued]:
        """Do it within the transaction of `unit`; return the rows that were taken."""
        outbox = unit.work.outbox
        if self.sent:
            answered = sorted(delivered.tickets_of(one.queued.delivery for one in self.sent))
            if answered:
                # Locked in ascending order and before the rows, as whoever works on a case does.
                unit.work.tickets.load(answered, None)
            gone = outbox.mark([one.report for one in self.sent], unit.now)
            for one in self.sent:
                follow(unit, one)
                if one.queued.id in gone:
                    forget.came_late(unit, one.queued.delivery, one.report.message_id)
        if self.returned:
            outbox.give_back(self.returned)
        return self._take(unit) if self.limit > 0 else []

    def _take(self, unit: Unit) -> list[Queued]:
        rows: list[Queued] = []
        for later in (*self.later, frozenset[str]()):
            missing = self.limit - len(rows)
            busy = self.busy | {row.lane for row in rows}
            if missing > 0:
                rows += unit.work.outbox.take(unit.now, busy, missing, later)
        return rows


class Ride:
    """An errand in the transaction of those who put something into the outbox.

    A newcomer's answer leaves a transaction earlier that way. `carry_out` may be repeated, as a
    unit of work may; `ended` is told what became of the transaction, in the event loop.
    """

    def __init__(self, errand: Errand, ended: Callable[[Sequence[Queued] | None], None]) -> None:
        self._errand = errand
        self._ended = ended
        self._rows: Sequence[Queued] = ()

    def carry_out(self, unit: Unit) -> None:
        self._rows = self._errand.carry_out(unit)

    def ended(self, transaction: "asyncio.Future[Any]") -> None:
        failed = transaction.cancelled() or transaction.exception() is not None
        self._ended(None if failed else self._rows)


def is_plain(one: Sent) -> bool:
    """Whether nothing but its row is touched by what was sent."""
    delivery, report = one.queued.delivery, one.report
    return report.fate is Fate.SENT and not set(delivered.tickets_of((delivery,)))


def follow(unit: Unit, one: Sent) -> None:
    """Carry out what follows from a delivery's fate, in the transaction that marks it."""
    delivery, report = one.queued.delivery, one.report
    if report.fate is Fate.UNKNOWN:
        unit.work.figures.add(unit.today, "send_unknown", 1)
    if report.fate is Fate.DEAD:
        unit.work.figures.add(unit.today, "send_dead", 1)
    delivered.settled(unit, delivery, report)
    room_topics.missed(unit, delivery, report)
    if delivery.person is not None and report.unreachable:
        handing_over.gave_up(unit, delivery.person)
    if delivery.person is not None and report.fate is Fate.SENT and not is_plain(one):
        handing_over.set_reachable(unit, delivery.person, now=True)
