"""The audit's chain: whoever changes or removes an entry without the master key is found."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection, Engine, delete, func, select, text, update

from bot.model.records import AuditEntry
from bot.store.sql import SqlStore
from bot.store.sql.chain import BEGIN, HEAD, Verdict
from bot.store.tables import audit, notes
from tests.databases import opened
from tests.store.examples import NOW

ENTRY = AuditEntry("K7MX2Q", NOW, "read", "integration", "anna")
ENTRIES = 12

Harm = Callable[[Connection], object]


@pytest.fixture
def database(url: str) -> Iterator[SqlStore]:
    with opened(url) as store:
        yield store


def write(store: SqlStore, number: int, ticket: str = ENTRY.ticket) -> None:
    for minute in range(number):
        at = NOW + timedelta(minutes=minute, microseconds=minute)
        with store.transaction() as work:
            work.tickets.audit(replace(ENTRY, ticket=ticket, at=at, detail={"to": str(minute)}))


def numbered(position: int) -> object:
    ids = select(audit.c.id).order_by(audit.c.id).offset(position).limit(1)
    return ids.scalar_subquery()


HARMS: dict[str, Harm] = {
    "another caseworker": lambda c: c.execute(
        update(audit).where(audit.c.id == numbered(5)).values(caseworker="ben")
    ),
    "nobody": lambda c: c.execute(
        update(audit).where(audit.c.id == numbered(5)).values(caseworker=None)
    ),
    "another case": lambda c: c.execute(
        update(audit).where(audit.c.id == numbered(5)).values(ticket="OTHER1")
    ),
    "another time": lambda c: c.execute(
        update(audit).where(audit.c.id == numbered(5)).values(at=NOW - timedelta(days=1))
    ),
    "another detail": lambda c: c.execute(
        update(audit).where(audit.c.id == numbered(5)).values(detail="{}")
    ),
    "taken out": lambda c: c.execute(delete(audit).where(audit.c.id == numbered(5))),
    "taken out with its mark given to the next": lambda c: (
        c.execute(
            update(audit)
            .where(audit.c.id == numbered(6))
            .values(
                chain=c.execute(select(audit.c.chain).where(audit.c.id == numbered(5))).scalar()
            )
        ),
        c.execute(delete(audit).where(audit.c.id == numbered(5))),
    ),
    "the first": lambda c: c.execute(delete(audit).where(audit.c.id == numbered(0))),
    "the last": lambda c: c.execute(delete(audit).where(audit.c.id == numbered(ENTRIES - 1))),
    "the last three": lambda c: c.execute(delete(audit).where(audit.c.id >= numbered(ENTRIES - 3))),
    "all of them": lambda c: c.execute(delete(audit)),
    "the note of the end": lambda c: c.execute(delete(notes).where(notes.c.key == HEAD)),
    "moved": lambda c: c.execute(
        update(audit)
        .where(audit.c.id == numbered(5))
        .values(id=select(func.max(audit.c.id) + 5).scalar_subquery())
    ),
    "a mark": lambda c: c.execute(
        update(audit).where(audit.c.id == numbered(5)).values(chain="x" * 43)
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_whatever_is_done_to_an_entry_is_found(
    database: SqlStore, engine: Engine, harm: str
) -> None:
    """The chain finds what an insider with the database but no key did: fault 84."""
    write(database, ENTRIES)
    assert database.verified() == Verdict(ENTRIES, 0, database.verified().last, ())
    with engine.begin() as connection:
        HARMS[harm](connection)
    assert database.verified().findings


def test_an_empty_trail_is_whole(database: SqlStore) -> None:
    assert database.verified() == Verdict(0, 0, "", ())


def test_the_end_of_the_chain_moves_with_every_entry(database: SqlStore) -> None:
    ends = set()
    for number in range(3):
        write(database, 1, f"CASE{number}")
        ends.add(database.verified().last)
    assert len(ends) == 3


def test_entries_of_a_program_without_the_chain_are_covered_by_the_next(
    database: SqlStore, engine: Engine
) -> None:
    """Before the chain began and beside it: an old replica may run on for a while: fault 68."""
    old = {"ticket": "OLD123", "at": NOW, "what": "read", "team": "t", "detail": "{}"}
    with engine.begin() as connection:
        connection.execute(audit.insert(), [old, old])
    assert database.verified() == Verdict(2, 2, "", ())
    write(database, 2)
    with engine.begin() as connection:
        connection.execute(audit.insert(), [old])
    write(database, 1)
    found = database.verified()
    assert (found.entries, found.unmarked, found.findings) == (6, 3, ())
    with engine.begin() as connection:
        connection.execute(update(audit).where(audit.c.id == numbered(1)).values(team="u"))
        connection.execute(delete(audit).where(audit.c.id == numbered(4)))
    assert len(database.verified().findings) == 2


def forget_before(store: SqlStore, minutes: int) -> int:
    with store.transaction() as work:
        return work.tickets.drop_audit(NOW + timedelta(minutes=minutes))


def test_what_is_forgotten_in_time_leaves_a_whole_chain(database: SqlStore) -> None:
    write(database, ENTRIES)
    end = database.verified().last
    assert forget_before(database, 5) == 5
    assert database.verified() == Verdict(ENTRIES - 5, 0, end, ())
    assert forget_before(database, 99) == ENTRIES - 6, "the newest stays"
    write(database, 2)
    assert database.verified().findings == ()
    assert database.verified().entries == 3


def test_unmarked_entries_are_forgotten_as_well(database: SqlStore, engine: Engine) -> None:
    old = {"ticket": "OLD123", "at": NOW, "what": "read", "team": "t", "detail": "{}"}
    with engine.begin() as connection:
        connection.execute(audit.insert(), [old, old, old])
    write(database, 3)
    assert forget_before(database, 1) == 4
    assert database.verified().findings == ()
    assert database.verified().entries == 2


@pytest.mark.parametrize("value", [None, "forged", "x y", "same"])
def test_nobody_else_cuts_off_the_beginning(
    database: SqlStore, engine: Engine, value: str | None
) -> None:
    """Neither without the note nor with one of one's own: fault 84."""
    write(database, ENTRIES)
    forget_before(database, 2)
    mine = notes.c.key == BEGIN
    with engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.id == numbered(0)))
        if value is None:
            connection.execute(delete(notes).where(mine))
        elif value != "same":
            connection.execute(update(notes).where(mine).values(value=value))
    assert database.verified().findings


def test_what_a_unit_has_noted_it_reads_before_it_is_written(database: SqlStore) -> None:
    with database.transaction() as work:
        work.tickets.audit(ENTRY)
        work.tickets.audit(replace(ENTRY, ticket="OTHER1"))
        assert work.tickets.audit_trail(ENTRY.ticket) == [ENTRY]
    with database.transaction() as work:
        work.tickets.audit(replace(ENTRY, what="claim"))
        assert [one.what for one in work.tickets.audit_trail(ENTRY.ticket)] == ["read", "claim"]


def test_many_who_write_at_once_make_one_chain(postgres_url: str) -> None:
    """Replicas append one after the other: no fork, no deadlock."""
    writers, each = 4, 15
    begin = Barrier(writers)

    def writing(store: SqlStore, number: int) -> None:
        begin.wait(60)
        write(store, each, f"CASE{number}")

    with ExitStack() as stack:
        stores = [stack.enter_context(opened(postgres_url)) for _ in range(writers)]
        threads = [Thread(target=writing, args=(s, n), daemon=True) for n, s in enumerate(stores)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        found = stores[0].verified()
    assert (found.entries, found.unmarked, found.findings) == (writers * each, 0, ())


def test_a_chain_of_the_ids_is_not_the_chain_of_another_database(
    database: SqlStore, engine: Engine
) -> None:
    """Without the key nobody makes a mark: one of another key is no mark here."""
    write(database, 3)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET chain = NULL"))
        connection.execute(delete(notes).where(notes.c.key == HEAD))
    found = database.verified()
    assert (found.entries, found.unmarked, found.last) == (3, 3, ""), "everybody sees it"
