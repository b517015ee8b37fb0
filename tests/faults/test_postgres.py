"""PostgreSQL that crashes, hangs up, waits and loses answers, under three replicas."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.channels.telegram.batch import Reader
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import TRIES_OF_STORE, Intake
from bot.clock import SystemClock
from bot.model.tickets import TextItem
from bot.store import engine
from bot.store.crypto import load_or_create_master_key
from bot.store.runner import ThreadRunner
from bot.store.sql import open_store
from bot.usecases.ports import NotCommitted, Work
from bot.usecases.room import Door
from tests.botapi import BotApiServer
from tests.channels.telegram.office import texts
from tests.databases import opened
from tests.faults import postgres_storm
from tests.faults.disk_deeds import message
from tests.faults.postgres_link import Cut, linked
from tests.faults.postgres_replicas import PATIENCE, balanced
from tests.faults.postgres_storm import crash, execute
from tests.playing.house import House, prepared
from tests.process.command import Command, free_port, running
from tests.process.correspondence import Correspondent, judged
from tests.process.newcomers import NATIVE_NAMES, TO_THE_SUMMARY, Newcomer, begin, walk
from tests.store.examples import NOW, conversation, ticket

EVENTS = 288
REPLICAS = 3
ROUNDS = 6
START = 180.0


def test_three_replicas_in_a_storm(
    postgres_server: str, record_property: Callable[[str, object], None]
) -> None:
    """Crashes, connections ended, COMMITs cut before, within and after: effects once, each chat in
    its order: fault 65, fault 66."""
    outcome = postgres_storm.run(1, postgres_server, events=EVENTS)
    record_property("postgres", str(outcome))
    assert outcome.clean, outcome
    assert outcome.updates == EVENTS
    assert outcome.cases > EVENTS // 20


def test_three_real_processes_in_a_storm(
    postgres_server: str, postgres_url: str, tmp_path: Path
) -> None:
    """The same with the real command three times: fault 65, fault 66."""
    with ExitStack() as stack:
        telegram = stack.enter_context(BotApiServer())
        link = stack.enter_context(linked(postgres_url))
        hooks = [free_port() for _ in range(REPLICAS)]
        address = stack.enter_context(balanced(hooks))
        extra = {"LOTSE_DATABASE_URL": link.url, "LOTSE_WEBHOOK_URL": address}
        data = prepared(tmp_path / "data")
        commands = [Command(data, telegram, webhook=True, extra=extra, hook=hook) for hook in hooks]
        for number, command in enumerate(commands):  # the first one makes the master key
            stack.enter_context(running(command))
            if number in {0, REPLICAS - 1}:
                _wait_until_there(telegram, number + 1)
        people = _people(telegram)
        for round_ in range(ROUNDS):
            link.plan(*Cut)
            for one in people:
                one.go_on(round_)
            if round_ % 3 == 2:
                crash(postgres_url)
            telegram.wait_for(lambda: not any(one.unanswered for one in people), PATIENCE)
        telegram.wait_until_confirmed(PATIENCE)
        assert link.cuts > ROUNDS
        assert [command.stop() for command in commands] == [0] * REPLICAS
    telegram.assert_clean()
    key = load_or_create_master_key(tmp_path / "data" / "master.key")
    store = open_store(postgres_url, key)
    with store.transaction() as work:
        figures = judged(0, people, work)
    store.close()
    assert figures.updates > ROUNDS * len(people)
    assert (figures.lost, figures.doubled, figures.inverted) == (0, 0, 0), figures


def _wait_until_there(telegram: BotApiServer, number: int) -> None:
    """Wait until so many replicas have looked after the webhook."""
    telegram.wait_for(lambda: len(telegram.calls_of("getWebhookInfo")) >= number, START)


def _people(telegram: BotApiServer) -> list[Correspondent]:
    newcomers = [Newcomer.arrived(telegram, language, language) for language in NATIVE_NAMES]
    begin(newcomers)
    walk(newcomers, *TO_THE_SUMMARY)
    return [Correspondent(one, impatient=True) for one in newcomers]


# --- waiting --------------------------------------------------------------------------------------


def test_nobody_waits_for_the_database_for_ever(postgres_url: str) -> None:
    """The limits that the database keeps, and those for a server that vanished: fault 67."""
    wanted = {
        "statement_timeout": "5s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "10s",
    }
    made = engine.connect(postgres_url, "tests")
    with made.connect() as connection:
        found = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in wanted}
        driver = connection.connection.driver_connection
        assert driver is not None
        line = driver.info.get_parameters()
    made.dispose()
    assert found == wanted
    assert line["tcp_user_timeout"] == "20000"
    assert int(line["keepalives_idle"]) <= 10


def _endless(work: Work, _: str) -> None:
    work.notes._tx.connection.execute(text("SELECT pg_sleep(600)"))  # type: ignore[attr-defined]


def _idle(_: Work, url: str) -> None:
    """Do nothing inside the transaction until the server has enough of it."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'lotse-%'"
        " AND datname = current_database() AND state = 'idle in transaction'"
    )
    until = time.monotonic() + PATIENCE
    while execute(url, query) != "0":
        assert time.monotonic() < until


@pytest.mark.parametrize("linger", [_endless, _idle], ids=["statement", "idle"])
def test_a_unit_that_lingers_is_ended_and_run_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, linger: Callable[[Work, str], None]
) -> None:
    """A statement without end, and a transaction in which nothing happens: fault 67."""
    short = {"statement_timeout": "300ms", "idle_in_transaction_session_timeout": "300ms"}
    monkeypatch.setattr(engine, "POSTGRES_OPTIONS", {**engine.POSTGRES_OPTIONS, **short})
    attempts: list[int] = []

    def unit(work: Work) -> None:
        attempts.append(len(attempts))
        work.notes.put(f"attempt {len(attempts)}", "begun")
        if len(attempts) == 1:
            linger(work, postgres_url)

    with opened(postgres_url) as store:
        runner = ThreadRunner(store, 1)
        runner._run(unit)
        runner.close()
        with store.transaction() as work:
            assert (work.notes.get("attempt 1"), work.notes.get("attempt 2")) == (None, "begun")


def test_a_unit_that_cannot_be_serialised_is_run_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two units each read what the other writes; the database lets one win: fault 65."""
    strict = {**engine.POSTGRES_OPTIONS, "default_transaction_isolation": "serializable"}
    monkeypatch.setattr(engine, "POSTGRES_OPTIONS", strict)
    both_have_read, attempts = Barrier(2), Counter[str]()

    def unit(mine: str, other: str) -> Callable[[Work], None]:
        def crossing(work: Work) -> None:
            attempts[mine] += 1
            found = work.notes.get(other)
            if attempts[mine] == 1:
                both_have_read.wait(PATIENCE)
            work.notes.put(mine, f"after {other}" if found else "first")

        return crossing

    with opened(postgres_url) as store, ThreadPoolExecutor(2) as threads:
        runner = ThreadRunner(store, 2)
        done = [threads.submit(runner._run, unit(*names)) for names in ("AB", "BA")]
        for one in done:
            one.result(PATIENCE)
        runner.close()
        with store.transaction() as work:
            found = {name: work.notes.get(name) for name in "AB"}
    assert sorted(attempts.values()) == [1, 2]
    assert sorted(str(value) for value in found.values()) in (
        ["after A", "first"],
        ["after B", "first"],
    )


def test_a_long_lock_puts_no_update_aside(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds a table for long: the update is refused each time and never taken for poison,
    and it has its effect when the table is free again: fault 67."""
    monkeypatch.setattr(
        engine, "POSTGRES_OPTIONS", {**engine.POSTGRES_OPTIONS, "lock_timeout": "20ms"}
    )
    other = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"))
    with opened(postgres_url) as store, other.connect() as holding:
        runner = ThreadRunner(store, 1, lambda _: None)
        with store.transaction() as work:
            work.people.save(7, replace(conversation("anna"), ticket="A", draft=None), NOW)
            work.tickets.save(ticket("A", person="anna"))
        house = House(store, texts=texts())
        reader = Reader(Me(1, "lotse_test_bot"), Door(fixed=False))
        intake = Intake(runner, house.unit_of, SystemClock(), reader, lambda _: None)
        holding.execute(text("LOCK TABLE items IN ACCESS EXCLUSIVE MODE"))
        for _ in range(3 * TRIES_OF_STORE):
            with pytest.raises(NotCommitted):
                asyncio.run(intake.take([message(1, 7, {"text": "hello"})]))
        holding.rollback()
        asyncio.run(intake.take([message(1, 7, {"text": "hello"})]))
        runner.close()
        with store.transaction() as work:
            assert [item.body for item in work.tickets.items("A")] == [TextItem("hello")]
    assert intake.counts.quarantined == 0
    other.dispose()


def test_a_pool_without_a_free_connection_is_a_disturbance(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More work than connections: refused for now, not for good: fault 65."""
    monkeypatch.setattr(engine, "POOL", 1)
    monkeypatch.setattr(engine, "POOL_SECONDS", 0.05)
    taken, enough = Event(), Event()

    def hold(_: Work) -> None:
        taken.set()
        assert enough.wait(PATIENCE)

    with opened(postgres_url) as store, ThreadPoolExecutor(1) as threads:
        runner = ThreadRunner(store, 2, lambda _: None)
        holding = threads.submit(runner._run, hold)
        assert taken.wait(PATIENCE)
        with pytest.raises(NotCommitted, match="no connection was free"):
            runner._run(lambda work: work.notes.put("a", "b"))
        well = [runner.well]
        enough.set()
        holding.result(PATIENCE)
        runner._run(lambda work: work.notes.put("a", "b"))
        well.append(runner.well)
        runner.close()
    assert well == [False, True]
