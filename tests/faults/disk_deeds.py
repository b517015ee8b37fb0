"""Work on a disk that fails at the n-th write or sync: a process of its own, run by `disk_full`.

It takes updates of newcomers as the bot does, delivers, and forgets people, with the real intake,
store and SQLite. Each time another call of the disk fails. What was refused must have left nothing,
what was taken must be there once, and after the disk is mended work goes on by itself.

    python -m tests.faults.disk_deeds FOLDER SEED POSITIONS

runs under the shim of `disk` and prints an outcome as JSON.
"""

import asyncio
import errno
import json
import logging
import os
import random  # noqa: TID251 - positions, from a seed
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from bot.channels.telegram.batch import Reader
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import Intake
from bot.model.outbox import Fate, Report
from bot.model.tickets import TextItem
from bot.serving import DATA_LOST, end_at_once
from bot.store import sql
from bot.store.engine import sqlite_url
from bot.store.files import Files
from bot.store.runner import ThreadRunner
from bot.store.sound import make_sound
from bot.store.sql import open_store
from bot.usecases.ports import NotCommitted, Work
from bot.usecases.room import Door
from tests.campaign.registry import Outcome
from tests.channels.telegram.office import texts
from tests.databases import MASTER, migrate
from tests.faults.disk import FOR_EVER, ON_SYNC, ON_WRITE, Disk
from tests.playing.house import MONDAY_MORNING, House
from tests.store.examples import conversation, ticket

FAULTS: Final = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)
PEOPLE: Final = (700_000_001, 700_000_002, 700_000_003)
PASSING: Final = ("attempts", "notes")
"""Tables that a refused update may have changed: how often it was tried, whether a write goes."""

Deed = Literal["text", "sticker", "deliver", "forget"]
DEEDS: Final[tuple[Deed, ...]] = ("text", "text", "sticker", "deliver", "forget")
REFUSED: Final = 3


class Bureau:
    """The store with everything that takes updates, opened as the program opens it."""

    def __init__(self, file: Path) -> None:
        make_sound(file)
        self.store = open_store(sqlite_url(file), MASTER)
        self.runner = ThreadRunner(self.store, 1, lambda _: None, lost=end_at_once)
        self._house = House(self.store, texts=texts())
        reader = Reader(Me(1, "lotse_test_bot"), Door(fixed=False))
        self.intake = Intake(self.runner, self._house.unit_of, self, reader, lambda _: None)

    def now(self) -> Any:
        return MONDAY_MORNING

    def take(self, update: Mapping[str, Any]) -> None:
        asyncio.run(self.intake.take([update]))

    def run(self, unit: Callable[[Work], None]) -> None:
        asyncio.run(self.runner.run(unit))

    def close(self) -> None:
        self.runner.close()
        self.store.close()


class Drill:
    """One deed after the other, each with a fault somewhere in it; counts what went wrong."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311
        self._file = folder / "lotse.db"
        self._disk = Disk.of_this_process()
        self._texts: dict[int, list[str]] = {person: [] for person in PEOPLE}
        self._update = 5_000_000
        self._costs: dict[Deed, tuple[int, int]] = {}
        self._outcome = Outcome(0)
        self._fired = 0
        migrate(sqlite_url(self._file))
        self._bureau = Bureau(self._file)
        self._bureau.run(_begin)

    def run(self, positions: int) -> Outcome:
        for deed in set(DEEDS):
            self._measure(deed)
        for number in range(positions):
            deed = self._chance.choice(DEEDS)
            if number % 4 == 3:  # every fourth position is a sync
                self._with_a_failing_sync(deed)
            else:
                self._with_failing_writes(deed)
            self._judge()
        self._bureau.close()
        if self._fired < positions // 2:
            raise RuntimeError(f"only {self._fired} of {positions} positions were reached")
        return self._outcome

    # --- deeds ------------------------------------------------------------------------------

    def _prepared(self, deed: Deed) -> Callable[[Bureau], None]:
        """What is to be done; twice is once, as for an update that comes again."""
        person = self._chance.choice(PEOPLE)
        if deed == "deliver":
            return lambda bureau: bureau.run(_deliver)
        if deed == "forget":
            self._bureau.run(lambda work: work.people.save(1, conversation("gone"), MONDAY_MORNING))
            return lambda bureau: bureau.run(
                lambda work: work.people.forget("gone", MONDAY_MORNING)
            )
        self._update += 1
        content: dict[str, Any] = {"sticker": {"file_id": "a", "emoji": "b"}}
        if deed == "text":
            self._texts[person].append(f"m{self._update}")
            content = {"text": self._texts[person][-1]}
        update = message(self._update, person, content)
        return lambda bureau: bureau.take(update)

    def _measure(self, deed: Deed) -> None:
        """How many writes and syncs it takes when nothing fails."""
        do = self._prepared(deed)
        writes, syncs = self._disk.writes, self._disk.syncs
        do(self._bureau)
        self._costs[deed] = (self._disk.writes - writes, self._disk.syncs - syncs)

    # --- one position -------------------------------------------------------------------------

    def _with_failing_writes(self, deed: Deed) -> None:
        do, before = self._prepared(deed), self._rows()
        spare = self._chance.randrange(max(1, self._costs[deed][0]))
        times = self._chance.choice((1, FOR_EVER, FOR_EVER))
        fault, partly = self._chance.choice(FAULTS), self._chance.random() < 1 / 3
        self._disk.fail(ON_WRITE, fault, spare=spare, times=times, partly=partly)
        try:
            do(self._bureau)
        except NotCommitted:
            self._fired += 1
            half = self._rows() != before
            well = self._bureau.runner.well
            self._disk.mend()
            self._outcome += Outcome(1, wrong=half + well)
            do(self._bureau)
            self._outcome += Outcome(0, wrong=not self._bureau.runner.well)
        else:
            # A single failure is made good by trying again, one while the log is emptied by later.
            self._outcome += Outcome(1)
            self._fired += self._disk.failed > 0
        self._disk.mend()

    def _with_a_failing_sync(self, deed: Deed) -> None:
        """In a child, whose end is part of what is tested."""
        do = self._prepared(deed)
        self._bureau.close()
        spare = self._chance.randrange(max(1, self._costs[deed][1]))
        child = os.fork()
        if child == 0:
            os._exit(self._child(do, spare))
        _, status = os.waitpid(child, 0)
        failed, code = self._disk.failed, os.waitstatus_to_exitcode(status)
        self._disk.mend()
        self._bureau = Bureau(self._file)
        do(self._bureau)
        self._fired += failed > 0
        self._outcome += Outcome(1, wrong=code != (DATA_LOST if failed else 0))

    def _child(self, do: Callable[[Bureau], None], spare: int) -> int:
        try:
            bureau = Bureau(self._file)
            self._disk.fail(ON_SYNC, errno.EIO, spare=spare, times=1)
            do(bureau)
        except NotCommitted:
            return REFUSED
        return 0

    # --- judging ------------------------------------------------------------------------------

    def _judge(self) -> None:
        """Everything that was taken is there, once and in its order."""

        def look(work: Work) -> None:
            for person, wanted in self._texts.items():
                items = work.tickets.items(f"CASE{person}")
                there = [item.body.text for item in items if isinstance(item.body, TextItem)]
                trail = work.tickets.audit_trail(f"CASE{person}")
                case = work.tickets.load([f"CASE{person}"], None)[f"CASE{person}"]
                self._outcome += Outcome(
                    0,
                    lost=len(set(wanted) - set(there)),
                    doubled=len(there) - len(set(there)),
                    inverted=sorted(there) != there,
                    wrong=not (len(trail) == len(there) == case.version - 1),
                )
            assert work.people.conversation("gone") is None

        self._bureau.run(look)
        with closing(sqlite3.connect(self._file)) as database:
            sound = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            aside = database.execute("SELECT count(*) FROM quarantine").fetchone()[0]
        self._outcome += Outcome(0, wrong=(not sound) + aside)

    def _rows(self) -> dict[str, list[Any]]:
        """Everything in the database, but for the passing."""
        with closing(sqlite3.connect(self._file)) as database:
            names = [
                row[0]
                for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if row[0] not in PASSING
            ]
            query = "SELECT * FROM {} ORDER BY 1"
            return {name: database.execute(query.format(name)).fetchall() for name in names}


def _begin(work: Work) -> None:
    """Everybody has a case and writes to it."""
    for person in PEOPLE:
        code = f"CASE{person}"
        talk = conversation(f"person-{person}", draft=None, ticket=code)
        work.people.save(person, talk, MONDAY_MORNING)
        case = ticket(code, person=talk.person, queue="work", team="jobcenter")
        work.tickets.save(replace(case, topic="language_courses", municipality="musterstadt"))


def _deliver(work: Work) -> None:
    rows = work.outbox.take(MONDAY_MORNING, (), 16)
    work.outbox.mark([Report(row.id, Fate.SENT, 1) for row in rows], MONDAY_MORNING)


def message(update: int, person: int, content: Mapping[str, Any]) -> dict[str, Any]:
    """An update in which somebody sends something in a private chat."""
    sender = {"id": person, "is_bot": False, "first_name": "A", "language_code": "de"}
    chat = {"id": person, "type": "private", "first_name": "A"}
    about = {"message_id": update, "date": 1_790_000_000, "from": sender, "chat": chat}
    return {"update_id": update, "message": {**about, **content}}


def main() -> None:
    logging.disable(logging.CRITICAL)
    folder, seed, positions = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    if seed % 2:
        # The log is emptied into the database all the time, so that this is disturbed as well.
        vars(sql)["Files"] = partial(Files, often=1)
    print(json.dumps(asdict(Drill(folder, seed).run(positions))))  # noqa: T201 - read by `disk_full`


if __name__ == "__main__":
    main()
