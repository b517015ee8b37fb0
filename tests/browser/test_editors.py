"""The editors' pages in a real Chromium: for everybody, right to left, and while files change."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import overflow, violations
from tests.playing.house import ROOT
from tests.process.command import Command, running

TOPIC = "/topics/childcare?second=ar&picture=ar&town=musterstadt&on=2027-01-02"
PAGES = {
    "findings": "",
    "topics": "/topics",
    "topic": TOPIC,
    "translations": "/translations",
    "overview": "/overview?picture=ar",
    "facts": "/facts?on=2027-01-02",
    "checks": "/checks",
}
PATIENCE = 60_000
CUT_OFF = """frame => {
  const sheet = frame.querySelector('svg').getBoundingClientRect();
  return [...frame.querySelectorAll('svg > text')].filter((text) => {
    const at = text.getBoundingClientRect();
    return at.left < sheet.left || at.right > sheet.right;
  }).map((text) => text.textContent);
}"""
"""Words of a picture that do not stand on its sheet."""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("editors")]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("editors")
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, place / name)
    return place


@pytest.fixture(scope="module")
def editors(folders: Path) -> Iterator[str]:
    extra = {
        "LOTSE_CONTENT_DIR": str(folders / "content"),
        "LOTSE_LOCALES_DIR": str(folders / "locales"),
    }
    with running(Command(folders / "data", what="demo", extra=extra)) as command:
        command.wait_until_well()
        yield f"http://127.0.0.1:{command.desk}/editors"


Opening = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opening]:
    """Opens windows; the browser may have complained in none of them."""
    pages: list[Page] = []
    complaints: list[str] = []

    def open_(width: int = 1280, scheme: str = "light", *, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="de-DE",
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.context.close()
    assert complaints == []


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_no_page_shuts_anybody_out(browser: Browser, editors: str, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale="de-DE",
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    faults = {}
    for name, path in PAGES.items():
        page.goto(f"{editors}{path}")
        if name == "findings":
            expect(page.locator(".lead")).to_be_visible(timeout=PATIENCE)
        unfold(page)
        faults[name] = (violations(page), overflow(page))
    context.close()
    assert {name: fault for name, fault in faults.items() if fault != ([], 0)} == {}


def test_nothing_has_to_be_scrolled_sideways_on_the_narrowest_screen(
    opened: Opening, editors: str
) -> None:
    page = opened(320)
    wide = {}
    for name, path in PAGES.items():
        page.goto(f"{editors}{path}")
        unfold(page)
        wide[name] = overflow(page)
    assert set(wide.values()) == {0}, wide


def test_arabic_stands_as_arabic_is_read(opened: Opening, editors: str) -> None:
    page = opened(390)
    page.goto(f"{editors}{TOPIC}")
    told = page.locator(".told[lang=ar], .told > [lang=ar]").all()
    assert len(told) > 10
    for one in told:
        assert one.evaluate("one => getComputedStyle(one).direction") == "rtl"
    picture = page.locator(".picture")
    at = picture.evaluate("one => [one.scrollLeft, one.scrollWidth - one.clientWidth]")
    assert at[0] == 0
    assert at[1] > 0, "it is moved within its frame"
    edge = "one => one.querySelector('svg').getBoundingClientRect().right <= innerWidth"
    assert picture.evaluate(edge), "it begins on the right"
    assert picture.evaluate(CUT_OFF) == []


def test_it_works_without_script(opened: Opening, editors: str) -> None:
    page = opened(390, script=False)
    page.goto(editors.removesuffix("/editors"))
    page.click(".editors a")
    page.click("nav >> text=Themen")
    page.click(".topics a >> text=Arbeit >> nth=0")
    page.select_option("#second", "ar")
    page.fill("#on", "2027-01-01")
    page.click("form.look button")
    expect(page.locator("#second")).to_have_value("ar")
    assert "on=2027-01-01" in page.url
    page.click("text=English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "second=ar" in page.url


def test_refused_files_are_shown_at_once_and_go_when_mended(
    opened: Opening, editors: str, folders: Path
) -> None:
    page = opened()
    page.goto(editors)
    expect(page.locator(".lead")).to_be_visible(timeout=PATIENCE)
    page.evaluate("window.unreloaded = true")
    file = folders / "content" / "topics" / "work.yaml"
    before = file.read_text(encoding="utf-8")
    file.write_text(
        re.sub("^group: .*$", "group: wrok", before, flags=re.MULTILINE), encoding="utf-8"
    )
    expect(page.locator(".refused")).to_contain_text("abgelehnt", timeout=PATIENCE)
    expect(page.locator("h2.bad")).to_be_visible(timeout=PATIENCE)
    finding = page.locator(".file", has_text="content/topics/work.yaml").first
    expect(finding).to_contain_text("wrok")
    finding.locator("a", has_text="group-unknown").click()
    expect(page.locator("#group-unknown")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".refused")).to_be_visible()
    page.evaluate("window.unreloaded = true")
    file.write_text(before, encoding="utf-8")
    expect(page.locator(".refused")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("h2.bad")).to_have_count(0, timeout=PATIENCE)
    assert page.evaluate("window.unreloaded")


def test_who_is_choosing_is_told_and_not_interrupted(
    opened: Opening, editors: str, folders: Path
) -> None:
    page = opened()
    page.goto(f"{editors}/facts")
    page.fill("#on", "2027-03-01")
    file = folders / "content" / "papers.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# looked at\n", encoding="utf-8")
    expect(page.locator("#changed")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#on")).to_have_value("2027-03-01")
