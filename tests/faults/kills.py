"""A row of kills at named places, each judged: what `test_failpoints` and the campaign run.

`run` takes all places once, in an order and with moments of its seed's, in a few towns. After each
kill the bot lives on until everything is quiet; then the world is compared with what people did.
"""

import random  # noqa: TID251 - order and moments, from a seed
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests import databases
from tests.faults.deeds import Died, People
from tests.faults.forking import ForkServer
from tests.faults.judging import Judge
from tests.faults.places import BY_POLLING, BY_WEBHOOK, ON_SQLITE, PART, PLACES, Deed
from tests.faults.town import Town, inhabited
from tests.process.correspondence import Figures

TRIES: Final = 8
"""Deeds after which a place that is not passed is a mistake of the test."""

LATER: Final = frozenset({Deed.TALK, Deed.WRITE, Deed.OPEN})
"""Deeds that pass their places several times: the kill may come at the second."""


STATEMENTS: Final = 12
"""At least so many statements are in the migrations."""


@dataclass
class Row:
    """What a row of kills found. `bound` is how many sends were in flight at the kills."""

    figures: Figures = field(default_factory=Figures)
    bound: int = 0
    killed_at: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def run(
    seed: int, folder: Path, server: ForkServer, postgres: str | None, places: Sequence[str] = ()
) -> Row:
    """Kill at each of `places` (all by default) once, half of them by webhook as it comes."""
    chance = random.Random(seed)  # noqa: S311
    there = sorted(set(places or PLACES) - (ON_SQLITE if postgres else frozenset()))
    wanted = chance.sample(there, len(there))
    row = Row()
    for webhook in (False, True):
        only, other = (BY_WEBHOOK, BY_POLLING) if webhook else (BY_POLLING, BY_WEBHOOK)
        mine = [
            place
            for number, place in enumerate(wanted)
            if place in only or (place not in other and bool(number % 2) is webhook)
        ]
        if mine:
            _in_a_town(row, seed, folder / f"town-{webhook}", server, postgres, mine, webhook)
    return row


def _in_a_town(
    row: Row,
    seed: int,
    folder: Path,
    server: ForkServer,
    postgres: str | None,
    places: Sequence[str],
    webhook: bool,
) -> None:
    folder.mkdir()
    with ExitStack() as stack:
        url = stack.enter_context(databases.empty_database(postgres)) if postgres else None
        town = stack.enter_context(inhabited(folder, server, url, webhook=webhook, seed=seed))
        chance = random.Random(seed)  # noqa: S311
        people = People(town, chance)
        stack.callback(people.close)
        Killer(town, people, chance, row).kill_at_all(places)


@dataclass
class Killer:
    """Kills one town's bot at places and judges after each."""

    town: Town
    people: People
    chance: random.Random
    row: Row

    def kill_at_all(self, places: Sequence[str]) -> None:
        first = [place for place in PLACES if place in places]
        for place in first:
            if PLACES[place] is Deed.FIRST_START:
                self._die_starting(place)
        self.town.recover()
        self.people.settle_in()
        judge = Judge(self.town, self.people)
        self.town.telegram.faults.latency(0.001, 0.01)
        for place in places:
            if PLACES[place] is not Deed.FIRST_START:
                before = self.town.cut_off
                self._die_at(place)
                flight = self.town.cut_off - before + self.town.board.in_flight
                self.town.board.disarm()
                self.town.recover()
                self.people.send_again()
                assert not self.town.ended()
                self.row.bound += flight
                parts = judge.repeated_parts
                self.row.problems += [f"{place}: {one}" for one in judge.look(flight)]
                if place == PART and judge.repeated_parts > parts:
                    self.row.problems.append("a message in parts does not go on where it was")
        self._end(judge)

    def _die_starting(self, place: str) -> None:
        """A life that ends while it begins."""
        self.town.kill()
        many = place == "migration: half written"
        self.town.board.arm(place, self.chance.randint(1, STATEMENTS) if many else 1)
        self.town.start()
        self.town.dead()
        self._note(place)

    def _die_at(self, place: str) -> None:
        deed = PLACES[place]
        if deed is Deed.HOOKING:
            self.town.telegram.set_webhook_by_stranger("")
        if deed in {Deed.START, Deed.HOOKING}:
            self._die_starting(place)
            return
        self.people.make_ready(deed)
        self.town.board.arm(place, self.chance.randint(1, 2) if deed in LATER else 1)
        with suppress(Died):
            for _ in range(TRIES):
                self.people.do(deed)
                if self.town.ended():
                    break
                self.people.make_ready(deed)
        self._note(place)

    def _note(self, place: str) -> None:
        assert self.town.board.killed_at == place, f"{place} was not passed"
        self.row.killed_at.add(place)
        self.row.figures.kills += 1

    def _end(self, judge: Judge) -> None:
        """The last life ends as it should, and nothing was refused by our fault."""
        self.town.bot.ask_to_end()
        status = self.town.bot.ended()
        if status:
            self.row.problems.append(f"the last end was no clean one: {status}")
        self.row.problems += map(str, self.town.telegram.violations)
        judge.add_to(self.row.figures)
