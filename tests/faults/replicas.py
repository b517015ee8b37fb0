"""Two webhook replicas on one PostgreSQL, one of which is killed again and again under traffic.

Telegram's connections go to one or the other; what the killed one had taken from the outbox the
next start of any of them takes over.
"""

import random  # noqa: TID251 - who is killed and when, from a seed
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests import databases
from tests.faults.board import Board
from tests.faults.deeds import People
from tests.faults.forking import Bot, ForkServer
from tests.faults.judging import Judge
from tests.faults.kills import Row
from tests.faults.lives import Life
from tests.faults.places import PLACES, Deed
from tests.faults.postgres_replicas import balanced
from tests.faults.town import PATIENCE, Town, inhabited
from tests.process.command import free_port

KILLS: Final = 10
LATENCY: Final = (0.005, 0.05)
CALLS: Final = 8
"""At most so many calls pass between a deed and a kill."""

BESIDE: Final = (Deed.WRITE, Deed.TALK, Deed.OPEN, Deed.CLAIM, Deed.ANSWER)


class Second:
    """The replica beside the town's own: its ports, its board, its lives."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self.hook, self._desk = free_port(), free_port()
        self.board = Board(town.folder / "second", tuple(PLACES))
        self.bot: Bot | None = None

    def start(self) -> None:
        own = {
            "LOTSE_DESK_BIND": f"127.0.0.1:{self._desk}",
            "LOTSE_WEBHOOK_BIND": f"127.0.0.1:{self.hook}",
        }
        life = Life(str(self._town.folder), {**self._town.settings, **own}, board="second")
        self.bot = self._town.server.start(life)

    def kill(self) -> None:
        assert self.bot is not None
        self.bot.kill()


def run(seed: int, folder: Path, server: ForkServer, postgres: str) -> Row:
    """Ten kills of one replica or the other, as the seed says."""
    chance = random.Random(seed)  # noqa: S311
    row = Row()
    with ExitStack() as stack:
        url = stack.enter_context(databases.empty_database(postgres))
        town = stack.enter_context(inhabited(folder, server, url, webhook=True, seed=seed))
        second = Second(town)
        town.hook_url = stack.enter_context(balanced((town.hook, second.hook)))
        people = People(town, chance)
        stack.callback(people.close)
        town.recover()
        people.settle_in()
        second.start()
        stack.callback(second.kill)
        judge = Judge(town, people)
        for _ in range(KILLS):
            deed = chance.choice(BESIDE)
            town.telegram.faults.latency(0.0, 0.0)
            people.make_ready(deed)
            town.telegram.faults.latency(*LATENCY)
            row.bound += (flight := _kill_one(town, second, people, chance, deed))
            row.problems += judge.look(flight)
            row.figures.kills += 1
        row.problems += map(str, town.telegram.violations)
        judge.add_to(row.figures)
    return row


def _kill_one(town: Town, second: Second, people: People, chance: random.Random, deed: Deed) -> int:
    """Kill one of the two in the middle of a deed; return what it had in flight."""
    calls = len(town.telegram.calls) + chance.randint(1, CALLS)
    people.do(deed)
    town.telegram.wait_for(lambda: len(town.telegram.calls) >= calls or town.is_quiet(), PATIENCE)
    if chance.random() < 0.5:
        second.kill()
        flight = second.board.in_flight
        second.start()
    else:
        town.kill()
        flight = town.board.in_flight
        town.start()
    town.settle()
    return flight
