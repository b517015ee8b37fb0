"""The watch over the way to Telegram: every quarter of a minute it tells the store how it is.

It is what makes desk and health checks speak the truth: since when nothing is heard, that the token
is refused, that somebody else takes our updates. It also finds out that a broken way is whole again
where nobody else calls, and keeps the outbox from growing without bound while nothing can be sent.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import NotSent, Refused, Uncertain
from bot.channels.telegram.health import Health
from bot.usecases import signals
from bot.usecases.mishaps import described
from bot.usecases.ports import Clock, Runner, Work
from bot.usecases.signals import SILENCE, Trouble
from bot.usecases.unit import Unit

EVERY: Final = 15.0
ASK_EVERY: Final = timedelta(seconds=60)
"""How often Telegram is asked how much waits there, if we poll; a webhook asks by itself."""

MANY_WAITING: Final = 10_000
"""Updates at Telegram beyond which we say so: at 100,000 it drops the newest without a word."""

MOST_ROWS: Final = 20_000
"""Deliveries that may wait before updates are left at Telegram until some are sent."""

MOST_OF_A_CHAT: Final = 20
"""Deliveries that may wait for one chat while nothing can be sent; older menus go first."""

log = logging.getLogger(__name__)


class Watch:
    """Looks until told to stop. `asks`: whether it asks Telegram how much waits there."""

    def __init__(
        self,
        cable: Cable,
        runner: Runner,
        make_unit: Callable[[Work], Unit],
        clock: Clock,
        health: Health,
        *,
        asks: bool,
    ) -> None:
        self._cable = cable
        self._runner = runner
        self._make_unit = make_unit
        self._clock = clock
        self._health = health
        self._asks = asks
        self._asked: datetime | None = None
        self._began = clock.now()
        self._told: frozenset[Trouble] = frozenset()
        self._repairs = 0

    async def run(self, stop: asyncio.Event, every: float = EVERY) -> None:
        """Look every `every` seconds until `stop` is set."""
        while not stop.is_set():
            await self.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every)

    async def look(self) -> None:
        """Look once. Nothing that happens here ends the watch."""
        await self._probe()
        try:
            await self._runner.run(lambda work: self._tell(self._make_unit(work)))
        except Exception as error:  # noqa: BLE001 - the next look comes soon
            log.error("the standing could not be told: %s", described(error))  # noqa: TRY400

    async def _probe(self) -> None:
        """Call Telegram where nobody else may: an open circuit closes by a call only."""
        now = self._clock.now()
        due = self._asks and (self._asked is None or now - self._asked >= ASK_EVERY)
        try:
            if due:
                self._asked = now
                info = await self._cable.call("getWebhookInfo")
                self._note_waiting(int(info.get("pending_update_count", 0)))
            elif self._cable.breaker.is_open:
                await self._cable.call("getMe")
        except (NotSent, Uncertain, Refused):
            return  # the cable has noted it

    def _note_waiting(self, number: int) -> None:
        self._health.waiting = number
        if number > MANY_WAITING:
            log.error("%d updates wait at Telegram", number)

    # --- in the store -----------------------------------------------------------------------

    def _tell(self, unit: Unit) -> None:
        self._tell_heard(unit)
        troubles = self._troubles(unit)
        for trouble, since in troubles.items():
            signals.keep_up(unit, trouble, since)
        for trouble in self._told - troubles.keys():
            signals.end(unit.work, trouble)
        self._told = frozenset(troubles)
        if self._health.webhook_repairs > self._repairs:
            self._repairs = self._health.webhook_repairs
            signals.keep_up(unit, Trouble.WEBHOOK_SET_AGAIN, unit.now, lasts=signals.REMEMBERED)
        self._guard_outbox(unit)

    def _tell_heard(self, unit: Unit) -> None:
        at = self._health.last_success
        gap = signals.heard(unit, at) if at is not None else None
        if gap is not None:
            hours = round(gap / timedelta(hours=1))
            log.error("nothing was heard for %d hours: messages of that time are lost", hours)

    def _troubles(self, unit: Unit) -> dict[Trouble, datetime | None]:
        found: dict[Trouble, datetime | None] = {}
        health, heard = self._health, signals.last_heard(unit.work)
        if unit.now - max(heard or self._began, self._began) > SILENCE:
            found[Trouble.UNHEARD] = heard or self._began
        if health.token_refused:
            found[Trouble.TOKEN] = None
        if self._cable.breaker.is_open:
            found[Trouble.UNSENT] = None
        if health.conflict_since is not None:
            kind = Trouble.WEBHOOK_TAKEN if health.taken else Trouble.CONFLICT
            found[kind] = health.conflict_since
        if health.waiting > MANY_WAITING:
            found[Trouble.BACKLOG] = None
        return found

    def _guard_outbox(self, unit: Unit) -> None:
        self._health.full = unit.work.outbox.waiting() >= MOST_ROWS
        if self._cable.breaker.is_open:
            dropped = unit.work.outbox.trim(MOST_OF_A_CHAT)
            if dropped:
                unit.work.figures.add(unit.today, "send_dropped", dropped)
                log.warning("%d messages that newer ones make pointless were dropped", dropped)
