"""The dispatcher's errands in transactions of others: earlier, and never at their expense."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.model.outbox import Delivery, Fate, Queued, Report
from bot.usecases.errands import Errand, Ride, Sent
from bot.usecases.limits import UNLIMITED
from bot.usecases.ports import Work
from bot.usecases.unit import Unit
from tests.usecases.telephone import Office, letter, office, sent

Doing = Callable[[Unit], None]


def nothing(_: Unit) -> None:
    """Nothing else is done in the transaction."""


async def transaction(here: Office, *letters: Delivery, also: Doing = nothing) -> Ride | None:
    """Put something into the outbox as the intake does, with the dispatcher's errand."""
    ride = here.dispatcher.board()

    def unit(work: Work) -> None:
        made = here.county.unit_of(work)
        made.work.outbox.put(letters, made.now)
        if ride is not None:
            ride.carry_out(made)
        also(made)

    running = asyncio.ensure_future(here.runner.run(unit))
    if ride is not None:
        running.add_done_callback(ride.ended)
    await asyncio.gather(running, return_exceptions=True)
    return ride


def beside(here: Office, doing: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run the dispatcher, without looking by itself, while `doing`."""

    async def life() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(here.dispatcher.run(stop))
        async with asyncio.timeout(10):
            await until(lambda: not here.dispatcher._under_way and not here.dispatcher._nudged)
            await doing()
        stop.set()
        await running

    asyncio.run(life())


def errands_of(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """For each errand from now on: who carried it out, and how many marks it had."""
    seen: list[tuple[str, int]] = []
    real = Errand.carry_out

    def carry_out(errand: Errand, unit: Unit) -> list[Queued]:
        seen.append((threading.current_thread().name, len(errand.sent)))
        return real(errand, unit)

    monkeypatch.setattr(Errand, "carry_out", carry_out)
    return seen


async def until(happened: Callable[[], object]) -> None:
    while not happened():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0.001)


def test_what_a_transaction_puts_leaves_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with office(poll=60.0) as here:

        async def doing() -> None:
            errands = errands_of(monkeypatch)
            ride = await transaction(here, letter("one"))
            await asyncio.sleep(0)
            assert ride is not None
            assert here.telephone.texts == ["one"]
            assert len(errands) == 1, "nothing was taken by a transaction of its own"
            await until(lambda: here.waiting() == 0)

        beside(here, doing)
        assert here.telephone.texts == ["one"]


def test_marks_ride_along_and_a_lane_goes_on_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.usecases.deliver.LINGER", 0.2)
    with office(poll=60.0) as here:

        async def doing() -> None:
            held = asyncio.Event()
            here.telephone._answer = lambda row: (
                _when(held, row) if row.delivery.chat == 2 else sent(row)
            )
            await transaction(here, letter("one", 1), letter("two", 1), letter("long", 2))
            await until(lambda: here.dispatcher._done)
            errands = errands_of(monkeypatch)
            await transaction(here, letter("three", 3))
            assert errands[0][1] == 1, "the mark of the first letter went along"
            await until(lambda: "two" in here.telephone.texts)
            held.set()
            await until(lambda: here.waiting() == 0)

        beside(here, doing)
        assert here.telephone.texts.index("one") < here.telephone.texts.index("two")
        assert len(here.telephone.texts) == 4


async def _when(event: asyncio.Event, row: Queued) -> Report:
    await event.wait()
    return sent(row)


def test_a_transaction_that_fails_leaves_everything_to_the_dispatcher() -> None:
    """A mark that cannot be committed keeps no update from being: the next one goes alone."""
    with office(poll=60.0) as here:

        def fails(_: Unit) -> None:
            raise ValueError("not today")

        async def doing() -> None:
            here.put(letter("before"))
            ride = await transaction(here, letter("lost with it"), also=fails)
            assert ride is not None
            assert here.dispatcher.board() is None
            await until(lambda: here.waiting() == 0)
            await until(lambda: not here.dispatcher._alone)
            await transaction(here, letter("after"))
            await until(lambda: here.waiting() == 0)

        beside(here, doing)
        assert here.telephone.texts == ["before", "after"]


def test_what_has_consequences_for_a_case_is_not_marked_by_others() -> None:
    with office(poll=60.0) as here:
        plain, answering = (
            Queued(number, f"lane {number}", letter("x", ticket=ticket, item=1, person="p"), 0, 0)
            for number, ticket in ((1, None), (2, "ABCDEF"))
        )

        async def doing() -> None:
            for row, fate in ((plain, Fate.SENT), (answering, Fate.SENT), (plain, Fate.DEAD)):
                here.dispatcher._done.append(_sent(row, fate))
            ride = here.dispatcher.board()
            assert ride is not None
            assert [one.report.fate for one in ride._errand.sent] == [Fate.SENT]
            assert [one.queued.id for one in ride._errand.sent] == [1]

        asyncio.run(doing())


def _sent(row: Queued, fate: Fate) -> Any:
    return Sent(row, Report(row.id, fate, message_id=row.id))


def test_nothing_is_sent_after_the_end_though_a_ride_came_late() -> None:
    with office(poll=60.0) as here:
        goes_on = threading.Event()

        def waits(_: Unit) -> None:
            assert goes_on.wait(10)

        async def life() -> None:
            stop = asyncio.Event()
            running = asyncio.create_task(here.dispatcher.run(stop))
            await until(lambda: not here.dispatcher._nudged and not here.dispatcher._under_way)
            late = asyncio.create_task(transaction(here, letter("late"), also=waits))
            await asyncio.sleep(0)
            stop.set()
            await until(lambda: here.dispatcher._ends)
            assert here.dispatcher.board() is None
            goes_on.set()
            await running
            await late

        asyncio.run(life())
        assert here.telephone.texts == []
        assert here.waiting() == 1
        here.dispatcher = here.new_dispatcher(UNLIMITED, 16, 0.01)
        here.run()
        assert here.telephone.texts == ["late"]
