"""Exchanging the master key, killed again and again, and values that were put elsewhere.

A county of people and cases is stored; the exchange is killed at statements that a seed chooses.
After each kill every start with one key has to be refused, one with both has to read and write;
in the end nothing is unreadable, and nothing opens with the old key.
"""

import random  # noqa: TID251 - moments to kill, from a seed
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from unittest.mock import patch

from sqlalchemy import select

from bot.store.crypto import BadMasterKey, MasterKey, Tampered, Wrapping
from bot.store.rotation import rotate
from bot.store.sql import SqlStore, open_store
from bot.store.tables import data_keys
from tests.databases import MASTER
from tests.faults.cut_short import killed_at
from tests.store.examples import NOW, conversation, delivery, item, ticket

NEW: Final = MasterKey(bytes(range(32, 64)), "the new key")
BOTH: Final = MasterKey(NEW.secret, "both keys", MASTER.secret)
FIRST_CHAT: Final = 7_000_000_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """What an exchange was. `kills` that hit; `unreadable` rows; `wrong` names broken promises."""

    keys: int
    kills: int
    unreadable: int
    wrong: tuple[str, ...]


def run(seed: int, url: str, people: int, kills: int) -> Exchange:
    """Exchange the master key of the empty migrated database at `url` under kills."""
    chance = random.Random(seed)  # noqa: S311
    with open_store(url, MASTER) as store:
        for number in range(people):
            _live(store, number)
    wrong, hits, spread = [], 0, max(4, 8 * people // kills)

    for _ in range(kills):
        if not killed_at(chance.randint(1, spread), lambda: _row_by_row(url)):
            break
        hits += 1
        wrong += _after_a_kill(url, people + hits)
    rotate(url, MASTER, NEW)
    unreadable, keys = _left(url, people, hits)
    wrong += _refused(url, MASTER, "the old key after the exchange")
    return Exchange(keys, hits, unreadable, tuple(wrong))


def killed_half_way(url: str) -> bool:
    """Begin an exchange that ends after a few keys."""
    return killed_at(20, lambda: _row_by_row(url))


def _row_by_row(url: str) -> None:
    """One key a transaction, so that a kill can come between any two of them."""
    with patch("bot.store.rotation.BATCH", 1):
        rotate(url, MASTER, NEW)


def _live(store: SqlStore, number: int) -> None:
    """Somebody with a conversation, a case and a message on its way."""
    person, code, chat = f"person-{number}", f"CODE{number}", FIRST_CHAT + number
    with store.transaction() as work:
        work.people.save(chat, conversation(person, topic=f"topic {number}"), NOW)
        work.tickets.save(ticket(code, person=person))
        work.tickets.add(code, [item(1, f"text {number}")])
        work.outbox.put([delivery(chat, f"message {number}", person=person)], NOW)


def _after_a_kill(url: str, number: int) -> list[str]:
    """Half-way or not begun: what one key opens, and that a bot with both goes on working."""
    engine_says = _starts(url, MASTER), _starts(url, NEW)
    wrong = []
    if engine_says not in {("", "other"), ("half-way", "half-way"), ("other", "")}:
        wrong.append(f"starts with one key: {engine_says}")
    with open_store(url, BOTH) as store:
        _live(store, number)
        with store.transaction() as work:
            if work.people.load([FIRST_CHAT])[FIRST_CHAT].topic != "topic 0":
                wrong.append("a conversation is another than it was")
    return wrong


def _starts(url: str, master: MasterKey) -> str:
    """Empty if `master` alone opens the database, else why not."""
    try:
        open_store(url, master).close()
    except BadMasterKey as error:
        return "half-way" if "lotse db rotate-key" in str(error) else "other"
    return ""


def _refused(url: str, master: MasterKey, what: str) -> list[str]:
    return [] if _starts(url, master) else [f"opened with {what}"]


def _left(url: str, people: int, kills: int) -> tuple[int, int]:
    """How many rows cannot be read with the new key, and how many keys there are."""
    numbers = [*range(people), *range(people + 1, people + kills + 1)]
    unreadable = 0
    with open_store(url, NEW) as store:
        for number in numbers:
            with suppress(Tampered), store.transaction() as work:
                talk = work.people.load([FIRST_CHAT + number])[FIRST_CHAT + number]
                said = [one.body for one in work.tickets.items(f"CODE{number}")]
                unreadable -= talk.topic == f"topic {number}" and len(said) == 1
            unreadable += 1
        with store.transaction() as work:
            unreadable += len(numbers) - len(work.outbox.take(NOW, (), 10 * len(numbers)))
        with store._engine.begin() as connection:
            keys = connection.execute(select(data_keys)).all()
    old = Wrapping(MASTER.secret)
    for row in keys:
        with suppress(Tampered):
            old.unwrap(row.owner, row.wrapped)
            unreadable += 1
    return unreadable, len(keys)
