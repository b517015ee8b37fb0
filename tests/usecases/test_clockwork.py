"""What is due is done although something else that is due fails by a mistake of ours."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.model.records import Job, JobKind
from bot.model.tickets import Ticket
from bot.store import tables
from bot.store.runner import ThreadRunner
from bot.usecases import deadlines, notices, room_abilities
from bot.usecases.clockwork import Clockwork
from bot.usecases.deadlines import PUT_OFF
from bot.usecases.notices import missing_note
from bot.usecases.room_abilities import Ability
from bot.usecases.room_topics import KNOCK
from bot.usecases.unit import Unit
from tests.databases import opened
from tests.usecases.county import NOW, County

CODES = ("KA2222", "KB2222", "KC2222")


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cases that were looked at, in order; the one in the middle breaks what looks at it."""
    seen: list[str] = []

    def look(_: Unit, code: str) -> None:
        if code == CODES[1]:
            raise TypeError("AuthorCanary")
        seen.append(code)

    monkeypatch.setattr(deadlines, "answer_due", look)
    return seen


def county_of_three() -> County:
    county = County()
    with county.unit() as unit:
        for code in CODES:
            unit.work.jobs.put(Job(JobKind.DUE, code, NOW))
    return county


def at_work(county: County, until: Callable[[], bool]) -> None:
    """Let the clockwork run until something has happened."""

    async def live() -> None:
        runner, stop = ThreadRunner(county.store, 1), asyncio.Event()
        clockwork = Clockwork(runner, county.unit_of, lambda: None, lambda: None)
        running = asyncio.create_task(clockwork.run(stop, 0.001))
        async with asyncio.timeout(20):
            while not until():  # noqa: ASYNC110 - what is looked at has no event
                await asyncio.sleep(0.001)
        stop.set()
        await running
        runner.close()

    asyncio.run(live())


def jobs(county: County) -> list[Job]:
    with county.unit() as unit:
        found = unit.work.jobs.due(NOW + timedelta(days=1), 50)
        return [job for job in found if job.kind is JobKind.DUE]


def test_a_job_that_fails_holds_up_no_other_and_is_tried_again(
    looked_at: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """An alarm does not wait for the mistake in another case to be mended."""
    county = county_of_three()
    at_work(county, lambda: len(looked_at) >= 2 and jobs(county) != [])
    later = Job(JobKind.DUE, CODES[1], NOW + PUT_OFF)
    at_work(county, lambda: jobs(county) == [later])
    assert {*looked_at} == {CODES[0], CODES[2]}
    assert "what is due failed: due: TypeError" in caplog.text
    assert "AuthorCanary" not in caplog.text
    before = len(looked_at)
    county.clock.go(PUT_OFF)
    at_work(county, lambda: caplog.text.count("what is due failed") >= 2)
    assert looked_at[before:] == []
    at_work(county, lambda: [job.at for job in jobs(county)] == [NOW + 2 * PUT_OFF])


def test_a_job_of_a_newer_program_stops_no_other_and_is_told_once(
    sqlite_url: str, looked_at: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """After going back to the version before, alarms and retention go on."""
    with opened(sqlite_url) as store:
        county = County(store=store)
        with store._engine.begin() as connection:
            connection.execute(insert(tables.jobs), {"kind": "newer", "key": "K", "at": NOW})

        def looked_again() -> bool:
            with county.unit() as unit:
                unit.work.jobs.put(Job(JobKind.DUE, CODES[0], NOW))
            return len(looked_at) >= 3

        at_work(county, looked_again)
    said = [one.getMessage() for one in caplog.records]
    assert said == ["jobs that this version does not know are left alone: ['newer']"]


def test_a_job_that_fails_leaves_it_to_one_case_to_try_a_group_that_fails(
    looked_at: list[str],
) -> None:
    """Otherwise each of them would try, every five minutes: fault 41."""
    county = county_of_three()
    codes = [f"KD{number}222" for number in range(2, 8)]
    with county.unit() as unit:
        room_abilities.note(unit.work, {Ability.WRITE: "unreachable"})
        for code in codes:
            unit.work.notes.put(missing_note(code), "1")
            unit.work.jobs.put(Job(JobKind.ROOM, code, NOW))

    def put_off() -> list[str]:
        with county.unit() as unit:
            waiting = unit.work.jobs.due(NOW + KNOCK, 50)
            return [job.key for job in waiting if job.kind is JobKind.ROOM and job.at > NOW]

    at_work(county, lambda: CODES[2] in looked_at and len(put_off()) >= len(codes) - 1)
    assert len(put_off()) == len(codes) - 1


def test_a_case_that_cannot_be_shown_holds_up_no_other_in_the_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that is damaged kept all of them from the group, for ever: fault 41."""
    county, shown = County(), []

    def show(_: Unit, ticket: Ticket) -> None:
        if ticket.code == CODES[1]:
            raise TypeError("damaged")
        shown.append(ticket.code)

    monkeypatch.setattr(notices, "rooms_own", lambda *_: True)
    monkeypatch.setattr(notices, "shown_again", show)
    for number, code in enumerate(CODES):
        county.ticket(code, person=f"person-{number}")
    with county.unit() as unit:
        for code in CODES:
            unit.work.notes.put(missing_note(code), "1")
            unit.work.jobs.put(Job(JobKind.ROOM, code, NOW))
    at_work(county, lambda: CODES[2] in shown)
    assert set(shown) == {CODES[0], CODES[2]}
