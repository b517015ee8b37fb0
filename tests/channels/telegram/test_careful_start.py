"""Replicas know which of them was killed and which only run beside them."""

import asyncio
import time

from bot.channels.telegram.batch import Reader
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import CAREFUL, Intake
from bot.clock import SystemClock
from bot.store.sql import SqlStore, open_store
from bot.usecases.room import Door
from tests.benchmarks.virtual import Inline
from tests.channels.telegram.office import texts
from tests.databases import MASTER, opened
from tests.playing.house import House

PATIENCE = 30.0


def begun(store: SqlStore) -> Intake:
    """The way in of a replica that has just started."""
    house = House(store, texts=texts())
    reader = Reader(Me(1, "lotse_bot"), Door())
    intake = Intake(Inline(store), house.unit_of, SystemClock(), reader, lambda _: None)
    asyncio.run(intake.open())
    return intake


def killed(store: SqlStore, seen_by: SqlStore) -> None:
    """Take its connections away, as a kill does, and wait until the database has noticed."""
    store.close()
    until = time.monotonic() + PATIENCE
    while store._holder in alive(seen_by):
        assert time.monotonic() < until


def alive(store: SqlStore) -> frozenset[str]:
    with store.transaction() as work:
        return work.processes.alive()


def test_only_a_killed_replica_makes_the_next_start_careful(postgres_url: str) -> None:
    """Also where another one ended as it should meanwhile."""
    first, second, third = (open_store(postgres_url, MASTER) for _ in range(3))
    replicas = [begun(store) for store in (first, second, third)]
    assert [replica._careful for replica in replicas] == [0, 0, 0]
    killed(second, seen_by=first)
    asyncio.run(replicas[2].close())
    third.close()
    with opened(postgres_url) as fourth, opened(postgres_url) as fifth:
        assert begun(fourth)._careful == CAREFUL
        assert begun(fifth)._careful == 0
    first.close()
