"""The dispatcher: order in a lane, slots that are free only after the commit, limits, endings."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.model.outbox import Act, Channel, Delivery, Fate, Queued, Report
from bot.model.phrases import Block, Phrase
from bot.model.turns import Message
from bot.store.runner import ThreadRunner
from bot.usecases import deliver
from bot.usecases.deliver import Dispatcher
from bot.usecases.limits import UNLIMITED, Limits, Rates
from bot.usecases.ports import NotCommitted, Work
from tests.usecases.county import PERSON_CHAT, County, HandClock

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
        slots: int = 16,
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


def test_lanes_keep_their_order_and_do_not_wait_for_each_other() -> None:
    with office() as here:
        for number in range(20):
            here.put(*(letter(f"{chat}-{number}", chat) for chat in range(1, 6)))
        here.run()
        for chat in range(1, 6):
            mine = [text for text in here.telephone.texts if text.startswith(f"{chat}-")]
            assert mine == [f"{chat}-{number}" for number in range(20)]
        assert here.telephone.most_busy > 1


def test_never_more_in_flight_than_slots() -> None:
    with office(slots=4) as here:
        here.put(*(letter(str(chat), chat) for chat in range(1, 60)))
        here.run()
        assert here.telephone.most_busy == 4
        assert len(here.telephone.given) == 59


def test_a_lane_is_busy_until_its_mark_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    with office() as here:
        here.put(letter("one"), letter("two"))
        real, broken = here.dispatcher._commit, [3]

        def commit(work: Work, marks: Any, busy: Any, limit: Any) -> Any:
            if marks and broken[0]:
                broken[0] -= 1
                raise NotCommitted
            if marks and text_of(marks[0].queued.delivery) == "one":
                assert here.telephone.texts == ["one"]
            return real(work, marks, busy, limit)

        monkeypatch.setattr(here.dispatcher, "_commit", commit)
        monkeypatch.setattr(deliver, "_AFTER_ERROR", 0.01)
        here.run()
        assert here.telephone.texts == ["one", "two"]


def test_after_a_kill_no_more_is_repeated_than_was_in_flight() -> None:
    slots = 5
    with office(slots=slots) as here:
        here.put(*(letter(f"{chat}-{n}", chat) for n in range(10) for chat in range(1, 11)))

        async def life() -> None:
            stop = asyncio.Event()
            running = asyncio.create_task(here.dispatcher.run(stop))
            while len(here.telephone.given) < 37:
                assert not running.done()
                await asyncio.sleep(0)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        asyncio.run(life())
        here.dispatcher = here.new_dispatcher(UNLIMITED, 16, 0.01)
        here.run()
        texts = here.telephone.texts
        assert len(set(texts)) == 100
        assert len(texts) - 100 <= slots
        for chat in range(1, 11):
            firsts = list(dict.fromkeys(text for text in texts if text.startswith(f"{chat}-")))
            assert firsts == [f"{chat}-{n}" for n in range(10)]


@pytest.mark.parametrize("fate", [Fate.NOT_SENT, Fate.UNKNOWN])
def test_what_did_not_surely_arrive_is_sent_again_in_order(fate: Fate) -> None:
    failures = iter([True, True])

    def answer(queued: Queued) -> Report:
        if text_of(queued.delivery) == "one" and next(failures, False):
            return Report(queued.id, fate, retry_at=here.county.clock.now())
        return sent(queued)

    with office(answer) as here:
        here.put(letter("one"), letter("two"))
        here.run()
        assert here.telephone.texts == ["one", "one", "one", "two"]
        assert [queued.attempts for queued in here.telephone.given] == [0, 1, 2, 0]
        assert here.figure("send_unknown") == (2 if fate is Fate.UNKNOWN else 0)


def test_the_dead_do_not_hold_up_the_living() -> None:
    def answer(queued: Queued) -> Report:
        if text_of(queued.delivery) == "bad":
            return Report(queued.id, Fate.DEAD, reason="permanent")
        return sent(queued)

    with office(answer) as here:
        here.put(letter("bad"), letter("good"))
        here.run()
        assert here.telephone.texts == ["bad", "good"]
        assert here.figure("send_dead") == 1


def test_a_mistake_of_ours_in_one_message_is_given_up_after_three_times() -> None:
    def answer(queued: Queued) -> Report:
        if text_of(queued.delivery) == "bad":
            raise KeyError("SecretCanary")
        return sent(queued)

    with office(answer, speed=100) as here:
        here.put(letter("bad"), letter("good"), letter("other", chat=2))
        here.run()
        assert here.telephone.texts.count("bad") == 3
        assert {"good", "other"} <= set(here.telephone.texts)


def test_no_exception_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def answer(queued: Queued) -> Report:
        raise KeyError("SecretCanary")

    with office(answer, speed=100) as here:
        here.put(letter("bad"))
        here.run()
    assert "KeyError" in caplog.text
    assert "SecretCanary" not in caplog.text


def test_a_channel_nobody_serves_is_dead_at_once() -> None:
    with office() as here:
        here.put(Delivery(Channel.MAIL, Act.SEND, "de", letter("x").message, address="a@b.example"))
        here.run()
        assert here.telephone.given == []
        assert here.figure("send_dead") == 1


def test_an_unreachable_person_is_told_to_the_caseworkers() -> None:
    def answer(queued: Queued) -> Report:
        return Report(queued.id, Fate.DEAD, unreachable=True, reason="unreachable")

    with office(answer) as here:
        here.county.ticket()
        chat = PERSON_CHAT + sum(b"person-1")
        here.put(letter("one", chat, person="person-1"), letter("two", chat, person="person-1"))
        here.run()
        assert not here.county.now_is().reachable
        assert "unreachable" in here.county.trail()
        assert here.telephone.texts == ["one"], "what waits for the person is given up"


def test_a_menu_that_had_to_be_sent_anew_is_remembered() -> None:
    with office() as here:
        here.county.ticket()
        chat = PERSON_CHAT + sum(b"person-1")
        here.put(letter("menu", chat, act=Act.EDIT, message_id=999, person="person-1"))
        here.run()
        assert here.county.conversation().menu == here.telephone.given[0].id


def test_what_follows_may_fail_without_holding_up_the_marks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(unit: Any, one: Any) -> None:
        if text_of(one.queued.delivery) == "bad":
            raise RuntimeError

    monkeypatch.setattr(deliver, "follow", broken)
    with office() as here:
        here.put(letter("bad"), letter("after"), letter("other", 2))
        here.run()
        assert sorted(here.telephone.texts) == ["after", "bad", "other"]


def test_urgent_ones_overtake_but_not_in_their_lane() -> None:
    with office(slots=1) as here:
        here.put(*(letter(f"n{chat}", chat) for chat in range(10, 40)))
        here.put(letter("first", 1), letter("alarm", 1, urgent=True))
        here.run()
        texts = here.telephone.texts
        assert texts.index("first") < texts.index("alarm") < 3


def test_a_nudge_is_quicker_than_the_next_look() -> None:
    with office(poll=30.0) as here:

        async def life() -> float:
            stop = asyncio.Event()
            running = asyncio.create_task(here.dispatcher.run(stop))
            await asyncio.sleep(0.05)
            before = asyncio.get_running_loop().time()
            here.put(letter("hello"))
            here.dispatcher.nudge()
            await here.telephone.rang.wait()
            stop.set()
            await running
            return here.telephone.at[0] - before

        assert asyncio.run(life()) < 1.0


def test_a_stop_waits_for_what_is_in_flight_and_marks_it() -> None:
    async def slowly(queued: Queued) -> Report:
        await asyncio.sleep(0.1)
        return sent(queued)

    with office(slowly, slots=3) as here:
        here.put(*(letter(str(chat), chat) for chat in range(1, 9)))
        here.run(until=lambda: here.telephone.given)
        marked = 8 - here.waiting()
        assert marked == len(here.telephone.given) == 3


def test_a_pause_for_one_chat_leaves_the_others_alone() -> None:
    paused: list[datetime] = []

    def answer(queued: Queued) -> Report:
        now = here.county.clock.now()
        if queued.delivery.chat == 1 and not paused:
            paused.append(now)
            return Report(
                queued.id, Fate.NOT_SENT, retry_at=now + timedelta(seconds=0.3), reason="too_many"
            )
        return sent(queued)

    with office(answer) as here:
        here.put(letter("one", 1), letter("two", 1))
        here.put(*(letter(str(chat), chat) for chat in range(2, 40)))
        here.run()
        times = dict(zip(here.telephone.texts, here.telephone.at, strict=True))
        assert times["one"] - min(here.telephone.at) >= 0.29
        assert times["39"] < times["one"]
        assert here.telephone.texts[-2:] == ["one", "two"]


def test_the_whole_group_pauses_when_one_topic_is_too_fast() -> None:
    codes = iter(("B", "C"))

    def topic(code: str) -> Delivery:
        return Delivery(Channel.ROOM, Act.SEND, "de", letter("x").message, ticket=code)

    def answer(queued: Queued) -> Report:
        if queued.delivery.ticket == "A" and queued.attempts == 0:
            here.put(*map(topic, codes))
            later = here.county.clock.now() + timedelta(seconds=0.3)
            return Report(queued.id, Fate.NOT_SENT, retry_at=later, reason="too_many")
        return sent(queued)

    with office(answer) as here:
        here.put(topic("A"))
        here.run()
        assert len(here.telephone.at) == 4
        assert here.telephone.at[1] - here.telephone.at[0] >= 0.29


def test_the_bot_as_a_whole_stays_below_its_limit() -> None:
    with office(rates=Rates(total=100, total_burst=2), slots=50) as here:
        here.put(*(letter(str(chat), chat) for chat in range(1, 61)))
        here.run()
        at = sorted(here.telephone.at)
        assert at[-1] - at[0] >= 58 / 100 * 0.97
        in_a_window = max(sum(t <= s < t + 0.2 for s in at) for t in at)
        assert in_a_window <= 22 + 1


def test_one_chat_stays_below_its_limit_and_lets_others_pass() -> None:
    with office(rates=replace(UNLIMITED, chat=20.0, chat_burst=3.0)) as here:
        here.put(*(letter(f"a{number}", 1) for number in range(9)))
        here.put(*(letter(f"b{chat}", chat) for chat in range(2, 9)))
        here.run()
        mine = [
            t
            for t, text in zip(here.telephone.at, here.telephone.texts, strict=True)
            if text[0] == "a"
        ]
        assert mine[-1] - mine[0] >= 6 / 20 * 0.97
        gaps = [later - earlier for earlier, later in pairwise(mine[2:])]
        assert min(gaps) > 0.03
        others = [
            t
            for t, text in zip(here.telephone.at, here.telephone.texts, strict=True)
            if text[0] == "b"
        ]
        assert max(others) < mine[4]


def test_a_store_that_is_away_for_a_moment_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "_AFTER_ERROR", 0.01)
    with office() as here:
        here.put(*(letter(str(number), 1) for number in range(10)))
        real, calls = here.dispatcher._commit, [0]

        def commit(*arguments: Any) -> Any:
            calls[0] += 1
            if calls[0] % 3 == 0:
                raise NotCommitted
            return real(*arguments)

        monkeypatch.setattr(here.dispatcher, "_commit", commit)
        here.run()
        assert here.telephone.texts == [str(number) for number in range(10)]


def test_limits_are_telegrams() -> None:
    rates = Rates()
    assert rates.total + rates.total_burst < 31
    assert rates.chat <= 1
    assert rates.group * 60 + rates.group_burst <= 20


def test_limits_forget_the_idle_and_remember_the_busy() -> None:
    limits = Limits(Rates())
    for chat in range(1, 10_002):
        limits.take(letter("x", chat), now=0.0)
    limits.take(letter("x", 77), now=1000.0)
    limits.forget_idle(now=1000.0)
    assert set(limits._buckets) <= {"", "77"}


def test_edits_and_command_lists_take_nothing_from_the_chat() -> None:
    limits = Limits(Rates(total=1e9, total_burst=1e9))
    for _ in range(50):
        edit = letter("x", act=Act.EDIT, message_id=5)
        assert limits.wait(edit, 0.0) == 0
        limits.take(edit, 0.0)
    for _ in range(4):
        limits.take(letter("x"), 0.0)
    assert limits.wait(letter("x"), 0.0) == pytest.approx(1.0)
    assert limits.wait(letter("x", 2), 0.0) == 0
