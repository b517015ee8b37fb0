"""A drill of restoring: traffic, a backup in its midst, more traffic, erasures, an end, a restore.

People write, hand over, are answered and ask to be forgotten, in an order that a seed decides;
whatever is sent is remembered. After the restore the drill asks: does anything of after the backup
pretend to be there, is an old message sent again, does an erased person return, with a single key.
"""

import random  # noqa: TID251 - an order of things, from a seed
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import create_engine, make_url, select, text

from bot.model.outbox import Fate, Report
from bot.model.records import Incoming
from bot.model.tickets import Author, Item, TextItem
from bot.store.backup import back_up
from bot.store.engine import sqlite_file
from bot.store.ledger_file import LedgerFile
from bot.store.restore import restore
from bot.store.sql import SqlStore, open_store
from bot.store.tables import data_keys
from bot.usecases.ports import Work
from tests.databases import MASTER
from tests.store.examples import NOW, conversation, delivery, ticket, words

FIRST_CHAT = 7_000_000_000
PEOPLE = 8
STEPS = 40
SLOTS = 4
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Drill:
    """What one drill was and what went wrong; `wrong` names broken promises."""

    steps: int
    erased: int
    held: int
    wrong: tuple[str, ...]


@dataclass
class State:
    """What ought to be stored: texts of talks by chat, of cases by code, and who is whose."""

    talks: dict[int, tuple[str, str]] = field(default_factory=dict)
    cases: dict[str, list[str]] = field(default_factory=dict)
    owner: dict[str, int] = field(default_factory=dict)
    updates: list[int] = field(default_factory=list)


class Traffic:
    """People and caseworkers on a store; the same seed does the same."""

    def __init__(self, store: SqlStore, seed: int) -> None:
        self.store = store
        self.state = State()
        self.sent: list[str] = []
        self.erased: list[int] = []
        self.steps = 0
        self._number = 0
        self._chance = random.Random(seed)  # noqa: S311

    @property
    def now(self) -> datetime:
        return NOW + self.steps * SECOND

    def go_on(self, steps: int) -> None:
        """Let things happen: much is written, some of it sent, now and then somebody leaves."""
        deeds = (self._write, self._write, self._case, self._answer, self._send, self._erase)
        for _ in range(steps):
            self.steps += 1
            self._chance.choices(deeds, (4, 4, 2, 3, 4, 0.5))[0]()

    def erase_some(self) -> None:
        """Two people ask to be forgotten; one of them comes back as somebody new."""
        for _ in range(2):
            self.steps += 1
            self._erase()
        self._write(self.erased[-1])

    def send_all(self) -> None:
        """Send whatever may be sent."""
        while self._send():
            self.steps += 1

    def take_without_marking(self) -> None:
        """What is in flight when the process ends: it may have arrived."""
        with self.store.transaction() as work:
            flying = work.outbox.take(self.now, (), SLOTS)
        self.sent += _texts([one.delivery for one in flying])

    def _next(self, what: str) -> str:
        self._number += 1
        return f"{what} {self._number}"

    def _someone(self) -> int:
        return FIRST_CHAT + self._chance.randrange(PEOPLE)

    def _write(self, chat: int | None = None) -> None:
        chat = chat or self._someone()
        known = self.state.talks.get(chat)
        person, said = known[0] if known else self._next("person"), self._next("said")
        update = Incoming(1_000 + self._number, f"chat:{chat}:{self._number}", {})
        with self.store.transaction() as work:
            work.updates.seen(work.updates.unseen([update]), self.now)
            work.people.save(chat, conversation(person, topic=said), self.now)
            self._put(work, chat, person)
        self.state.talks[chat] = (person, said)
        self.state.updates.append(update.update_id)

    def _case(self) -> None:
        if self.state.talks:
            chat = self._chance.choice(sorted(self.state.talks))
            person, code = self.state.talks[chat][0], self._next("case").upper()
            with self.store.transaction() as work:
                work.tickets.save(ticket(code, person=person))
                self._put(work, chat, person)
            self.state.cases[code] = []
            self.state.owner[code] = chat

    def _answer(self) -> None:
        if self.state.owner:
            code = self._chance.choice(sorted(self.state.owner))
            chat, said = self.state.owner[code], self._next("answer")
            number = len(self.state.cases[code]) + 1
            item = Item(number, self.now, Author.CASEWORKER, TextItem(said), "anna")
            with self.store.transaction() as work:
                work.tickets.add(code, [item])
                self._put(work, chat, self.state.talks[chat][0])
            self.state.cases[code].append(said)

    def _put(self, work: Work, chat: int, person: str) -> None:
        work.outbox.put([delivery(chat, self._next("message"), person=person)], self.now)

    def _send(self) -> int:
        with self.store.transaction() as work:
            taken = work.outbox.take(self.now, (), SLOTS)
        fates = (Fate.SENT, Fate.SENT, Fate.SENT, Fate.UNKNOWN)
        reports = []
        for one in taken:
            fate = self._chance.choice(fates)
            self.sent += _texts([one.delivery])
            reports.append(Report(one.id, fate, message_id=one.id, retry_at=self.now))
        with self.store.transaction() as work:
            work.outbox.mark(reports, self.now)
        return len(taken)

    def _erase(self) -> None:
        if not self.state.talks:
            return
        chat = self._chance.choice(sorted(self.state.talks))
        person, _ = self.state.talks.pop(chat)
        with self.store.transaction() as work:
            work.people.forget(person, self.now)
        for code in [code for code, owner in self.state.owner.items() if owner == chat]:
            del self.state.owner[code]
            self.state.cases[code] = []
        self.erased.append(chat)


def run(seed: int, url: str, folder: Path) -> Drill:
    """One drill on the migrated database at `url`, with files of its own in `folder`.

    Every third drill loses the old database wholly, every other third finds it damaged.
    """
    file, beside = folder / "a.backup", folder / "erasures.ledger"
    store = open_store(url, MASTER, beside)
    traffic = Traffic(store, seed)
    traffic.go_on(STEPS)
    then, erased_before = deepcopy(traffic.state), len(traffic.erased)
    # Traffic between any two steps of copying: what it does must not be in the copy.
    with patch("bot.store.backup.STEP", 8):
        back_up(url, file, traffic.now, lambda _: traffic.go_on(1))
    traffic.go_on(STEPS)
    traffic.erase_some()
    traffic.take_without_marking()
    store.close()
    lost = _ruin(url, seed)
    gone = traffic.erased[erased_before:]
    known = LedgerFile(beside).read() if lost else None
    done = restore(url, file, MASTER, known, traffic.now + SECOND, lambda _: None)
    wrong = _compared(url, beside, traffic, then, gone)
    if done.held != _unsettled(
        file, [talk[0] for chat, talk in then.talks.items() if chat in gone]
    ):
        wrong.append(f"{done.held} messages are held, which is not what the backup had to send")
    wrong += _life_after(url, beside, traffic, seed, done.held)
    return Drill(traffic.steps, len(gone), done.held, tuple(wrong))


def _ruin(url: str, seed: int) -> bool:
    """Lose or damage the old database, or leave it; return whether it is of no use any more."""
    file = sqlite_file(url)
    if seed % 3 == 0:
        return False
    if file is None:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    elif seed % 3 == 1:
        file.unlink()
    else:
        file.write_bytes(b"\xff" * 8192)
    return True


def _unsettled(file: Path, gone: Sequence[str]) -> int:
    """How many messages of people who are still there waited when the backup was made."""
    with closing(sqlite3.connect(file)) as raw:
        rows = raw.execute("SELECT person FROM outbox WHERE delivery_sealed IS NOT NULL").fetchall()
    return sum(person not in gone for (person,) in rows)


def _compared(
    url: str, beside: Path, traffic: Traffic, then: State, gone: Sequence[int]
) -> list[str]:
    """What is stored after the restore against what was stored when the backup was begun."""
    wrong = []
    with open_store(url, MASTER, beside) as store:
        for chat in range(FIRST_CHAT, FIRST_CHAT + PEOPLE):
            with store.transaction() as work:
                found = work.people.load([chat]).get(chat)
            stored = None if found is None else (found.person, found.topic)
            if stored != (None if chat in gone else then.talks.get(chat)):
                wrong.append(f"a talk is not that of the backup: {stored}")
        codes = set(then.cases) | set(traffic.state.cases)
        for code in sorted(codes):
            wrong += _case_compared(store, code, then, gone)
        with store.transaction() as work:
            old = [Incoming(number, "", {}) for number in then.updates]
            new = [Incoming(number, "", {}) for number in traffic.state.updates[len(old) :]]
            if work.updates.unseen(old) or work.updates.unseen(new) != new:
                wrong.append("updates of before the backup are seen, and only they")
        wrong += _keys_left(store, then, gone)
    return wrong


def _case_compared(store: SqlStore, code: str, then: State, gone: Sequence[int]) -> list[str]:
    with store.transaction() as work:
        case = work.tickets.load([code], None).get(code)
        items = work.tickets.items(code)
    texts = [item.body.text for item in items if isinstance(item.body, TextItem)]
    is_gone = then.owner.get(code) in gone
    wrong = []
    if (case is not None) != (code in then.cases):
        wrong.append(f"{code} pretends to be there, or is lost")
    if texts != ([] if is_gone else then.cases.get(code, [])):
        wrong.append(f"{code} does not say what it said: {texts}")
    if case is not None and is_gone and (case.open or case.person is not None):
        wrong.append(f"{code} is still open, or names an erased person")
    return wrong


def _keys_left(store: SqlStore, then: State, gone: Sequence[int]) -> list[str]:
    """Keys are those of the people and cases of the backup who were not erased since."""
    alive = {chat: talk for chat, talk in then.talks.items() if chat not in gone}
    cases = [code for code, owner in then.owner.items() if owner in alive]
    wanted = {f"person:{person}" for person, _ in alive.values()} | {f"ticket:{c}" for c in cases}
    with store._engine.begin() as connection:
        found = set(connection.execute(select(data_keys.c.owner)).scalars()) - {"program"}
    return [] if found == wanted else [f"keys too many or too few: {sorted(found ^ wanted)}"]


def _life_after(url: str, beside: Path, before: Traffic, seed: int, held: int) -> list[str]:
    """Go on with traffic: only what is new is sent, until a person releases what was held."""
    wrong = []
    with open_store(url, MASTER, beside) as store:
        after = Traffic(store, seed + 1)
        after._number, after.steps = 100_000, before.steps + 1
        after.send_all()
        if after.sent:
            wrong.append(f"sent before anything new was said: {after.sent}")
        if len(store.held()) != held:
            wrong.append("not everything that was held is shown")
        for chat in range(FIRST_CHAT, FIRST_CHAT + PEOPLE):
            with store.transaction() as work:
                found = work.people.load([chat]).get(chat)
            if found is not None:
                after.state.talks[chat] = (found.person, found.topic or "")
        after.go_on(STEPS)
        after.send_all()
        again = set(after.sent) & set(before.sent)
        if again:
            wrong.append(f"sent again: {sorted(again)}")
        there = len(store.held())
        if store.release_held(after.now) != there:
            wrong.append("not everything that was held is released")
        sent = len(after.sent)
        after.send_all()
        released = list(dict.fromkeys(after.sent[sent:]))
        if len(released) != there or store.held():
            wrong.append(f"{there} were held, {len(released)} sent when they were released")
    return wrong


def _texts(deliveries: Sequence[object]) -> list[str]:
    return [str(said) for said in words(deliveries)]  # type: ignore[arg-type]
