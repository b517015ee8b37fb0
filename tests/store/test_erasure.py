"""After an erasure no byte of it is left in the files of the database."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.model.outbox import Fate, Report
from bot.model.records import Incoming
from bot.model.tickets import Outcome
from bot.store.backup import back_up
from bot.store.crypto import BadMasterKey, MasterKey, Tampered
from bot.store.restore import restore
from bot.store.sql import SqlStore, open_store
from tests.databases import MASTER, opened
from tests.store.examples import HOUR, NOW, conversation, delivery, item, ticket

CANARY = "kanarienvogel"
PEOPLE = range(1, 41)

said: list[str] = []
"""What commands tell while they work."""


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[SqlStore]:
    with opened(sqlite_url) as store:
        yield store


def file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def content(url: str) -> bytes:
    """Every byte of the database: file, write-ahead log, shared memory."""
    path = file_of(url)
    return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file_of(url))
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def full_life(store: SqlStore, number: int) -> None:
    """Somebody talks, hands over, and is answered; much of it is sent already."""
    person, code = f"person-{number}", f"CODE{number}"
    with store.transaction() as work:
        talk = conversation(person, topic=f"{CANARY}-topic", ticket=code)
        work.people.save(7_000_000_000 + number, talk, NOW)
        work.tickets.save(ticket(code, person=person, danger=f"{CANARY}-danger"))
        work.tickets.add(code, [item(1, f"{CANARY} text"), item(2, f"{CANARY} more")])
        chat = 7_000_000_000 + number
        talk_on = [delivery(chat, f"{CANARY} {what}", person=person) for what in ("sent", "on")]
        work.outbox.put(talk_on, NOW)
        raw = Incoming(number, f"chat:{chat}:1", {"text": CANARY, "from": {"id": chat}})
        work.updates.seen([raw], NOW)
        work.updates.quarantine(raw, "malformed", NOW)
    with store.transaction() as work:
        flying = work.outbox.take(NOW, (), 1)
        work.outbox.mark([Report(flying[0].id, Fate.SENT, message_id=5)], NOW)


def test_nothing_personal_is_ever_readable_in_the_file(
    sqlite_store: SqlStore, sqlite_url: str
) -> None:
    for number in PEOPLE:
        full_life(sqlite_store, number)
    stored = content(sqlite_url)
    assert len(stored) > 50_000
    assert stored.count(CANARY.encode()) == 0
    assert [number for number in PEOPLE if str(7_000_000_000 + number).encode() in stored] == []


def test_no_key_and_no_sealed_value_survives_erasure(
    sqlite_store: SqlStore, sqlite_url: str
) -> None:
    for number in PEOPLE:
        full_life(sqlite_store, number)
    secrets = [
        value
        for query in (
            "SELECT wrapped FROM data_keys WHERE owner <> 'program'",
            "SELECT telegram_sealed FROM people",
            "SELECT conversation_sealed FROM people",
            "SELECT personal_sealed FROM tickets",
            "SELECT body_sealed FROM items",
            "SELECT delivery_sealed FROM outbox WHERE delivery_sealed IS NOT NULL",
        )
        for (value,) in rows(sqlite_url, query)
        if isinstance(value, bytes)
    ]
    assert len(secrets) > 6 * len(PEOPLE)
    with sqlite_store.transaction() as work:
        for number in PEOPLE:
            work.people.forget(f"person-{number}", NOW)
    stored = content(sqlite_url)
    assert [secret for secret in secrets if secret in stored] == []
    assert [number for number in PEOPLE if f"person-{number}".encode() in stored] == []
    assert rows(sqlite_url, "SELECT count(*) FROM tickets") == [(len(PEOPLE),)]
    assert rows(sqlite_url, "SELECT count(*) FROM erasures") == [(len(PEOPLE),)]


def test_a_sent_delivery_keeps_no_text_and_no_chat(sqlite_store: SqlStore, sqlite_url: str) -> None:
    full_life(sqlite_store, 1)
    kept = rows(sqlite_url, "SELECT state, message_id, delivery_sealed FROM outbox WHERE id = 1")
    assert kept == [("sent", 5, None)]


@pytest.mark.parametrize(
    "swap",
    [
        (
            "UPDATE people SET conversation_sealed ="
            " (SELECT conversation_sealed FROM people WHERE person = 'person-2')"
            " WHERE person = 'person-1'"
        ),
        "UPDATE people SET conversation_sealed = telegram_sealed WHERE person = 'person-1'",
        "UPDATE people SET version = version + 1 WHERE person = 'person-1'",
        (
            "UPDATE data_keys SET wrapped ="
            " (SELECT wrapped FROM data_keys WHERE owner = 'person:person-2')"
            " WHERE owner = 'person:person-1'"
        ),
    ],
)
def test_a_conversation_moved_to_another_row_is_refused(sqlite_url: str, swap: str) -> None:
    with opened(sqlite_url) as store:
        full_life(store, 1)
        full_life(store, 2)
    spoil(sqlite_url, swap)
    with opened(sqlite_url) as store:
        with store.transaction() as work:
            assert len(work.people.load([7_000_000_002])) == 1
        with pytest.raises(Tampered), store.transaction() as work:
            work.people.load([7_000_000_001])


@pytest.mark.parametrize(
    "swap",
    [
        (
            "UPDATE items SET body_sealed = (SELECT body_sealed FROM items"
            " WHERE ticket = 'CODE1' AND number = 2) WHERE ticket = 'CODE1' AND number = 1"
        ),
        (
            "UPDATE items SET body_sealed = (SELECT body_sealed FROM items"
            " WHERE ticket = 'CODE2' AND number = 1) WHERE ticket = 'CODE1' AND number = 1"
        ),
    ],
)
def test_an_item_moved_to_another_row_is_refused(sqlite_url: str, swap: str) -> None:
    with opened(sqlite_url) as store:
        full_life(store, 1)
        full_life(store, 2)
    spoil(sqlite_url, swap)
    with (
        opened(sqlite_url) as store,
        pytest.raises(Tampered),
        store.transaction() as work,
    ):
        work.tickets.items("CODE1")


def test_a_message_moved_to_another_chat_is_refused(sqlite_url: str) -> None:
    with opened(sqlite_url) as store, store.transaction() as work:
        work.outbox.put([delivery(1, "for one"), delivery(2, "for two")], NOW)
    spoil(
        sqlite_url,
        "UPDATE outbox SET delivery_sealed ="
        " (SELECT delivery_sealed FROM outbox WHERE id = 1) WHERE id = 2",
    )
    with (
        opened(sqlite_url) as store,
        pytest.raises(Tampered),
        store.transaction() as work,
    ):
        work.outbox.take(NOW, (), 9)


def spoil(url: str, statement: str) -> None:
    connection = sqlite3.connect(file_of(url))
    changed = connection.execute(statement).rowcount
    connection.commit()
    connection.close()
    assert changed == 1


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_another_master_key_is_refused_and_its_file_named(
    request: pytest.FixtureRequest, database: str
) -> None:
    """The wrong master key does not start: fault 72."""
    url: str = request.getfixturevalue(f"{database}_url")
    with opened(url) as store:
        full_life(store, 1)
    with pytest.raises(BadMasterKey, match=r"/data/master\.key"):
        open_store(url, MasterKey(bytes(32), "/data/master.key"))
    with opened(url) as store, store.transaction() as work:
        assert len(work.people.load([7_000_000_001])) == 1


def test_a_restored_backup_brings_nobody_back(sqlite_url: str, tmp_path: Path) -> None:
    """Erased since the backup: erased again before anything starts: fault 70."""
    with opened(sqlite_url) as store:
        for number in (1, 2, 3, 4):
            full_life(store, number)
        with store.transaction() as work:
            work.people.forget("person-4", NOW)
            work.people.save(7_000_000_004, conversation("person-5"), NOW)
    file = tmp_path / "a.backup"
    back_up(sqlite_url, file, NOW + HOUR, said.append)
    with opened(sqlite_url) as store, store.transaction() as work:
        # A clock that went back must not save anybody from being forgotten.
        work.people.forget("person-1", NOW - HOUR)
        work.people.forget("person-2", NOW + HOUR)
        work.people.save(7_000_000_002, conversation("person-6"), NOW + 2 * HOUR)
    done = restore(sqlite_url, file, MASTER, None, NOW + 3 * HOUR, said.append)
    assert done.forgotten == 2
    with opened(sqlite_url) as store:
        with store.transaction() as work:
            left = work.people.load([7_000_000_000 + number for number in range(1, 8)])
            assert {talk.person for talk in left.values()} == {"person-3", "person-5"}
            assert work.tickets.items("CODE1") == ()
            assert work.tickets.load(["CODE1"], None)["CODE1"].outcome is Outcome.WITHDRAWN
            assert work.tickets.items("CODE3") != ()
        assert len(store.erased()) == 5, "the three of before, and the two that were repeated"
