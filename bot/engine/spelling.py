"""Typed text made comparable: case, accents, vowel signs and letter variants folded away.

What the words then mean is decided in `replies` (answers), `urgent` (danger) and
`lookup` (search).
"""

import re
import unicodedata
from collections.abc import Sequence
from unicodedata import normalize

_LETTERS = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ـ": None,
        "ß": "ss",
        "ё": "е",
        "ґ": "г",
        "’": None,
        "'": None,
        "ʼ": None,
        "`": None,
        "\N{SOFT HYPHEN}": None,
        "\N{ZERO WIDTH JOINER}": None,
        "\N{WORD JOINER}": None,
        "\N{ZERO WIDTH NO-BREAK SPACE}": None,
    }
)
_LONGEST_NUMBER = 9
_LONGEST_TEXT = 4096
_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("(?<![\u0600-\u06ff])\u200c(?![\u0600-\u06ff])")
"""A non-joiner where nothing joins. Between Arabic letters it stands where others write a space."""
_KEPT_MARKS = {"\u0306"}
"""The breve makes й out of и: another letter, not an accent."""


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, folded: `"Bitte, HILFE!"` gives `("bitte", "hilfe")`.

    Not remembered: most texts are what somebody typed.
    """
    return split(folded(text))


def split(text: str) -> tuple[str, ...]:
    """The words of `text`, which is folded already."""
    return tuple(_WORD.findall(text))


def folded(text: str) -> str:
    """`text` in lower case without accents, tashkeel, apostrophes and letter variants.

    What is longer than a message can be is cut off, also if it grows by being taken apart:
    one character may stand for a sentence.
    """
    short = text[:_LONGEST_TEXT]
    return _folded(short if short.isascii() else normalize("NFKC", short)[:_LONGEST_TEXT])


def folded_lines(lines: Sequence[str]) -> list[str]:
    """Each of `lines` folded; breaks inside of them count as spaces.

    All at once is several times faster than one after the other.
    """
    whole = "\n".join([line.replace("\n", " ") for line in lines])
    return _folded(whole).split("\n") if lines else []


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower().translate(_LETTERS)
    letters = _INVISIBLE.sub("", normalize("NFKC", text)).translate(_LETTERS)
    lowered = normalize("NFKC", letters.casefold()).translate(_LETTERS)
    decomposed = normalize("NFKD", lowered)
    combining = unicodedata.combining
    # Nothing below U+0300 combines, and a list is faster than what yields one by one.
    bare = "".join([c for c in decomposed if c < "\u0300" or not combining(c) or c in _KEPT_MARKS])
    return normalize("NFC", bare)


def number_in(text: str) -> int | None:
    """The number that `text` consists of, in any script's digits; None if it is none."""
    stripped = text.strip().rstrip(".):، ").removeprefix("(").strip()
    if not stripped or len(stripped) > _LONGEST_NUMBER:
        return None
    try:
        return int("".join(str(unicodedata.digit(char)) for char in stripped))
    except ValueError:
        return None
