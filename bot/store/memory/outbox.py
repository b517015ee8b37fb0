"""The outbox in memory: each lane in order, lanes by rank."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.outbox import SET_BACK, Delivery, Fate, Queued, Rank, Report
from bot.store.memory.state import Row, State


class MemoryOutbox:
    def __init__(self, state: State) -> None:
        self._state = state

    def put(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        for delivery in deliveries:
            if delivery.shows:
                self._drop_outdated(delivery)
            self._state.outbox_ids[0] += 1
            number = self._state.outbox_ids[0]
            lane, rank = delivery.lane, delivery.rank
            self._hurry(lane, rank)
            self._state.outbox[number] = Row(number, lane, delivery, rank, now, now)

    def take(
        self, now: datetime, busy: Collection[str], limit: int, later: Collection[str] = ()
    ) -> list[Queued]:
        heads: dict[str, Row] = {}
        for row in self._pending():
            heads.setdefault(row.lane, row)
        ready = [row for row in heads.values() if _is_time(row, now) and row.lane not in busy]
        if later:
            ready = [row for row in ready if _goes_before(row, later)]
        ready.sort(key=lambda row: (row.rank, row.id))
        return [
            Queued(row.id, row.lane, row.delivery, row.attempts, row.parts, row.rank)
            for row in ready[:limit]
            if row.delivery is not None
        ]

    def give_back(self, rows: Sequence[int]) -> None:
        """Nobody else takes from it."""

    def mark(self, reports: Sequence[Report], now: datetime) -> Collection[int]:
        gone = []
        for report in reports:
            row = self._state.outbox.get(report.id)
            if row is None and report.fate in (Fate.SENT, Fate.DEAD):
                gone.append(report.id)
            if row is None or row.delivery is None:
                continue
            row = replace(row, attempts=row.attempts + 1, changed=now)
            if report.fate in (Fate.NOT_SENT, Fate.UNKNOWN):
                row = replace(row, not_before=report.retry_at or now)
                self._state.outbox[row.id] = row
                continue
            if row.delivery is not None and row.delivery.person is None:
                del self._state.outbox[row.id]
            else:
                done = replace(row, delivery=None, message_id=report.message_id)
                self._state.outbox[row.id] = done
            if report.fate is Fate.DEAD and report.unreachable:
                self._give_up(row.lane, now)
        return gone

    def part(self, row: int, parts: int) -> None:
        if row in self._state.outbox:
            self._state.outbox[row] = replace(self._state.outbox[row], parts=parts)

    def waiting(self, lane: str | None = None) -> int:
        return sum(lane in (None, row.lane) for row in self._pending())

    def arrived(self, lane: str) -> list[int]:
        rows = [row for row in self._state.outbox.values() if row.lane == lane]
        sent = {row.message_id for row in rows if row.delivery is None}
        return sorted(number for number in sent if number is not None)

    def drop_lane(self, lane: str) -> None:
        rows = self._state.outbox.values()
        self._state.outbox = {row.id: row for row in rows if row.lane != lane}

    def drop_items(self, lane: str) -> int | None:
        rows = [row for row in self._pending() if row.lane == lane]
        items = {row.id: row.delivery.item for row in rows if row.delivery is not None}
        dropped = {row: item for row, item in items.items() if item is not None}
        for row in dropped:
            del self._state.outbox[row]
        return min(dropped.values(), default=None)

    def drop_old(self, moment: datetime) -> int:
        rows = self._state.outbox.values()
        old = [row.id for row in rows if row.delivery is None and row.changed < moment]
        for number in old:
            del self._state.outbox[number]
        return len(old)

    def trim(self, most: int) -> int:
        left = Counter(row.lane for row in self._pending())
        before = len(self._state.outbox)
        for row in list(self._pending()):
            if left[row.lane] > most and row.delivery is not None and row.delivery.fleeting:
                left[row.lane] -= 1
                del self._state.outbox[row.id]
        return before - len(self._state.outbox)

    def _pending(self) -> Iterator[Row]:
        return (row for _, row in sorted(self._state.outbox.items()) if row.delivery is not None)

    def _drop_outdated(self, newer: Delivery) -> None:
        for row in list(self._pending()):
            older = row.delivery
            if older is not None and row.lane == newer.lane and older.shows == newer.shows:
                del self._state.outbox[row.id]

    def _hurry(self, lane: str, rank: Rank) -> None:
        """What stands before an urgent or prompt delivery in its lane becomes so too."""
        if rank >= Rank.NORMAL:
            return
        for row in list(self._pending()):
            if row.lane == lane and row.rank > rank:
                self._state.outbox[row.id] = replace(row, rank=rank)

    def _give_up(self, lane: str, now: datetime) -> None:
        for row in list(self._pending()):
            if row.lane == lane and row.delivery is not None and row.delivery.person is None:
                del self._state.outbox[row.id]
            elif row.lane == lane:
                self._state.outbox[row.id] = replace(row, delivery=None, changed=now)


def _goes_before(row: Row, later: Collection[str]) -> bool:
    return row.rank <= Rank.PROMPT or (row.rank is Rank.NORMAL and row.lane not in later)


def _is_time(row: Row, now: datetime) -> bool:
    return row.not_before <= now or row.changed > now + SET_BACK
