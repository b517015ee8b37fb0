"""How things stand is asked by machines, and by whoever finds the address."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.desk.app import create_server
from bot.usecases.ports import Runner, Work
from tests.desk.browser import LOOP, Visitor
from tests.desk.served import parts_of
from tests.usecases.county import County

T = TypeVar("T")


@dataclass
class Counted:
    """A runner that counts what it is asked."""

    runner: Runner
    units: int = 0

    async def run(self, unit: Callable[[Work], T]) -> T:
        self.units += 1
        return await self.runner.run(unit)


def test_many_who_ask_at_once_look_once() -> None:
    """Newcomers' updates do not wait behind questions of strangers: fault 53."""
    parts = parts_of(County())
    counted = Counted(parts.runner)
    visitor = Visitor(create_server(replace(parts, runner=counted)))

    async def all_at_once() -> list[int]:
        answers = await asyncio.gather(*(visitor.client.get("/readyz") for _ in range(100)))
        return [answer.status_code for answer in answers]

    assert LOOP.run(all_at_once()) == [200] * 100
    assert counted.units < 10
    before = counted.units
    assert visitor.get("/readyz").status_code == 200
    assert counted.units == before + 1, "each answer is of now"
