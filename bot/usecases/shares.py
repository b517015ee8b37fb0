"""Who had much of what Telegram takes a second lately: others go first when there is not enough."""

from collections import Counter, deque
from typing import Final

LATELY: Final = 10.0
"""Seconds in which what a lane was sent is counted."""


class Shares:
    """Counts what each lane was sent lately; time is a number of seconds that only grows."""

    def __init__(self) -> None:
        self._sent: deque[tuple[float, str]] = deque()
        self._count = Counter[str]()

    def note(self, lane: str, now: float) -> None:
        """Count that something is sent in `lane` now."""
        self._forget(now)
        self._sent.append((now, lane))
        self._count[lane] += 1

    def of(self, lane: str) -> int:
        """Return how much `lane` was sent lately."""
        return self._count[lane]

    def large(self, now: float) -> tuple[frozenset[str], ...]:
        """Return who had anything lately, then who had as much as most; as far as they differ."""
        self._forget(now)
        if not self._count:
            return ()
        served = frozenset(self._count)
        usual = len(self._sent) / len(self._count)
        much = frozenset(lane for lane, number in self._count.items() if number >= usual)
        return (served,) if much == served else (served, much)

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0][0] <= now - LATELY:
            _, lane = self._sent.popleft()
            self._count[lane] -= 1
            if not self._count[lane]:
                del self._count[lane]
