"""Time that passes at once: an event loop for the dispatcher whose clock jumps to what is due.

Nothing waits really, so minutes of sending take seconds and come out the same each time. The store
and the dispatcher are the real ones; the store's work takes no time here.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from bot.usecases.ports import Store, Work

T = TypeVar("T")

BEGIN: Final = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
"""What the clock shows when a loop's time is 0."""


class _Jumping(selectors.DefaultSelector):
    """Never waits: what would have been waited for is told to `passed`."""

    def __init__(self) -> None:
        super().__init__()
        self.passed: Callable[[float], None] = _nothing

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events:
            if timeout is None:
                raise RuntimeError("nothing is due any more, and somebody waits")
            self.passed(timeout)
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is the sum of what was waited for."""

    def __init__(self) -> None:
        self._moment = 0.0
        selector = _Jumping()
        selector.passed = self._pass
        super().__init__(selector)

    def time(self) -> float:
        return self._moment

    def now(self) -> datetime:
        """The loop's time as a clock shows it."""
        return BEGIN + timedelta(seconds=self._moment)

    def _pass(self, seconds: float) -> None:
        self._moment += max(0.0, seconds)


class Inline:
    """A `ports.Runner` in the loop's own thread: time stands still meanwhile."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self, unit: Callable[[Work], T]) -> T:
        with self._store.transaction() as work:
            return unit(work)


def lived(life: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Run `life` on a loop of its own and close it."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(life(loop))
    finally:
        loop.close()


def _nothing(_: float) -> None:
    """Nobody counts yet."""
