"""Several units at once on PostgreSQL, where threads and replicas meet."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from threading import Event
from typing import TypeVar

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.model.outbox import Fate, Report
from bot.model.records import Incoming, Job, JobKind, RoomTopic
from bot.store.engine import connect
from bot.store.runner import ThreadRunner
from bot.store.sql import SqlStore, open_store
from bot.usecases.ports import NotCommitted, Store, Work
from tests.databases import MASTER, opened
from tests.store.examples import (
    MINUTE,
    NOW,
    committed,
    conversation,
    delivery,
    edit,
    item,
    load,
    ticket,
    words,
)

T = TypeVar("T")

END_OURS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name LIKE 'lotse-%' AND datname = current_database()"
)


@pytest.fixture
def one(postgres_url: str) -> Iterator[SqlStore]:
    with opened(postgres_url) as store:
        yield store


@pytest.fixture
def other(postgres_url: str) -> Iterator[SqlStore]:
    with opened(postgres_url) as store:
        yield store


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def waiting_for_a_lock(url: str) -> int:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        query = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        count: int = connection.execute(query).scalar_one()
    engine.dispose()
    return count


def until_waiting(url: str) -> None:
    while waiting_for_a_lock(url) == 0:
        pass


def second_comes_after_first(
    url: str, pool: ThreadPoolExecutor, first: Store, second: Store, unit: Callable[[Work], T]
) -> tuple[T, T]:
    """Run `unit` on both stores; the second starts before the first commits."""
    with ExitStack() as open_unit:
        before = unit(open_unit.enter_context(first.transaction()))
        later = pool.submit(ThreadRunner(second, 1)._run, unit)
        until_waiting(url)
        assert not later.done()
    return before, later.result(timeout=10)


def test_two_updates_of_one_person_come_one_after_the_other(
    postgres_url: str, one: SqlStore, other: SqlStore, threads: ThreadPoolExecutor
) -> None:
    """Two replicas, one person: one after the other: fault 21."""

    def unit(work: Work) -> str:
        known = work.people.load([1]).get(1) or conversation("anna", topic="0")
        work.people.save(1, replace(known, topic=f"{known.topic}+1"), NOW)
        return str(known.topic)

    assert second_comes_after_first(postgres_url, threads, one, other, unit) == ("0", "0+1")
    with one.transaction() as work:
        assert work.people.load([1])[1].topic == "0+1+1"


def test_a_job_is_done_by_one_of_two_replicas(
    postgres_url: str, one: SqlStore, other: SqlStore, threads: ThreadPoolExecutor
) -> None:
    """Both read it as due; who comes second waits, and finds it done."""
    job = Job(JobKind.DUE, "A", NOW)
    with one.transaction() as work:
        work.jobs.put(job)

    def unit(work: Work) -> tuple[list[Job], bool]:
        return work.jobs.due(NOW, 9), work.jobs.done(job)

    both = second_comes_after_first(postgres_url, threads, one, other, unit)
    assert both == (([job], True), ([job], False))


def test_a_ticket_is_claimed_once(
    postgres_url: str, one: SqlStore, other: SqlStore, threads: ThreadPoolExecutor
) -> None:
    """Two replicas, one ticket: fault 83."""
    committed(one, ticket("A"))

    def unit(work: Work) -> int:
        found = work.tickets.load(["A"], ["work"])["A"]
        work.tickets.save(replace(found, version=found.version + 1))
        work.tickets.add("A", [item(found.version)])
        return found.version

    assert second_comes_after_first(postgres_url, threads, one, other, unit) == (1, 2)
    with one.transaction() as work:
        assert load(work, "A") == ticket("A", version=3)
        assert work.tickets.item_count("A") == 2


def test_one_update_taken_in_by_two_replicas_has_one_effect(
    postgres_url: str, one: SqlStore, other: SqlStore, threads: ThreadPoolExecutor
) -> None:
    """The same update at two replicas: fault 11, fault 21."""
    update = Incoming(7, "callback:1", {})

    def unit(work: Work) -> int:
        fresh = work.updates.unseen([update])
        work.updates.seen(fresh, NOW)
        work.outbox.put([delivery(1) for _ in fresh], NOW)
        return len(fresh)

    assert second_comes_after_first(postgres_url, threads, one, other, unit) == (1, 0)
    with one.transaction() as work:
        assert work.outbox.waiting() == 1


def test_two_topics_of_one_ticket_are_made_at_once_and_one_counts(
    postgres_url: str, one: SqlStore, other: SqlStore, threads: ThreadPoolExecutor
) -> None:
    """What a sender made and what Telegram tells of meet: both know which one stays: fault 39."""
    made = iter((70, 71))

    def unit(work: Work) -> int:
        return work.rooms.adopt(RoomTopic("A", next(made))).thread

    assert second_comes_after_first(postgres_url, threads, one, other, unit) == (70, 70)


def test_opposite_order_of_locking_ends_well(one: SqlStore, threads: ThreadPoolExecutor) -> None:
    """A deadlock reruns the whole unit: fault 65."""
    committed(one, ticket("A"), ticket("B"))
    first_has, second_has = Event(), Event()
    runner = ThreadRunner(one, 1)

    def unit(codes: str, mine: Event, others: Event) -> Callable[[Work], None]:
        def crossing(work: Work) -> None:
            for code in codes:
                found = work.tickets.load([code], None)[code]
                work.tickets.save(replace(found, version=found.version + 1))
                mine.set()
                others.wait(timeout=10)

        return crossing

    def run(crossing: Callable[[Work], None]) -> Future[None]:
        return threads.submit(runner._run, crossing)

    both = [run(unit("AB", first_has, second_has)), run(unit("BA", second_has, first_has))]
    for done in both:
        done.result(timeout=20)
    with one.transaction() as work:
        assert [found.version for found in work.tickets.load(["A", "B"], None).values()] == [3, 3]


def test_locks_are_not_waited_for_for_ever(one: SqlStore, other: SqlStore) -> None:
    """A lock held for long is given up: fault 67."""
    with one.transaction() as work:
        work.people.load([1])
        with pytest.raises(NotCommitted, match="LockNotAvailable"), other.transaction() as second:
            second.people.load([1])


def test_changes_appear_in_the_order_of_their_ids(
    postgres_url: str, one: SqlStore, other: SqlStore, threads: ThreadPoolExecutor
) -> None:
    def unit(code: str) -> Callable[[Work], None]:
        return lambda work: work.tickets.save(ticket(code))

    with ExitStack() as open_unit:
        work = open_unit.enter_context(one.transaction())
        work.tickets.save(ticket("A"))
        assert len(work.tickets.changes(0, ["work"])) == 1
        later = threads.submit(ThreadRunner(other, 1)._run, unit("B"))
        until_waiting(postgres_url)
    later.result(timeout=10)
    with one.transaction() as work:
        assert [change.ticket for change in work.tickets.changes(0, ["work"])] == ["A", "B"]


def test_replicas_share_an_outbox_and_keep_lanes_in_order(one: SqlStore, other: SqlStore) -> None:
    with one.transaction() as work:
        work.outbox.put([delivery(1, "one"), delivery(1, "two"), delivery(2, "three")], NOW)
    with one.transaction() as work, other.transaction() as second:
        mine = work.outbox.take(NOW, (), 1)
        theirs = second.outbox.take(NOW, (), 9)
    assert words([queued.delivery for queued in (*mine, *theirs)]) == ["one", "three"]
    with other.transaction() as second:
        assert second.outbox.take(NOW, [theirs[0].lane], 9) == []
    with one.transaction() as work:
        work.outbox.mark([Report(mine[0].id, Fate.SENT, message_id=1)], NOW)
    with other.transaction() as second:
        next_one = second.outbox.take(NOW, [theirs[0].lane], 9)
    assert words([queued.delivery for queued in next_one]) == ["two"]


def test_what_another_replica_is_sending_is_not_replaced(one: SqlStore, other: SqlStore) -> None:
    with one.transaction() as work:
        work.outbox.put([edit(1, 7, "old")], NOW)
        work.outbox.take(NOW, (), 9)
    with other.transaction() as second:
        second.outbox.put([edit(1, 7, "new")], NOW)
        assert second.outbox.take(NOW, (), 9) == []


def test_what_a_silent_replica_holds_is_taken_over_in_time(one: SqlStore, other: SqlStore) -> None:
    with one.transaction() as work:
        work.outbox.put([delivery(1, "one")], NOW)
        assert len(work.outbox.take(NOW, (), 9)) == 1
        assert len(work.outbox.take(NOW, (), 9)) == 1
    with other.transaction() as second:
        assert second.outbox.take(NOW, (), 9) == []
        assert len(second.outbox.take(NOW + MINUTE, (), 9)) == 1


def test_what_a_dead_replica_held_is_free_at_the_next_start(postgres_url: str) -> None:
    """Taken and never sent: sent after the start: fault 6."""
    killed = open_store(postgres_url, MASTER)
    with killed.transaction() as work:
        work.outbox.put([delivery(1, "one")], NOW)
        work.outbox.take(NOW, (), 9)
    killed.close()
    with opened(postgres_url) as store, store.transaction() as work:
        assert len(work.outbox.take(NOW, (), 9)) == 1


def test_a_unit_survives_the_end_of_its_connection(postgres_url: str, one: SqlStore) -> None:
    """A connection cut in the middle reruns the unit: fault 65."""
    engine = connect(postgres_url, "tests")
    attempts: list[str] = []

    def unit(work: Work) -> None:
        attempts.append("begun")
        work.notes.put("offset", str(len(attempts)))
        if len(attempts) == 1:
            with engine.begin() as connection:
                connection.execute(END_OURS)
        assert work.notes.get("offset") == "2"

    ThreadRunner(one, 1)._run(unit)
    engine.dispose()
    with one.transaction() as work:
        assert work.notes.get("offset") == "2"
    assert len(attempts) == 2


def test_processes_that_send_know_how_many_they_are(one: SqlStore, postgres_url: str) -> None:
    """Several connections of one process count once, and a command that only looks not at all."""

    def senders(store: SqlStore) -> int:
        with store.transaction() as work:
            assert work.processes.own in work.processes.alive()
            return len(work.processes.alive())

    assert senders(one) == 1
    with open_store(postgres_url, MASTER) as other, one.transaction():
        assert (senders(one), senders(other)) == (2, 2)
        with open_store(postgres_url, MASTER, name="lotse-maintenance") as looking:
            assert (senders(looking), senders(one)) == (3, 2)
