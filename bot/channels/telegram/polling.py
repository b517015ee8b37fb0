"""Long polling: updates are asked for, taken, and confirmed by the next question.

The offset is never stored: what was not confirmed comes again and is known by its id. Ids may
start anew at a smaller number, so they are never compared. A second poller and a webhook are
noticed and told; a webhook is removed only if we set it ourselves.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import NotSent, Refused, Uncertain, Why, why
from bot.channels.telegram.health import CONFLICT, WEBHOOK, Health
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.kinds import ASKED_FOR
from bot.usecases.mishaps import described
from bot.usecases.ports import Clock, NotCommitted, Runner

POLL_SECONDS: Final = 50
PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
STORE_PAUSES: Final = (1.0, 2.0, 5.0)
CONFLICT_PAUSES: Final = (5.0, 10.0, 30.0, 60.0)
WITHOUT_TOKEN: Final = 60.0
LAST_WORD: Final = 5.0
"""Seconds to confirm what was taken before we end; unconfirmed it comes again and is known."""

FULL_PAUSE: Final = 5.0
"""Seconds between two looks whether there is room again for what comes of updates."""

SHORT_POLL: Final = 1
QUIET_POLLS: Final = 3
"""While we do not know whether Telegram hears us polls are short, so that we soon do. In a
conflict three undisturbed ones end it."""

log = logging.getLogger(__name__)

Pause = Callable[[float], Awaitable[None]]


class Poller:
    """Asks for updates until told to stop. `pause` waits that many seconds."""

    def __init__(
        self,
        cable: Cable,
        intake: Intake,
        runner: Runner,
        clock: Clock,
        health: Health,
        *,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._cable = cable
        self._intake = intake
        self._runner = runner
        self._clock = clock
        self._health = health
        self._pause = pause
        self._offset: int | None = None
        self._failures = 0
        self._quiet_polls = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set; what was taken by then is confirmed."""
        await self._guarded(stop, self._make_way())
        while not stop.is_set():
            await self._guarded(stop, self._round())
        if self._offset is not None:
            with contextlib.suppress(NotSent, Uncertain, Refused, TimeoutError):
                async with asyncio.timeout(LAST_WORD):
                    await self._ask(timeout=0, limit=1)

    async def _guarded(self, stop: asyncio.Event, work: Awaitable[None]) -> None:
        """Do one piece of work unless `stop` comes first; after a failure pause.

        A long poll is given up at once, a batch that is being committed is finished. What helps
        against a refusal may fail as everything else may.
        """
        try:
            try:
                await unless(stop, work)
            except Refused as refused:
                await unless(stop, self._refused(refused))
        except Exception as error:  # noqa: BLE001 - polling must go on, whatever it was
            await unless(stop, self._failed(error))

    async def _failed(self, error: Exception) -> None:
        match error:
            case NotSent() | Uncertain() | Refused():
                await self._pause_after(error, PAUSES)
            case NotCommitted():
                log.error("the store takes no commit: updates are not confirmed")
                await self._pause_after(None, STORE_PAUSES)
            case _:
                log.error("polling failed: %s", described(error))
                await self._pause_after(None, PAUSES)

    async def _round(self) -> None:
        if self._health.full:
            await self._pause(FULL_PAUSE)
            return
        in_conflict = self._health.conflict_since is not None
        unsure = in_conflict or self._failures > 0 or self._health.last_success is None
        updates = await self._ask(timeout=SHORT_POLL if unsure else POLL_SECONDS)
        self._health.last_success = self._clock.now()
        if in_conflict:
            await self._quiet()
        if updates:
            await asyncio.shield(self._take(updates))
        self._failures = 0

    async def _take(self, updates: list[dict[str, Any]]) -> None:
        await self._intake.take(updates)
        last = updates[-1].get("update_id")
        if isinstance(last, int):
            self._offset = last + 1

    async def _ask(self, *, timeout: int, limit: int = 100) -> list[dict[str, Any]]:  # noqa: ASYNC109
        result = await self._cable.call(
            "getUpdates",
            offset=self._offset,
            limit=limit,
            timeout=timeout,
            allowed_updates=ASKED_FOR,
        )
        return result if isinstance(result, list) else []

    # --- what can be in the way -------------------------------------------------------------

    async def _pause_after(self, failure: Exception | None, pauses: tuple[float, ...]) -> None:
        if failure is not None:
            log.warning("Telegram was not reached: %s", failure)
        seconds = pauses[min(self._failures, len(pauses) - 1)]
        self._failures += 1
        await self._pause(seconds)

    async def _refused(self, refused: Refused) -> None:
        match why(refused):
            case Why.CONFLICT:
                await self._conflict(refused)
            case Why.UNAUTHORIZED:
                await self._pause(WITHOUT_TOKEN)
            case Why.TOO_MANY:
                await self._pause(float(refused.retry_after or PAUSES[0]))
            case reason:
                log.error("Telegram refuses getUpdates: %s", reason)
                await self._pause_after(None, PAUSES)

    async def _conflict(self, refused: Refused) -> None:
        self._health.conflicts += 1
        self._quiet_polls = 0
        self._health.taken = "webhook" in refused.description.lower()
        if self._health.conflict_since is None:
            since = self._clock.now()
            await self._runner.run(lambda work: work.notes.put(CONFLICT, since.isoformat()))
            self._health.conflict_since = since
        if self._health.taken:
            await self._make_way()
        else:
            log.error(
                "a second program takes this bot's updates by polling (conflict %d): "
                "stop it, or give it a token of its own",
                self._health.conflicts,
            )
        await self._pause_after(None, CONFLICT_PAUSES)

    async def _quiet(self) -> None:
        """Count polls that nobody disturbed; after some of them the conflict is over."""
        self._quiet_polls += 1
        if self._quiet_polls < QUIET_POLLS:
            return
        await self._runner.run(lambda work: work.notes.put(CONFLICT, ""))
        self._health.conflict_since = None
        self._health.taken = False
        log.warning("nobody else takes this bot's updates any more")

    async def _make_way(self) -> None:
        """Remove a webhook that we set ourselves in another mode; tell of anybody else's."""
        info = await self._cable.call("getWebhookInfo")
        self._health.waiting = int(info.get("pending_update_count", 0))
        address = info.get("url")
        if not address:
            return
        ours = await self._runner.run(lambda work: work.notes.get(WEBHOOK))
        if address != ours:
            log.error(
                "somebody else set a webhook for this bot, so nothing can be polled: "
                "let them delete it, or give them a token of their own"
            )
            return
        await self._cable.call("deleteWebhook", drop_pending_updates=False)
        await self._runner.run(lambda work: work.notes.put(WEBHOOK, ""))
        log.warning("the webhook of an earlier run was removed: we poll now")


async def unless(stop: asyncio.Event, work: Awaitable[None]) -> None:
    """Do `work`, or give it up as soon as `stop` is set."""
    task = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not task.done():
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return
    task.result()
