"""What another process erased beside a running bot does not stay in the write-ahead log."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from bot.store.files import OFTEN
from bot.store.sql import SqlStore
from tests.databases import opened
from tests.store.examples import NOW, conversation


def file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def log_of(url: str) -> Path:
    return file_of(url).with_name(f"{file_of(url).name}-wal")


def go_on(store: SqlStore, times: int = 1) -> None:
    for number in range(times):
        with store.transaction() as work:
            work.notes.put("offset", str(number))


def said(store: SqlStore, url: str) -> bytes:
    """Somebody talks to the bot; returns the wrapped key of what they said."""
    with store.transaction() as work:
        work.people.save(1, conversation("person-1"), NOW)
    with closing(sqlite3.connect(file_of(url))) as database:
        found = database.execute("SELECT wrapped FROM data_keys WHERE owner = 'person:person-1'")
        (wrapped,) = found.fetchone()
    return bytes(wrapped)


def erased_by_a_command(url: str) -> None:
    with opened(url) as command, command.transaction() as work:
        work.people.forget("person-1", NOW)


def test_a_bot_clears_what_a_command_erased_beside_a_reader(sqlite_url: str) -> None:
    with opened(sqlite_url) as bot:
        wrapped = said(bot, sqlite_url)
        with closing(sqlite3.connect(file_of(sqlite_url), isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM people").fetchone()
            erased_by_a_command(sqlite_url)
            begun = time.monotonic()
            go_on(bot, 3)
            assert time.monotonic() - begun < 4, "the bot waits for no reader"
            assert wrapped in log_of(sqlite_url).read_bytes(), "the reader needs it"
        go_on(bot)
        assert wrapped not in log_of(sqlite_url).read_bytes() + file_of(sqlite_url).read_bytes()
        with bot._engine.connect() as connection:
            patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
        assert patience == 5000


def test_what_a_bot_writes_itself_leaves_the_log_as_long_as_it_is(sqlite_url: str) -> None:
    """Writing over a file that is there is cheaper than making it longer again."""
    with opened(sqlite_url) as bot:
        go_on(bot, OFTEN)
        long = log_of(sqlite_url).stat().st_size
        sizes = set()
        for _ in range(3 * OFTEN):
            go_on(bot)
            sizes.add(log_of(sqlite_url).stat().st_size)
        assert min(sizes) >= long
