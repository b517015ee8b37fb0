"""The store is down while pages are open in a real Chromium: they stay, and go on afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.desk.app import create_server
from bot.usecases import casework
from tests.browser.looking import overflow, violations
from tests.browser.test_desk import opened, sign_in, unfold
from tests.desk.served import on_a_port, parts_of
from tests.desk.test_away import Full
from tests.usecases.county import BEN, County

CODE = "K7MX2Q"
SAID = "Die Datenbank antwortet gerade nicht."
LATER = 60_000
"""Milliseconds after which everything that waits to be asked again has been."""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("away")]


@contextmanager
def desk_on(county: County) -> Iterator[tuple[str, Full]]:
    """A desk over the county, and the disk that can be full."""
    parts = parts_of(county)
    disk = Full(parts.runner)
    with on_a_port(create_server(replace(parts, runner=disk))) as base:
        yield f"{base}/desk", disk


def signed_in(browser: Browser, desk: str, width: int = 1280) -> Page:
    page = opened(browser, width)
    page.clock.install()
    sign_in(page, desk)
    return page


def asked_in_vain(page: Page, part: str) -> None:
    """Wait until the part has been answered with nothing, and will ask again."""
    page.wait_for_function(
        "part => document.querySelector(part)._htmx.triggerSpecs"
        ".some(one => one.name === 'again' && one.timeout)",
        arg=part,
    )


def note(county: County, text: str) -> None:
    with county.unit() as unit:
        casework.note(unit, BEN, CODE, None, text)


@pytest.mark.parametrize("width", [390, 1280])
def test_an_open_case_stays_with_what_is_being_written_and_goes_on_afterwards(
    browser: Browser, width: int
) -> None:
    """fault 62: what is on the screen does not go with the store, and goes on by itself."""
    county = County()
    county.ticket(CODE)
    note(county, "Erster Vermerk")
    with desk_on(county) as (desk, disk):
        page = signed_in(browser, desk, width)
        page.goto(f"{desk}/tickets/{CODE}")
        page.click("text=Freitext schreiben")
        page.fill("#text", "Noch nicht fertig")
        disk.full = True
        expect(page.locator("#standing")).to_contain_text(SAID)
        page.evaluate("htmx.trigger('#live', 'changed')")
        asked_in_vain(page, "#case")
        expect(page.locator("#case")).to_contain_text("Erster Vermerk")
        expect(page.locator("#text")).to_have_value("Noch nicht fertig")
        expect(page.locator("#text")).to_be_focused()
        assert page.title().startswith("Fall")
        assert (violations(page), overflow(page)) == ([], 0)
        disk.full = False
        note(county, "Zweiter Vermerk")
        page.clock.fast_forward(LATER)
        expect(page.locator("#case")).to_contain_text("Zweiter Vermerk")
        expect(page.locator("#standing .notice")).to_have_count(0)
        expect(page.locator("#text")).to_have_value("Noch nicht fertig")
        note(county, "Dritter Vermerk")
        expect(page.locator("#case")).to_contain_text("Dritter Vermerk")
        page.context.close()


def test_an_open_list_stays_and_goes_on_afterwards(browser: Browser) -> None:
    """fault 62"""
    county = County()
    county.ticket(CODE)
    with desk_on(county) as (desk, disk):
        page = signed_in(browser, desk)
        disk.full = True
        expect(page.locator("#standing")).to_contain_text(SAID)
        page.evaluate("htmx.trigger('#live', 'changed')")
        asked_in_vain(page, "#tickets")
        expect(page.locator(f"#row-{CODE}")).to_be_visible()
        disk.full = False
        county.ticket("H4NDRW", person="person-2")
        page.clock.fast_forward(LATER)
        expect(page.locator("#row-H4NDRW")).to_be_visible()
        expect(page.locator("#standing .notice")).to_have_count(0)
        page.context.close()


def test_the_reply_finder_stays_and_finds_afterwards_what_was_typed(browser: Browser) -> None:
    """fault 62"""
    county = County()
    county.ticket(CODE)
    with desk_on(county) as (desk, disk):
        page = signed_in(browser, desk)
        page.goto(f"{desk}/tickets/{CODE}")
        unfold(page)
        expect(page.locator(".choice")).to_have_count(2)
        disk.full = True
        with page.expect_response("**/replies?q=*") as asked:
            page.fill("#q", "zimmer")
        assert asked.value.status == 503
        asked_in_vain(page, "#q")
        expect(page.locator(".choice")).to_have_count(2)
        expect(page.locator("#q")).to_have_value("zimmer")
        disk.full = False
        page.clock.fast_forward(LATER)
        expect(page.locator(".choice__title")).to_have_text(["Termin anbieten"])
        expect(page.locator("#q")).to_have_value("zimmer")
        expect(page.locator("#q")).to_be_focused()
        page.context.close()


def test_a_change_that_could_not_be_shown_is_shown_a_little_later(browser: Browser) -> None:
    """The store was locked for one look only, and the open line noticed nothing."""
    county = County()
    county.ticket(CODE)
    with desk_on(county) as (desk, _):
        page = signed_in(browser, desk)
        page.goto(f"{desk}/tickets/{CODE}")
        page.wait_for_function("document.querySelector('#live')._htmx?.sse")
        page.route(
            f"**/tickets/{CODE}",
            lambda route: route.fulfill(status=503, headers={"HX-Trigger": "again"}, body=""),
            times=1,
        )
        note(county, "Erster Vermerk")
        asked_in_vain(page, "#case")
        expect(page.locator("#case h1")).to_be_visible()
        page.clock.fast_forward(LATER)
        expect(page.locator("#case")).to_contain_text("Erster Vermerk")
        page.context.close()
