"""A hundred kills of the real command under traffic: nothing lost, doubled or out of order.

The command is killed after a number of calls chosen by a seed, so each kill comes at another point
of receiving, committing, sending and marking. It is started again at once, on the same data.
"""

import random  # noqa: TID251 - moments to kill, from a seed
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from tests.botapi import BotApiServer
from tests.process.command import Command, running
from tests.process.correspondence import Correspondent, judged
from tests.process.newcomers import NATIVE_NAMES, TO_THE_SUMMARY, Newcomer, begin, walk

KILLS = 10
"""In each of ten pieces, so that workers share them."""

NEWCOMERS = 12
SENDS_IN_FLIGHT = 16
LATENCY = (0.02, 0.25)
START = 180.0


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_kills_under_traffic(
    telegram: BotApiServer,
    tmp_path: Path,
    webhook: bool,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    """Killed at any call: fault 1, fault 2, fault 5, fault 7, fault 8."""
    chance = random.Random(seed)  # noqa: S311
    command = Command(tmp_path / "data", telegram, webhook=webhook)
    with running(command):
        people = correspondents(telegram, chance)
        telegram.faults.latency(*LATENCY)
        for round_ in range(KILLS):
            calls = len(telegram.calls)
            for one in people:
                one.go_on(round_)
            to_come = sum(one.unanswered for one in people)
            kill_after(telegram, command, calls + chance.randint(1, 2 + to_come))
            command.start()
        telegram.wait_until_confirmed(START)
        command.wait_until_sent()
        assert command.stop() == 0
    telegram.assert_clean()
    with command.store() as store, store.transaction() as work:
        assert work.outbox.waiting() == 0
        figures = judged(KILLS, people, work)
    record_property("figures", f"{'webhook' if webhook else 'polling'} {seed}: {figures}")
    assert (figures.lost, figures.doubled, figures.inverted) == (0, 0, 0), figures
    assert figures.duplicates <= KILLS * SENDS_IN_FLIGHT, figures


def correspondents(telegram: BotApiServer, chance: random.Random) -> list[Correspondent]:
    """A dozen people of all languages who have agreed and see the summary of their case."""
    languages = cycle(NATIVE_NAMES)
    newcomers = [
        Newcomer.arrived(telegram, f"N{number}", next(languages)) for number in range(NEWCOMERS)
    ]
    begin(newcomers)
    walk(newcomers, *TO_THE_SUMMARY)
    return [
        Correspondent(one, chance.randrange(KILLS // 3), chance.random() < 0.5) for one in newcomers
    ]


def kill_after(telegram: BotApiServer, command: Command, calls: int) -> None:
    telegram.wait_for(lambda: len(telegram.calls) >= calls, START)
    command.kill()
