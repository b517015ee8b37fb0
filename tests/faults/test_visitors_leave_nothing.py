"""Whoever only reads leaves no row, whatever they do: fault 51, fault 58, fault 86.

A visitor walks every way there is without agreeing: commands, links, every kind of button, words,
words of danger, everything that is no text, blocking and coming back. Each table is compared
before and after, on both databases.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pytest

from bot.model.buttons import Action, Do, encode
from bot.model.turns import CommandName
from bot.store.sql import SqlStore
from bot.store.tables import metadata
from tests.databases import opened
from tests.faults import canary
from tests.faults.canary_county import Marked, MarkedCounty, staffed
from tests.faults.test_erasure_by_table import tables

ABOUT_NOBODY: Final = {"figures", "notes"}
"""Counts a day, and the program's own values."""

FOR_TWO_DAYS: Final = {"seen_updates"}
"""A number and an HMAC of each update, so that none is answered twice."""

WORDS: Final = (
    "Arbeit",
    "1",
    "Deutsch",
    "hallo",
    "Mein Mann schlägt mich",
    "Ich will nicht mehr leben",
    "Ich möchte mit einem Menschen sprechen",
    "Ich bin 15 Jahre alt und allein",
    "zzzz",
    "//notiz",
    "/close",
)


async def walk(visitor: Marked) -> None:
    """Every way of a visitor."""
    county = visitor.county
    content = county.house.texts.content
    for name in CommandName:
        await visitor.send(f"/{name.value}")
    for argument in ("work", "work-seetal", visitor.mark("link")[:60], "x" * 64):
        await visitor.send(f"/start {argument}")
    await visitor.send("/nosuchcommand")
    await visitor.send(f"/bind {canary.username(visitor.number)}")
    targets = ("", next(iter(content.topics)), next(iter(content.emergencies)), "K00001")
    for do in (one for one in Do if one is not Do.AGREE):
        for target in targets:
            await visitor.forge(encode(Action(do, target, language="uk")))
    await visitor.forge("\x00nothing")
    for words in (*WORDS, visitor.mark("typed")):
        await visitor.send(words)
        await visitor.edit(f"{words}!")
    await visitor.show(*canary.attachments(visitor.number))
    await visitor.show(
        {"photo": [], "caption": "Mein Mann schlägt mich", "media_group_id": "1"},
        {"photo": [], "media_group_id": "1"},
    )
    for status in ("kicked", "member"):
        await visitor.stand(status)
    await visitor.react()


def rows_of_people(rows: Mapping[str, Any]) -> dict[str, Any]:
    return {name: rows[name] for name in rows.keys() - ABOUT_NOBODY - FOR_TWO_DAYS}


async def visited(store: SqlStore) -> tuple[MarkedCounty, Mapping[str, Any], Mapping[str, Any]]:
    county = MarkedCounty(store)
    await staffed(county)
    before = tables(store._engine)
    await walk(Marked(county, 1))
    return county, before, tables(store._engine)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_visitor_leaves_no_row(request: pytest.FixtureRequest, database: str) -> None:
    """fault 58: no row of a person; the mark of an update goes in two days; figures are counts."""
    with opened(request.getfixturevalue(f"{database}_url")) as store:
        county, before, after = asyncio.run(visited(store))
        taken = county.intake.counts.taken
        assert taken > 200
        assert county.intake.counts.throttled == 0
        assert county.intake.counts.quarantined == 0
        assert rows_of_people(after) == rows_of_people(before)
        assert len(after["seen_updates"]) > 200
        for name in ABOUT_NOBODY | FOR_TWO_DAYS:
            assert canary.in_values(name, after[name]) == []
        county.house.now += timedelta(hours=49)
        asyncio.run(county.pass_days(1))
        county.close()
        end = tables(store._engine)
    assert set(end) == set(metadata.tables)
    assert end["seen_updates"] == []
    assert rows_of_people(end) == rows_of_people(before)


def test_a_row_waits_while_it_is_not_sent_and_goes_when_it_is(sqlite_url: str) -> None:
    """The chat of a visitor is kept, sealed, only as long as an answer is on its way."""
    with opened(sqlite_url) as store:
        county = MarkedCounty(store)
        county.cable.down = True
        asyncio.run(Marked(county, 2).send("/start"))
        waiting = tables(store._engine)["outbox"]
        assert [(row["state"], row["person"]) for row in waiting] == [("pending", None)]
        assert canary.in_values("outbox", waiting) == []
        county.cable.down = False
        county.house.now += timedelta(minutes=5)
        asyncio.run(county.deliver())
        county.close()
        assert [method for method, _ in county.cable.calls] == ["sendMessage"]
        assert tables(store._engine)["outbox"] == []
