"""The languages Lotse can speak: codes, native names, direction, neighbours.

Which of them a county offers is said by its content (`Content.languages`). Nothing
here reads translations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SOURCE: Final = "de"
"""The language everything is written in first."""

BRIDGE: Final = "en"
"""Shown where the reader's language has no text."""


class Direction(StrEnum):
    """Values are those of the HTML attribute `dir`."""

    LTR = "ltr"
    RTL = "rtl"


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `code` is BCP 47; `directory` its folder below `locales/`.

    `locale` is what CLDR data exists for, as Babel spells it. `stand_in` is a
    language whose texts its readers understand as their own.
    """

    code: str
    native: str
    locale: str
    direction: Direction = Direction.LTR
    directory: str = ""
    stand_in: str | None = None

    @property
    def folder(self) -> str:
        return self.directory or self.code


_RTL: Final = Direction.RTL
LANGUAGES: Final[dict[str, Language]] = {
    language.code: language
    for language in (
        Language("de", "Deutsch", "de"),
        Language("de-simple", "Deutsch (einfach)", "de", directory="de@simple", stand_in="de"),
        Language("en", "English", "en"),
        Language("uk", "Українська", "uk"),
        Language("ru", "Русский", "ru"),
        Language("ar", "العربية", "ar", _RTL),
        Language("fa", "فارسی", "fa", _RTL, stand_in="prs"),
        Language("prs", "دری", "fa_AF", _RTL, stand_in="fa"),
        Language("ps", "پښتو", "ps", _RTL),
        Language("ckb", "کوردی (سۆرانی)", "ckb", _RTL),
        Language("kmr", "Kurdî (Kurmancî)", "ku"),
        Language("tr", "Türkçe", "tr"),
        Language("fr", "Français", "fr"),
        Language("ro", "Română", "ro"),
        Language("bg", "Български", "bg"),
        Language("pl", "Polski", "pl"),
        Language("so", "Soomaali", "so"),
        Language("ti", "ትግርኛ", "ti"),
        Language("sq", "Shqip", "sq"),
        Language("es", "Español", "es"),
    )
}
"""Every language by its code."""

_NEIGHBOURS: Final[dict[str, tuple[str, ...]]] = {
    "de": ("de", "de-simple"),
    "fa": ("fa", "prs", "ps"),
    "prs": ("prs", "fa", "ps"),
    "ps": ("ps", "prs", "fa"),
    "ar": ("ar", "ckb", "kmr"),
    "ckb": ("ckb", "kmr", "ar"),
    "kmr": ("kmr", "ckb", "tr"),
    "tr": ("tr", "kmr"),
    "uk": ("uk", "ru"),
    "ru": ("ru", "uk"),
    "so": ("so", "ar", "en"),
    "ti": ("ti", "ar", "en"),
}
"""What people whose telephone speaks one language may rather read. Only an order of buttons:
nobody is given a language they did not choose."""

_OTHER_NAMES: Final[dict[str, str]] = {
    "fa-af": "prs",
    "pes": "fa",
    "pus": "ps",
    "pbt": "ps",
    "pbu": "ps",
    "ku": "kmr",
    "ku-iq": "ckb",
    "ku-ir": "ckb",
    "ku-arab": "ckb",
    "mo": "ro",
    "aln": "sq",
    "als": "sq",
    "som": "so",
    "tir": "ti",
    "apc": "ar",
    "arb": "ar",
    "acm": "ar",
    "ary": "ar",
    "arz": "ar",
}
"""Codes that name one of our languages differently."""


def recognised(code: str | None) -> str | None:
    """Return our code for a BCP 47 code as Telegram sends it; None if we do not speak it.

    Anything may come in: an empty code, an unknown language, nonsense.
    """
    subtags = (code or "").strip().lower().replace("_", "-").split("-")
    while subtags:
        name = "-".join(subtags)
        known = _OTHER_NAMES.get(name, name)
        if known in LANGUAGES:
            return known
        subtags.pop()
    return None


def ordered(offered: Sequence[str], code: str | None) -> tuple[str, ...]:
    """Return the offered languages, those likely to be read by the owner of `code` first.

    The bridge language comes first for people whose language is not offered.
    """
    own = recognised(code)
    first = _NEIGHBOURS.get(own, (own,)) if own else ()
    likely = tuple(language for language in first if language in offered)
    if not likely and BRIDGE in offered:
        likely = (BRIDGE,)
    return likely + tuple(language for language in offered if language not in likely)


def native_name(code: str) -> str:
    """Return what a language calls itself; the code itself for one we do not know."""
    language = LANGUAGES.get(code)
    return code if language is None else language.native


def direction(code: str) -> Direction:
    language = LANGUAGES.get(code)
    return Direction.LTR if language is None else language.direction
