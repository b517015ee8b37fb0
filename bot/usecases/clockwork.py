"""What is due because time passes, done by the process: alarms again, overdue cases, retention."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from bot.usecases import deadlines, signals
from bot.usecases.mishaps import described
from bot.usecases.ports import NotCommitted, Runner, Work
from bot.usecases.signals import Trouble
from bot.usecases.unit import Unit

T = TypeVar("T")

EVERY: Final = 5.0
"""Seconds between two looks."""

log = logging.getLogger(__name__)


class Clockwork:
    """Looks every few seconds what is due.

    `nudge` is called when something may wait to be sent; `refused` says since when newer content
    is refused, if it is.
    """

    def __init__(
        self,
        runner: Runner,
        make_unit: Callable[[Work], Unit],
        nudge: Callable[[], None],
        refused: Callable[[], datetime | None],
    ) -> None:
        self._runner = runner
        self._make_unit = make_unit
        self._nudge = nudge
        self._refused = refused

    async def run(self, stop: asyncio.Event, every: float = EVERY) -> None:
        """Do what is due until `stop` is set. Nothing that happens here ends it."""
        await self._tried(deadlines.clear_soon)
        await self._tried(_say_unknown)
        while not stop.is_set():
            await self._tell_refused()
            if await self._due():
                self._nudge()
                await self._tried(_say_stopped)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every)

    async def _due(self) -> bool:
        """Whether anything was due and could be done."""
        try:
            return bool(await self._run(deadlines.run_due))
        except NotCommitted as error:
            log.error("what is due has to wait: %s", error)  # noqa: TRY400 - the store says why
            return False
        except Exception:  # noqa: BLE001 - it is told with the one job that it comes from
            return await self._one_by_one()

    async def _one_by_one(self) -> bool:
        """Keep one job that fails by a mistake of ours from holding up those due with it."""
        done = False
        for job in await self._tried(deadlines.due) or []:
            try:
                taken = await self._run(partial(deadlines.carry_out, jobs=[job]))
            except NotCommitted as error:
                log.error("what is due has to wait: %s", error)  # noqa: TRY400 - the store says why
                return False
            except Exception as error:  # noqa: BLE001 - the others are done all the same
                log.error("what is due failed: %s: %s", job.kind, described(error))  # noqa: TRY400
                await self._tried(partial(deadlines.put_off, job=job))
            else:
                done = done or taken > 0
        return done

    async def _run(self, do: Callable[[Unit], T]) -> T:
        return await self._runner.run(lambda work: do(self._make_unit(work)))

    async def _tried(self, do: Callable[[Unit], T]) -> T | None:
        """What `do` gives; None if it could not be done now, which is said."""
        try:
            return await self._run(do)
        except NotCommitted as error:
            log.error("what is due has to wait: %s", error)  # noqa: TRY400 - the store says why
        except Exception as error:  # noqa: BLE001 - one job that fails must not end the bot
            log.error("what is due failed: %s", described(error))  # noqa: TRY400
        return None

    async def _tell_refused(self) -> None:
        """Let the desk know while newer content is refused."""
        since = self._refused()
        if since is not None:
            await self._tried(lambda unit: signals.keep_up(unit, Trouble.CONTENT, since))


def _say_unknown(unit: Unit) -> None:
    """Say that jobs wait which only a newer version can do."""
    unknown = unit.work.jobs.unknown()
    if unknown:
        log.warning("jobs that this version does not know are left alone: %s", unknown)


def _say_stopped(unit: Unit) -> None:
    """Say loudly that nothing is erased any more, until a person has looked."""
    why = deadlines.why_stopped(unit)
    if why is not None:
        log.error(
            "retention stands still (%s): look at the clock and the figures, "
            "then run lotse db clear",
            why,
        )
