"""Runs units of work off the event loop, in threads that own the database.

One thread for SQLite and memory, so that nothing ever waits for a lock; a few for
PostgreSQL. What a disturbance undid is run again, wholly; what a unit itself
raises goes to the caller unchanged.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from bot.usecases.ports import NotCommitted, Store, Work

T = TypeVar("T")

PAUSES: Final = (0.01, 0.05, 0.2)
"""Seconds to wait before each further attempt; after the last one the error is raised."""


class ThreadRunner:
    """A `ports.Runner` over any store. Units of one thread run in the order of `run`."""

    def __init__(
        self, store: Store, threads: int, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._store = store
        self._pause = pause
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")

    async def run(self, unit: Callable[[Work], T]) -> T:
        """Commit what `unit` does and return its result.

        Raises `NotCommitted` when every attempt was disturbed. A cancelled caller
        does not undo a unit that already runs.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._run, unit)

    def close(self) -> None:
        """Finish what was handed over, then end the threads."""
        self._threads.shutdown(wait=True)

    def _run(self, unit: Callable[[Work], T]) -> T:
        for pause in PAUSES:
            try:
                return self._attempt(unit)
            except NotCommitted:
                self._pause(pause)
        return self._attempt(unit)

    def _attempt(self, unit: Callable[[Work], T]) -> T:
        with self._store.transaction() as work:
            return unit(work)
