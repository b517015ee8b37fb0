"""Power cuts under the real command: what was confirmed or told to anybody is in every image.

The command runs on a disk that notes everything. Afterwards the power is cut at many moments, each
image is opened by the real store, and what Telegram and the newcomers had seen until then is looked
for in it. Then Telegram brings again what was not confirmed, and nothing may be twice.
"""

import asyncio
import errno
import random  # noqa: TID251 - moments and what survives, from a seed
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.channels.telegram.batch import Reader
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import Intake
from bot.clock import SystemClock
from bot.model.tickets import TextItem
from bot.serving import DATA_LOST
from bot.store.crypto import load_or_create_master_key
from bot.store.engine import sqlite_url
from bot.store.runner import ThreadRunner
from bot.store.sql import SqlStore, open_store
from bot.usecases.ports import Store, Work
from bot.usecases.room import Door
from bot.usecases.unit import Policy
from tests.botapi import BotApiServer
from tests.campaign.registry import Outcome
from tests.databases import migrate
from tests.faults.disk import ON_SYNC, Disk, Note, What
from tests.faults.power_images import Replayed, Survives
from tests.playing.house import House
from tests.process.command import PATIENCE, Command, running
from tests.process.correspondence import BY_ITSELF, Correspondent
from tests.process.newcomers import CODE, NATIVE_NAMES, TO_THE_SUMMARY, Newcomer, begin, walk

CAREFULLY: Final = 5
"""In one of so many images updates are taken one by one: it is slow."""

Texts = dict[int, list[str]]
"""By chat id: what the case of this newcomer holds, in order."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What happened while the power was there, each with its monotonic time.

    `updates` are all that came in, by id; `confirmed` says when everything below an id was;
    `codes` when a newcomer read the code of a case.
    """

    updates: Mapping[int, Mapping[str, Any]]
    confirmed: tuple[tuple[float, int], ...]
    codes: tuple[tuple[float, str], ...]
    texts: Texts
    notes: tuple[Note, ...]

    def confirmed_at(self, time: float) -> set[int]:
        offsets = [offset for at, offset in self.confirmed if at < time]
        return {number for number in self.updates if number < max(offsets, default=0)}

    def codes_at(self, time: float) -> set[str]:
        return {code for at, code in self.codes if at < time}


def run(seed: int, folder: Path, *, images: int, rounds: int = 6) -> Outcome:
    """Cut the power at `images` moments of one run; `cases` of the outcome are images."""
    root = folder / "data"
    truth = lived(folder, root, rounds)
    _assert_a_lying_disk_is_noticed(folder, root, truth)
    total = Outcome(0, updates=len(truth.updates))
    for number, (moment, replayed) in enumerate(_moments(truth, root, seed, images)):
        chance = random.Random(f"{seed}/{number}")  # noqa: S311
        survives = list(Survives)[number % len(Survives)]
        image = replayed.power_cut(folder / "image", survives, chance)
        total += judged(image, truth, moment, careful=number % CAREFULLY == 0)
        shutil.rmtree(image)
    return total


def _assert_a_lying_disk_is_noticed(folder: Path, root: Path, truth: Truth) -> None:
    """The instrument can fail: where syncs stop doing anything, something confirmed is missing.

    They stop when half of the updates are confirmed; the power is cut when all of them are.
    """
    middle = sorted(truth.updates)[len(truth.updates) // 2]
    lies = min(at for at, offset in truth.confirmed if offset > middle)
    moment, _ = truth.confirmed[-1]
    synced = {What.SYNCED, What.FOLDER_SYNCED}
    replayed = Replayed(root)
    for note in truth.notes:
        if note.time < moment and (note.time < lies or note.what not in synced):
            replayed.do(note)
    image = replayed.power_cut(folder / "image", Survives.NOTHING, random.Random(0))  # noqa: S311
    found = judged(image, truth, moment)
    assert found.lost > 0, found
    shutil.rmtree(image)


def lived(folder: Path, root: Path, rounds: int) -> Truth:
    """A run of the real command: first start, cases, conversations, a sync that fails, an end."""
    disk = Disk(folder / "disk", root, noted=True)
    with BotApiServer() as telegram:
        command = Command(root, telegram, extra=disk.environment)
        with running(command):
            people = _people(telegram)
            for round_ in range(rounds):
                for one in people:
                    one.go_on(round_)
                telegram.wait_for(lambda: not any(one.unanswered for one in people), PATIENCE)
                if round_ == rounds // 2:
                    _fail_one_sync(disk, command, people)
            telegram.wait_until_confirmed(PATIENCE)
            assert command.stop() == 0
        telegram.assert_clean()
        notes = tuple(disk.notes())
        with command.store() as store, store.transaction() as work:
            texts = {one.newcomer.user.id: texts_of(work, one.newcomer.user.id) for one in people}
            tickets = set(work.tickets.load(_all_codes(telegram), None))
        assert texts == {one.newcomer.user.id: one.texts for one in people}
        return _truth(telegram, texts, tickets, notes)


def _fail_one_sync(disk: Disk, command: Command, people: Sequence[Correspondent]) -> None:
    """The program ends rather than trust what the system has forgotten, and begins again."""
    disk.fail(ON_SYNC, errno.EIO, times=1)
    people[0].write(1)
    assert command.process is not None
    assert command.process.wait(PATIENCE) == DATA_LOST, command.log
    assert "SQLITE_IOERR_FSYNC" in command.log
    command.start()


def _people(telegram: BotApiServer) -> list[Correspondent]:
    newcomers = [Newcomer.arrived(telegram, language, language) for language in NATIVE_NAMES]
    begin(newcomers)
    walk(newcomers, *TO_THE_SUMMARY)
    return [Correspondent(one, hands_over_in=0, impatient=True) for one in newcomers]


def _truth(
    telegram: BotApiServer, texts: Texts, tickets: set[str], notes: tuple[Note, ...]
) -> Truth:
    polls = telegram.calls_of("getUpdates")
    results = [poll.result for poll in polls if isinstance(poll.result, list)]
    updates = {one["update_id"]: one for result in results for one in result}
    confirmed = tuple((poll.at, int(poll.params.get("offset") or 0)) for poll in polls)
    codes = tuple((sent.at, code) for sent in telegram.sent for code in CODE.findall(sent.text))
    known = tuple((at, code) for at, code in codes if code in tickets)
    assert known, "nobody was told a code"
    return Truth(updates, confirmed, known, texts, notes)


def _all_codes(telegram: BotApiServer) -> list[str]:
    return [code for sent in telegram.sent for code in CODE.findall(sent.text)]


def _moments(truth: Truth, root: Path, seed: int, images: int) -> Iterator[tuple[float, Replayed]]:
    """The disk after some of the notes, with the time of the next note: the cut is just before.

    The moments are spread evenly over the notes, each at a random place of its share.
    """
    chance = random.Random(seed)  # noqa: S311
    replayed, done = Replayed(root), 0
    for number in range(images):
        until = int((number + chance.random()) * len(truth.notes) / images)
        for note in truth.notes[done:until]:
            replayed.do(note)
        done = max(done, until)
        yield truth.notes[done].time, replayed


# --- one image ------------------------------------------------------------------------------------


def judged(image: Path, truth: Truth, time: float, *, careful: bool = False) -> Outcome:
    """Open what the power cut left, look for what was promised, then go on from there.

    `careful`: as a program that saw its unclean stop, which takes updates one by one.
    """
    wrong = _broken(image / "lotse.db")
    migrate(sqlite_url(image / "lotse.db"))
    with _store(image) as store:
        with store.transaction() as work:
            seen, codes = _seen(image), set(work.tickets.load(sorted(truth.codes_at(time)), None))
            lost = len(truth.confirmed_at(time) - seen) + len(truth.codes_at(time) - codes)
            wrong += _half_done(work, truth, seen)
        again = sorted(truth.updates.keys() - truth.confirmed_at(time))
        asyncio.run(_go_on(store, [truth.updates[one] for one in again], careful=careful))
        with store.transaction() as work:
            wrong += len(truth.updates) - len(_seen(image) & truth.updates.keys())
            doubled = sum(texts_of(work, chat) != texts for chat, texts in truth.texts.items())
            wrong += _half_done(work, truth, set(truth.updates))
    return Outcome(1, lost=lost, doubled=doubled, wrong=wrong)


def _broken(file: Path) -> int:
    """What SQLite itself finds wrong in the file."""
    with closing(sqlite3.connect(file)) as database:
        found = database.execute("PRAGMA integrity_check").fetchall()
        orphans = database.execute("PRAGMA foreign_key_check").fetchall()
    return (found != [("ok",)]) + len(orphans)


@contextmanager
def _store(image: Path) -> Iterator[SqlStore]:
    key = load_or_create_master_key(image / "master.key")
    store = open_store(sqlite_url(image / "lotse.db"), key)
    connection = store._engine.raw_connection()  # the only one there is
    connection.cursor().execute("PRAGMA synchronous=OFF")  # this image needs not survive itself
    connection.close()
    try:
        yield store
    finally:
        store.close()


def _seen(image: Path) -> set[int]:
    with closing(sqlite3.connect(image / "lotse.db")) as database:
        assert database.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
        return {row[0] for row in database.execute("SELECT update_id FROM seen_updates")}


def _half_done(work: Work, truth: Truth, seen: set[int]) -> int:
    """How many newcomers' cases hold anything but what the seen updates brought."""
    wrong = 0
    for chat, texts in truth.texts.items():
        brought = [text for number in sorted(seen) if (text := _text(truth, number, chat)) in texts]
        wrong += texts_of(work, chat) != brought
        for ticket in _tickets(work, chat):
            trail = work.tickets.audit_trail(ticket.code)
            steps = [entry for entry in trail if entry.what not in BY_ITSELF]
            wrong += ticket.version != len(steps) or len(steps) != 1 + len(brought)
    return wrong


def _text(truth: Truth, number: int, chat: int) -> str | None:
    message = truth.updates.get(number, {}).get("message", {})
    mine = message.get("chat", {}).get("id") == chat
    return message.get("text") if mine else None


def texts_of(work: Work, chat: int) -> list[str]:
    """What this newcomer's cases hold of their own words."""
    items = [item for one in _tickets(work, chat) for item in work.tickets.items(one.code)]
    return [item.body.text for item in items if isinstance(item.body, TextItem)]


def _tickets(work: Work, chat: int) -> list[Any]:
    known = work.people.load([chat]).get(chat)
    return [] if known is None else work.tickets.of_people([known.person]).get(known.person, [])


async def _go_on(store: Store, bodies: list[Mapping[str, Any]], *, careful: bool) -> None:
    """Take all updates, as Telegram would bring them to a program that begins again."""
    house, clock = House(store, policy=Policy(room=True)), SystemClock()

    def unit(work: Work) -> Any:
        house.now = clock.now()
        return house.unit_of(work)

    runner = ThreadRunner(store, 1)
    try:
        reader = Reader(Me(1, "lotse_test_bot"), Door(fixed=False))
        intake = Intake(runner, unit, clock, reader, lambda _: None)
        if careful:
            await intake.open()
        await intake.take(bodies)
    finally:
        runner.close()
