"""A dispatcher with a county's store behind it and a fake telephone line before it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.model.outbox import Act, Channel, Delivery, Fate, Queued, Report
from bot.model.phrases import Block, Phrase
from bot.model.turns import Message
from bot.store.runner import ThreadRunner
from bot.usecases.deliver import SLOTS, Dispatcher
from bot.usecases.limits import UNLIMITED, Limits, Rates
from tests.usecases.county import County, HandClock

Answer = Callable[[Queued], Awaitable[Report] | Report]


class Telephone:
    """A sender that notes what it was given; `answer` says what becomes of it."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.given: list[Queued] = []
        self.at: list[float] = []
        self.busy = 0
        self.most_busy = 0
        self.rang = asyncio.Event()
        self._answer = answer

    async def send(self, queued: Queued) -> Report:
        self.given.append(queued)
        self.rang.set()
        self.at.append(asyncio.get_running_loop().time())
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            await asyncio.sleep(0.001)
            if self._answer is None:
                return sent(queued)
            answer = self._answer(queued)
            return answer if isinstance(answer, Report) else await answer
        finally:
            self.busy -= 1

    @property
    def texts(self) -> list[str]:
        return [text_of(queued.delivery) for queued in self.given]


def sent(queued: Queued) -> Report:
    return Report(queued.id, Fate.SENT, message_id=queued.id)


def text_of(delivery: Delivery) -> str:
    assert delivery.message is not None
    return delivery.message.blocks[0].phrase.key


def letter(text: str, chat: int = 1, **changes: Any) -> Delivery:
    message = Message((Block(Phrase(text)),))
    made = Delivery(Channel.CHAT, Act.SEND, "de", message, chat=chat)
    return replace(made, **changes)


class GoingClock(HandClock):
    """Goes by itself, `speed` times as fast as real time."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._started = time.monotonic()
        self._speed = speed

    def now(self) -> datetime:
        return self.moment + timedelta(seconds=(time.monotonic() - self._started) * self._speed)


class Office:
    """A county, a telephone, and a dispatcher between them."""

    def __init__(
        self,
        telephone: Telephone,
        *,
        rates: Rates = UNLIMITED,
        slots: int = SLOTS,
        poll: float = 0.01,
        speed: float = 1.0,
    ) -> None:
        self.county = County()
        self.county.clock = GoingClock(speed)
        self.telephone = telephone
        self.runner = ThreadRunner(self.county.store, 1)
        self.dispatcher = self.new_dispatcher(rates, slots, poll)

    def new_dispatcher(self, rates: Rates, slots: int, poll: float) -> Dispatcher:
        return Dispatcher(
            self.runner,
            self.county.unit_of,
            {Channel.CHAT: self.telephone, Channel.ROOM: self.telephone},
            self.county.clock,
            limits=Limits(rates),
            slots=slots,
            poll=poll,
        )

    def put(self, *deliveries: Delivery) -> None:
        with self.county.unit() as unit:
            unit.work.outbox.put(deliveries, unit.now)

    def waiting(self) -> int:
        with self.county.unit() as unit:
            return unit.work.outbox.waiting()

    def figure(self, key: str) -> int:
        with self.county.unit() as unit:
            return unit.work.figures.between(unit.today, unit.today).get(key, 0)

    def run(self, until: Callable[[], object] | None = None, seconds: float = 10.0) -> None:
        """Let the dispatcher run until nothing waits, or until `until` is true."""
        done = until or (lambda: self.waiting() == 0)

        async def life() -> None:
            stop = asyncio.Event()
            running = asyncio.create_task(self.dispatcher.run(stop))
            async with asyncio.timeout(seconds):
                while not done():
                    assert not running.done()
                    await asyncio.sleep(0.002)
            stop.set()
            await running

        asyncio.run(life())


@contextmanager
def office(answer: Answer | None = None, **options: Any) -> Iterator[Office]:
    made = Office(Telephone(answer), **options)
    yield made
    made.runner.close()
