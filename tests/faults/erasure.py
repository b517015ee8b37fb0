"""Everybody is erased, each in another way, and then every byte of what is left is looked through.

Marked people live whole lives with the bot: they read, answer, hand over, are answered, block the
bot, delete their data, fall silent. In the end nobody is there any more, and nothing of them.
`run` is the same in the tests and in a campaign; only the number of people differs.
"""

import asyncio
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random  # noqa: TID251  lives are drawn from a seed
from typing import Any, Final

from sqlalchemy import Column, LargeBinary, Table, select, text

from bot.model.buttons import Do
from bot.model.tickets import Caseworker, Outcome, Ticket
from bot.store.backup import back_up
from bot.store.codec import RAW_UPDATE
from bot.store.crypto import place
from bot.store.engine import sqlite_file
from bot.store.restore import restore
from bot.store.sql import SqlStore
from bot.store.tables import data_keys, metadata, people, quarantine, tickets
from bot.usecases import casework, deadlines
from tests.databases import MASTER, opened
from tests.faults import canary
from tests.faults.canary import Hit
from tests.faults.canary_county import Marked, MarkedCounty, settled, staffed
from tests.playing.tickets import every_ticket

A_DAY: Final = 10
"""People who begin on one day: fewer than may be forgotten at once later."""

LANGUAGES: Final = ("de", "en", "uk", "ar")
END_OF_TIME: Final = datetime(2100, 1, 1, tzinfo=UTC)
PROGRAM: Final = "program"
"""The owner of the data key that belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was found where nothing may be.

    `readable` are hits in any file while everybody was still there, `left` in files afterwards,
    `opened` what the program itself could still read afterwards, `returned` the same after the
    restore of a backup from before. `keys_left` counts data keys of erased people and tickets
    whose bytes are still in the database's own files, `keys_in_log` in PostgreSQL's write-ahead
    log. `known` is what the program could read before: it says that there was something to find.
    """

    people: int
    updates: int
    known: int
    readable: tuple[Hit, ...]
    left: tuple[Hit, ...]
    opened: tuple[Hit, ...]
    returned: tuple[Hit, ...]
    keys: int
    keys_left: int
    keys_in_log: int

    @property
    def hits(self) -> tuple[Hit, ...]:
        return (*self.readable, *self.left, *self.opened, *self.returned)


def run(seed: int, everybody: int, url: str, folder: Path, data: Path) -> Erasure:
    """Let `everybody` live and be erased in the database at `url`, whose files are in `data`.

    `folder` is empty; log, backup and temporary files go there.
    """
    with logged(folder / "all.log"), temporary_files_in(folder / "tmp"), opened(url) as store:
        town = asyncio.run(
            _lives(store, Random(seed), everybody, folder, url, data)  # noqa: S311
        )
        left = canary.in_files([data, folder], town.patterns)
        afterwards = readable_by_the_program(store)
        _tidied(store)
        keys_left, keys_in_log = _remains(town.keys, data)
    returned = _restored(url, folder, town)
    return Erasure(
        everybody,
        town.updates,
        town.known,
        tuple(town.readable),
        tuple(left),
        tuple(afterwards),
        tuple(returned),
        len(town.keys),
        keys_left,
        keys_in_log,
    )


@dataclass(frozen=True, slots=True)
class _Town:
    """What is known when everybody has come and gone."""

    patterns: dict[bytes, str]
    readable: list[Hit]
    keys: list[bytes]
    known: int
    backup: Path
    updates: int
    end: datetime


async def _lives(
    store: SqlStore, random: Random, everybody: int, folder: Path, url: str, data: Path
) -> _Town:
    county = MarkedCounty(store)
    anna = await staffed(county)
    crowd = [Marked(county, n, LANGUAGES[n % len(LANGUAGES)]) for n in range(1, everybody + 1)]
    patterns = canary.words_in_bytes() | canary.ids_in_bytes()
    for start in range(0, everybody, A_DAY):
        today = crowd[start : start + A_DAY]
        random.shuffle(today)
        await settled([_begin(one, anna) for one in today])
        if start + A_DAY < everybody:
            await county.pass_days(1)
    readable = canary.in_files([data, folder], patterns)
    known = len(readable_by_the_program(store))
    keys = _keys(store)
    backup = back_up(url, folder / "before.backup", county.now(), lambda _: None).path
    readable += canary.in_files([backup], patterns)
    await _ends(county, crowd, anna)
    county.close()
    taken, end = county.intake.counts.taken, county.now()
    return _Town(patterns, readable, keys, known, backup, taken, end)


# --- lives ------------------------------------------------------------------------------


async def _begin(one: Marked, anna: Caseworker) -> None:
    """The first day of somebody, of one of six kinds."""
    await one.send("/start")
    await one.send(one.mark("before_consent"))
    if one.number % 6 == 0:
        await one.show(*canary.attachments(one.number))
        return
    await one.press(Do.LANGUAGE, "de")
    await one.press(Do.AGREE)
    await one.send(one.mark("searched"))
    await one.press(Do.PERSON)
    await one.press(Do.QUEUE, "school")
    await one.send(one.mark("handoff"))
    await one.break_something()
    if one.number % 6 == 1:
        return
    await one.press(Do.SEND)
    await one.send(one.mark("case"))
    await one.edit(one.mark("edited"))
    await one.show(*canary.attachments(one.number))
    await _answered(one, anna)
    await one.send(one.mark("thanks"))
    await one.send("/export")


async def _answered(one: Marked, anna: Caseworker) -> None:
    code = await one.code()
    county = one.county
    for do in (
        lambda unit: casework.claim(unit, anna, code, None),
        lambda unit: casework.note(unit, anna, code, None, one.mark("note")),
        lambda unit: casework.answer_text(unit, anna, code, None, one.mark("answer")),
        lambda unit: casework.ask(unit, anna, code, None, _typed_question(county)),
    ):
        assert isinstance(await county.act(do), Ticket)
    await one.send(one.mark("asked"))


def _typed_question(county: MarkedCounty) -> str:
    """A question that is answered in one's own words, so that these are kept as data."""
    return next(iter(county.house.texts.content.asks))


async def _ends(county: MarkedCounty, crowd: list[Marked], anna: Caseworker) -> None:
    """Some delete, some are closed and rated, all others fall silent; then months go by."""
    for one in crowd:
        kind = one.number % 6
        if kind == 2:
            await _deletes(one)
            await one.send("/delete")
        elif kind > 2:
            await _closed(one, anna)
        if kind == 3:
            await _deletes(one)
            await one.send("/start")
            await one.send(one.mark("again"))
    staying = [one for one in crowd if one.number % 6 == 4]
    for month in range(4):
        await county.pass_days(25)
        for one in staying:
            await one.send("/language")
            await one.press(Do.LANGUAGE, "en" if month % 2 else "uk")
    await county.pass_days(34)


async def _deletes(one: Marked) -> None:
    await one.send("/delete")
    await one.press(Do.DELETE_NOW)
    assert await one.person() is None


async def _closed(one: Marked, anna: Caseworker) -> None:
    code = await one.code()
    await one.county.act(lambda unit: casework.close(unit, anna, code, None, Outcome.ADVISED))
    await one.press(Do.RATE)
    await one.send(one.mark("rating"))


# --- looking ------------------------------------------------------------------------------


def readable_by_the_program(store: SqlStore) -> list[Hit]:
    """All that whoever holds the master key can still read of these people, table by table."""
    hits = []
    with store._engine.begin() as connection:
        known = connection.execute(select(people.c.person)).scalars().all()
        teams = connection.execute(select(tickets.c.team).distinct()).scalars().all()
        raw = connection.execute(select(quarantine)).all()
        for table in metadata.sorted_tables:
            rows = connection.execute(select(*_in_clear(table))).all()
            hits += canary.in_values(table.name, rows)
    with store.transaction() as work:
        hits += canary.in_values("people", [work.people.conversation(one) for one in known])
        hits += canary.in_values("outbox", work.outbox.take(END_OF_TIME, (), 10_000))
        for one in every_ticket(work, *teams):
            hits += canary.in_values("tickets", [one, *work.tickets.items(one.code)])
    key = store._vault.own_key("quarantine")
    for row in raw:
        where = place("quarantine", "raw", row.update_id, "", 1)
        hits += canary.in_values("quarantine", RAW_UPDATE.read(key.open(where, row.raw_sealed)))
    return hits


def _in_clear(table: Table) -> list[Column[Any]]:
    return [one for one in table.columns if not isinstance(one.type, LargeBinary)]


def _keys(store: SqlStore) -> list[bytes]:
    """The wrapped data keys of people and tickets, as they stand in the database."""
    query = select(data_keys.c.wrapped).where(data_keys.c.owner != PROGRAM)
    with store._engine.begin() as connection:
        return list(connection.execute(query).scalars())


def _tidied(store: SqlStore) -> None:
    """What a county on PostgreSQL does from time to time; SQLite tidies up by itself."""
    if store.postgres:
        engine = store._engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM FULL"))
            connection.execute(text("CHECKPOINT"))


def _remains(keys: Sequence[bytes], data: Path) -> tuple[int, int]:
    """How many of these keys are still in the database's files, and in PostgreSQL's log alone."""
    patterns = {key: str(number) for number, key in enumerate(keys)}
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for hit in canary.in_files([data], patterns):
        found["pg_wal" in Path(hit.where).parts].add(hit.writing)
    return len(found[False]), len(found[True] - found[False])


def _restored(url: str, folder: Path, town: "_Town") -> list[Hit]:
    """What the program can read once a backup from before was put back and retention ran."""
    restore(url, town.backup, MASTER, None, town.end, lambda _: None)
    with opened(url) as store:
        county = MarkedCounty(store)
        county.house.now = town.end
        with store.transaction() as work:
            deadlines.clear(county.unit_of(work), sure=True)
        county.close()
        found = readable_by_the_program(store)
    data = sqlite_file(url)
    return found if data is None else [*found, *canary.in_files([data], town.patterns)]


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Write down every record of every logger, unfiltered: nobody may be named in any."""
    handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Let temporary files be made where they are looked through."""
    folder.mkdir()
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
