"""Floods through the real intake and store: one person who writes very much, and very many.

Updates arrive by a schedule of their own time; the intake takes whatever has arrived, as it
does from Telegram, and time goes on by what that really took. So how long people wait is
measured without waiting a minute. What is answered is taken from the outbox, not sent: how
fast Telegram lets anybody send is another matter.
"""

import asyncio
import random  # noqa: TID251 - who writes when, from a seed
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from bot.channels.telegram.batch import Reader
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import LARGEST_BATCH, Intake
from bot.model import wording
from bot.model.outbox import Delivery
from bot.store.runner import ThreadRunner
from bot.usecases.room import Door
from tests import databases
from tests.channels.telegram.office import texts
from tests.playing.house import MONDAY_MORNING, House

FLOODER: Final = 666_000
FIRST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """Somebody writes: seconds since the beginning, who, what."""

    at: float
    who: int
    text: str = "Hallo"


@dataclass(frozen=True, slots=True)
class Flooded:
    """What became of a flood. Seconds are from arrival to the commit of the answer.

    `answers` are counts by person, `waits` counts of "please wait" by person; `order` are the
    people in the order of their answers. `remembered` is how many people the throttle knows.
    """

    updates: int
    answers: Counter[int]
    waits: Counter[int]
    order: tuple[int, ...]
    throttled: int
    remembered: int
    p99: float
    worst: float


@dataclass
class Hall:
    """A house on a SQLite file with a real intake, and time that goes as work is done."""

    url: str
    moment: datetime = MONDAY_MORNING
    _numbers: Any = field(default_factory=lambda: count(1))

    async def live(self, written: Sequence[Written], measured: set[int]) -> Flooded:
        with databases.opened(self.url) as store:
            house = House(store=store, texts=texts())
            runner = ThreadRunner(store, 1)
            reader = Reader(Me(7_600_000_001, "lotse_test_bot"), Door())
            intake = Intake(runner, house.unit_of, self, reader, lambda _: None)
            try:
                await intake.open()
                return await self._take(house, intake, sorted(written, key=_by_time), measured)
            finally:
                runner.close()

    def now(self) -> datetime:
        return self.moment

    async def _take(
        self, house: House, intake: Intake, waiting: list[Written], measured: set[int]
    ) -> Flooded:
        total, here, waits = len(waiting), 0.0, []
        said: list[Delivery] = []
        while waiting:
            here = max(here, waiting[0].at)
            batch = [one for one in waiting[:LARGEST_BATCH] if one.at <= here]
            waiting = waiting[len(batch) :]
            house.now = self.moment = MONDAY_MORNING + timedelta(seconds=here)
            begun = time.perf_counter()
            await intake.take([self._update(one) for one in batch])
            here += time.perf_counter() - begun
            waits += [here - one.at for one in batch if one.who in measured]
            said += [delivery for delivery, _ in house.sent(self._numbers)]
        waits.sort()
        told = [one for one in said if _key(one) == wording.PLEASE_WAIT]
        return Flooded(
            total,
            Counter(one.chat or 0 for one in said if one not in told),
            Counter(one.chat or 0 for one in told),
            tuple(one.chat or 0 for one in said),
            intake.counts.throttled,
            len(intake._throttle._people),
            waits[int(len(waits) * 0.99)],
            waits[-1],
        )

    def _update(self, one: Written) -> dict[str, Any]:
        number = next(self._numbers)
        person = {"id": one.who, "is_bot": False, "first_name": "A", "language_code": "de"}
        date = int((MONDAY_MORNING + timedelta(seconds=one.at)).timestamp())
        chat = {"id": one.who, "type": "private"}
        message = {"message_id": number, "date": date, "chat": chat, "from": person}
        return {"update_id": 5_000_000 + number, "message": {**message, "text": one.text}}


def _by_time(one: Written) -> float:
    return one.at


def _key(delivery: Delivery) -> str:
    return delivery.message.blocks[0].phrase.key if delivery.message else ""


def one_writes_too_much(seed: int, folder: Path, others: int = 50, messages: int = 200) -> Flooded:
    """`messages` in ten seconds from one person, one each from `others` in between."""
    chance = random.Random(seed)  # noqa: S311
    flood = [Written(10 * n / messages, FLOODER, f"Hallo {n}") for n in range(messages)]
    rest = [Written(chance.uniform(0, 10), FIRST + n) for n in range(others)]
    return _lived(folder, [*flood, *rest], {one.who for one in rest})


def many_write_at_once(seed: int, folder: Path, people: int = 5000) -> Flooded:
    """`people` who write one after the other within a minute, in no order."""
    chance = random.Random(seed)  # noqa: S311
    written = [Written(chance.uniform(0, 60), FIRST + n) for n in range(people)]
    return _lived(folder, written, {one.who for one in written})


def _lived(folder: Path, written: Sequence[Written], measured: set[int]) -> Flooded:
    empty = databases.migrated_file(folder)
    (folder / "hall").mkdir()
    url = databases.copied_file(empty, folder / "hall")
    return asyncio.run(Hall(url).live(written, measured))
