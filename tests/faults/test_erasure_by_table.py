"""Every table keeps to its rule of erasure, shown row by row on both databases: fault 85.

`bot.store.tables` says for each table what becomes of it. Here somebody lives, so that no table is
empty, is erased, and a year goes by; each table's rows are compared before, after and at the end.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Engine, select

from bot.model.buttons import Do
from bot.model.records import Job, JobKind, Session
from bot.model.tickets import Outcome
from bot.store.sql import SqlStore
from bot.store.sql.ticket_log import KEPT_CHANGES
from bot.store.tables import metadata
from bot.usecases import casework
from tests.databases import opened
from tests.faults import canary
from tests.faults.canary_county import Marked, MarkedCounty, staffed

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Lived:
    """The tables while somebody is there, right after they were erased, and a year later.

    `person` and `code` name them and their case; `other` is somebody who stays and keeps talking.
    """

    before: Mapping[str, Rows]
    after: Mapping[str, Rows]
    end: Mapping[str, Rows]
    person: str
    code: str
    other: str


def tables(engine: Engine) -> dict[str, Rows]:
    with engine.begin() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in metadata.sorted_tables
        }


async def live(store: SqlStore) -> Lived:
    county = MarkedCounty(store)
    anna = await staffed(county)
    one, other = Marked(county, 1), Marked(county, 2)
    for who in (one, other):
        await who.send("/start")
        await who.press(Do.LANGUAGE, "de")
        await who.press(Do.AGREE)
        await who.press(Do.PERSON)
        await who.press(Do.QUEUE, "school")
        await who.send(who.mark("handoff"))
        await who.break_something()
        await who.press(Do.SEND)
    person, code = await one.person(), await one.code()
    beside = await other.person()
    assert person is not None
    assert beside is not None
    await county.act(lambda unit: casework.claim(unit, anna, code, None))
    await county.act(lambda unit: casework.answer_text(unit, anna, code, None, one.mark("answer")))
    await county.act(lambda unit: _things_that_run_out(unit.work, county, person))
    before = tables(store._engine)
    await one.send("/delete")
    await one.press(Do.DELETE_NOW)
    after = tables(store._engine)
    theirs = await other.code()
    await county.act(lambda unit: casework.close(unit, anna, theirs, None, Outcome.ADVISED))
    for day in range(0, 370, 10):
        await county.pass_days(10)
        await other.send("/language")
        await other.press(Do.LANGUAGE, "en" if day % 20 else "uk")
    county.close()
    return Lived(before, after, tables(store._engine), person, code, beside)


def _things_that_run_out(work: Any, county: MarkedCounty, person: str) -> None:
    """Rows that a conversation does not make: a job, a link, a session, attempts, a topic."""
    now, soon = county.now(), county.now() + timedelta(hours=1)
    work.jobs.put(Job(JobKind.DUE, person, now + timedelta(days=400)))
    work.staff.put_link("link", "anna", "any", soon)
    work.staff.put_session(Session("session", "anna", now, soon, "csrf"))
    work.staff.put_attempt("attempt", "anna", now)
    work.updates.attempts(40_000_001)


# --- the rules ------------------------------------------------------------------------------


def keys_go(lived: Lived) -> None:
    owners = {f"person:{lived.person}", f"ticket:{lived.code}"}
    assert owners <= column(lived.before, "data_keys", "owner")
    assert owners.isdisjoint(column(lived.after, "data_keys", "owner"))
    assert f"person:{lived.other}" in column(lived.end, "data_keys", "owner")


def the_person_goes(lived: Lived) -> None:
    assert column(lived.before, "people", "person") == {lived.person, lived.other}
    assert column(lived.after, "people", "person") == {lived.other}


def the_ledger_knows_a_pseudonym(lived: Lived) -> None:
    (before,) = (row for row in lived.before["people"] if row["person"] == lived.person)
    (entry,) = lived.after["erasures"]
    assert entry["telegram"] == before["telegram"]
    assert lived.end["erasures"] == lived.after["erasures"]


def the_ticket_keeps_figures_only(lived: Lived) -> None:
    before, after = (of(rows, "tickets", lived.code) for rows in (lived.before, lived.after))
    assert before["personal_sealed"] is not None
    assert (after["person"], after["personal_sealed"], after["shredded"]) == (None, None, True)
    assert after["outcome"] == "withdrawn"
    kept = ("code", "queue", "team", "priority", "created")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert all(row["personal_sealed"] is None for row in lived.end["tickets"])


def items_keep_number_and_time(lived: Lived) -> None:
    before = [row for row in lived.before["items"] if row["ticket"] == lived.code]
    after = [row for row in lived.after["items"] if row["ticket"] == lived.code]
    assert all(row["body_sealed"] is not None for row in before)
    assert all(row["body_sealed"] is None for row in after)
    assert [(row["number"], row["at"]) for row in after][: len(before)] == [
        (row["number"], row["at"]) for row in before
    ]
    assert all(row["body_sealed"] is None for row in lived.end["items"])


def the_trail_names_codes_for_a_year(lived: Lived) -> None:
    assert column(lived.after, "audit", "ticket") == column(lived.before, "audit", "ticket")
    assert not any(lived.person in repr(row) for row in lived.after["audit"])
    assert len(lived.end["audit"]) == 1


def changes_name_codes_and_are_few(lived: Lived) -> None:
    codes = column(lived.before, "tickets", "code")
    for rows in (lived.before, lived.after, lived.end):
        assert column(rows, "changes", "ticket") <= codes
        assert 0 < len(rows["changes"]) <= KEPT_CHANGES


def what_was_to_be_sent_goes(lived: Lived) -> None:
    mine = [row for row in lived.before["outbox"] if row["person"] == lived.person]
    assert mine
    assert all(row["delivery_sealed"] is None for row in lived.before["outbox"])
    lanes = {row["lane"] for row in mine}
    assert lanes.isdisjoint(column(lived.after, "outbox", "lane"))
    assert lived.person not in column(lived.after, "outbox", "person")
    assert [row for row in lived.after["outbox"] if row["person"] is None] == []
    yesterday = max(row["changed"] for row in lived.end["outbox"]) - timedelta(hours=24)
    assert all(row["changed"] > yesterday for row in lived.end["outbox"])


def seen_updates_go_in_two_days(lived: Lived) -> None:
    early = column(lived.before, "seen_updates", "update_id")
    assert early
    assert early.isdisjoint(column(lived.end, "seen_updates", "update_id"))


def quarantine_goes_with_the_person_or_in_two_days(lived: Lived) -> None:
    assert (len(lived.before["quarantine"]), len(lived.after["quarantine"])) == (2, 1)
    assert lived.end["quarantine"] == []


def attempts_go_once_settled(lived: Lived) -> None:
    assert lived.before["attempts"]
    assert lived.end["attempts"] == []


def what_runs_out_goes(table: str) -> "Callable[[Lived], None]":
    def rule(lived: Lived) -> None:
        assert lived.before[table]
        assert lived.end[table] == []

    return rule


def about_staff(table: str) -> "Callable[[Lived], None]":
    def rule(lived: Lived) -> None:
        assert lived.before[table]
        assert lived.before[table] == lived.after[table] == lived.end[table]

    return rule


def topics_go_with_their_ticket(lived: Lived) -> None:
    assert lived.code in column(lived.before, "room_topics", "ticket")
    assert lived.code not in column(lived.after, "room_topics", "ticket")
    assert lived.end["room_topics"] == []


def jobs_of_the_person_go(lived: Lived) -> None:
    assert lived.person in column(lived.before, "jobs", "key")
    assert lived.person not in column(lived.after, "jobs", "key")


def about_nobody(table: str) -> "Callable[[Lived], None]":
    def rule(lived: Lived) -> None:
        for rows in (lived.before[table], lived.after[table], lived.end[table]):
            assert rows
            assert canary.in_values(table, rows) == []
            assert not any(name in repr(rows) for name in (lived.person, lived.other, lived.code))

    return rule


RULES: Final[Mapping[str, Callable[[Lived], None]]] = {
    "data_keys": keys_go,
    "people": the_person_goes,
    "erasures": the_ledger_knows_a_pseudonym,
    "tickets": the_ticket_keeps_figures_only,
    "items": items_keep_number_and_time,
    "audit": the_trail_names_codes_for_a_year,
    "changes": changes_name_codes_and_are_few,
    "outbox": what_was_to_be_sent_goes,
    "seen_updates": seen_updates_go_in_two_days,
    "quarantine": quarantine_goes_with_the_person_or_in_two_days,
    "attempts": attempts_go_once_settled,
    "caseworkers": about_staff("caseworkers"),
    "links": what_runs_out_goes("links"),
    "sessions": what_runs_out_goes("sessions"),
    "sign_ins": what_runs_out_goes("sign_ins"),
    "rooms": about_staff("rooms"),
    "room_topics": topics_go_with_their_ticket,
    "jobs": jobs_of_the_person_go,
    "figures": about_nobody("figures"),
    "notes": about_nobody("notes"),
}


def column(rows: Mapping[str, Rows], table: str, name: str) -> set[Any]:
    return {row[name] for row in rows[table]}


def of(rows: Mapping[str, Rows], table: str, code: str) -> Mapping[str, Any]:
    return next(row for row in rows[table] if row["code"] == code)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_every_table_is_erased_as_it_says(request: pytest.FixtureRequest, database: str) -> None:
    """fault 85: the rows of each table, against the rule that stands beside it."""
    with opened(request.getfixturevalue(f"{database}_url")) as store:
        lived = asyncio.run(live(store))
    broken = {}
    for table, rule in RULES.items():
        try:
            rule(lived)
        except AssertionError as error:
            broken[table] = str(error)
    assert broken == {}


def test_every_table_says_how_it_is_erased_and_has_its_proof() -> None:
    assert set(RULES) == set(metadata.tables)
    said = {table.name: str(table.info.get("erase", "")) for table in metadata.sorted_tables}
    assert [name for name, rule in said.items() if not rule.endswith(".")] == []
