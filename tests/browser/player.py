"""Somebody in front of the playground in a browser, who plays both sides; and what they look at."""

import re
from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser import looking
from tests.channels.page.playing import bare
from tests.playing.house import county

HTMX_WAS_LEFT = re.compile("htmx: htmx:(sse:)?error: (network error|Failed to fetch)")
SIGNS = "[^A-Za-z0-9\u00c0-\u024f\u0400-\u04ff\u0600-\u06ff]*"
"""Whatever may stand beside a label: an icon, a tick, marks of direction; no letters."""
NAMES = {"de": "Deutsch", "ar": "العربية"}
TO_ADVICE = (
    "home/work#title",
    "work/topic#title",
    "work/concern.problem#text",
    "work/problem.dismissed#text",
    "Musterstadt",
)
TO_A_CASE = (
    "bot/to_a_person#text",
    "musterkreis/queue.work#title",
    "bot/no_text#text",
    "bot/summary.send#text",
)


@dataclass
class Player:
    """Somebody who plays both sides. `complaints` is what the browser found wrong."""

    page: Page
    language: str
    complaints: list[str]

    def complain(self, said: str) -> None:
        """Note what the console says; htmx calls it an error when a page is left while it asks."""
        if not HTMX_WAS_LEFT.match(said):
            self.complaints.append(said)

    # --- the telephone -----------------------------------------------------------------

    def text(self, key: str) -> str:
        """A text of the program in the newcomer's language; anything else is itself."""
        return bare(county().renderer.text(key, self.language) or key)

    def button(self, key: str) -> Locator:
        """The newest button of the chat with this text."""
        label = re.compile(f"^{SIGNS}{loosely(self.text(key))}{SIGNS}$")
        return self.page.locator("#chat button").filter(has_text=label).last

    def press(self, *keys: str) -> None:
        for key in keys:
            button = self.button(key)
            expect(button).to_be_visible()
            button.click()

    def begin(self) -> None:
        self.page.locator("#chat button", has_text="/start").click()
        self.press(NAMES[self.language], "bot/agree#text")

    def to_a_case(self) -> str:
        """From home to a ticket; returns its code."""
        self.press(*TO_ADVICE, *TO_A_CASE)
        return self.code()

    def code(self) -> str:
        title = re.compile(loosely(self.text("bot/sent.title#text")))
        sent = self.page.locator("#chat .bubble").filter(has_text=title).last
        expect(sent).to_be_visible()
        found = re.search(r"\b[A-HJ-NP-Z2-9]{6}\b", bare(sent.inner_text()))
        assert found is not None
        return found.group()

    def says(self, words: str) -> None:
        """Wait until the chat shows these words."""
        pattern = re.compile(loosely(words))
        expect(self.page.locator("#chat .bubble").filter(has_text=pattern).last).to_be_visible()

    # --- the desk ----------------------------------------------------------------------

    @property
    def desk(self) -> Frame:
        frame = self.page.locator("iframe").element_handle().content_frame()
        assert frame is not None
        return frame

    def open_case(self, code: str) -> None:
        self.desk.locator(f"#row-{code} a").click()
        self.desk.wait_for_selector("#case")

    def succeeded(self) -> None:
        expect(self.desk.locator(".kern-alert--success")).to_be_visible()


def loosely(words: str) -> str:
    """A pattern for words between which marks of direction may stand."""
    marks = "[\u2066-\u2069\u200e\u200f]*"
    return marks + marks.join(re.escape(char) for char in words) + marks


def visual_text(element: Locator) -> str:
    """The text of an element in the order in which the eye meets it, from the left."""
    script = """element => {
      const text = element.firstChild;
      const seen = [...text.data].map((char, at) => {
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        const box = range.getBoundingClientRect();
        return [box.top, box.left, box.width ? char : ""];
      });
      seen.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      return seen.map((one) => one[2]).join("");
    }"""
    return str(element.evaluate(script))


def overflow(page: Page) -> int:
    """Pixels by which the page, or the chat in it, is wider than there is room."""
    return max(looking.overflow(page), int(page.evaluate("chat.scrollWidth - chat.clientWidth")))


def hidden_titles(page: Page) -> list[str]:
    """Titles of messages that are there but cannot be seen."""
    titles = page.locator("#chat h2").all()
    boxes = [(title.text_content() or "", title.bounding_box()) for title in titles]
    return [text for text, box in boxes if box is None or box["width"] < 20]
