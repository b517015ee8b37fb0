"""More than a hundred kills under traffic: nothing lost, doubled or out of order.

Most are of forked lives of the program, which start in a blink; some are of the command as people
start it, so that nothing rests on the fork. Named places are in `tests/faults/test_failpoints.py`,
larger numbers in the campaign.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.usecases.deliver import SLOTS
from tests.botapi import BotApiServer
from tests.faults.forked import Forked
from tests.faults.forking import ForkServer
from tests.process import killing
from tests.process.command import Command
from tests.process.correspondence import Figures

KILLS = 10
KILLS_OF_THE_COMMAND = 4


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_kills_under_traffic(
    telegram: BotApiServer,
    tmp_path: Path,
    forks: ForkServer,
    webhook: bool,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    """At random moments of receiving, committing, sending and marking.

    fault 1, fault 2, fault 4, fault 5, fault 7, fault 8
    """
    command = Forked(tmp_path / "data", telegram, webhook=webhook, forks=forks)
    figures = killing.run(seed, telegram, command, KILLS)
    record_property("figures", f"{'webhook' if webhook else 'polling'} {seed}: {figures}")
    judge(figures, KILLS)


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_kills_of_the_command_as_people_start_it(
    telegram: BotApiServer,
    tmp_path: Path,
    webhook: bool,
    record_property: Callable[[str, object], None],
) -> None:
    """The whole process, from its first import on: fault 1, fault 8."""
    command = Command(tmp_path / "data", telegram, webhook=webhook)
    figures = killing.run(6, telegram, command, KILLS_OF_THE_COMMAND)
    record_property("figures", f"command, {'webhook' if webhook else 'polling'}: {figures}")
    judge(figures, KILLS_OF_THE_COMMAND)


def judge(figures: Figures, kills: int) -> None:
    assert (figures.lost, figures.doubled, figures.inverted) == (0, 0, 0), figures
    assert figures.duplicates <= kills * SLOTS, figures
