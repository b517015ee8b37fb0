"""Which updates were seen, and those nobody could handle, in memory."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.records import Incoming
from bot.store.memory.state import State


class MemoryUpdates:
    def __init__(self, state: State) -> None:
        self._state = state

    def unseen(self, updates: Sequence[Incoming]) -> list[Incoming]:
        for update in updates:
            before = self._state.naturals.get(update.update_id)
            if before and update.natural and before != update.natural:
                self._state.seen.pop(update.update_id, None)
        known: set[int | str] = set(self._state.seen)
        fresh = []
        for update in updates:
            names = _names(update)
            if known.isdisjoint(names):
                fresh.append(update)
            known.update(names)
        return fresh

    def seen(self, updates: Sequence[Incoming], now: datetime) -> None:
        for update in updates:
            for name in _names(update):
                self._state.seen[name] = now
            self._state.naturals[update.update_id] = update.natural
            self._state.attempts.pop(update.update_id, None)

    def quarantine(self, update: Incoming, reason: str, now: datetime) -> None:
        self._state.quarantine[update.update_id] = (update, reason, now)

    def attempts(self, update_id: int) -> int:
        count = self._state.attempts.get(update_id, 0) + 1
        self._state.attempts[update_id] = count
        return count

    def drop_old(self, moment: datetime) -> int:
        seen = self._state.seen
        old = [name for name, at in seen.items() if at < moment]
        for name in old:
            del seen[name]
            if isinstance(name, int):
                self._state.naturals.pop(name, None)
        self._state.quarantine = {
            number: kept for number, kept in self._state.quarantine.items() if kept[2] >= moment
        }
        return sum(isinstance(name, int) for name in old)


def _names(update: Incoming) -> set[int | str]:
    return {update.update_id, update.natural} if update.natural else {update.update_id}
