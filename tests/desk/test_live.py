import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from starlette.requests import Request

from bot.desk.guard import Visit
from bot.desk.live import Latest, listen
from bot.desk.pages import Pages
from bot.usecases import casework, signing_in
from tests.desk.browser import LOOP
from tests.desk.served import parts_of
from tests.desk.test_away import Full
from tests.usecases.county import ANNA, JULE, County

SOON = 5.0


def visit_of(county: County) -> Visit:
    parts = parts_of(county)
    with county.unit() as unit:
        session = signing_in.start(unit, ANNA.id, "token", "csrf", None)
    request = Request({"type": "http", "headers": [], "path": "/", "query_string": b""})
    return Visit(request, parts, Pages(parts), ANNA, session, {})


@asynccontextmanager
async def listening(
    visit: Visit, code: str | None = None, latest: Latest | None = None
) -> AsyncIterator[asyncio.Queue[str]]:
    """Events as they come; "end" when the stream is over."""
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def follow() -> None:
        async for event in listen(visit, latest or Latest(), code):
            heard.put_nowait(str(event.event))
        heard.put_nowait("end")

    task = asyncio.create_task(follow())
    try:
        assert await asyncio.wait_for(heard.get(), SOON) == "changed"
        yield heard
    finally:
        task.cancel()


async def ended(heard: asyncio.Queue[str]) -> bool:
    """Whether the line says that there is something to look at, and then ends."""
    said = [await asyncio.wait_for(heard.get(), SOON) for _ in range(2)]
    return said == ["changed", "end"]


async def rounds(visit: Visit, number: int = 3) -> None:
    """Let the listener look a few times: units run one after the other."""
    for _ in range(number):
        await asyncio.sleep(visit.parts.poll_seconds)
        await visit.parts.runner.run(lambda store: visit.parts.unit(store).now)


def changed(county: County, code: str) -> None:
    with county.unit() as unit:
        casework.note(unit, JULE if code == "THEIRS" else ANNA, code, None, "Neu")


def test_a_page_hears_of_changes_to_its_teams_tickets_only() -> None:
    """News of another team's case reach no page: fault 75."""

    async def story() -> None:
        county = County()
        county.ticket("K7MX2Q")
        county.ticket("THEIRS", team="jobcenter", queue="work")
        visit = visit_of(county)
        async with listening(visit) as heard:
            await rounds(visit)
            assert heard.empty()
            changed(county, "THEIRS")
            await rounds(visit)
            assert heard.empty()
            changed(county, "K7MX2Q")
            assert await asyncio.wait_for(heard.get(), SOON) == "changed"

    LOOP.run(story())


def test_the_very_first_change_is_heard() -> None:
    async def story() -> None:
        county = County()
        visit = visit_of(county)
        async with listening(visit) as heard:
            await rounds(visit)
            county.ticket("K7MX2Q")
            assert await asyncio.wait_for(heard.get(), SOON) == "changed"

    LOOP.run(story())


def test_a_ticket_page_hears_of_its_ticket_only() -> None:
    async def story() -> None:
        county = County()
        county.ticket("K7MX2Q")
        county.ticket("OTHER1")
        visit = visit_of(county)
        async with listening(visit, "K7MX2Q") as heard:
            await rounds(visit)
            changed(county, "OTHER1")
            await rounds(visit)
            assert heard.empty()
            changed(county, "K7MX2Q")
            assert await asyncio.wait_for(heard.get(), SOON) == "changed"

    LOOP.run(story())


def test_whoever_signs_out_or_loses_the_account_hears_no_more() -> None:
    """The open line ends with the account: fault 76."""

    async def story(*, signed_out: bool) -> None:
        county = County()
        visit = visit_of(county)
        async with listening(visit) as heard:
            with county.unit() as unit:
                if signed_out:
                    unit.work.staff.end_session("token")
                else:
                    unit.work.staff.save(replace(ANNA, active=False), None)
            assert await ended(heard)

    LOOP.run(story(signed_out=True))
    LOOP.run(story(signed_out=False))


def test_a_team_that_is_taken_away_is_no_longer_heard_of() -> None:
    """The line ends with what it may tell; the page's next one has the rights of then."""

    async def story() -> None:
        county = County()
        county.ticket("K7MX2Q")
        visit = visit_of(county)
        async with listening(visit) as heard:
            await rounds(visit)
            with county.unit() as unit:
                unit.work.staff.save(replace(ANNA, teams=frozenset()), None)
            changed(county, "K7MX2Q")
            assert await ended(heard)
        narrower = replace(visit, me=replace(ANNA, teams=frozenset()))
        async with listening(narrower) as heard:
            await rounds(narrower)
            changed(county, "K7MX2Q")
            await rounds(narrower)
            assert heard.empty()

    LOOP.run(story())


def test_while_the_store_takes_nothing_a_line_ends_quietly() -> None:
    """fault 62: the page comes again a little later, and nothing is wrong in the log."""

    async def story() -> None:
        county = County()
        visit = visit_of(county)
        disk = Full(visit.parts.runner)
        visit = replace(visit, parts=replace(visit.parts, runner=disk))
        async with listening(visit) as heard:
            disk.full = True
            said = [await asyncio.wait_for(heard.get(), SOON) for _ in range(2)]
            assert said == ["standing", "end"]

    LOOP.run(story())
