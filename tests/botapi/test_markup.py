"""HTML as Telegram reads it, and text as Telegram keeps it."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.botapi.markup import MarkupError, is_link, parse_html
from tests.botapi.text import Formatted, settle, utf16_length

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def kinds(source: str) -> list[tuple[str, int, int]]:
    return [(e["type"], e["offset"], e["length"]) for e in parse_html(source).entities]


@given(TEXTS)
def test_escaped_text_comes_back_unchanged(text: str) -> None:
    assert parse_html(html.escape(text)) == Formatted(text)
    assert parse_html(f"<i>{html.escape(text)}</i>").text == text


@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parsed = parse_html(text)
    except MarkupError:
        return
    settled = settle(parsed)
    for entity in settled.entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"]
        assert entity["offset"] + entity["length"] <= utf16_length(settled.text)


@given(TEXTS, TEXTS)
def test_an_entity_stays_on_its_words(before: str, after: str) -> None:
    source = Formatted(
        before + "word" + after,
        ({"type": "bold", "offset": utf16_length(before), "length": 4},),
    )
    settled = settle(source)
    (bold,) = settled.entities
    units = settled.text.encode("utf-16-le")
    assert units[bold["offset"] * 2 : (bold["offset"] + 4) * 2].decode("utf-16-le") == "word"


def test_all_tags() -> None:
    source = (
        "<b>b</b><i>i</i><u>u</u><s>s</s><tg-spoiler>p</tg-spoiler>"
        "<span class='tg-spoiler'>q</span><code>c</code>"
        "<pre><code class=language-python>x</code></pre><blockquote expandable>z</blockquote>"
    )
    assert kinds(source) == [
        ("bold", 0, 1),
        ("italic", 1, 1),
        ("underline", 2, 1),
        ("strikethrough", 3, 1),
        ("spoiler", 4, 1),
        ("spoiler", 5, 1),
        ("code", 6, 1),
        ("pre", 7, 1),
        ("expandable_blockquote", 8, 1),
    ]
    assert parse_html(source).entities[7]["language"] == "python"


def test_references_and_bare_ampersands() -> None:
    assert parse_html("&lt;&#65;&#x42;&quot; a & b &copy; &#0;").text == '<AB" a & b &copy; &#0;'


@pytest.mark.parametrize("source", ["<a href=''>no link</a>", "<a href='nonsense'>x</a>"])
def test_a_link_without_a_target_is_plain_text(source: str) -> None:
    assert kinds(source) == []


@pytest.mark.parametrize(
    ("url", "is_fine"),
    [
        ("https://example.org", True),
        ("example.org/x", True),
        ("http://127.0.0.1:8080/answer/1", True),
        ("http://localhost:8080/", True),
        ("tg://user?id=5", True),
        ("tel:+491110", True),
        ("javascript:alert(1)", False),
        ("ftp://example.org", False),
        ("https://", False),
        ("https://a b.org", False),
        ("/relative", False),
        ("", False),
    ],
)
def test_links(url: str, is_fine: bool) -> None:
    assert is_link(url) is is_fine
