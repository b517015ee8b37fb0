"""A very long case in a real Chromium: all of it comes into the open page, and what is new too."""

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.model.records import AuditEntry
from bot.model.tickets import Author, Item, TextItem
from bot.usecases import casework
from bot.usecases.excerpt import NEWEST
from tests.browser.looking import overflow, violations
from tests.browser.test_desk import opened, sign_in, unfold
from tests.desk.served import on_a_port, served
from tests.usecases.county import ANNA, BEN, NOW, County

CODE = "K7MX2Q"
EARLIER = 60

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("long cases")]


@pytest.fixture
def county() -> County:
    """A case in which very much was said, in both directions of writing, and done."""
    county = County()
    county.ticket(CODE, language="ar")
    said = [
        Item(n, NOW, Author.NEWCOMER, TextItem(("Satz", "جملة")[n % 2] + f" {n}."))
        for n in range(1, NEWEST + EARLIER + 1)
    ]
    with county.unit() as unit:
        unit.work.tickets.add(CODE, said)
        for _ in range(NEWEST + EARLIER):
            unit.work.tickets.audit(AuditEntry(CODE, NOW, "note", "integration", ANNA.id))
    return county


def writing(browser: Browser, base: str, width: int, *, script: bool = True) -> Page:
    """The page of the case, with a text that was begun."""
    page = opened(browser, width, script=script)
    sign_in(page, f"{base}/desk")
    page.goto(f"{base}/desk/tickets/{CODE}")
    page.click("text=Freitext schreiben")
    page.fill("#text", "Noch nicht fertig")
    return page


def note(county: County, text: str) -> None:
    with county.unit() as unit:
        casework.note(unit, BEN, CODE, None, text)


@pytest.mark.parametrize("width", [390, 1280])
def test_all_of_a_case_is_shown_beside_what_is_being_written(
    browser: Browser, county: County, width: int
) -> None:
    with on_a_port(served(county)) as base:
        page = writing(browser, base, width)
        expect(page.locator(".entry")).to_have_count(NEWEST)
        page.locator("#earlier-case").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".entry")).to_have_count(NEWEST + EARLIER)
        expect(page.locator("#earlier-case")).to_have_text(f"{EARLIER} frühere")
        expect(page.locator("#earlier-case")).to_be_focused()
        expect(page.locator("#earlier-case")).to_be_in_viewport()
        expect(page.locator("#text")).to_have_value("Noch nicht fertig")
        expect(page.locator(".older .entry").first).to_contain_text("جملة 1.")
        assert page.url.endswith(CODE)
        assert (violations(page), overflow(page)) == ([], 0)
        page.context.close()


def test_a_page_that_has_all_goes_on_refreshing_and_asks_for_the_new_only(
    browser: Browser, county: County
) -> None:
    with on_a_port(served(county)) as base:
        page = writing(browser, base, 1280)
        page.click("#earlier-case")
        expect(page.locator(".entry")).to_have_count(NEWEST + EARLIER)
        page.evaluate("document.querySelector('.older').seen = true")
        page.focus("#text")
        with page.expect_response(f"**/tickets/{CODE}?earlier=*") as asked:
            note(county, "Bitte zuerst anrufen.")
        assert asked.value.text().count('class="entry ') == NEWEST + 1
        expect(page.locator(".entry")).to_have_count(NEWEST + EARLIER + 1)
        expect(page.locator(".entry").last).to_contain_text("Bitte zuerst anrufen.")
        note(county, "Noch ein Vermerk.")
        expect(page.locator(".entry").last).to_contain_text("Noch ein Vermerk.")
        assert page.evaluate("document.querySelector('.older').seen") is True
        expect(page.locator("#text")).to_be_focused()
        expect(page.locator("#text")).to_have_value("Noch nicht fertig")
        with county.unit() as unit:
            unit.work.tickets.shred(CODE)
        expect(page.locator(".entry")).to_have_count(0)
        expect(page.locator("#text")).to_have_value("Noch nicht fertig")
        page.context.close()


def test_a_change_while_all_is_on_its_way_is_not_missed(browser: Browser, county: County) -> None:
    with on_a_port(served(county)) as base:
        page = opened(browser, 1280)
        page.clock.install()
        sign_in(page, f"{base}/desk")
        page.goto(f"{base}/desk/tickets/{CODE}")
        page.wait_for_function("document.querySelector('#live')._htmx?.sse")
        # Whoever listens hears nothing of this one, as if it had come between two answers.
        page.evaluate("document.querySelector('#live').remove()")
        page.click("#earlier-case")
        expect(page.locator(".entry")).to_have_count(NEWEST + EARLIER)
        note(county, "Bitte zuerst anrufen.")
        page.clock.fast_forward(20_000)
        expect(page.locator(".entry").last).to_contain_text("Bitte zuerst anrufen.")
        page.context.close()


def test_all_of_the_trail_is_shown_beside_what_is_being_written(
    browser: Browser, county: County
) -> None:
    with on_a_port(served(county)) as base:
        page = writing(browser, base, 390)
        page.click("text=Wer was wann getan hat")
        expect(page.locator(".trail li")).to_have_count(NEWEST)
        page.click("#earlier-trail")
        expect(page.locator("li#earlier-trail")).to_be_focused()
        expect(page.locator("#earlier-trail")).to_be_in_viewport()
        assert page.locator(".trail li").count() > NEWEST + EARLIER
        expect(page.locator("#text")).to_have_value("Noch nicht fertig")
        expect(page.locator(".entry")).to_have_count(NEWEST)
        unfold(page)
        assert (violations(page), overflow(page)) == ([], 0)
        page.context.close()


def test_all_of_a_case_is_shown_without_script(browser: Browser, county: County) -> None:
    with on_a_port(served(county)) as base:
        page = writing(browser, base, 390, script=False)
        page.click("#earlier-case")
        expect(page.locator(".entry")).to_have_count(NEWEST + EARLIER)
        page.context.close()
