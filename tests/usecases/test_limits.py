"""Token buckets and pauses: Telegram's numbers, and memory that does not grow with people."""

from math import inf

import pytest

from bot.model.outbox import Act
from bot.usecases.limits import ROOM, Limits, Rates
from tests.usecases.telephone import letter


def test_limits_are_telegrams() -> None:
    rates = Rates()
    assert rates.total <= rates.total_second <= 30
    assert rates.chat <= 1
    assert rates.group * 60 <= rates.group_minute <= 20


def test_limits_forget_the_idle_and_remember_the_busy() -> None:
    limits = Limits(Rates())
    for chat in range(1, 10_002):
        limits.take(letter("x", chat), now=0.0)
    limits.take(letter("x", 77), now=1000.0)
    limits.forget_idle(now=1000.0)
    assert set(limits._buckets) <= {"", "77"}


def test_edits_and_command_lists_take_nothing_from_the_chat() -> None:
    limits = Limits(Rates(inf, inf, inf))
    for _ in range(50):
        edit = letter("x", act=Act.EDIT, message_id=5)
        assert limits.wait(edit, 0.0) == 0
        limits.take(edit, 0.0)
    for _ in range(4):
        limits.take(letter("x"), 0.0)
    assert limits.wait(letter("x"), 0.0) == pytest.approx(1.0)
    assert limits.wait(letter("x", 2), 0.0) == 0


def test_a_message_in_several_parts_is_paid_for_afterwards() -> None:
    """Parts beyond the first are a debt of chat and bot: fault 37."""
    limits = Limits(Rates(chat=1.0, chat_burst=2.0, total=100.0, total_burst=10.0))
    limits.take(letter("long", 7), 0.0)
    for _ in range(3):
        limits.more("7", 0.0)
    assert limits.wait(letter("next", 7), 0.0) == pytest.approx(3.0)
    assert limits.wait(letter("other", 8), 0.0) == 0.0
    assert limits.wait(letter("next", 7), 3.0) == 0.0
    limits.more(ROOM, 3.0)
    assert limits.wait(letter("next", 7), 3.0) == 0.0


def test_a_group_uses_its_whole_minute_and_no_more_however_it_began() -> None:
    limits, now, sent = Limits(Rates(inf, inf, inf)), 0.0, list[float]()
    post = letter("x", -100)
    while now < 600:
        wait = limits.wait(post, now)
        if wait > 0:
            now += wait
        else:
            limits.take(post, now)
            sent.append(now)
    assert sent[:5] == pytest.approx([0, 0, 0, 0, 3])
    assert len(sent) >= 0.95 * 200
    assert all(later - first > 60 for first, later in zip(sent, sent[20:], strict=False))
    for _ in range(5):
        limits.more("-100", now)
    assert limits.wait(post, now) > 0
