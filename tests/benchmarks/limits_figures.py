"""The figures of Telegram's limits: the scenarios of `limits`, at full size."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.model.outbox import Act
from tests.benchmarks.growth_figures import Figure
from tests.benchmarks.limits import (
    BOT_A_SECOND,
    CHAT_A_SECOND,
    GROUP_A_MINUTE,
    Planned,
    Sent,
    answers,
    asked_in_group,
    crowd,
    flooded,
    in_group,
    most_within,
    quantile,
    sent_until,
    share_used,
    taken_back,
    worst_excess,
)

USED: Final = 0.95
WAITING: Final = 5000


def figures() -> Iterator[Figure]:
    """Every limit: how much of it is used, and the fullest window."""
    yield from _bot()
    yield from _chat()
    yield from _group()
    yield from _fair()


def _sent(planned: Sequence[Planned], seconds: float) -> list[Sent]:
    with TemporaryDirectory() as folder:
        return sent_until(seconds, planned, Path(folder))


def _bot() -> Iterator[Figure]:
    times = [one.at for one in _sent(crowd(WAITING), 60)]
    used = share_used(times, BOT_A_SECOND, 60)
    yield Figure("5,000 wait: of 30 a second", used, "used", USED, at_least=True)
    yield Figure("fullest second", most_within(times, 1.0), "messages", BOT_A_SECOND)


def _chat() -> Iterator[Figure]:
    times = [one.at for one in _sent(answers([1], each=200), 120)]
    used = min(1.0, share_used(times, CHAT_A_SECOND, 120))
    yield Figure("one chat: of one a second", used, "used", USED, at_least=True)
    burst = worst_excess(times, CHAT_A_SECOND)
    yield Figure("one chat: beyond that, at once after a silence", burst, "messages", 4.0)


def _group() -> Iterator[Figure]:
    times = [one.at for one in _sent(in_group(100), 360)]
    used = share_used(times, GROUP_A_MINUTE / 60, 360)
    yield Figure("a hundred handoffs: of 20 a minute", used, "used", USED, at_least=True)
    yield Figure("fullest minute", most_within(times, 60.0), "messages", GROUP_A_MINUTE)
    asked = [asked_in_group(f"C{99 - n}-1", at=30.0 * (n + 1)) for n in range(10)]
    waits = [one.waited for one in _sent([*in_group(100), *asked], 360) if not one.delivery.item]
    longest = 4 * 60 / GROUP_A_MINUTE
    yield Figure("a command's answer beside them: longest", max(waits), "s", longest)


def _fair() -> Iterator[Figure]:
    plan = taken_back(range(1, 1001), each=5)
    for second in range(30):
        plan += answers([5000 + second], at=float(second))
    waits = [one.waited for one in _sent(plan, 32) if one.delivery.act is Act.SEND]
    yield Figure("answers beside 5,000 of no haste: p99", quantile(waits, 0.99), "s", 0.5)
    alone, beside = (
        quantile((one.waited for one in _sent(each, 40) if one.delivery.chat != 1), 0.99)
        for each in (flooded(40, flood=0), flooded(40, flood=200))
    )
    yield Figure("15 answers a second: p99", alone, "s")
    yield Figure("the same beside a chat of 200: p99", beside, "s", alone + 2 / BOT_A_SECOND)
