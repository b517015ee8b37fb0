"""Nasty strings put into everything that shows what people wrote: fault 54, fault 79, fault 80.

Each is made from a seed out of pieces that broke some program once: markup, direction, invisible
and heaped signs, formulas, templates, statements, forged lines, sizes. `run` puts them into each
sink and counts what is wrong; tests and campaign differ in how many there are.
"""

import io
import json
import logging
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import cache
from html.parser import HTMLParser
from random import Random  # noqa: TID251  strings are drawn from a seed
from typing import Final

from bot import logs
from bot.channels.mail import MailSender, MailServer
from bot.channels.telegram.incoming import Me, read
from bot.i18n.bidi import cleaned
from bot.i18n.render import BUTTON_LIMIT, Renderer
from bot.i18n.runs import utf16_length
from bot.model.buttons import Action, Button, Do
from bot.model.outbox import Act, Channel, Delivery, Queued
from bot.model.phrases import Block, Phrase, Style
from bot.model.tickets import Author, Item, TextItem
from bot.model.turns import Message, Typed
from bot.model.wording import AS_WRITTEN
from bot.store.codec import ITEM_BODY
from bot.usecases import notices
from bot.usecases.converse import Arrival
from tests.botapi.markup import parse_html
from tests.playing.house import MONDAY_MORNING, county
from tests.usecases.county import HandClock

# ruff: noqa: E501, Q003 - pieces are read in rows
PIECES: Final = (
    "<b>", "</b>", "<script>alert(1)</script>", "<a href='javascript:alert(1)'>x</a>", "&lt;", "&#0;",
    "<img src=x onerror=alert(1)>", "</blockquote>", "<!--", "]]>", "<tg-spoiler>", "\"'`", "&amp;amp;",
    "*bold*", "_it_", "[l](http://a.example)", "```", "||s||", "~~", "> q", "# h", "\\", "\\u003c",
    "\u202e", "\u202d", "\u2066", "\u2067", "\u2068", "\u2069", "\u200f", "\u061c", "\u202c",
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\u3164",
    "Z\u0335\u0321\u0344\u0353" + "\u0301" * 40, "\u0489" * 60, "\x00", "\x1b[31m", "\x07", "\x7f", "\x9b",
    "\ud800", "\udfff", "\ude00\ud83d", "👨‍👩‍👧‍👦", "🇺🇦🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽", "𐍈", "\U0010ffff", "\ufffe",
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=cmd|' /C calc'!A0", "\r=1", "=HYPERLINK(\"http://a\")",
    "{{ 7*7 }}", "${7*7}", "#{7*7}", "{% for x in y %}", "{text}", "{0}", "%s%n%x", "%(name)s", "{",
    "' OR 1=1 --", "'; DROP TABLE people; --", "\"; SELECT pg_sleep(9); --",
    "\r\nBcc: all@a.example\r\n\r\nhi", "\n2026-11-22 ERROR bot: forged", "\u2028", "\u2029", "\x85",
    "/close", "/close@lotse_test_bot advised", "//", "/delete", "/start work", "@admin", "#K7MX2Q-1",
    "javascript:alert(1)", "http://a.example/../..", "tel:110", "../../etc/passwd", "CON", "a" * 300,
    "Jоbcenter", "Ꮯafé", "ﷺ", "مرحبا", "שלום", "ሰላም", "Привіт", "नमस्ते", "你好", "ß", "İı", "ǅ",
    " ", "\n", "\n\n\n", "\t", "110", "116 117", "+49 7 11", "1", "٣",
)  # fmt: skip

LONGEST: Final = 4096
"""UTF-16 units that a client sends at most."""

ORDER: Final = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}")
ISOLATES: Final = "\u2066\u2067\u2068"
OURS: Final = frozenset("\u2066\u2067\u2068\u2069\u200e\u200f\n\u200c\u200d")
"""Signs beyond what is seen that a text of ours may have."""

HEAPED: Final = "heaped marks"
LANGUAGES: Final = ("de", "ar")
TAGS: Final = frozenset({"div", "p", "blockquote", "br", "h2", "h3", "small", "strong", "a"})


@dataclass(frozen=True, slots=True)
class Sinks:
    """How many strings went where, and what was wrong: sink, what, and the string's number."""

    strings: int
    looks: int
    wrong: tuple[tuple[str, str, int], ...]


def nasty(seed: int, count: int) -> list[str]:
    """`count` strings; the same seed gives the same ones. Each piece is alone in one of them."""
    random = Random(seed)  # noqa: S311
    strings = list(PIECES[:count])
    while len(strings) < count:
        whole = "".join(random.choices(PIECES, k=random.randint(1, 12)))
        if random.random() < 0.02:
            whole *= 1 + LONGEST // len(whole)
        strings.append(_within(whole))
    return strings


def run(seed: int, count: int) -> Sinks:
    """Put `count` strings into every sink and look what comes out."""
    wrong, looks = [], 0
    for number, said in enumerate(nasty(seed, count)):
        text = taken_in(said)
        for name, sink in SINKS.items():
            looks += 1
            try:
                wrong += [(name, what, number) for what in sink(text)]
            except Exception as error:  # noqa: BLE001 - what is looked for
                wrong.append((name, type(error).__name__, number))
    return Sinks(count, looks, tuple(wrong))


def taken_in(said: str) -> str:
    """What the way in makes of a message with this text, as JSON with its escapes."""
    person = {"id": 7001, "is_bot": False, "first_name": said, "username": said}
    chat = {"id": 7001, "type": "private", "first_name": said}
    message = {"message_id": 1, "date": 0, "chat": chat, "from": person, "text": f"x{said}"}
    body = json.loads(json.dumps({"update_id": 1, "message": message}))
    arrival = read(body, {}, Me(1, "lotse_test_bot"))
    if not isinstance(arrival, Arrival) or not isinstance(arrival.event, Typed):
        raise TypeError("no text")
    return arrival.event.text


# --- sinks: each yields what is wrong ---------------------------------------------------------


def _chat(text: str) -> Iterator[str]:
    for language in LANGUAGES:
        parts = [parse_html(one.html) for one in _renderer().telegram(_message(text), language)]
        yield from _shown("".join(one.text for one in parts), text)
        for one in parts:
            kinds = {entity["type"] for entity in one.entities}
            if not kinds <= {"blockquote", "bold", "italic"}:
                yield f"entities {sorted(kinds)}"
            if utf16_length(one.text) > LONGEST:
                yield "too long"
            if any(not _balanced(line) for line in one.text.split("\n")):
                yield "direction leaks"


def _group(text: str) -> Iterator[str]:
    item = Item(1, MONDAY_MORNING, Author.NEWCOMER, TextItem(text))
    message = Message(notices.room_blocks(item))
    for part in _renderer().telegram(message, "de"):
        shown = parse_html(part.html).text
        if ORDER.search(shown):
            yield "a command to touch"
        yield from _hidden(shown)


def _button(text: str) -> Iterator[str]:
    message = Message((), ((Button(Phrase(AS_WRITTEN, {"text": text}), Action(Do.HOME)),),))
    for language in LANGUAGES:
        ((one,),) = _renderer().keyboard(message, language)
        seen = "".join(char for char in one.text if char not in "\u2068\u2069")
        if not seen or utf16_length(seen) > BUTTON_LIMIT:
            yield "length"
        yield from _hidden(one.text)


def _page(text: str) -> Iterator[str]:
    for language in LANGUAGES:
        page = page_of(_renderer().web(_message(text), language))
        if not page.tags <= TAGS:
            yield f"tags {sorted(page.tags - TAGS)}"
        yield from page.attributes
        yield from _shown("".join(page.text), text)


def _mail(text: str) -> Iterator[str]:
    delivery = Delivery(
        Channel.MAIL, Act.SEND, "de", _message(text), address="a@county.example", urgent=True
    )
    raw = _sender()._written(Queued(1, "mail", delivery, 0)).as_bytes()
    mail = message_from_bytes(raw, policy=policy.default)
    known = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Importance"}
    known |= {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    if set(mail.keys()) != known or len(mail.keys()) != len(known):
        yield "headers"
    if "\n" in str(mail["Subject"]) or "\r" in str(mail["Subject"]):
        yield "subject"
    if mail["To"] != "a@county.example" or mail.get_content_type() != "text/plain":
        yield "envelope"
    yield from _shown(str(mail.get_content()), text)


def _terminal(text: str) -> Iterator[str]:
    yield from _shown(_renderer().mail(_message(text), "de"), text)


def _log(text: str) -> Iterator[str]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Discreet())
    record = logging.LogRecord("bot.any", logging.ERROR, "", 0, "a value: %s", (text,), None)
    handler.handle(record)
    told = "\n".join(logs.told(ValueError(text)))
    if stream.getvalue().count("\n") != 1:
        yield "forged line"
    if set(_hidden(stream.getvalue().rstrip("\n"), frozenset())) - {HEAPED}:
        yield "hidden"
    if len(text) > 3 and text in told:
        yield "the text of an error"


def _kept(text: str) -> Iterator[str]:
    if ITEM_BODY.read(ITEM_BODY.write(TextItem(text))) != TextItem(text):
        yield "not the same after storing"


SINKS: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {
    "chat": _chat,
    "group": _group,
    "button": _button,
    "page": _page,
    "mail": _mail,
    "terminal": _terminal,
    "log": _log,
    "store": _kept,
}


# --- what is true of every text that is shown ---------------------------------------------------


def _shown(shown: str, text: str) -> Iterator[str]:
    """Nothing hidden in it, and the words can still be read."""
    yield from _hidden(shown)
    readable = _letters(cleaned(text))
    if len(readable) < 2000 and readable not in _letters(shown):
        yield "unreadable"


def _hidden(shown: str, allowed: frozenset[str] = OURS) -> Iterator[str]:
    categories = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    found = {c for c in shown if c not in allowed and unicodedata.category(c) in categories}
    if found:
        yield f"hidden {sorted(map(ascii, found))}"
    marks = 0
    for char in shown:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if marks > 6:
            yield HEAPED
            return


def _balanced(line: str) -> bool:
    depth = 0
    for char in line:
        depth += (char in ISOLATES) - (char == "\u2069")
        if depth < 0:
            return False
    return depth == 0


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _within(text: str) -> str:
    """The beginning of `text` that a client could send."""
    units, end = 1, 0
    for char in text:
        units += 2 if char > "\uffff" else 1
        if units > LONGEST:
            break
        end += 1
    return text[:end]


def _message(text: str) -> Message:
    said = Phrase(AS_WRITTEN, {"text": text})
    return Message((Block(said, Style.TITLE), Block(said, Style.QUOTE), Block(said)))


def _renderer() -> Renderer:
    return county().renderer


@cache
def _sender() -> MailSender:
    server = MailServer("localhost", 25, encrypted=False, sender="lotse@county.example")
    return MailSender(server, _renderer(), HandClock(MONDAY_MORNING))


def page_of(html: str) -> "_Page":
    """A page of ours, read as a browser does."""
    page = _Page()
    page.feed(html)
    page.close()
    return page


class _Page(HTMLParser):
    """Collects tags, text, and attributes that nobody of ours wrote."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.text: list[str] = []
        self.attributes: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "br":
            self.text.append("\n")
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in (value or ""):
                self.handlers.append(f"{tag} {name}")
            ours = name in {"lang", "dir", "class"} or (
                name == "href" and re.fullmatch(r"tel:\+?\d+", value or "")
            )
            if not ours:
                self.attributes.append(f"attribute {name}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
