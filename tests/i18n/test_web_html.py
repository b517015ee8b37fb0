from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.i18n.bidi import cleaned
from bot.i18n.web_html import dialled
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Message
from tests.i18n.test_telegram_html import NASTY, TEXTS, block
from tests.i18n.texts import renderer


class Page(HTMLParser):
    """What a browser would make of it: elements with attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(max_examples=1000)
@given(NASTY)
def test_whatever_people_write_pages_show_it_as_written(text: str) -> None:
    """Markup is shown as written: fault 54, fault 79."""
    page = Page(TEXTS.web(Message((block(text),)), "de"))
    shown = page.text.replace("\u2068", "").replace("\u2069", "")
    assert shown == cleaned(text)
    assert {tag for tag, _ in page.tags} <= {"div", "p", "br", "a"}


def test_language_direction_and_numbers_to_dial(tmp_path: Path) -> None:
    call = Phrase("work/call#body", {"phone:office": "+49 30 115"})
    page = Page(renderer(tmp_path).web(Message((Block(call),)), "ar"))
    assert page.tags[0] == ("div", {"lang": "ar", "dir": "rtl"})
    assert ("a", {"href": "tel:+4930115"}) in page.tags
    assert ("strong", {}) in page.tags


def test_a_fallback_has_its_own_language(tmp_path: Path) -> None:
    page = Page(renderer(tmp_path).web(Message((Block(Phrase("bot/menu#text")),)), "tr"))
    assert [attrs["lang"] for tag, attrs in page.tags if tag == "div"] == ["en", "en"]
    assert "Not in your language yet" in page.text


def test_lists_and_lines_are_elements() -> None:
    styles = [
        Style.TITLE,
        Style.HEADING,
        Style.TEXT,
        Style.LINE,
        Style.STEP,
        Style.STEP,
        Style.ITEM,
    ]
    message = Message(tuple(block("x", style) for style in (*styles, Style.NOTE, Style.WARNING)))
    tags = [tag for tag, _ in Page(TEXTS.web(message, "de")).tags]
    lists = ["ul", "li", "li", "ul", "li"]
    assert tags == ["div", "h2", "h3", "p", "br", *lists, "p", "small", "p", "strong"]


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("110", "110"),
        ("116 016", "116016"),
        ("+49 (30) 115-0", "+49301150"),
        ("0800 111 0 111", "08001110111"),
    ],
)
def test_numbers_as_they_are_dialled(phone: str, link: str) -> None:
    assert dialled(phone) == link
    assert f'href="tel:{link}"' in TEXTS.web(Message((block(phone),)), "de")


@pytest.mark.parametrize("text", ["12", "2026", "1250", "07.03.2026", "K7MX2Q", "110 Euro"])
def test_other_numbers_are_no_links(text: str) -> None:
    assert "tel:" not in TEXTS.web(Message((block(text),)), "de")
