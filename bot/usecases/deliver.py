"""The way out of the outbox: rows are taken, sent within the limits, and marked.

Deliveries of one lane go one after the other, lanes beside each other. A slot and its lane are
free again only when the mark is committed, so after a kill no more is repeated than was in
flight. How a delivery looks on its channel, and what an error means, is the sender's.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.model.outbox import Channel, Fate, Queued, Report
from bot.usecases.errands import Errand, Ride, Sent, is_plain
from bot.usecases.limits import Limits
from bot.usecases.mishaps import described
from bot.usecases.ports import Carrier, Clock, Contradicted, NotCommitted, Runner, Work
from bot.usecases.shares import Shares
from bot.usecases.unit import Unit

TOO_MANY: Final = "too_many"
"""The reason of a report that asks for a pause of the whole chat."""

LINGER: Final = 0.005
"""Seconds in which marks gather for one commit."""

SLOTS: Final = 32
"""Deliveries on their way at once, and so the most that a kill can double. With 32 the 30 messages
a second that Telegram takes go out while each call lasts up to a second; 16 were too few."""

AHEAD: Final = 8
"""Rows held beyond the free slots: few, so that an urgent one need not wait for them."""

LONG_WAIT: Final = 1.0
DRAIN: Final = 5.0
"""Seconds for what is in flight at the end.

Container runtimes kill after ten, and a slow machine needs some of them for the rest.
"""

_AFTER_ERROR: Final = 1.0
_BROKEN_ATTEMPTS: Final = 3

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tally:
    """What became of deliveries since the start, for health and metrics."""

    fates: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(Fate, 0))
    unreachable: int = 0


class Dispatcher:
    """Sends what is in the outbox. One instance a process; run it in one task."""

    def __init__(
        self,
        runner: Runner,
        make_unit: Callable[[Work], Unit],
        senders: Mapping[Channel, Carrier],
        clock: Clock,
        *,
        limits: Limits | None = None,
        slots: int = SLOTS,
        poll: float = 1.0,
    ) -> None:
        self.tally = Tally()
        self._runner = runner
        self._make_unit = make_unit
        self._senders = senders
        self._clock = clock
        self.limits = limits or Limits()
        self._slots = slots
        self._poll = poll
        self._held: dict[str, Queued] = {}
        self._resting: dict[str, float] = {}
        self._shares = Shares()
        self._returned: list[int] = []
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._done: list[Sent] = []
        self._broken = Counter[int]()  # attempts at a row that failed by a mistake of ours
        self._wake = asyncio.Event()
        self._nudged = True
        self._under_way = False
        self._ends = False
        self._alone = False

    def board(self) -> Ride | None:
        """Join a transaction that puts something into the outbox; None if there is no need.

        Only from the event loop's thread. What is sent about cases is marked by ourselves, as its
        consequences need locks in an order of their own; so is everything after a failure, or a
        mark that cannot be committed would keep newcomers' updates from being.
        """
        if self._under_way or self._ends or self._alone:
            return None
        errand = self._errand([one for one in self._done if is_plain(one)], taking=True)
        if not errand.needed:
            return None
        self._under_way = True
        return Ride(errand, lambda rows: self._back(errand, rows))

    def _back(self, errand: Errand, rows: Sequence[Queued] | None) -> None:
        self._under_way = False
        if rows is None:
            self._alone = self._nudged = True
        else:
            self._settle(errand, () if self._ends else rows)
            self._start_ready()
        self._wake.set()

    def nudge(self) -> None:
        """Say that something was put into the outbox. Only from the event loop's thread."""
        self._nudged = True
        self._wake.set()

    def overflow(self, key: str) -> None:
        """Count a message that a delivery needed beside its first. `key` as of `Limits.more`."""
        self.limits.more(key, asyncio.get_running_loop().time())

    @property
    def in_flight(self) -> int:
        return len(self._sending)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set, then finish what is in flight within `DRAIN` seconds."""
        stopping = asyncio.create_task(self._wake_at(stop))
        try:
            while not stop.is_set():
                # Before anything is looked at: whatever happens from now on is not missed, and
                # least of all the stop.
                self._wake.clear()
                if (self._nudged or self._done) and not self._under_way:
                    await self._turn(taking=True)
                self._start_ready()
                await self._until_something_happens()
            self._ends = True
            await self._drain()
        finally:
            stopping.cancel()
            for task in self._sending.values():
                task.cancel()

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    # --- one turn: marks and new rows in one transaction ------------------------------

    def _errand(self, sent: Sequence[Sent], *, taking: bool) -> Errand:
        now = asyncio.get_running_loop().time()
        self._resting = {lane: until for lane, until in self._resting.items() if until > now}
        marked = {one.queued.lane for one in sent}
        busy = {*self._held, *self._resting, *(self._sending.keys() - marked)}
        free = self._slots - len(self._sending) + len(marked) + AHEAD - len(self._held)
        takes = taking and not self.limits.closed(now)
        returned, later = tuple(self._returned), self._later(now)
        return Errand(tuple(sent), frozenset(busy), free if takes else 0, returned, later)

    def _later(self, now: float) -> tuple[frozenset[str], ...]:
        """Lanes that let others go first; none while there is enough for everybody."""
        return self._shares.large(now) if self.limits.scarce(now) else ()

    def _settle(self, errand: Errand, rows: Sequence[Queued]) -> None:
        """Note what the transaction has done; where it took all it could, there may be more."""
        self._release(errand.sent)
        del self._returned[: len(errand.returned)]
        self._held.update((row.lane, row) for row in rows)
        self._nudged = self._nudged or len(rows) == errand.limit > 0

    async def _turn(self, *, taking: bool) -> None:
        """Commit the marks that are waiting and take rows for the slots that this frees."""
        errand, self._nudged = self._errand(self._done, taking=taking), False
        if not errand.needed:
            return
        self._under_way = True
        try:
            rows = await self._runner.run(lambda work: errand.carry_out(self._make_unit(work)))
        except NotCommitted:
            await self._pause_after_error("the store takes no commit")
        except Exception as error:  # noqa: BLE001 - one bad row must not stop the others
            log.error("marking deliveries failed: %s", described(error))  # noqa: TRY400
            await self._mark_one_by_one(errand.sent)
        else:
            self._settle(errand, rows)
            self._alone = False
        finally:
            self._under_way = False

    async def _mark_one_by_one(self, sent: Sequence[Sent]) -> None:
        """Keep one delivery whose consequences fail from holding up all the others."""
        for one in sent:
            try:
                await self._marked(one)
            except NotCommitted:
                await self._pause_after_error("the store takes no commit")
                return
            self._release([one])

    async def _marked(self, one: Sent) -> None:
        errand = Errand((one,), frozenset(), 0)
        try:
            await self._runner.run(lambda work: errand.carry_out(self._make_unit(work)))
        except NotCommitted:
            raise
        except Exception as error:  # noqa: BLE001 - the delivery itself is done
            log.error(  # noqa: TRY400
                "what follows from delivery %d failed, it is only marked: %s",
                one.queued.id,
                described(error),
            )
            now = self._clock.now()
            await self._runner.run(lambda work: work.outbox.mark([one.report], now))

    def _release(self, sent: Sequence[Sent]) -> None:
        for one in sent:
            self._done.remove(one)
            self._sending.pop(one.queued.lane, None)
            self.tally.fates[one.report.fate] += 1
            if one.report.fate in {Fate.SENT, Fate.DEAD}:
                self._broken.pop(one.queued.id, None)
            self.tally.unreachable += one.report.unreachable

    async def _pause_after_error(self, what: str) -> None:
        log.error("%s, next attempt in %s s", what, _AFTER_ERROR)
        await asyncio.sleep(_AFTER_ERROR)
        self._nudged = True

    # --- sending ----------------------------------------------------------------------

    def _start_ready(self) -> None:
        """Start what may go now, by rank; of the same rank, who was sent less goes first.

        What has to wait long gives its place to others.
        """
        now = asyncio.get_running_loop().time()
        self.limits.forget_idle(now)
        for row in sorted(self._held.values(), key=self._haste):
            wait = self.limits.wait(row.delivery, now)
            if wait > LONG_WAIT:
                del self._held[row.lane]
                self._resting[row.lane] = now + wait
                self._returned.append(row.id)
            elif wait <= 0 and len(self._sending) < self._slots:
                del self._held[row.lane]
                self.limits.take(row.delivery, now)
                self._shares.note(row.lane, now)
                self._sending[row.lane] = asyncio.create_task(self._send(row))

    def _haste(self, row: Queued) -> tuple[int, int]:
        return row.rank, self._shares.of(row.lane)

    async def _send(self, row: Queued) -> None:
        report = await self._report(row)
        if report.reason == TOO_MANY and report.retry_at is not None:
            seconds = (report.retry_at - self._clock.now()).total_seconds()
            self.limits.pause(row.delivery, asyncio.get_running_loop().time() + seconds)
        self._done.append(Sent(row, report))
        self._wake.set()

    async def _report(self, row: Queued) -> Report:
        sender = self._senders.get(row.delivery.channel)
        if sender is None:
            return Report(row.id, Fate.DEAD, reason="no_sender")
        try:
            return await sender.send(row)
        except Exception as error:  # noqa: BLE001 - a mistake of ours in one message
            if isinstance(error, NotCommitted) and not isinstance(error, Contradicted):
                later = self._clock.now() + timedelta(seconds=_AFTER_ERROR)
                return Report(row.id, Fate.UNKNOWN, retry_at=later, reason="store")
            log.error("sending delivery %d failed: %s", row.id, described(error))  # noqa: TRY400
        self._broken[row.id] += 1
        if self._broken[row.id] >= _BROKEN_ATTEMPTS:
            return Report(row.id, Fate.DEAD, reason="broken")
        later = self._clock.now() + timedelta(seconds=self._broken[row.id])
        return Report(row.id, Fate.NOT_SENT, retry_at=later, reason="broken")

    # --- waiting ------------------------------------------------------------------------

    async def _until_something_happens(self) -> None:
        """Wait for a nudge, a finished sending, a limit that opens, the stop, or the next look."""
        if self._under_way:
            await self._wake.wait()
            return
        if not self._nudged and not self._done:
            try:
                async with asyncio.timeout(self._patience()):
                    await self._wake.wait()
            except TimeoutError:
                self._nudged = True
        if self._done and not self._nudged and len(self._done) < len(self._sending):
            await asyncio.sleep(LINGER)

    def _patience(self) -> float:
        now = asyncio.get_running_loop().time()
        waits = [self.limits.wait(row.delivery, now) for row in self._held.values()]
        if len(self._sending) >= self._slots:
            waits = []
        return min([self._poll, *(max(0.001, wait) for wait in waits)])

    async def _drain(self) -> None:
        """Let what is in flight arrive and be marked; what is only held goes back."""
        self._returned += [row.id for row in self._held.values()]
        self._held.clear()
        if self._sending:
            await asyncio.wait(self._sending.values(), timeout=DRAIN)
        while self._under_way:
            self._wake.clear()
            await self._wake.wait()
        await self._turn(taking=False)
