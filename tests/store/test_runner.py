import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from bot.store.memory import MemoryStore
from bot.store.runner import PAUSES, FewAtOnce, ThreadRunner
from bot.usecases.ports import NotCommitted, Store, Work
from tests.store.examples import Broken


class Disturbed:
    """A store whose first commits are lost."""

    def __init__(self, disturbances: int) -> None:
        self.inner = MemoryStore()
        self.left = disturbances

    @contextmanager
    def transaction(self) -> Iterator[Work]:
        with self.inner.transaction() as work:
            yield work
            if self.left:
                self.left -= 1
                raise NotCommitted


def noted(work: Work) -> str:
    count = int(work.notes.get("count") or 0) + 1
    work.notes.put("count", str(count))
    return str(count)


def run(store: Store, pauses: list[float]) -> str:
    runner = ThreadRunner(store, 1, pauses.append)
    try:
        return asyncio.run(runner.run(noted))
    finally:
        runner.close()


@pytest.mark.parametrize("disturbances", range(len(PAUSES) + 1))
def test_a_disturbed_unit_is_run_again_as_a_whole(disturbances: int) -> None:
    """Effects once, however often the commit is lost: fault 65."""
    pauses: list[float] = []
    assert run(Disturbed(disturbances), pauses) == "1"
    assert pauses == list(PAUSES[:disturbances])


def test_patience_ends() -> None:
    pauses: list[float] = []
    with pytest.raises(NotCommitted):
        run(Disturbed(len(PAUSES) + 1), pauses)
    assert pauses == list(PAUSES)


def test_what_the_unit_raises_comes_out_at_once() -> None:
    def broken(work: Work) -> None:
        raise Broken

    runner = ThreadRunner(MemoryStore(), 1, lambda _: pytest.fail("no pause for our own mistakes"))
    with pytest.raises(Broken):
        asyncio.run(runner.run(broken))
    runner.close()


def test_units_run_in_order_and_what_was_handed_over_is_finished(store: Store) -> None:
    runner = ThreadRunner(store, 1)

    async def everybody() -> list[str]:
        return await asyncio.gather(*(runner.run(noted) for _ in range(20)))

    assert asyncio.run(everybody()) == [str(number) for number in range(1, 21)]
    runner.close()


def test_several_threads_lose_no_update(store: Store) -> None:
    runner = ThreadRunner(store, 4)
    day = date(2026, 11, 22)

    async def everybody() -> None:
        await asyncio.gather(
            *(runner.run(lambda work: work.figures.add(day, "started", 1)) for _ in range(40))
        )

    asyncio.run(everybody())
    runner.close()
    with store.transaction() as work:
        assert work.figures.between(day, day) == {"started": 40}


def test_nobody_stands_behind_more_than_a_few_of_those_who_come_by_another_way() -> None:
    """Somebody asks the desk a thousand times at once; a newcomer's press goes on: fault 53."""
    runner = ThreadRunner(MemoryStore(), 1)
    few = FewAtOnce(runner, 2)
    order: list[str] = []

    async def everybody() -> None:
        many = [asyncio.ensure_future(few.run(lambda _: order.append("desk"))) for _ in range(1000)]
        await many[9]
        before = len(order)
        await runner.run(lambda _: order.append("newcomer"))
        assert order.index("newcomer") - before <= 2
        await asyncio.gather(*many)

    asyncio.run(everybody())
    runner.close()
    assert len(order) == 1001
