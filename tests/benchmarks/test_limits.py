"""Telegram's limits with thousands waiting: used, never exceeded, and nobody pays for others."""

from collections.abc import Callable
from pathlib import Path

from bot.model.outbox import Act
from tests.benchmarks.limits import (
    BOT_A_SECOND,
    BURST,
    CHAT_A_SECOND,
    FORTY,
    GROUP_A_MINUTE,
    answers,
    asked_in_group,
    crowd,
    flooded,
    forty_go_on,
    in_group,
    most_within,
    quantile,
    sent_until,
    share_used,
    taken_back,
    worst_excess,
)


def test_five_thousand_wait_and_the_bot_sends_as_fast_as_it_may(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """30 a second: never more in any second, and at least 95 % of it: fault 53."""
    sent = sent_until(20, crowd(5000), tmp_path)
    times = [one.at for one in sent]
    used = share_used(times, BOT_A_SECOND, 20)
    record_property("5,000 wait: share of 30 messages a second", f"{used:.3f}")
    assert most_within(times, 1.0) <= BOT_A_SECOND
    assert used >= 0.95


def test_a_slow_telegram_is_given_as_much(tmp_path: Path) -> None:
    """Each call takes a second: so many are on their way at once that 30 a second go out."""
    times = [one.at for one in sent_until(20, crowd(2000), tmp_path, takes=(1.0, 1.0))]
    assert most_within(times, 1.0) <= BOT_A_SECOND
    assert share_used(times, BOT_A_SECOND, 20) >= 0.95


def test_one_chat_gets_one_a_second_and_a_short_burst(tmp_path: Path) -> None:
    times = [one.at for one in sent_until(60, answers([1], each=90), tmp_path)]
    assert worst_excess(times, CHAT_A_SECOND) <= BURST + 1e-6
    assert share_used(times, CHAT_A_SECOND, 60) >= 0.95


def test_a_group_gets_all_of_its_minute_and_no_more(tmp_path: Path) -> None:
    """A hundred handoffs at once: 20 in any minute: fault 42."""
    times = [one.at for one in sent_until(240, in_group(50), tmp_path)]
    assert most_within(times, 60.0) <= GROUP_A_MINUTE
    assert share_used(times, GROUP_A_MINUTE / 60, 240) >= 0.95


def test_a_caseworker_is_answered_before_all_that_is_only_told_in_the_group(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Five minutes of messages wait; what stands before the answer in its topic goes first too."""
    asked = [asked_in_group(f"C{49 - n}-1", at=20.0 * (n + 1)) for n in range(9)]
    sent = sent_until(240, [*in_group(50), *asked], tmp_path)
    waits = [one.waited for one in sent if one.delivery.item is None]
    record_property("a caseworker's command beside 100 messages, s", f"{max(waits):.1f}")
    assert len(waits) == 9
    assert max(waits) < 4 * 60 / GROUP_A_MINUTE
    assert share_used([one.at for one in sent], GROUP_A_MINUTE / 60, 240) >= 0.95


def test_answers_overtake_what_nobody_waits_for(tmp_path: Path) -> None:
    plan = taken_back(range(1, 401), each=5)
    for second in range(10):
        plan += answers([5000 + second], at=float(second))
    sent = sent_until(12, plan, tmp_path)
    waits = [one.waited for one in sent if one.delivery.act is Act.SEND]
    assert len(waits) == 10
    assert max(waits) < 0.5
    assert share_used([one.at for one in sent], BOT_A_SECOND, 12) >= 0.95


def test_a_flooding_chat_costs_the_others_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Two hundred answers to one chat, and the others wait as long as without them: fault 53."""
    alone, beside = (
        quantile(
            (one.waited for one in sent_until(20, plan, tmp_path) if one.delivery.chat != 1), 0.99
        )
        for plan in (flooded(20, flood=0), flooded(20, flood=200))
    )
    record_property("p99 of others without and beside a flood, s", f"{alone:.3f} {beside:.3f}")
    assert beside <= alone + 2 / BOT_A_SECOND


def test_forty_who_go_on_and_on_cost_the_others_little(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """More answers than Telegram takes a second, and who comes anew is served first: fault 53."""
    sent = sent_until(20, forty_go_on(20), tmp_path)
    others = [one for one in sent if one.delivery.chat not in FORTY]
    crowd = [one for one in sent if one.delivery.chat in FORTY]
    waits = [one.waited for one in others if one.since >= 2]
    record_property("p99 of others beside forty who go on, s", f"{quantile(waits, 0.99):.3f}")
    assert len(others) == 40
    assert max(one.waited for one in others) < 42 / BOT_A_SECOND, "all forty are new at first"
    assert max(waits) < 0.2
    assert share_used([one.at for one in sent], BOT_A_SECOND, 15) >= 0.95
    served = [sum(one.delivery.chat == chat for one in crowd) for chat in FORTY]
    assert max(served) - min(served) <= 4, "the forty share what is left"


def test_who_goes_on_is_answered_before_what_nobody_waits_for(tmp_path: Path) -> None:
    plan = [*forty_go_on(10), *taken_back(range(5000, 6000))]
    sent = sent_until(10, plan, tmp_path)
    assert sum(one.delivery.act is Act.DELETE for one in sent) < 30
