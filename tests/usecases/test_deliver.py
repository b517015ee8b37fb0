"""The dispatcher: order in a lane, slots that are free only after the commit, limits, endings."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from bot.model.outbox import Act, Channel, Delivery, Fate, Queued, Report
from bot.store.memory.outbox import MemoryOutbox
from bot.usecases import deliver, errands, handing_over
from bot.usecases.errands import Errand
from bot.usecases.limits import UNLIMITED, Rates
from bot.usecases.ports import NotCommitted
from bot.usecases.unit import Unit
from tests.usecases.county import PERSON_CHAT
from tests.usecases.telephone import letter, office, sent, text_of


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
        real, broken = Errand.carry_out, [3]

        def carry_out(errand: Errand, unit: Unit) -> Any:
            if errand.sent and broken[0]:
                broken[0] -= 1
                raise NotCommitted
            if errand.sent and text_of(errand.sent[0].queued.delivery) == "one":
                assert here.telephone.texts == ["one"]
            return real(errand, unit)

        monkeypatch.setattr(Errand, "carry_out", carry_out)
        monkeypatch.setattr(deliver, "_AFTER_ERROR", 0.01)
        here.run()
        assert here.telephone.texts == ["one", "two"]


def test_after_a_kill_no_more_is_repeated_than_was_in_flight() -> None:
    """Never more doubled than was in flight: fault 7, fault 8."""
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


def test_attempts_telegram_refused_are_no_mistakes_of_ours() -> None:
    """Two refusals and a mistake are not three mistakes: nothing is given up: faults 25, 62."""
    fates: list[Fate | Exception] = [
        Fate.NOT_SENT,
        Fate.UNKNOWN,
        *(NotCommitted() for _ in range(5)),
        KeyError(),
        KeyError(),
        Fate.SENT,
    ]

    def answer(queued: Queued) -> Report:
        fate = fates.pop(0)
        if isinstance(fate, Exception):
            raise fate
        return Report(queued.id, fate, retry_at=here.county.clock.now())

    with office(answer, speed=1000) as here:
        here.put(letter("one"))
        here.run()
        assert here.waiting() == 0
        assert here.figure("send_dead") == 0
    assert fates == []


def test_no_exception_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """An exception's text stays out of the log: fault 86."""

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
    """Told at the case, what waits is given up: fault 31."""

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


def test_who_gets_an_answer_again_is_reachable_again() -> None:
    """Telegram does not always say that somebody is back: fault 32."""
    with office() as here:
        here.county.ticket()
        with here.county.unit() as unit:
            handing_over.set_reachable(unit, "person-1", now=False)
        assert not here.county.now_is().reachable
        chat = PERSON_CHAT + sum(b"person-1")
        here.put(letter("one", chat, person="person-1", ticket="K7MX2Q", item=1))
        here.run()
        assert here.county.now_is().reachable


def test_a_mark_that_fails_twice_does_not_end_the_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows fails, and then the store takes no mark: it is marked later: fault 62."""
    real, failures = MemoryOutbox.mark, [3]

    def mark(outbox: MemoryOutbox, reports: Any, now: datetime) -> None:
        if failures[0]:
            failures[0] -= 1
            raise RuntimeError if failures[0] else NotCommitted
        real(outbox, reports, now)

    monkeypatch.setattr(deliver, "_AFTER_ERROR", 0.01)
    with office() as here:
        here.put(letter("one"), letter("two"))
        monkeypatch.setattr(MemoryOutbox, "mark", mark)
        here.run()
        assert here.telephone.texts == ["one", "two"]


def test_what_follows_may_fail_without_holding_up_the_marks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(unit: Any, one: Any) -> None:
        if text_of(one.queued.delivery) == "bad":
            raise RuntimeError

    monkeypatch.setattr(errands, "follow", broken)
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


def test_a_stop_in_the_middle_of_a_turn_does_not_wait_for_the_next_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with office(poll=3600.0) as here:
        stop, turn = asyncio.Event(), here.dispatcher._turn

        async def stopped_meanwhile(*, taking: bool) -> None:
            await turn(taking=taking)
            stop.set()
            await asyncio.sleep(0)  # whoever waits for the stop hears of it now

        monkeypatch.setattr(here.dispatcher, "_turn", stopped_meanwhile)
        asyncio.run(asyncio.wait_for(here.dispatcher.run(stop), 30))


def test_a_stop_waits_for_what_is_in_flight_and_marks_it() -> None:
    """A stop leaves nothing sent and unmarked: fault 10."""

    async def slowly(queued: Queued) -> Report:
        await asyncio.sleep(0.1)
        return sent(queued)

    with office(slowly, slots=3) as here:
        here.put(*(letter(str(chat), chat) for chat in range(1, 9)))
        here.run(until=lambda: here.telephone.given)
        marked = 8 - here.waiting()
        assert marked == len(here.telephone.given) == 3


def test_a_pause_for_one_chat_leaves_the_others_alone() -> None:
    """A pause is one chat's, and keeps its order: fault 25."""
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
    """A group's pause is every topic's: fault 25."""
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
        tolerated = 3 + 1  # the burst, and one that was begun a moment before it was seen
        for first, last in combinations(range(len(mine)), 2):
            assert last - first + 1 <= tolerated + 20 * (mine[last] - mine[first])
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
        real, calls = Errand.carry_out, [0]

        def carry_out(*arguments: Any) -> Any:
            calls[0] += 1
            if calls[0] % 3 == 0:
                raise NotCommitted
            return real(*arguments)

        monkeypatch.setattr(Errand, "carry_out", carry_out)
        here.run()
        assert here.telephone.texts == [str(number) for number in range(10)]
