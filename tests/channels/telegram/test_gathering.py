"""Updates that come one by one: alone they wait for nobody, in a crowd they go together."""

from collections.abc import Callable
from typing import TypeVar

from bot.channels.telegram.batch import Reader
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import CROWD, GATHER, Intake
from bot.usecases.ports import Work
from bot.usecases.room import Door
from tests.benchmarks.virtual import Inline, VirtualLoop, lived
from tests.botapi.samples import samples
from tests.channels.telegram.office import office

T = TypeVar("T")


class Hall(Inline):
    """An intake whose transactions are counted; they take no time, and time passes at once."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.house = office()
        super().__init__(self.house.store)
        self.transactions = 0
        reader = Reader(Me(7_600_000_001, "lotse_test_bot"), Door())
        self.intake = Intake(self, self.house.unit_of, loop, reader, lambda _: None)
        self.loop = loop

    async def run(self, unit: Callable[[Work], T]) -> T:
        self.transactions += 1
        return await super().run(unit)

    async def come(self, numbers: range, apart: float = 0.0) -> int:
        """Bring an update of each of `numbers`; returns how many transactions they took."""
        before = self.transactions
        begun = []
        for number in numbers:
            body = {**samples(number)["message/text"], "update_id": number}
            begun.append(self.loop.create_task(self.intake.submit(body)))
            if apart:
                await _passed(self.loop, apart)
        for one in begun:
            await one
        return self.transactions - before


async def _passed(loop: VirtualLoop, seconds: float) -> None:
    waiting = loop.create_future()
    loop.call_later(seconds, waiting.set_result, None)
    await waiting


def test_who_comes_alone_does_not_wait() -> None:
    async def life(loop: VirtualLoop) -> tuple[int, float]:
        hall = Hall(loop)
        return await hall.come(range(1, 4), apart=GATHER / 10), loop.time()

    transactions, passed = lived(life)
    assert transactions == 3
    assert passed < GATHER


def test_after_a_crowd_the_next_ones_gather() -> None:
    async def life(loop: VirtualLoop) -> tuple[int, int, int]:
        hall = Hall(loop)
        crowd = await hall.come(range(1, CROWD + 1))
        few = await hall.come(range(100, 103), apart=GATHER / 10)
        return crowd, few, await hall.come(range(200, 203), apart=GATHER / 10)

    assert lived(life) == (1, 1, 3)
