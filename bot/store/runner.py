"""Runs units of work off the event loop, in threads that own the database.

One thread for SQLite and memory, so that nothing ever waits for a lock; a few for
PostgreSQL. What a disturbance undid is run again, wholly; what a unit itself
raises goes to the caller unchanged. It is known here whether the store works at all.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, TypeVar

from bot.store.lost import StoreLost
from bot.usecases.ports import NotCommitted, Runner, Store, Work

T = TypeVar("T")

PAUSES: Final = (0.01, 0.05, 0.2)
"""Seconds to wait before each further attempt; after the last one the error is raised."""

STUCK: Final = 30.0
"""Seconds after which a unit that has not ended means that the store does not work."""

PROBE: Final = "store/probe"
"""Note: written to see whether a store that took no commit takes one again."""

log = logging.getLogger(__name__)


def _nobody(_: StoreLost) -> None:
    """Nobody ends the process: whoever called hears of it."""


class ThreadRunner:
    """A `ports.Runner` over any store. Units of one thread run in the order of `run`.

    `lost` is called, in a thread of the store, when the store cannot be trusted any more: it
    has to end the process.
    """

    def __init__(
        self,
        store: Store,
        threads: int,
        pause: Callable[[float], None] = time.sleep,
        *,
        lost: Callable[[StoreLost], None] = _nobody,
    ) -> None:
        self._store = store
        self._pause = pause
        self._lost = lost
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._working_since: dict[int, float] = {}
        self._refused = False

    @property
    def well(self) -> bool:
        """Whether the store works: it takes commits, and no unit is stuck in it.

        After a unit was given up it is not, until something could be written again.
        """
        longest = min(tuple(self._working_since.values()), default=None)
        stuck = longest is not None and time.monotonic() - longest > STUCK
        return not self._refused and not stuck

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
        self._working_since[threading.get_ident()] = time.monotonic()
        try:
            done = self._attempted(unit)
            if self._refused:
                self._probe()
            return done
        except NotCommitted as error:
            if not self._refused:
                log.error("the store takes no commit: %s", error)  # noqa: TRY400 - it says why
            self._refused = True
            raise
        except StoreLost as lost:
            self._lost(lost)
            raise
        finally:
            del self._working_since[threading.get_ident()]

    def _attempted(self, unit: Callable[[Work], T]) -> T:
        for pause in PAUSES:
            try:
                return self._attempt(unit)
            except NotCommitted:
                self._pause(pause)
        return self._attempt(unit)

    def _attempt(self, unit: Callable[[Work], T]) -> T:
        with self._store.transaction() as work:
            return unit(work)

    def _probe(self) -> None:
        """Write something: a unit that only read says nothing about a full disk."""
        with suppress(NotCommitted):
            self._attempt(lambda work: work.notes.put(PROBE, str(time.monotonic())))
            self._refused = False
            log.warning("the store takes commits again")


class FewAtOnce:
    """A `ports.Runner` that hands over `most` units at once and lets the rest wait outside.

    Those whose units do not come through it never stand behind more than `most` of these.
    """

    def __init__(self, runner: Runner, most: int) -> None:
        self._runner = runner
        self._free = asyncio.Semaphore(most)

    async def run(self, unit: Callable[[Work], T]) -> T:
        """Wait for a turn, then run `unit` as the runner behind does."""
        async with self._free:
            return await self._runner.run(unit)
