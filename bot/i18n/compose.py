"""A phrase becomes finished text in one language: templates are filled, values formatted.

A text of ours that is missing or lacks a value never stops a conversation: it is shown
as far as it goes and reported as a fault, which tests and checks raise. Messages and
their markup are in `bot.i18n.render`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.i18n import values
from bot.i18n.bidi import cleaned, isolated, with_latin_isolated
from bot.i18n.catalogue import Catalogues
from bot.i18n.kept import Kept
from bot.i18n.languages import Direction, direction
from bot.i18n.runs import ELLIPSIS, Run, Runs, shortened
from bot.i18n.templates import Piece, Template, parse
from bot.model import wording
from bot.model.phrases import Amount, Hours, LanguageNames, Phrase, Unit, Value

TEXTS_KEPT: Final = 1_000
"""Parsed and finished texts that are kept; what is made of them is kept in `bot.i18n.render`."""

DATA_LIMIT: Final = 8000
"""Code units of one value written by people that are shown at most."""

_PHONE: Final = re.compile(r"11[025]|116 ?\d{3}|[+0]\d[\d /()-]{4,}")
"""Numbers to dial in Germany: emergency and harmonised numbers, all others from 0 or +."""

AMOUNT_TEXTS: Final = {
    Unit.EUR_PER_HOUR: wording.UNIT_EUR_PER_HOUR,
    Unit.LESSONS: wording.UNIT_LESSONS,
}
"""Units that CLDR has no words for; their texts have the placeholder `{amount}`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A text we owe: no text for `key` at all, or no value for its `placeholder`."""

    key: str
    language: str
    placeholder: str | None = None


class TextFault(Exception):
    """A fault where nobody reads along: in tests and checks."""

    def __init__(self, fault: Fault) -> None:
        what = "text" if fault.placeholder is None else f"value for {{{fault.placeholder}}}"
        super().__init__(f"{fault.key}: no {what} ({fault.language})")
        self.fault = fault


class CountedFaults:
    """Counts faults instead of raising, for the log and the figures of the running program."""

    def __init__(self) -> None:
        self.counts: Counter[Fault] = Counter()

    def __call__(self, fault: Fault) -> None:
        self.counts[fault] += 1


def raise_fault(fault: Fault) -> None:
    """Raise the fault as a TextFault: what tests and checks do with it."""
    raise TextFault(fault)


def keys_of(phrase: Phrase) -> Iterator[str]:
    """Every message id a phrase needs, its own first."""
    yield phrase.key
    for value in phrase.values.values():
        if isinstance(value, Phrase):
            yield from keys_of(value)
        elif isinstance(value, tuple):
            for part in value:
                yield from keys_of(part)
        elif isinstance(value, Amount) and value.unit in AMOUNT_TEXTS:
            yield AMOUNT_TEXTS[value.unit]


class Composer:
    """Fills the texts of one catalogue. What was parsed last is kept for the next reader."""

    def __init__(
        self, catalogues: Catalogues, zone: ZoneInfo, report: Callable[[Fault], None]
    ) -> None:
        self.catalogues = catalogues
        self._zone = zone
        self._report = report
        self._templates = Kept[Template](TEXTS_KEPT)
        self._finished = Kept[Runs](TEXTS_KEPT)

    def runs(self, phrase: Phrase, language: str) -> Runs:
        """Return the finished text of `phrase` in `language`, whatever is missing."""
        if phrase.values:
            return tuple(self._filled(phrase, language))
        place = (phrase.key, language)
        known = self._finished.get(place)
        return known or self._finished.keep(place, tuple(self._filled(phrase, language)))

    def _filled(self, phrase: Phrase, language: str) -> Iterator[Run]:
        for piece in self._template(phrase.key, language):
            if piece.name is None:
                yield Run(piece.text, piece.bold)
            elif piece.name in phrase.values:
                for run in self._value(phrase.values[piece.name], language):
                    yield replace(run, bold=True) if piece.bold else run
            else:
                self._report(Fault(phrase.key, language, piece.name))
                yield Run(ELLIPSIS, piece.bold)

    def _template(self, key: str, language: str) -> Template:
        known = self._templates.get((key, language))
        if known is not None:
            return known
        text = self.catalogues.text(key, language)
        if text is None:
            found = self.catalogues.find(key, language)
            if found is None:
                self._report(Fault(key, language))
                return (Piece(f"[{key}]"),)
            text = found.text
        template = parse(text)
        if direction(language) is Direction.RTL:
            template = tuple(replace(one, text=with_latin_isolated(one.text)) for one in template)
        return self._templates.keep((key, language), template)

    def _value(self, value: Value, language: str) -> Runs:
        match value:
            case str():
                return (self._data(value, language),)
            case Phrase():
                return self.runs(value, language)
            case tuple():
                return tuple(self._list(value, language))
            case Amount() if value.unit in AMOUNT_TEXTS:
                return self.runs(_amount_phrase(value), language)
            case _:
                return (Run(self._formatted(value, language)),)

    def _data(self, data: str, language: str) -> Run:
        text = shortened(cleaned(data), DATA_LIMIT)
        phone = text if _PHONE.fullmatch(text) else None
        return Run(isolated(text, direction(language)), phone=phone)

    def _list(self, phrases: tuple[Phrase, ...], language: str) -> Iterator[Run]:
        for part in values.list_pattern(len(phrases), language):
            if isinstance(part, int):
                yield from self.runs(phrases[part], language)
            else:
                yield Run(part)

    def _formatted(
        self, value: int | date | datetime | Amount | Hours | LanguageNames, language: str
    ) -> str:
        text = self._by_cldr(value, language)
        return with_latin_isolated(text) if direction(language) is Direction.RTL else text

    def _by_cldr(
        self, value: int | date | datetime | Amount | Hours | LanguageNames, language: str
    ) -> str:
        match value:
            case datetime():
                return values.moment(value, language, self._zone)
            case date():
                return values.day(value, language)
            case Amount():
                return values.amount(value, language)
            case Hours():
                return values.hours(value, language)
            case LanguageNames():
                return values.language_names(value, language)
            case int():
                return values.number(value, language)


def _amount_phrase(value: Amount) -> Phrase:
    """Return `13,90 € pro Stunde` as a phrase around what CLDR can write."""
    inner = Unit.EUR if value.unit is Unit.EUR_PER_HOUR else Unit.COUNT
    return Phrase(AMOUNT_TEXTS[value.unit], {"amount": Amount(value.number, inner)})
