"""The desk in a real Chromium: accessible on every page, live by itself, usable by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.usecases import casework
from bot.usecases.signing_in import IDLE
from tests.browser.looking import overflow, violations
from tests.desk.served import PASSWORD, busy_county, on_a_port, served
from tests.usecases.county import BEN, County

WIDTHS = {"phone": 390, "wide": 1280}

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


@pytest.fixture(scope="module")
def county() -> County:
    return busy_county()


@pytest.fixture(scope="module")
def desk(county: County) -> Iterator[str]:
    with on_a_port(served(county)) as base:
        yield f"{base}/desk"


def opened(browser: Browser, width: int, scheme: str = "light", *, script: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale="de-DE",
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
        bypass_csp=script,
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def sign_in(page: Page, desk: str, login: str = "anna") -> None:
    page.goto(f"{desk}/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("#tickets")


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def preview(page: Page, desk: str, kind: str, value: str) -> None:
    page.goto(f"{desk}/tickets/K7MX2Q")
    unfold(page)
    if page.locator(f"#{kind}").evaluate("element => element.tagName") == "SELECT":
        page.select_option(f"#{kind}", value)
    else:
        page.fill(f"#{kind}", value)
    page.locator(f"form:has(#{kind}) button").click()
    page.wait_for_selector(".bubble")


PATHS = {
    "sign-in": "/sign-in",
    "invitation": "/invite/some-token",
    "open": "/",
    "mine": "/?show=mine",
    "nothing": "/?show=new",
    "closed": "/?show=closed",
    "ticket": "/tickets/K7MX2Q",
    "danger": "/tickets/P9WTRE",
    "a colleague's": "/tickets/ZZ3TOP",
    "closed ticket": "/tickets/CLS3DX",
    "replies": "/tickets/K7MX2Q/replies",
    "replies found": "/tickets/K7MX2Q/replies?q=termin",
    "no replies": "/tickets/K7MX2Q/replies?q=nichts+davon",
    "slots": "/tickets/K7MX2Q/reply?reply=appointment",
    "no slots": "/tickets/K7MX2Q/reply?reply=received",
    "unknown": "/tickets/NOSUCH",
    "nowhere": "/nowhere",
}


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_no_page_shuts_anybody_out(browser: Browser, desk: str, width: int, scheme: str) -> None:
    page = opened(browser, width, scheme)
    sign_in(page, desk)
    faults = {}
    for name, path in PATHS.items():
        page.goto(f"{desk}{path}")
        unfold(page)
        faults[name] = (violations(page), overflow(page))
    page.goto(f"{desk}/sign-in")
    page.fill("#login", "nobody")
    page.fill("#password", "falsch")
    page.click("main button[type=submit]")
    faults["refused"] = (violations(page), overflow(page))
    page.context.close()
    assert {name: fault for name, fault in faults.items() if fault != ([], 0)} == {}


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_no_preview_shuts_anybody_out(browser: Browser, desk: str, width: int) -> None:
    page = opened(browser, width)
    sign_in(page, desk)
    faults = {}
    for kind, value in (
        ("card", "language_courses.integration"),
        ("question", "person.paper"),
        ("text", "Guten Tag! مرحبا"),
    ):
        preview(page, desk, kind, value)
        faults[kind] = (violations(page), overflow(page))
    page.context.close()
    assert {kind: fault for kind, fault in faults.items() if fault != ([], 0)} == {}


def test_at_400_percent_nothing_has_to_be_scrolled_sideways(browser: Browser, desk: str) -> None:
    page = opened(browser, 320)
    sign_in(page, desk)
    wide = {}
    for name, path in PATHS.items():
        page.goto(f"{desk}{path}")
        wide[name] = overflow(page)
    page.context.close()
    assert set(wide.values()) == {0}, wide


def test_targets_are_large_enough_for_a_finger(browser: Browser, desk: str) -> None:
    page = opened(browser, 390)
    sign_in(page, desk)
    small = []
    for path in ("/", "/tickets/K7MX2Q"):
        page.goto(f"{desk}{path}")
        unfold(page)
        for target in page.locator("main a, main button, main summary, main select").all():
            box = target.bounding_box()
            if box is not None and box["height"] < 24:
                small.append(str(target.evaluate("element => element.outerHTML")))
    page.context.close()
    assert small == []


def test_a_case_is_found_and_answered_with_the_keyboard_alone(browser: Browser) -> None:
    county = County()
    county.ticket("K7MX2Q")
    with on_a_port(served(county)) as base:
        page = opened(browser, 1280)
        sign_in(page, f"{base}/desk")
        focus(page, "a[href$='/tickets/K7MX2Q']")
        page.keyboard.press("Enter")
        page.wait_for_selector("#case")
        focus(page, "#q")
        page.keyboard.type("bekommen")
        expect(page.locator(".shelf")).to_have_count(1)
        focus(page, ".choice")
        page.keyboard.press("Enter")
        page.wait_for_url("**/reply?reply=received")
        focus(page, "main button")
        page.keyboard.press("Enter")
        page.wait_for_selector(".bubble")
        focus(page, "main button")
        page.keyboard.press("Enter")
        expect(page.locator(".kern-alert--success")).to_contain_text("unterwegs")
        page.context.close()
    assert county.now_is().claimed_by == "anna"


def focus(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, and see that the focus is visible."""
    target = page.locator(selector).first
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{selector} cannot be reached with the keyboard")


def test_pages_refresh_by_themselves_and_leave_what_is_being_written(browser: Browser) -> None:
    county = County()
    county.ticket("K7MX2Q")
    with on_a_port(served(county)) as base:
        writing, listing = opened(browser, 1280), opened(browser, 1280)
        faults: list[str] = []
        for page in (writing, listing):
            page.on("pageerror", lambda error: faults.append(str(error)))
            sign_in(page, f"{base}/desk")
        writing.goto(f"{base}/desk/tickets/K7MX2Q")
        writing.click("text=Freitext schreiben")
        writing.fill("#text", "Noch nicht fertig")
        with county.unit() as unit:
            casework.note(unit, BEN, "K7MX2Q", None, "Bitte zuerst anrufen.")
        expect(writing.locator("#case")).to_contain_text("Bitte zuerst anrufen.")
        expect(writing.locator("#text")).to_have_value("Noch nicht fertig")
        expect(writing.locator("#version-answer")).to_have_value("2")
        county.ticket("H4NDRW", person="person-2")
        expect(listing.locator("#row-H4NDRW")).to_be_visible()
        writing.context.close()
        listing.context.close()
    assert faults == []


def test_the_case_leaves_the_screen_with_the_session_and_what_was_written_stays(
    browser: Browser,
) -> None:
    """Half an hour after the last press of anybody, on a page that stays open: fault 77."""
    county = County()
    county.ticket("K7MX2Q")
    with on_a_port(served(county)) as base:
        page = opened(browser, 390)
        sign_in(page, f"{base}/desk")
        page.goto(f"{base}/desk/tickets/K7MX2Q")
        page.click("text=Freitext schreiben")
        page.fill("#text", "Noch nicht fertig")
        county.clock.go(IDLE)
        expect(page.locator("#case")).to_have_text(re.compile("Ihre Sitzung ist zu Ende"))
        expect(page.locator("#live")).to_have_count(0)
        expect(page.locator("#text")).to_have_value("Noch nicht fertig")
        found = {"over": (violations(page), overflow(page))}
        page.locator("form:has(#text) button").click()
        expect(page.locator(".kern-alert--info")).to_contain_text("ist noch da")
        found["kept"] = (violations(page), overflow(page))
        page.fill("#login", "anna")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        expect(page.locator("h1")).to_have_text("Sie sind wieder angemeldet")
        found["again"] = (violations(page), overflow(page))
        page.click("text=Weiterschreiben")
        expect(page.locator("#text")).to_have_value("Noch nicht fertig")
        expect(page.locator("#text")).to_be_visible()
        page.context.close()
    assert {name: fault for name, fault in found.items() if fault != ([], 0)} == {}


def test_the_list_leads_to_the_sign_in_when_the_session_ends(browser: Browser) -> None:
    county = County()
    with on_a_port(served(county)) as base:
        page = opened(browser, 390)
        sign_in(page, f"{base}/desk")
        county.clock.go(IDLE)
        page.wait_for_url("**/sign-in")
        page.context.close()


def test_a_search_for_replies_answers_while_it_is_typed(browser: Browser, desk: str) -> None:
    page = opened(browser, 390)
    sign_in(page, desk)
    page.goto(f"{desk}/tickets/K7MX2Q")
    expect(page.locator(".choice").first).to_be_hidden()
    page.locator("#q").press_sequentially("zimmer")
    expect(page.locator(".choice")).to_have_count(1)
    expect(page.locator(".choice__title")).to_have_text("Termin anbieten")
    page.fill("#q", "gibt es nicht")
    expect(page.locator("#replies")).to_contain_text("Keine fertige Antwort hat „gibt es nicht“.")
    page.fill("#q", "")
    expect(page.locator(".shelf")).to_have_count(2)
    expect(page.locator("#q")).to_be_focused()
    page.context.close()


def test_replies_are_found_without_script(browser: Browser, desk: str) -> None:
    page = opened(browser, 390, script=False)
    sign_in(page, desk)
    page.goto(f"{desk}/tickets/K7MX2Q")
    page.fill("#q", "termin")
    page.locator("form[role=search] button").click()
    page.click("text=Termin anbieten")
    expect(page.locator("h1")).to_have_text("Termin anbieten")
    page.context.close()


def test_everything_works_without_script(browser: Browser) -> None:
    county = County()
    county.ticket("K7MX2Q")
    with on_a_port(served(county)) as base:
        page = opened(browser, 390, script=False)
        sign_in(page, f"{base}/desk")
        page.click("text=K7MX2Q")
        page.click("text=Fall übernehmen")
        expect(page.locator(".kern-alert--success")).to_be_visible()
        page.click("text=Freitext schreiben")
        page.fill("#text", "Guten Tag!")
        page.locator("form:has(#text) button").click()
        page.click("text=Jetzt schicken")
        expect(page.locator(".kern-alert--success")).to_contain_text("unterwegs")
        page.context.close()


def test_nothing_inline_and_nothing_from_elsewhere_is_asked_for(
    browser: Browser, desk: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE")
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, desk)
    page.goto(f"{desk}/tickets/K7MX2Q")
    page.wait_for_selector("#case")
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(desk)] == []
