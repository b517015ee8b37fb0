"""Hashes of caseworkers' passwords: sealed, bound to their row, and never taken over in clear."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from bot.store.crypto import Tampered
from bot.store.tables import caseworkers
from bot.usecases.signing_in import NO_PASSWORD
from tests.databases import opened
from tests.store.examples import caseworker

CARLA, BERTA = caseworker("carla"), caseworker("berta")
HASH = "$argon2id$of-carla"


def two_people(url: str) -> None:
    with opened(url) as store, store.transaction() as work:
        work.staff.save(CARLA, HASH)
        work.staff.save(BERTA, "$argon2id$of-berta")


def test_no_hash_can_be_read_in_the_files(sqlite_url: str) -> None:
    two_people(sqlite_url)
    file = Path(make_url(sqlite_url).database or "")
    for part in file.parent.glob(f"{file.name}*"):
        assert b"argon2id" not in part.read_bytes()


def test_a_hash_put_into_another_row_does_not_open(url: str) -> None:
    two_people(url)
    with opened(url) as store:
        of_berta = select(caseworkers.c.password_sealed).where(caseworkers.c.id == BERTA.id)
        with store._engine.begin() as connection:
            sealed = connection.execute(of_berta).scalar_one()
            row = caseworkers.update().where(caseworkers.c.id == CARLA.id)
            connection.execute(row.values(password_sealed=sealed))
        with pytest.raises(Tampered, match=r"caseworkers\.password"), store.transaction() as work:
            work.staff.password(CARLA.id)
        with store.transaction() as work:
            assert work.staff.password(BERTA.id) == "$argon2id$of-berta"
            # Whoever put it there must not keep the account from being switched off.
            assert work.staff.by_login("carla") == CARLA
            work.staff.save(CARLA, NO_PASSWORD)
            assert work.staff.password(CARLA.id) == ""


def test_a_hash_in_clear_is_not_believed_and_goes_at_the_next_start(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    two_people(url)
    with opened(url) as store:
        with store._engine.begin() as connection:
            connection.execute(
                text("UPDATE caseworkers SET password_hash = 'mine' WHERE login = 'carla'")
            )
        with store.transaction() as work:
            assert work.staff.password(CARLA.id) == HASH
    with opened(url) as store, store._engine.begin() as connection:
        assert set(connection.execute(select(caseworkers.c.password_hash)).scalars()) == {None}
    assert [one.message for one in caplog.records if "passwords of 1 " in one.message]


def test_what_was_in_clear_is_overwritten_in_the_file(sqlite_url: str) -> None:
    two_people(sqlite_url)
    file = Path(make_url(sqlite_url).database or "")
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE caseworkers SET password_hash = 'left-in-clear'")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with opened(sqlite_url) as bot, bot.transaction() as work:
        assert len(work.staff.all()) == 2
        for part in file.parent.glob(f"{file.name}*"):
            assert b"left-in-clear" not in part.read_bytes()
