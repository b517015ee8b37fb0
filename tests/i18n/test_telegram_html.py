from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n.bidi import cleaned
from bot.i18n.catalogue import Catalogues
from bot.i18n.pofile import parse
from bot.i18n.render import Renderer
from bot.i18n.runs import utf16_length
from bot.model.buttons import Action, Button, Do
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Message
from tests.botapi.markup import parse_html
from tests.i18n.texts import header

SOURCES = {"bot/as_written#text": "{text}", "bot/bold#text": "**{text}** –"}
TEXTS = Renderer(Catalogues({"de": (parse(header(), Path("bot.po")),), "ar": ()}, SOURCES))
NASTY = st.text(
    alphabet=st.one_of(st.sampled_from("<>&\"'*{}/=; \n\u202e\u2068\u2069ع"), st.characters()),
    max_size=200,
)
MENU = ((Button(Phrase("bot/as_written#text", {"text": "x"}), Action(Do.HOME)),),)


def block(text: str, style: Style = Style.TEXT, key: str = "bot/as_written#text") -> Block:
    return Block(Phrase(key, {"text": text}), style)


@settings(max_examples=1000)
@given(NASTY, st.sampled_from(Style))
def test_whatever_people_write_telegram_shows_it_as_written(text: str, style: Style) -> None:
    """Markup, controls and emoji are shown as written: fault 54."""
    text = "x" + text
    (message,) = TEXTS.telegram(Message((block(text, style),)), "de")
    shown = parse_html(message.html).text
    for isolate in "\u2068\u2069":
        shown = shown.replace(isolate, "")
    prefix = {Style.STEP: "☐ ", Style.ITEM: "• ", Style.WARNING: "⚠ "}.get(style, "")
    assert shown == prefix + cleaned(text)


@given(NASTY)
def test_bold_stays_around_what_people_write(text: str) -> None:
    (message,) = TEXTS.telegram(Message((block(f"x{text}x", key="bot/bold#text"),)), "ar")
    formatted = parse_html(message.html)
    assert [entity["type"] for entity in formatted.entities] == ["bold"]
    assert formatted.text.endswith("\u2069 –")


def test_a_long_message_ends_between_blocks() -> None:
    blocks = tuple(block(f"{number} " + "wort " * 100) for number in range(20))
    parts = TEXTS.telegram(Message(blocks, MENU), "de")
    assert len(parts) == 3
    assert all(utf16_length(parse_html(part.html).text) <= 4096 for part in parts)
    assert [bool(part.keyboard) for part in parts] == [False, False, True]
    starts = [part.html.split(" ")[0] for part in parts]
    assert all(start.isdecimal() for start in starts)


@settings(max_examples=50)
@given(st.sampled_from(["😀", "👨\u200d👩\u200d👧", "🇺🇦", "e\u0301", "<", "&", "a ", "ع"]))
def test_a_long_block_is_cut_between_characters(unit: str) -> None:
    """Cuts fall between graphemes: fault 37."""
    count = 7900 // len(unit)
    for style in (Style.TEXT, Style.QUOTE, Style.TITLE):
        parts = TEXTS.telegram(Message((block(unit * count, style),), MENU), "ar")
        texts = [parse_html(part.html).text for part in parts]
        assert len(parts) >= 2
        assert all(utf16_length(text) <= 4096 for text in texts)
        bare = [
            text.replace("\u2068", "").replace("\u2069", "").replace("\u200f", "") for text in texts
        ]
        for text in bare:
            assert text.rstrip().replace(unit, "") in {"", unit.strip(), unit.strip() + "…", "…"}


def test_too_long_a_value_is_cut() -> None:
    parts = TEXTS.telegram(Message((block("wort " * 10_000),)), "de")
    assert len(parts) == 2
    assert parts[-1].html.endswith("…")


def test_an_empty_message_has_a_sign() -> None:
    (message,) = TEXTS.telegram(Message((), MENU), "de")
    assert message.html == "…"
