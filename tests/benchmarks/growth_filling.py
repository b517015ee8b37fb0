"""A database that has been in use for years, made in minutes: many conversations, many cases.

Rows are those the program would have written: sealed with keys of their own, under real
pseudonyms, from patterns that real conversations left (`growth_walking`). What differs from grown
data: rows are inserted in large statements without waiting for the disk, only so many patterns
repeat, and nothing has been deleted, so the files have no gaps. Everything is done before the
database is opened for measuring.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, text

from bot.model.content import Priority
from bot.model.conversation import Conversation
from bot.model.records import AuditEntry
from bot.model.region import Region
from bot.model.tickets import Item, Outcome, State, Ticket
from bot.store.codec import CONVERSATION, ITEM_BODY, PERSONAL, Personal
from bot.store.crypto import Key, MasterKey, Vault, place
from bot.store.engine import connect, sqlite_connection
from bot.store.sql import chain, opening
from bot.store.sql.tickets import _columns
from bot.store.sql.transaction import Transaction, person_key, ticket_key
from bot.store.tables import data_keys, items, people, tickets
from tests.benchmarks.growth_walking import Patterns, patterns

FIRST: Final = 2_000_000_000
"""The Telegram id of the first newcomer; the others follow."""

SAMPLE: Final = 1000
"""People spread evenly over all whose conversations are the same however many there are."""

OPEN: Final = 0.04
"""Share of cases that are open; of the others, those of the last 90 days can still be read."""

READABLE: Final = timedelta(days=90)
A_YEAR: Final = timedelta(days=365)
ROWS_AT_ONCE: Final = 10_000
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_TRAIL: Final = ("opened", "read", "claim", "read", "answer", "close")
_SAID: Final = 6
"""Items of a case at least: short patterns are said again."""

Progress = Callable[[str, int], None]
Row = Mapping[str, Any]


def _quietly(what: str, done: int) -> None:
    """Tell nobody how far it is."""


def fill(
    url: str,
    master: MasterKey,
    now: datetime,
    *,
    conversations: int = 0,
    cases: int = 0,
    region: Region | None = None,
    progress: Progress = _quietly,
) -> None:
    """Put so many conversations and cases into the empty migrated database at `url`."""
    engine = connect(url, "filling")
    with engine.connect() as connection:
        _hurry(connection)
        vault = opening.vault_of(connection, master)
        found = patterns()
        stride = max(1, conversations // SAMPLE)
        newcomers = _newcomers(vault, found, conversations, stride, now)
        _insert(connection, (data_keys, people), newcomers, progress, "conversations")
        if region is not None:
            made = _cases(vault, found, cases, max(1, conversations), region, now)
            _insert(connection, (data_keys, tickets, items), made, progress, "cases")
            _trail(connection, vault, cases, region, now)
        connection.commit()
        _settle(connection)
    engine.dispose()


def _hurry(connection: Connection) -> None:
    """Wait for no disk: a filling that is cut off is begun anew."""
    sqlite = sqlite_connection(connection)
    if sqlite is None:
        for setting in ("statement_timeout = 0", "idle_in_transaction_session_timeout = 0"):
            connection.execute(text(f"SET {setting}"))
        connection.execute(text("SET synchronous_commit = off"))
        connection.commit()
    else:
        for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-600000"):
            sqlite.execute(f"PRAGMA {pragma}")


def _settle(connection: Connection) -> None:
    """Leave the database as the program expects it, and as a day of use would."""
    sqlite = sqlite_connection(connection)
    if sqlite is None:
        connection.execute(text("ANALYZE"))
        connection.commit()
    else:
        sqlite.execute("PRAGMA journal_mode=WAL")


def _insert(
    connection: Connection,
    into: tuple[Table, ...],
    rows: Iterator[tuple[Iterable[Row], ...]],
    progress: Progress,
    what: str,
) -> None:
    done = 0
    while some := list(islice(rows, ROWS_AT_ONCE)):
        for number, table in enumerate(into):
            if flat := [row for group in some for row in group[number]]:
                connection.execute(insert(table), flat)
        connection.commit()
        done += len(some)
        progress(what, done)


# --- newcomers ------------------------------------------------------------------------------


def telegram_id(ordinal: int, conversations: int) -> int:
    """Who of `conversations` people is number `ordinal` of the sample."""
    return FIRST + ordinal * max(1, conversations // SAMPLE)


def person_of(index: int) -> str:
    return f"newcomer{index:08d}"


def _newcomers(
    vault: Vault, found: Patterns, number: int, stride: int, now: datetime
) -> Iterator[tuple[Iterable[Row], ...]]:
    plains = [_plain(one) for one in found.conversations]
    for index in range(number):
        plain = plains[index // stride % len(plains)]
        seen = now - timedelta(seconds=index * 20 * 24 * 3600 / number)
        yield _newcomer(vault, plain, index, seen)


def _plain(conversation: Conversation) -> tuple[bytes, bytes]:
    """A written conversation in two halves: the id of the person goes between them."""
    gap = "here-goes-the-person"
    head, tail = CONVERSATION.write(replace(conversation, person=gap, ticket=None)).split(
        gap.encode()
    )
    return head, tail


def _newcomer(
    vault: Vault, plain: tuple[bytes, bytes], index: int, seen: datetime
) -> tuple[Iterable[Row], ...]:
    person, telegram = person_of(index), FIRST + index
    pseudonym, key = vault.lookup("tg", telegram), Key.new()
    inside = place("people", "conversation", pseudonym, person, 1)
    address = place("people", "telegram", pseudonym, person, 1)
    owner = person_key(person)
    row = {
        "person": person,
        "telegram": pseudonym,
        "telegram_sealed": key.seal(address, str(telegram).encode()),
        "conversation_sealed": key.seal(inside, plain[0] + person.encode() + plain[1]),
        "version": 1,
        "seen": seen,
    }
    return ({"owner": owner, "wrapped": vault.masters.wrap(owner, key)},), (row,)


# --- cases ----------------------------------------------------------------------------------


def code_of(index: int) -> str:
    """A code like those newcomers are told; all are different."""
    letters = ""
    for _ in range(6):
        index, letter = divmod(index, len(_LETTERS))
        letters += _LETTERS[letter]
    return letters


def _cases(
    vault: Vault, found: Patterns, number: int, people_there: int, region: Region, now: datetime
) -> Iterator[tuple[Iterable[Row], ...]]:
    for index in range(number):
        pattern, said = found.cases[index % len(found.cases)]
        ticket = _ticket(pattern, index, number, region, now)
        if ticket.open:
            ticket = replace(ticket, person=person_of(index % people_there))
        readable = ticket.closed is None or now - ticket.closed < READABLE
        yield _case(vault, ticket, found.cases[1][1] + said, readable=readable)


def _ticket(pattern: Ticket, index: int, number: int, region: Region, now: datetime) -> Ticket:
    queue = list(region.queues.values())[index % len(region.queues)]
    created = now - A_YEAR * (1 - index / number)
    is_open = index >= number * (1 - OPEN)
    if is_open:
        created = now - timedelta(hours=(number - index) % 240)
    states = (State.NEW, State.CLAIMED, State.WAITING_FOR_NEWCOMER, State.WAITING_FOR_US)
    priorities = (Priority.P2,) * 6 + (Priority.P1,) * 3 + (Priority.P0,)
    latest = now - timedelta(seconds=number - index)
    closed = None if is_open else min(created + timedelta(days=3), latest)
    return replace(
        pattern,
        code=code_of(index),
        queue=queue.id,
        team=queue.team,
        priority=priorities[index % len(priorities)],
        state=states[index // 7 % len(states)] if is_open else State.CLOSED,
        version=4,
        created=created,
        changed=closed or created,
        due=created + timedelta(hours=8 + index % 72),
        person=None,
        claimed_by=f"worker-{index % 23}" if index // 7 % len(states) or not is_open else None,
        closed=closed,
        outcome=None if is_open else Outcome.ADVISED,
    )


def _case(
    vault: Vault, ticket: Ticket, said: tuple[Item, ...], *, readable: bool
) -> tuple[Iterable[Row], ...]:
    key, owner = Key.new(), ticket_key(ticket.code)
    personal = Personal(ticket.language, ticket.topic, ticket.danger, ticket.municipality)
    where = place("tickets", "personal", ticket.code, ticket.code, ticket.version)
    sealed = key.seal(where, PERSONAL.write(personal)) if readable else None
    row = {**_columns(ticket), "personal_sealed": sealed, "shredded": not readable}
    numbered = [replace(item, number=n) for n, item in enumerate((said * _SAID)[:_SAID], 1)]
    entries = [_item(ticket, item, key if readable else None) for item in numbered]
    keys = [{"owner": owner, "wrapped": vault.masters.wrap(owner, key)}] if readable else []
    return keys, (row,), entries


def _item(ticket: Ticket, item: Item, key: Key | None) -> Row:
    where = place("items", "body", item.number, ticket.code, 1)
    return {
        "ticket": ticket.code,
        "number": item.number,
        "at": ticket.created,
        "author": item.author.value,
        "caseworker": item.caseworker,
        "body_sealed": key.seal(where, ITEM_BODY.write(item.body)) if key else None,
    }


def _trail(connection: Connection, vault: Vault, cases: int, region: Region, now: datetime) -> None:
    """The audit of all cases, chained as the program does it."""
    transaction = Transaction(connection, vault, "filling")
    teams = [queue.team for queue in region.queues.values()]
    for start in range(0, cases, ROWS_AT_ONCE // 4):
        entries = [
            AuditEntry(code_of(index), now - A_YEAR * (1 - index / cases), what, teams[0], None)
            for index in range(start, min(cases, start + ROWS_AT_ONCE // 4))
            for what in _TRAIL[: 5 if index >= cases * (1 - OPEN) else 6]
        ]
        rows = [_written(entry) for entry in entries]
        chain.append(transaction, rows)
        connection.commit()


def _written(entry: AuditEntry) -> dict[str, Any]:
    return {
        "ticket": entry.ticket,
        "at": entry.at,
        "what": entry.what,
        "team": entry.team,
        "caseworker": "worker-1" if entry.what != "opened" else None,
        "detail": "{}",
    }
