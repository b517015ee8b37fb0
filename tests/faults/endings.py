"""A bot that is asked to end while people write: once, and twice.

Asked once, it lets what is on its way arrive and marks it, so that the next life repeats nothing.
Asked twice, it ends at once, as if it were killed.
"""

import random  # noqa: TID251 - how much is on the way, from a seed
import signal
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import databases
from tests.faults.deeds import AT_ONCE, People
from tests.faults.forking import ForkServer
from tests.faults.judging import Judge
from tests.faults.kills import Row
from tests.faults.places import Deed
from tests.faults.town import Town, inhabited

LONGEST: Final = 10.0
"""Seconds; after these a container's runtime kills."""

SLOW: Final = (0.02, 0.3)
SLOWER: Final = (0.3, 0.6)
ENDS: Final = 10
"""In one run; every fifth is asked twice."""


@dataclass
class Ends:
    """What a row of ends found; `slowest` in seconds."""

    row: Row
    slowest: float = 0.0


def run(seed: int, folder: Path, server: ForkServer, postgres: str | None) -> Ends:
    """Ask one town's bot to end ten times, by polling or webhook as the seed says."""
    chance = random.Random(seed)  # noqa: S311
    with ExitStack() as stack:
        url = stack.enter_context(databases.empty_database(postgres)) if postgres else None
        webhook = bool(seed % 2)
        town = stack.enter_context(inhabited(folder, server, url, webhook=webhook, seed=seed))
        people = People(town, chance)
        stack.callback(people.close)
        town.recover()
        people.settle_in()
        ends = Ends(Row())
        judge = Judge(town, people)
        for number in range(ENDS):
            town.telegram.faults.latency(0.0, 0.0)
            people.make_ready(Deed.END)
            _end(ends, town, people, twice=number % 5 == 4)
            flight = town.board.in_flight if number % 5 == 4 else 0
            town.telegram.faults.latency(0.0, 0.0)
            town.recover()
            ends.row.bound += flight
            ends.row.problems += judge.look(flight)
        judge.add_to(ends.row.figures)
        return ends


def _end(ends: Ends, town: Town, people: People, *, twice: bool) -> None:
    """Everybody writes, and when some of the answers are on their way the bot is asked to end."""
    town.telegram.faults.latency(*(SLOWER if twice else SLOW))
    sent = len(town.telegram.calls_of("sendMessage"))
    people.write_all()
    on_the_way = people.chance.randint(1, AT_ONCE)
    town.telegram.wait_for(
        lambda: len(town.telegram.calls_of("sendMessage")) >= sent + on_the_way, LONGEST * 6
    )
    asked = time.monotonic()
    town.bot.ask_to_end()
    status = 0
    if twice:
        town.wait_until_asked()
        town.bot.ask_to_end()
        status = -signal.SIGTERM
    found = town.bot.ended()
    seconds = time.monotonic() - asked
    ends.slowest = max(ends.slowest, seconds)
    ends.row.figures.kills += 1
    if found != status:
        ends.row.problems.append(f"it ended with {found}:\n{town.log[-2000:]}")
    if seconds > LONGEST:
        ends.row.problems.append(f"it ended after {seconds:.1f} s")
