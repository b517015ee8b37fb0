"""The desk's banner and the words beside answers in a real Chromium: for everybody, and live."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.model.outbox import Act, Channel, Delivery, Fate, Report
from bot.usecases import casework, delivered, handing_over, signals
from bot.usecases.notices import TROUBLE
from bot.usecases.signals import REMEMBERED, Trouble
from tests.browser.looking import overflow, violations
from tests.browser.test_desk import opened, sign_in, unfold
from tests.desk.served import on_a_port, served
from tests.usecases.county import ANNA, County

CODE = "K7MX2Q"
NOTICES = "#standing .notice"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("standing")]


def troubled() -> County:
    """A county where everything is wrong at once, with answers in every stage."""
    county = County()
    county.ticket(CODE)
    with county.unit() as unit:
        since = unit.now - timedelta(minutes=5)
        noted = {Trouble.ROOM, Trouble.ROOM_KEEPS, Trouble.RETENTION, Trouble.GAP}
        for trouble in set(Trouble) - noted:
            signals.keep_up(unit, trouble, since, lasts=REMEMBERED)
        signals.heard(unit, unit.now - timedelta(hours=30))
        signals.heard(unit, unit.now)
        unit.work.notes.put(TROUBLE, "topics:no_rights delete:no_rights")
        unit.work.notes.put("retention.stopped", "clock")
    for text in ("Guten Tag!", "Der Kurs beginnt im Januar.", "Bitte melden Sie sich."):
        with county.unit() as unit:
            casework.answer_text(unit, ANNA, CODE, None, text)
    with county.unit() as unit:
        for item, fate in ((2, Fate.SENT), (3, Fate.DEAD)):
            delivery = Delivery(Channel.CHAT, Act.SEND, "de", ticket=CODE, item=item)
            delivered.settled(unit, delivery, Report(item, fate, 77))
    return county


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "light"), (1280, "dark")])
def test_the_banner_shuts_nobody_out(browser: Browser, width: int, scheme: str) -> None:
    with on_a_port(served(troubled())) as base:
        page = opened(browser, width, scheme)
        sign_in(page, f"{base}/desk")
        for path in ("/", f"/tickets/{CODE}", "/nowhere", f"/tickets/{CODE}/replies"):
            page.goto(f"{base}/desk{path}")
            unfold(page)
            expect(page.locator(NOTICES).first).to_be_visible()
            assert (violations(page), overflow(page)) == ([], 0), path
        page.context.close()


def test_the_banner_comes_and_goes_by_itself_and_leaves_what_is_written(browser: Browser) -> None:
    county = County()
    county.ticket(CODE)
    with on_a_port(served(county)) as base:
        page = opened(browser, 1280)
        sign_in(page, f"{base}/desk")
        page.goto(f"{base}/desk/tickets/{CODE}")
        expect(page.locator(NOTICES)).to_have_count(0)
        page.click("text=Freitext schreiben")
        page.fill("#text", "Noch nicht fertig")
        with county.unit() as unit:
            signals.keep_up(unit, Trouble.UNHEARD, unit.now)
        expect(page.locator(NOTICES)).to_have_count(1)
        expect(page.locator("#standing")).to_contain_text(
            "Telegram ist nicht erreichbar (seit heute, 10:00)"
        )
        with county.unit() as unit:
            signals.end(unit.work, Trouble.UNHEARD)
        expect(page.locator(NOTICES)).to_have_count(0)
        expect(page.locator("#text")).to_have_value("Noch nicht fertig")
        page.context.close()


def test_what_became_of_an_answer_is_seen_without_asking(browser: Browser) -> None:
    """fault 32: what failed is offered again, in words and with one button."""
    county = County()
    county.ticket(CODE)
    with on_a_port(served(county)) as base:
        page = opened(browser, 390)
        sign_in(page, f"{base}/desk")
        page.goto(f"{base}/desk/tickets/{CODE}")
        with county.unit() as unit:
            casework.answer_text(unit, ANNA, CODE, None, "Guten Tag!")
        expect(stages(page)).to_have_text(["Wartet auf den Versand"])
        with county.unit() as unit:
            handing_over.gave_up(unit, "person-1")
        expect(stages(page)).to_have_text(["Nicht zugestellt"])
        expect(page.locator(".failed button")).to_have_count(0)
        with county.unit() as unit:
            handing_over.set_reachable(unit, "person-1", now=True)
        page.click(".failed button")
        expect(page.locator(".kern-alert--success")).to_contain_text("noch einmal verschickt")
        expect(stages(page)).to_have_text(["Wartet auf den Versand"])
        page.context.close()


def stages(page: Page) -> Locator:
    return page.locator(".stage")
