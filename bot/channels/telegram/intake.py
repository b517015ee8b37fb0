"""The way in: whatever waits is one transaction, and only then confirmed to Telegram.

Polling and webhook both end here. An update is committed with its effects, or put into
quarantine with a way on for its person, or not confirmed at all. What an update means is read
by `incoming`, what a transaction does is in `batch`.
"""

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.channels.telegram import batch
from bot.channels.telegram.batch import Answer, Done, Reader
from bot.channels.telegram.incoming import Malformed, incoming, private_sender, query_id
from bot.channels.telegram.throttle import Pass, Throttle
from bot.model import wording
from bot.model.records import Incoming
from bot.usecases.errands import Ride
from bot.usecases.mishaps import described
from bot.usecases.ports import Clock, Contradicted, NotCommitted, Runner, Work
from bot.usecases.unit import Unit

LARGEST_BATCH: Final = 64
MOST_WAITING: Final = 1000
"""Updates that wait for their transaction; more are refused until there is room."""

CROWD: Final = 4
GATHER: Final = 0.015
"""After a batch of so many the next waits so many seconds for company: what a transaction costs by
itself is shared by more. Whoever comes alone does not wait."""

CAREFUL: Final = 200
"""Updates handled one by one after an unclean stop: more than can have been in flight."""

MOST_JUDGED: Final = 10_000
"""Updates of which is remembered what they were judged: more than Telegram brings anew."""

TRIES: Final = 3
TRIES_OF_STORE: Final = 5
RUNNING: Final = "telegram/running"
"""Note: the names of the processes that run. One that is gone did not stop cleanly."""

log = logging.getLogger(__name__)


class Overloaded(Exception):
    """Too much is waiting; the update was not taken and will come again."""


@dataclass(slots=True)
class Counts:
    """What came in since the start, for health and metrics."""

    taken: int = 0
    quarantined: int = 0
    throttled: int = 0


class Intake:
    """Takes updates of one bot. `after` does what is left when a batch is committed."""

    def __init__(
        self,
        runner: Runner,
        make_unit: Callable[[Work], Unit],
        clock: Clock,
        reader: Reader,
        after: Callable[[Done], None],
        board: Callable[[], Ride | None] = lambda: None,
    ) -> None:
        """`board` lets the dispatcher's errand into the transactions of updates."""
        self.counts = Counts()
        self._runner = runner
        self._make_unit = make_unit
        self._clock = clock
        self._reader = reader
        self._after = after
        self._board = board
        self._throttle = Throttle()
        self._careful = 0
        self._verdicts: OrderedDict[int, Pass] = OrderedDict()
        self._disturbed = Counter[int]()  # tries at an update that the store undid
        self._one_at_a_time = asyncio.Lock()
        self._waiting: list[tuple[Incoming, asyncio.Future[None]]] = []
        self._worker: asyncio.Task[None] | None = None
        self._crowded = False

    async def open(self) -> None:
        """Note that we run; after an unclean stop begin carefully."""
        if await self._runner.run(_begin):
            log.warning("the last run did not end cleanly: updates are taken one by one at first")
            self._careful = CAREFUL

    async def close(self) -> None:
        """Note a clean stop, once what was waiting is done."""
        if self._worker is not None:
            await self._worker
        await self._runner.run(_end)

    async def take(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        """Return when every update is committed or in quarantine.

        Raises:
            NotCommitted: the store takes no commit. Nothing of what is left may be confirmed.

        """
        updates = [update for body in bodies if (update := _identified(body)) is not None]
        for start in range(0, len(updates), LARGEST_BATCH):
            await self._take_batch(updates[start : start + LARGEST_BATCH])

    async def submit(self, body: Mapping[str, Any]) -> None:
        """Return when this update is committed, together with others that wait meanwhile.

        Raises:
            Malformed: there is no update id.
            Overloaded, NotCommitted: the update has to come again.

        """
        update = incoming(body)
        if len(self._waiting) >= MOST_WAITING:
            raise Overloaded
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((update, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        await future

    async def _work(self) -> None:
        while self._waiting:
            if self._crowded:
                await asyncio.sleep(GATHER)
            now, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            self._crowded = len(now) >= CROWD
            try:
                await self._take_batch([update for update, _ in now])
            except Exception as error:  # noqa: BLE001 - each caller gets it
                _settle([future for _, future in now], error)
            else:
                _settle([future for _, future in now], None)

    # --- batches ------------------------------------------------------------------------

    async def _take_batch(self, updates: Sequence[Incoming]) -> None:
        async with self._one_at_a_time:
            passes = self._passes(updates)
            if self._careful <= 0 and await self._all_at_once(updates, passes):
                return
            for update in updates:
                await self._one(update, passes)
                self._careful = max(0, self._careful - 1)

    def _passes(self, updates: Sequence[Incoming]) -> dict[int, Pass]:
        """Judge who writes too much; only what differs from a plain yes is returned.

        Each update is judged once. Whoever writes is not blamed for what Telegram brings again:
        while the store takes nothing, or because our answer was lost.
        """
        now = self._clock.now().timestamp()
        for update in updates:
            if update.update_id not in self._verdicts:
                verdict = self._verdicts[update.update_id] = self._judged(update, now)
                self.counts.throttled += verdict in {Pass.NO, Pass.NO_AND_SAY_SO}
            self._verdicts.move_to_end(update.update_id)
        while len(self._verdicts) > MOST_JUDGED:
            forgotten, _ = self._verdicts.popitem(last=False)
            self._disturbed.pop(forgotten, None)
        verdicts = {one.update_id: self._verdicts[one.update_id] for one in updates}
        return {number: verdict for number, verdict in verdicts.items() if verdict is not Pass.YES}

    def _judged(self, update: Incoming, now: float) -> Pass:
        sender = private_sender(update.body)
        if sender is None:
            return Pass.YES
        if "my_chat_member" in update.body:
            return self._throttle.admit_standing(sender.telegram_id, now)
        return self._throttle.admit(sender.telegram_id, update.body, now)

    async def _all_at_once(self, updates: Sequence[Incoming], passes: Mapping[int, Pass]) -> bool:
        try:
            done = await self._run(updates, passes)
        except Exception as error:  # noqa: BLE001 - then one by one
            log.warning("a batch of %d updates is taken apart: %s", len(updates), described(error))
            return False
        self._finish(updates, done)
        return True

    async def _one(self, update: Incoming, passes: Mapping[int, Pass]) -> None:
        """Commit one update, or put it aside after `TRIES`; the count survives a kill.

        What was seen before is not tried at all: however often it comes, it is no poison.
        """
        while True:
            tries = await self._runner.run(lambda work: _tried(work, update))
            if tries is None:
                return self._finish((update,), _answered(update))
            if tries - self._disturbed[update.update_id] > TRIES_OF_STORE:
                return await self._put_aside(update, "not committed")
            try:
                done = await self._run((update,), passes)
            except Contradicted:
                raise
            except NotCommitted:
                self._disturbed[update.update_id] += 1
                raise
            except Exception as error:  # noqa: BLE001 - this update is the poison
                if tries >= TRIES:
                    return await self._put_aside(update, described(error))
            else:
                return self._finish((update,), done)

    async def _run(self, updates: Sequence[Incoming], passes: Mapping[int, Pass]) -> Done:
        senders = (private_sender(one.body) for one in updates if one.update_id in passes)
        people = {sender.telegram_id for sender in senders if sender is not None}
        answered = {person: self._throttle.answered(person) for person in people}
        ride = self._board()

        def act(work: Work) -> Done:
            unit = self._make_unit(work)
            done = batch.act(unit, updates, passes, self._reader, answered)
            if ride is not None:
                ride.carry_out(unit)
            return replace(done, taken=ride is not None)

        transaction = asyncio.ensure_future(self._runner.run(act))
        if ride is not None:
            transaction.add_done_callback(ride.ended)
        # Who is cancelled while it runs does not undo it: the ride still hears how it ended.
        return await asyncio.shield(transaction)

    def _finish(self, updates: Sequence[Incoming], done: Done) -> None:
        self._settled(updates)
        self.counts.taken += len(updates)
        self.counts.quarantined += len(done.malformed)
        for number in done.malformed:
            log.error("update %d is put into quarantine: its shape is impossible", number)
        for person, kind in done.dangers:
            self._throttle.note(person, kind)
        self._after(done)

    def _settled(self, updates: Sequence[Incoming]) -> None:
        for update in updates:
            self._disturbed.pop(update.update_id, None)

    async def _put_aside(self, update: Incoming, reason: str) -> None:
        log.error("update %d is put into quarantine: %s", update.update_id, reason)
        self.counts.quarantined += 1
        await self._runner.run(lambda work: batch.put_aside(self._make_unit(work), update, reason))
        try:
            await self._runner.run(
                lambda work: batch.write_to_sender(self._make_unit(work), update, wording.TROUBLE)
            )
        except NotCommitted:
            raise
        except Exception as error:  # noqa: BLE001 - what broke the update may break this too
            log.error("nobody could be told of it: %s", described(error))  # noqa: TRY400
        self._settled((update,))
        self._after(_answered(update))


def _tried(work: Work, update: Incoming) -> int | None:
    """Count an attempt at `update` and return how many there were; None if it was seen."""
    if not work.updates.unseen((update,)):
        return None
    return work.updates.attempts(update.update_id)


def _answered(update: Incoming) -> Done:
    """Nothing is left to do but to stop the button from spinning, if it was a press."""
    query = query_id(update.body)
    return Done((Answer(query),) if query else ())


def _begin(work: Work) -> bool:
    """Return whether a run was cut off, of this process or of one that is gone."""
    others = work.processes.alive() - {work.processes.own}
    noted = _running(work)
    work.notes.put(RUNNING, " ".join(sorted(noted & others | {work.processes.own})))
    return not noted <= others


def _end(work: Work) -> None:
    work.notes.put(RUNNING, " ".join(sorted(_running(work) - {work.processes.own})))


def _running(work: Work) -> frozenset[str]:
    return frozenset((work.notes.get(RUNNING) or "").split())


def _identified(body: Mapping[str, Any]) -> Incoming | None:
    try:
        return incoming(body)
    except Malformed:
        log.error("an update without an id was dropped")  # noqa: TRY400
        return None


def _settle(futures: Sequence[asyncio.Future[None]], error: Exception | None) -> None:
    for future in futures:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
