"""The master key: missing, wrong, exchanged half-way; and values that were put elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store.alone import AlreadyRunning, alone
from bot.store.crypto import BadMasterKey, Key, MasterKey, MasterKeys, Vault
from bot.store.rotation import NotRotated, rotate
from bot.store.sql import open_store
from tests.databases import MASTER, opened
from tests.faults import key_exchange, swaps
from tests.faults.key_exchange import BOTH, NEW
from tests.store import eras


@pytest.mark.parametrize(("database", "size", "kills"), [("sqlite", 80, 20), ("postgres", 15, 6)])
def test_an_exchange_of_the_master_key_killed_at_any_row(
    request: pytest.FixtureRequest,
    database: str,
    size: int,
    kills: int,
    record_property: Callable[[str, object], None],
) -> None:
    """Half-way, a start needs both keys; in the end all is readable: fault 72."""
    exchange = key_exchange.run(1, request.getfixturevalue(f"{database}_url"), size, kills)
    record_property("exchange", f"{database}: {exchange}")
    assert (exchange.unreadable, exchange.wrong) == (0, ())
    assert exchange.kills > kills // 2
    assert exchange.keys > 2 * size


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_value_put_elsewhere_is_refused(request: pytest.FixtureRequest, database: str) -> None:
    """Between rows, columns, cases, tables and versions, keys too."""
    url: str = request.getfixturevalue(f"{database}_url")
    found = swaps.run(1, url, most=100 if database == "sqlite" else 20)
    assert found.unnoticed == ()
    assert found.tried >= 22


def test_pseudonyms_stay_when_the_master_key_is_exchanged(sqlite_url: str) -> None:
    with opened(sqlite_url) as store:
        eras.populate(store)
        before = store._vault.lookup("tg", 1)
        secret = store._vault.program.secret
    rotate(sqlite_url, MASTER, NEW)
    with open_store(sqlite_url, NEW) as store:
        assert store._vault.lookup("tg", 1) == before
        assert store._vault.program.secret == secret not in {MASTER.secret, NEW.secret}
        with store.transaction() as work:
            assert len(work.people.load(list(eras.CHATS.values()))) == len(eras.LEFT)
            assert work.staff.by_telegram(eras.STAFF_CHAT) is not None
            assert work.rooms.room() is not None
    guessed = Vault(MasterKeys(MASTER), Key(MASTER.secret)).lookup("tg", 1)
    assert guessed != before, "nobody computes them from the master key"


def test_an_exchange_is_refused_where_it_would_go_wrong(sqlite_url: str, tmp_path: Path) -> None:
    """Running beside it, with a wrong key, or with another new key half-way: fault 72."""
    with pytest.raises(NotRotated, match="nothing is sealed yet"):
        rotate(sqlite_url, MASTER, NEW)
    lived_in(sqlite_url)
    with alone(tmp_path), pytest.raises(AlreadyRunning):
        rotate(sqlite_url, MASTER, NEW)
    with pytest.raises(NotRotated, match="in use already"):
        rotate(sqlite_url, MASTER, MasterKey(MASTER.secret, "a copy"))
    wrong = MasterKey(bytes(32), "/keys/wrong")
    with pytest.raises(BadMasterKey, match="/keys/wrong"):
        rotate(sqlite_url, wrong, NEW)
    assert key_exchange.killed_half_way(sqlite_url)
    with pytest.raises(NotRotated, match="another exchange was cut short"):
        rotate(sqlite_url, MASTER, wrong)
    assert rotate(sqlite_url, MASTER, NEW) > 0
    assert rotate(sqlite_url, MASTER, NEW) == 0, "finished is finished"
    with pytest.raises(BadMasterKey):
        rotate(sqlite_url, MASTER, wrong)


def test_an_exchange_is_refused_while_a_replica_runs(postgres_url: str) -> None:
    """A process with the old key would go on wrapping with it: fault 72."""
    with opened(postgres_url), pytest.raises(NotRotated, match="1 processes have the database"):
        rotate(postgres_url, MASTER, NEW)
    rotate(postgres_url, MASTER, NEW)
    open_store(postgres_url, NEW).close()


def test_both_keys_open_before_the_exchange_and_after_it(sqlite_url: str) -> None:
    lived_in(sqlite_url)
    swapped = MasterKey(MASTER.secret, "the other way round", NEW.secret)
    for keys in (BOTH, swapped):
        open_store(sqlite_url, keys).close()
    rotate(sqlite_url, MASTER, NEW)
    for keys in (BOTH, swapped):
        open_store(sqlite_url, keys).close()


def test_a_program_key_of_another_database_is_refused(sqlite_url: str) -> None:
    with opened(sqlite_url) as store, store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE data_keys SET wrapped = zeroblob(60)")
    with pytest.raises(BadMasterKey, match="the program's own key"):
        open_store(sqlite_url, MASTER)


def test_a_database_without_the_programs_own_key_is_refused(sqlite_url: str) -> None:
    """Begun anew, nobody would be found again: everybody would be a stranger."""
    lived_in(sqlite_url)
    with opened(sqlite_url) as store, store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM data_keys WHERE owner = 'program'")
    with pytest.raises(BadMasterKey, match="own key is missing"):
        open_store(sqlite_url, MASTER)


def lived_in(url: str) -> None:
    with opened(url) as store:
        eras.populate(store)
