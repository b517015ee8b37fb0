"""A row of kills of one command under traffic, at moments chosen by a seed.

The command is killed after a number of calls, so each kill comes at another point of receiving,
committing, sending and marking. It is started again at once, on the same data.
"""

import random  # noqa: TID251 - moments to kill, from a seed
from itertools import cycle
from typing import Final

from tests.botapi import BotApiServer
from tests.process.command import Command, running
from tests.process.correspondence import Correspondent, Figures, judged
from tests.process.newcomers import NATIVE_NAMES, TO_THE_SUMMARY, Newcomer, begin, walk

NEWCOMERS: Final = 12
LATENCY: Final = (0.02, 0.25)
START: Final = 180.0


def run(seed: int, telegram: BotApiServer, command: Command, kills: int) -> Figures:
    """Kill `command` so often, let it finish, and judge what came of it."""
    chance = random.Random(seed)  # noqa: S311
    with running(command):
        people = correspondents(telegram, chance, kills)
        telegram.faults.latency(*LATENCY)
        for round_ in range(kills):
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
        return judged(kills, people, work)


def correspondents(
    telegram: BotApiServer, chance: random.Random, kills: int
) -> list[Correspondent]:
    """A dozen people of all languages who have agreed and see the summary of their case."""
    languages = cycle(NATIVE_NAMES)
    newcomers = [
        Newcomer.arrived(telegram, f"N{number}", next(languages)) for number in range(NEWCOMERS)
    ]
    begin(newcomers)
    walk(newcomers, *TO_THE_SUMMARY)
    return [
        Correspondent(one, chance.randrange(max(1, kills // 3)), chance.random() < 0.5)
        for one in newcomers
    ]


def kill_after(telegram: BotApiServer, command: Command, calls: int) -> None:
    telegram.wait_for(lambda: len(telegram.calls) >= calls, START)
    command.kill()
