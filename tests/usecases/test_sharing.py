"""Several processes send for one bot: together they keep Telegram's limits, come who may."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.model.outbox import Channel, Delivery, Fate, Queued, Report
from bot.usecases.deliver import Dispatcher
from bot.usecases.limits import ROOM, UNLIMITED, Limits, Rates, chat_key
from bot.usecases.ports import NotCommitted
from bot.usecases.sharing import ASK_EVERY, share_pace
from tests.benchmarks.limits import (
    BOT_A_SECOND,
    CHAT_A_SECOND,
    GROUP_A_MINUTE,
    answers,
    crowd,
    in_group,
    most_within,
    share_used,
)
from tests.benchmarks.virtual import BEGIN, Inline, lived
from tests.databases import opened
from tests.usecases.county import County

CALL = 0.1
"""Seconds a call to Telegram takes."""


@dataclass
class Town:
    """Replicas of one bot on a database at `url`, on virtual time."""

    url: str
    calls: list[tuple[float, str]] = field(default_factory=list)

    async def send(self, queued: Queued) -> Report:
        self.calls.append((asyncio.get_running_loop().time(), chat_key(queued.delivery)))
        await asyncio.sleep(CALL)
        return Report(queued.id, Fate.SENT, message_id=queued.id)

    async def replica(self, begin: float, end: float) -> None:
        """Send what waits, from second `begin` to second `end`."""
        loop: Any = asyncio.get_running_loop()
        await asyncio.sleep(begin)
        with opened(self.url) as store:
            county, stop = County(store=store), asyncio.Event()
            county.clock.now = loop.now  # type: ignore[method-assign]
            runner, carriers = Inline(store), {Channel.CHAT: self, Channel.ROOM: self}
            dispatcher = Dispatcher(runner, county.unit_of, carriers, county.clock)
            async with asyncio.TaskGroup() as group:
                group.create_task(share_pace(runner, dispatcher.limits, stop))
                group.create_task(dispatcher.run(stop))
                await asyncio.sleep(end - begin)
                stop.set()

    def live(self, waiting: Sequence[Delivery], *replicas: tuple[float, float]) -> None:
        with opened(self.url) as store, store.transaction() as work:
            work.outbox.put(waiting, BEGIN)

        async def all_of_them() -> None:
            await asyncio.gather(*(self.replica(*one) for one in replicas))

        lived(lambda _: all_of_them())

    def times(self, begin: float, end: float, key: str | None = None) -> list[float]:
        """When something was sent (to `key`) within these seconds, from their beginning on."""
        return [
            at - begin for at, to in sorted(self.calls) if begin <= at < end and key in (None, to)
        ]


def letters(people: int) -> list[Delivery]:
    return [one.delivery for one in crowd(people)]


def test_replicas_together_keep_the_bots_pace_while_they_come_and_go(postgres_url: str) -> None:
    """30 a second whoever sends, in every second, and nearly all of it is used."""
    town = Town(postgres_url)
    town.live(letters(800), (0, 25), (5, 17))
    assert most_within(town.times(0, 25), 1.0) <= BOT_A_SECOND
    for begin, end in ((0, 5), (10, 17), (20, 25)):
        assert share_used(town.times(begin, end), BOT_A_SECOND, end - begin) >= 0.95, begin


@pytest.mark.parametrize("number", [2, 4])
def test_replicas_together_keep_what_a_group_and_a_chat_may_get(
    postgres_url: str, number: int
) -> None:
    town = Town(postgres_url)
    room = [one.delivery for one in in_group(25, each=2)]
    chat = [one.delivery for one in answers([1], each=150)]
    town.live(room + chat, *((0, 130) for _ in range(number)))
    in_room = town.times(60, 130, ROOM)
    assert most_within(in_room, 60.0) <= GROUP_A_MINUTE
    assert share_used(in_room, GROUP_A_MINUTE / 60, 70) >= 0.85
    assert len(town.times(60, 130, chat_key(chat[0]))) <= 71 * CHAT_A_SECOND


def test_who_joins_others_lets_them_ask_first(postgres_url: str) -> None:
    """Meanwhile it takes nothing, so the others go on at their share."""
    town = Town(postgres_url)
    town.live(letters(350), (0, 15), (9, 15))
    before, meanwhile, after = (
        len(town.times(begin, begin + 1)) for begin in (8, 9 + ASK_EVERY, 9 + 2 * ASK_EVERY)
    )
    assert (before, meanwhile, after) == pytest.approx((29, 14, 29), abs=1.5)


def test_who_ends_gives_back_what_it_held(postgres_url: str) -> None:
    """A rolling restart delays nobody: the others send at once what one had taken."""
    town = Town(postgres_url)
    town.live([one.delivery for one in answers(range(1, 151))], (0, 2), (2, 10))
    assert sorted(int(key) for _, key in town.calls) == list(range(1, 151))


def test_who_is_alone_waits_for_nobody(postgres_url: str) -> None:
    town = Town(postgres_url)
    town.live(letters(3), (0, 5))
    assert [at for at, _ in town.calls] == pytest.approx([0.0] * 3, abs=0.1)


def test_a_share_stays_while_the_database_answers_nobody() -> None:
    answers: Iterator[NotCommitted | str] = iter(
        [NotCommitted("down"), "abc", NotCommitted("down"), "ab"]
    )
    limits, stop, seen = Limits(), asyncio.Event(), list[float]()

    class Runner:
        async def run(self, unit: Any) -> Any:
            seen.append(limits._new("", 0.0).rate)
            found = next(answers, None)
            if isinstance(found, NotCommitted):
                raise found
            if found is None:
                stop.set()
            return frozenset(found or "ab")

    lived(lambda _: share_pace(Runner(), limits, stop))
    assert seen == pytest.approx([28.9, 28.9, 28.9 / 3, 28.9 / 3, 14.45])


def test_limits_that_are_off_need_no_sharing() -> None:
    limits = Limits(UNLIMITED)
    lived(lambda _: share_pace(Inline(County().store), limits, asyncio.Event()))
    assert limits.rates.shared(5) is UNLIMITED
    assert limits.wait(letters(1)[0], 0.0) == 0.0


def test_a_crowd_of_replicas_still_sends() -> None:
    rates = Rates().shared(50)
    assert min(rates.total, rates.group_minute, rates.chat) > 0
