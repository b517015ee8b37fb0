"""Pictures in a real browser: no text outside its box, none over another, in every language."""

import pytest
from playwright.sync_api import Browser, Page

from bot.content.picture.overview import overview_svg
from bot.content.picture.topic import topic_svg
from tests.playing.house import county

CONTENT, RENDERER = county().content, county().renderer
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pictures")]

FAULTS = """
() => {
  const sheet = document.querySelector('svg').getBoundingClientRect();
  const inside = (r, box, slack) => r.left >= box.left - slack && r.right <= box.right + slack
    && r.top >= box.top - slack && r.bottom <= box.bottom + slack;
  const boxes = [...document.querySelectorAll('rect, polygon, circle')].slice(1)
    .map(e => e.getBoundingClientRect());
  const texts = [...document.querySelectorAll('text')]
    .filter(e => !e.closest('g') && e.textContent.replace(/[\\u2066-\\u2069]/g, '').trim())
    .map(e => ({what: e.textContent, at: e.getBoundingClientRect()}));
  const faults = texts.filter(t => !inside(t.at, sheet, 0)).map(t => 'cut off: ' + t.what);
  for (const {what, at} of texts) {
    const x = (at.left + at.right) / 2, y = (at.top + at.bottom) / 2;
    const around = boxes.filter(b => b.left < x && x < b.right && b.top < y && y < b.bottom)
      .sort((a, b) => a.width * a.height - b.width * b.height);
    const room = around.find(b => b.width > 30);
    if (room && (at.left < room.left - 1 || at.right > room.right + 1)) {
      faults.push('outside its box: ' + what);
    }
  }
  texts.forEach(({what, at}, n) => texts.slice(n + 1).forEach(other => {
    const wide = Math.min(at.right, other.at.right) - Math.max(at.left, other.at.left);
    const high = Math.min(at.bottom, other.at.bottom) - Math.max(at.top, other.at.top);
    if (wide > 1 && high > 0.45 * Math.min(at.height, other.at.height)) {
      faults.push('over each other: ' + what + ' / ' + other.what);
    }
  }));
  return faults;
}
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1400, "height": 1000})


def faults(page: Page, svg: str, font: str | None = None) -> list[str]:
    """What is cut off or lies over something else; `font` takes the place of the first choice."""
    if font is not None:
        svg = svg.replace("Noto Sans, Arial, ", f"{font}, ")
    page.set_content(svg)
    found: list[str] = page.evaluate(FAULTS)
    return found


@pytest.mark.parametrize("topic", list(CONTENT.topics))
def test_nothing_overlaps_in_any_language(page: Page, topic: str) -> None:
    for language in RENDERER.catalogues.offered:
        assert faults(page, topic_svg(CONTENT, RENDERER, topic, language)) == []


def test_nothing_overlaps_in_the_widest_font(page: Page) -> None:
    for topic in ("work", "crisis", "language_courses"):
        assert faults(page, topic_svg(CONTENT, RENDERER, topic, "de"), "DejaVu Sans") == []
        assert faults(page, topic_svg(CONTENT, RENDERER, topic, "uk"), "DejaVu Sans") == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_table_of_topics_is_whole(page: Page, language: str) -> None:
    assert faults(page, overview_svg(CONTENT, RENDERER, language)) == []


def test_what_overlaps_would_be_noticed(page: Page) -> None:
    svg = topic_svg(CONTENT, RENDERER, "work", "de")
    assert faults(page, svg.replace('font-size="14.5"', 'font-size="30"')) != []
