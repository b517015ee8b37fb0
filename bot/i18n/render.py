"""Phrases and messages as text for whoever reads: Telegram, our pages, mail.

What is shown together is in one language: if a message has a part that nobody
translated, all of it falls back, and a line says so. Filling texts is in
`bot.i18n.compose`, markup in `telegram_html` and `web_html`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.i18n import telegram_html, web_html
from bot.i18n.bidi import marked
from bot.i18n.catalogue import Catalogues
from bot.i18n.compose import Composer, CountedFaults, Fault, keys_of
from bot.i18n.kept import Kept, Marks
from bot.i18n.languages import direction, native_name, ordered
from bot.i18n.runs import ELLIPSIS, Run, Runs, shortened, text_of
from bot.i18n.telegram_html import Paragraph, paragraph
from bot.model import wording
from bot.model.buttons import Button, encode
from bot.model.phrases import Block, LanguageNames, Phrase, Style
from bot.model.turns import Message

BUTTON_LIMIT: Final = 60
"""Code units of a button's label. Content keeps to 40; names of places may be longer."""

MESSAGES_KEPT: Final = 500
PARTS_KEPT: Final = 2_000
"""How many finished messages and parts of messages are kept for the next reader.

Enough for what most people see, in a handful of languages; all screens in all languages would be
tens of MiB.
"""

CODES_KEPT: Final = 256
"""Languages of telephones whose order of buttons is kept."""

_encoded: Final = lru_cache(maxsize=PARTS_KEPT)(encode)


@dataclass(frozen=True, slots=True)
class RenderedButton:
    """A button as Telegram takes it: a label with callback data or with an address."""

    text: str
    data: str | None = None
    url: str | None = None


Keyboard = tuple[tuple[RenderedButton, ...], ...]


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """One message in Telegram's HTML, at most 4,096 code units of text."""

    html: str
    keyboard: Keyboard = ()


class Renderer:
    """Makes text of phrases. Published content replaces what it knows at once.

    `source_texts` are the content's German texts by message id, `formerly` the renamed
    beginnings of message ids (see `Catalogues`), `public` what the content says of offices and
    places (`kept.public_texts`). Faults in our texts are counted unless `report` does
    something else with them.
    """

    def __init__(
        self,
        catalogues: Catalogues,
        source_texts: Mapping[str, str] | None = None,
        time_zone: str = "Europe/Berlin",
        report: Callable[[Fault], None] | None = None,
        formerly: Mapping[str, str] | None = None,
        public: frozenset[str] = frozenset(),
    ) -> None:
        self.faults = CountedFaults()
        self._report = report or self.faults
        self.replace(catalogues, source_texts, time_zone, formerly, public)

    def replace(
        self,
        catalogues: Catalogues,
        source_texts: Mapping[str, str] | None = None,
        time_zone: str = "Europe/Berlin",
        formerly: Mapping[str, str] | None = None,
        public: frozenset[str] = frozenset(),
    ) -> None:
        """Use other texts from now on; what is being rendered finishes with the old ones."""
        known = catalogues
        if source_texts is not None:
            known = catalogues.with_sources(source_texts, formerly)
        self._book = _Book(Composer(known, ZoneInfo(time_zone), self._report), Marks(public))

    @property
    def catalogues(self) -> Catalogues:
        return self._book.catalogues

    def text(self, key: str, language: str) -> str | None:
        """Return the bare text of `key` in exactly this language: typed text is compared to it."""
        return self._book.catalogues.text(key, language)

    def offered(self, code: str) -> tuple[tuple[str, str], ...]:
        """Return the offered languages with their native names.

        Those that owners of a telephone in Telegram's language `code` likely read come first.
        """
        return self._book.offered(code)

    def plain(self, phrase: Phrase, language: str) -> str:
        """Return a phrase without markup, in the first language of the chain that has it all."""
        book = self._book
        shown = book.catalogues.shown_language(tuple(keys_of(phrase)), language)
        return book.line(phrase, shown)

    def telegram(self, message: Message, language: str) -> tuple[RenderedMessage, ...]:
        """Return a message as one or more of Telegram's; the last one has the keyboard."""
        return self._book.telegram(message, language)

    def keyboard(self, message: Message, language: str) -> Keyboard:
        """Return only the buttons, for pages that make their own of them."""
        book = self._book
        return book.keyboard(message, book.shown_language(message, language))

    def web(self, message: Message, language: str) -> str:
        """Return a message as safe HTML with its language and direction, without buttons."""
        book = self._book
        shown = book.shown_language(message, language)
        html = web_html.page(book.blocks(message, shown), shown)
        if shown != language:
            note = (Style.NOTE, book.fallback(language, shown))
            html += web_html.page([note], book.fallback_language(language, shown))
        return html

    def mail(self, message: Message, language: str) -> str:
        """Return a message as plain text."""
        book = self._book
        shown = book.shown_language(message, language)
        return telegram_html.plain(tuple(book.paragraphs(message, language, shown)))


class _Book:
    """The texts of one moment with everything already made of them."""

    def __init__(self, composer: Composer, marks: Marks) -> None:
        self._marks = marks
        self.catalogues = composer.catalogues
        self._composer = composer
        self._messages = Kept[tuple[RenderedMessage, ...]](MESSAGES_KEPT)
        self._paragraphs = Kept[Paragraph](PARTS_KEPT)
        self._lines = Kept[str](PARTS_KEPT)
        self.offered = lru_cache(maxsize=CODES_KEPT)(self._offered)

    def _offered(self, code: str) -> tuple[tuple[str, str], ...]:
        return tuple((one, native_name(one)) for one in ordered(self.catalogues.offered, code))

    def telegram(self, message: Message, language: str) -> tuple[RenderedMessage, ...]:
        mark = self._marks.of_message(message)
        place = None if mark is None else (mark, language)
        known = self._messages.get(place)
        if known is not None:
            return known
        shown = self.shown_language(message, language)
        html = telegram_html.parts(self.paragraphs(message, language, shown))
        *first, last = (one or ELLIPSIS for one in html)
        keyboard = self.keyboard(message, shown)
        made = (*map(RenderedMessage, first), RenderedMessage(last, keyboard))
        return self._messages.keep(place, made)

    def shown_language(self, message: Message, language: str) -> str:
        keys = [key for block in message.blocks for key in keys_of(block.phrase)]
        keys += [key for button in message.buttons for key in keys_of(button.label)]
        return self.catalogues.shown_language(keys, language)

    def blocks(self, message: Message, language: str) -> Iterator[tuple[Style, Runs]]:
        for block in message.blocks:
            yield block.style, self._composer.runs(block.phrase, language)

    def paragraphs(self, message: Message, language: str, shown: str) -> Iterator[Paragraph]:
        """Every block, then the line about a fallback if there was one."""
        for block in message.blocks:
            yield self._paragraph(block, shown)
        if shown != language:
            reader = self.fallback_language(language, shown)
            yield paragraph(_marked(self.fallback(language, shown), reader), Style.NOTE)

    def fallback(self, language: str, shown: str) -> Runs:
        phrase = Phrase(wording.FALLBACK, {"language": LanguageNames((shown,))})
        return self._composer.runs(phrase, self.fallback_language(language, shown))

    def fallback_language(self, language: str, shown: str) -> str:
        """The line about a fallback is in the reader's language, if it exists there."""
        return language if self.catalogues.text(wording.FALLBACK, language) else shown

    def keyboard(self, message: Message, language: str) -> Keyboard:
        return tuple(
            tuple(self._button(button, language) for button in row) for row in message.keyboard
        )

    def line(self, phrase: Phrase, language: str) -> str:
        """A phrase as running text that stands alone."""
        mark = self._marks.of_phrase(phrase)
        place = None if mark is None else (mark, language)
        known = self._lines.get(place)
        if known is not None:
            return known
        runs = _marked(self._composer.runs(phrase, language), language)
        return self._lines.keep(place, text_of(runs))

    def _paragraph(self, block: Block, language: str) -> Paragraph:
        mark = self._marks.of_phrase(block.phrase)
        place = None if mark is None else (mark, block.style, language)
        known = self._paragraphs.get(place)
        if known is not None:
            return known
        runs = self._composer.runs(block.phrase, language)
        return self._paragraphs.keep(place, paragraph(_marked(runs, language), block.style))

    def _button(self, button: Button, language: str) -> RenderedButton:
        label = shortened(self.line(button.label, language), BUTTON_LIMIT).strip() or ELLIPSIS
        if button.action is None:
            return RenderedButton(label, url=button.url)
        return RenderedButton(label, data=_encoded(button.action))


def _marked(runs: Runs, language: str) -> Runs:
    mark = marked(text_of(runs), direction(language))
    return (Run(mark), *runs) if mark else runs
