"""Filled databases of every schema there was: a file a revision, written by its own program.

`python -m tests.store.eras` writes that of the newest revision, with the program of today; files of
older revisions are never written again. Rows are sealed with the key of the tests. A new revision
without a file fails in `tests/faults/test_migrations.py`. The program of 0001 had no key of its own
yet and used the master key: the row that the first exchange of master keys made of it was added.
"""

import json
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, MetaData, func, select, text

from bot.model.outbox import Channel, Fate, Report
from bot.model.records import AuditEntry, Incoming, Job, JobKind, RoomTopic, Session
from bot.usecases.ports import Store, Work
from tests.store.examples import (
    HOUR,
    NOW,
    caseworker,
    closed,
    conversation,
    delivery,
    edit,
    item,
    ticket,
)

HERE: Final = Path(__file__).parent
CHATS: Final = {f"person-{number}": 7_000_000_000 + number for number in range(1, 9)}
ERASED: Final = ("person-7", "person-8")
LEFT: Final = tuple(person for person in CHATS if person not in ERASED)
STAFF_CHAT: Final = 7_100_000_000
ROOM_CHAT: Final = -1_000_000_000_042


def populate(store: Store) -> None:
    """Fill every table: talks, open and closed and shredded cases, messages in every state."""
    with store.transaction() as work:
        _staff(work)
        for number, (person, chat) in enumerate(CHATS.items(), 1):
            work.people.save(chat, conversation(person, topic=f"topic {number}"), NOW)
            work.tickets.save(ticket(f"CODE{number}", person=person, danger=f"danger {number}"))
            work.tickets.add(f"CODE{number}", [item(1, f"text {number}"), item(2, "more")])
            work.tickets.audit(AuditEntry(f"CODE{number}", NOW, "opened", "work", None, {"a": "b"}))
            work.jobs.put(Job(JobKind.DUE, f"CODE{number}", NOW + HOUR))
            raw = Incoming(number, f"chat:{chat}:1", {"text": "raw", "from": {"id": chat}})
            work.updates.attempts(number)
            work.updates.seen([raw], NOW)
            work.updates.quarantine(raw, "malformed", NOW)
            work.outbox.put([delivery(chat, "sent", person=person)], NOW)
            work.outbox.put([delivery(chat, "waits", person=person), edit(chat, 7, "now")], NOW)
        work.outbox.put([delivery(0, "mail", channel=Channel.MAIL, address="a@b.example")], NOW)
        work.figures.add(NOW.date(), "updates", 8)
    _live_on(store)


def _staff(work: Work) -> None:
    work.staff.save(caseworker("anna", telegram_id=STAFF_CHAT), "a hash")
    work.staff.save(caseworker("berta", active=False), None)
    work.staff.put_link("link", "id-of-anna", "invite", NOW + HOUR)
    work.staff.put_session(Session("token", "id-of-anna", NOW, NOW + HOUR, "csrf"))
    work.staff.put_attempt("attempt", "login:anna", NOW)
    work.rooms.bind(ROOM_CHAT)
    work.rooms.save(RoomTopic("CODE1", 5, 6))
    work.notes.put("offset", "17")


def _live_on(store: Store) -> None:
    """Some of it is sent, some cases end, two people ask to be forgotten."""
    with store.transaction() as work:
        first = work.outbox.take(NOW, (), len(CHATS))
        work.outbox.mark([Report(one.id, Fate.SENT, message_id=one.id + 40) for one in first], NOW)
        for code in ("CODE3", "CODE4"):
            old = work.tickets.load([code], None)[code]
            work.tickets.save(closed(old, NOW - timedelta(days=1)))
        work.tickets.shred("CODE4")
        for person in ERASED:
            work.people.forget(person, NOW + timedelta(microseconds=1))


def path_of(revision: str) -> Path:
    return HERE / f"{revision}.json"


def kept(revision: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a revision as they were written down, by table."""
    rows: dict[str, list[dict[str, Any]]] = json.loads(path_of(revision).read_text("utf-8"))
    return rows


def written(
    connection: Connection, tables: MetaData | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by table, in an order that does not depend on the database.

    `tables` are those of another schema, to read only what that one knows.
    """
    found = {}
    for table in (tables or _there(connection)).sorted_tables:
        rows = [
            {name: _plain(value) for name, value in row._mapping.items()}
            for row in connection.execute(table.select())
        ]
        found[table.name] = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
    return found


def load(connection: Connection, revision: str, tables: MetaData | None = None) -> None:
    """Put the rows of `revision` into a database that has its schema and nothing else."""
    rows = kept(revision)
    for table in (tables or _there(connection)).sorted_tables:
        if table.name != "alembic_version" and rows[table.name]:
            typed = [_typed(row, connection.dialect.name) for row in rows[table.name]]
            connection.execute(table.insert(), typed)
            _count_on(connection, table)


def _there(connection: Connection) -> MetaData:
    tables = MetaData()
    tables.reflect(connection)
    return tables


def _count_on(connection: Connection, table: Any) -> None:
    """PostgreSQL counts by itself only from where it is told to."""
    key = table.primary_key.columns.values()[0]
    counted = connection.dialect.name == "postgresql" and isinstance(key.type, BigInteger)
    if counted and key.server_default is not None:
        last = connection.execute(select(func.max(key))).scalar_one()
        named = {"table": table.name, "key": key.name, "last": last}
        on = text("SELECT setval(pg_get_serial_sequence(:table, :key), :last)")
        connection.execute(on, named)


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return {"bytes": b64encode(bytes(value)).decode()}
    if isinstance(value, datetime):
        return {"moment": (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _typed(row: dict[str, Any], dialect: str) -> dict[str, Any]:
    return {name: _value(value, dialect) for name, value in row.items()}


def _value(value: Any, dialect: str) -> Any:
    match value:
        case {"bytes": data}:
            return b64decode(data)
        case {"day": day}:
            return date.fromisoformat(day)
        case {"moment": moment}:
            at = datetime.fromisoformat(moment)
            return at.replace(tzinfo=None) if dialect == "sqlite" else at
    return value
