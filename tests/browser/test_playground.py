"""The playground in a real Chromium, with the real command behind it: both sides, one person each.

A newcomer with a telephone and a caseworker at the desk, in German and in Arabic; with
fingers, with the keyboard alone, without script.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import violations
from tests.browser.player import (
    NAMES,
    TO_A_CASE,
    TO_ADVICE,
    Player,
    hidden_titles,
    overflow,
    visual_text,
)
from tests.channels.page.playing import bare
from tests.process.command import Command, running

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("playground")]


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(Command(tmp_path_factory.mktemp("demo") / "data", what="demo")) as command:
        command.wait_until_well()
        yield f"http://127.0.0.1:{command.desk}/"


Playing = Callable[..., Player]


def another_telephone(page: Page, language: str) -> None:
    """Begin anew, and wait for the page's script: until then a form takes the page away."""
    page.select_option("#language", language)
    with page.expect_navigation():
        page.click(".another button")
    expect(page.locator("#begin")).to_be_visible()


@pytest.fixture
def player(browser: Browser, playground: str) -> Iterator[Playing]:
    """Makes players; nothing may have complained when they are done."""
    players: list[Player] = []

    def play(
        language: str = "de", width: int = 1280, *, script: bool = True, axe: bool = False
    ) -> Player:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale="de-DE",
            java_script_enabled=script,
            bypass_csp=axe,
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        one = Player(page, language, [])
        page.on("console", lambda said: one.complain(said.text))
        page.on("pageerror", lambda error: one.complaints.append(str(error)))
        page.goto(playground)
        another_telephone(page, language)
        players.append(one)
        return one

    yield play
    for one in players:
        one.page.context.close()
    assert [one.complaints for one in players if one.complaints] == []


# --- both sides, live ---------------------------------------------------------------------


@pytest.mark.parametrize("language", NAMES)
def test_from_start_to_an_answer_without_a_reload(player: Playing, language: str) -> None:
    both = player(language)
    both.page.evaluate("window.unreloaded = true")
    both.desk.evaluate("window.unreloaded = true")
    both.begin()
    code = both.to_a_case()
    expect(both.desk.locator(f"#row-{code}")).to_be_visible()
    assert both.desk.evaluate("window.unreloaded")
    both.open_case(code)
    both.desk.click("text=Fall übernehmen")
    both.succeeded()
    _answer_ready_made(both)
    _answer_in_own_words(both)
    assert both.page.evaluate("window.unreloaded")


def _answer_ready_made(both: Player) -> None:
    """Offer an appointment; the date is read in each language."""
    both.desk.fill("#q", "termin anbieten")
    both.desk.click("text=Termin anbieten")
    both.desk.wait_for_url("**/reply?*")
    both.desk.fill("#slot-date", "2027-01-11")
    both.desk.fill("#slot-time", "10:30")
    both.desk.click("main form button")
    for language, month in (("de", "Januar"), ("ar", "يناير")):
        if language in {"de", both.language}:
            preview = both.desk.locator(f".bubble :lang({language})").first
            expect(preview).to_contain_text(month)
    both.desk.click("text=Jetzt schicken")
    both.succeeded()
    both.says("10:30")


def _answer_in_own_words(both: Player) -> None:
    words = "Bitte rufen Sie an: 07999 000-30 (Frau Müller)."
    both.desk.click("text=Freitext schreiben")
    both.desk.fill("#text", words)
    both.desk.click("form:has(#text) button")
    both.desk.click("text=Jetzt schicken")
    both.succeeded()
    both.says(words)
    newest = both.page.locator("#chat .bubble").last
    expect(newest).to_be_in_viewport()
    seen = visual_text(newest.locator("blockquote"))
    assert seen.replace(" ", "") == words.replace(" ", ""), "German stays German in Arabic"


def test_what_the_newcomer_writes_reaches_the_open_case(player: Playing) -> None:
    both = player("ar")
    both.begin()
    both.open_case(both.to_a_case())
    both.page.fill("#words", "شكراً، سآتي يوم الاثنين.")
    both.page.keyboard.press("Enter")
    expect(both.desk.locator("#case")).to_contain_text("شكراً، سآتي يوم الاثنين.")


def test_two_tabs_of_one_browser_are_two_people(player: Playing, playground: str) -> None:
    first = player("de")
    first.begin()
    tab = first.page.context.new_page()
    tab.goto(playground)
    another_telephone(tab, "ar")
    second = Player(tab, "ar", [])
    second.begin()
    first.press("home/work#title", "work/topic#title")
    first.page.reload()
    expect(first.button("work/concern.problem#text")).to_be_visible()
    expect(second.button("bot/my_cases#text")).to_be_visible()
    assert second.page.title() != first.page.title()


# --- without script, with the keyboard alone ----------------------------------------------


def test_it_works_without_script(player: Playing) -> None:
    both = player("ar", 390, script=False)
    both.begin()
    code = both.to_a_case()
    expect(both.page.locator("#chat .bubble").last).to_be_in_viewport()
    both.page.click("a[href='#desk']")
    expect(both.page.locator("#telephone")).to_be_hidden()
    both.page.reload()
    both.open_case(code)
    both.desk.click("text=Freitext schreiben")
    both.desk.fill("#text", "Guten Tag!")
    both.desk.click("form:has(#text) button")
    both.desk.click("text=Jetzt schicken")
    both.succeeded()
    both.page.click("a[href='#telephone']")
    both.page.click(".still button")
    both.says("Guten Tag!")


def test_the_keyboard_alone_is_enough(player: Playing) -> None:
    newcomer = player("de")
    page = newcomer.page
    _walk_to(page, page.locator("#begin button"))
    page.keyboard.press("Enter")
    for key in ("Deutsch", "bot/agree#text", *TO_ADVICE, *TO_A_CASE):
        expect(newcomer.button(key)).to_be_visible()
        _walk_to(page, newcomer.button(key))
        page.keyboard.press("Enter")
    newcomer.code()
    _walk_to(page, page.locator("#words"))
    page.keyboard.type("Danke")
    page.keyboard.press("Enter")
    newcomer.says("Danke")
    expect(page.locator("#words")).to_be_focused()


def _walk_to(page: Page, target: Locator) -> None:
    """Press Tab until the element has the focus, and see that the focus is visible."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            outline = target.evaluate("element => getComputedStyle(element).outlineStyle")
            assert outline != "none"
            return
    pytest.fail(f"{target} cannot be reached with the keyboard")


def test_pressing_a_button_leaves_the_focus_at_the_answer(player: Playing) -> None:
    newcomer = player("de")
    newcomer.begin()
    newcomer.press("home/work#title")
    newcomer.button("work/topic#title").press("Enter")
    expect(newcomer.button("work/concern.problem#text")).to_be_visible()
    expect(newcomer.page.locator("#chat .bubble").last).to_be_focused()


# --- right to left -------------------------------------------------------------------------


def test_arabic_stands_as_arabic_is_read(player: Playing) -> None:
    newcomer = player("ar")
    newcomer.begin()
    newcomer.press(*TO_ADVICE)
    expect(newcomer.button("bot/to_a_person#text")).to_be_visible()
    chat = newcomer.page.locator("#chat")
    for bubble in chat.locator("article").all():
        style = bubble.evaluate(
            "one => [getComputedStyle(one).direction, getComputedStyle(one).textAlign]"
        )
        assert style in (["rtl", "start"], ["rtl", "right"])
    words = newcomer.page.locator("#words")
    for typed, side in (("", "rtl"), ("Guten Tag", "ltr"), ("مرحبا", "rtl")):
        words.fill(typed)
        assert words.evaluate("field => getComputedStyle(field).direction") == side
    words.fill("مرحبا")
    words.press("Enter")
    mine = chat.locator(".mine", has_text="مرحبا")
    assert mine.evaluate("one => getComputedStyle(one).direction") == "rtl"
    edges = mine.evaluate(
        "one => [one.getBoundingClientRect().right, chat.getBoundingClientRect().right]"
    )
    assert edges[1] - edges[0] < 30, "one's own words stand on the right in every language"


def test_numbers_and_german_names_keep_their_order_in_arabic(player: Playing) -> None:
    newcomer = player("ar")
    newcomer.begin()
    newcomer.press(*TO_ADVICE[:-1])
    village = newcomer.button("Neudorf am Bach")
    expect(village).to_be_visible()
    assert visual_text(village) == "Neudorf am Bach"
    newcomer.press("Musterstadt")
    expect(newcomer.button("bot/to_a_person#text")).to_be_visible()
    numbers = newcomer.page.locator("#chat a[href^='tel:']").all()
    assert numbers
    for number in numbers:
        assert visual_text(number) == bare(number.inner_text())


# --- for everybody -------------------------------------------------------------------------


def _each_state(newcomer: Player, look: Callable[[str], None]) -> None:
    """Walk through the screens a newcomer sees, and look at each."""
    look("empty")
    newcomer.begin()
    expect(newcomer.button("home/work#title")).to_be_visible()
    look("home")
    newcomer.press(*TO_ADVICE[:2])
    expect(newcomer.button("work/concern.problem#text")).to_be_visible()
    look("question")
    newcomer.press(*TO_ADVICE[2:])
    expect(newcomer.button("bot/helpful.yes#text")).to_be_visible()
    newcomer.press("bot/helpful.yes#text")
    expect(newcomer.page.locator(".toast")).to_be_attached()
    look("result")
    newcomer.press(*TO_A_CASE[:-1])
    expect(newcomer.button(TO_A_CASE[-1])).to_be_visible()
    look("handoff")
    newcomer.press(TO_A_CASE[-1])
    newcomer.code()
    newcomer.page.fill("#words", "07999 000-30 Frau Müller مرحبا")
    newcomer.page.keyboard.press("Enter")
    newcomer.says("Frau Müller")
    look("case")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", NAMES)
def test_no_state_of_the_page_shuts_anybody_out(player: Playing, language: str, width: int) -> None:
    newcomer = player(language, width, axe=True)
    faults: dict[str, list[str]] = {}

    def look(state: str) -> None:
        if found := violations(newcomer.page):
            faults[state] = found

    _each_state(newcomer, look)
    assert faults == {}


@pytest.mark.parametrize("language", NAMES)
def test_nothing_has_to_be_scrolled_sideways_on_the_narrowest_screen(
    player: Playing, language: str
) -> None:
    newcomer = player(language, 320)
    wide: dict[str, object] = {}

    def look(state: str) -> None:
        if found := overflow(newcomer.page) or hidden_titles(newcomer.page):
            wide[state] = found

    _each_state(newcomer, look)
    newcomer.page.click("a[href='#desk']")
    expect(newcomer.page.locator("#telephone")).to_be_hidden()
    assert wide == {}
    assert overflow(newcomer.page) == 0


def test_who_reads_further_up_is_left_there(player: Playing) -> None:
    both = player("de")
    both.begin()
    code = both.to_a_case()
    both.page.fill("#words", "Danke")
    both.page.keyboard.press("Enter")
    both.says("Danke")
    both.open_case(code)
    chat = both.page.locator("#chat")
    chat.evaluate("one => { one.scrollTop = 0 }")
    both.desk.click("text=Freitext schreiben")
    both.desk.fill("#text", "Guten Tag!")
    both.desk.click("form:has(#text) button")
    both.desk.click("text=Jetzt schicken")
    both.succeeded()
    expect(chat.locator("blockquote", has_text="Guten Tag!")).to_be_attached()
    assert chat.evaluate("one => one.scrollTop") == 0


def test_what_does_not_arrive_is_said_and_not_lost(player: Playing) -> None:
    newcomer = player("de")
    newcomer.page.route("**/playground/type", lambda route: route.abort())
    newcomer.page.fill("#words", "Ist da jemand?")
    newcomer.page.keyboard.press("Enter")
    expect(newcomer.page.locator("#fault")).not_to_be_empty()
    expect(newcomer.page.locator("#words")).to_have_value("Ist da jemand?")
    newcomer.complaints.clear()
