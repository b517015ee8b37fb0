"""Runs: stretches of finished text with their looks, and cutting them without damage.

Lengths are UTF-16 code units, as Telegram counts. Nothing here knows languages or HTML.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

ELLIPSIS: Final = "…"
_ZERO_WIDTH_JOINER: Final = "\u200d"
_POP: Final = "\u2069"
_FIRST_STRONG: Final = "\u2068"
_ISOLATES: Final = frozenset("\u2066\u2067\u2068")
_ENDS: Final = (("\n\n",), ("\n",), (". ", "! ", "? ", "؟ ", "። "), (" ",))
"""Where a text is cut first: between paragraphs, lines, sentences, words."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one look. `phone` is the number to dial if the text is one."""

    text: str
    bold: bool = False
    phone: str | None = None


Runs = tuple[Run, ...]


def text_of(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    if text.isascii():
        return len(text)
    return len(text) + sum(char > "\uffff" for char in text)


def shortened(text: str, limit: int) -> str:
    """Return `text` in at most `limit` code units, with an ellipsis where something is gone."""
    if utf16_length(text) <= limit:
        return text
    cut = text[: _last_boundary(text, limit - len(ELLIPSIS))].rstrip()
    return cut + _POP * _open_isolates(cut) + ELLIPSIS


def chunks(runs: Runs, limit: int) -> Iterator[Runs]:
    """Cut `runs` into stretches of at most `limit` code units.

    The cut lies between paragraphs if it can, else lines, sentences, words, and
    never inside a character as people see it.
    """
    while utf16_length(text := text_of(runs)) > limit:
        position = _good_position(text, limit)
        head, rest = _part(runs, 0, position), _part(runs, position, len(text))
        depth = _open_isolates(text_of(head))
        yield _with(_stripped(head), _POP * depth)
        runs = (Run(_FIRST_STRONG * depth), *rest) if depth else rest
    if runs:
        yield runs


def is_boundary(text: str, index: int) -> bool:
    """Tell whether `text` may be cut before `index`: not inside what people see as one.

    The cases of Unicode Standard Annex 29 that occur in chats: marks, joined emoji,
    skin tones, flags; and isolates stay around what they isolate.
    """
    if index in {0, len(text)}:
        return True
    before, after = text[index - 1], text[index]
    if unicodedata.category(after)[0] == "M" or _ZERO_WIDTH_JOINER in (before, after):
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False
    if (before, after) == ("\r", "\n") or after == _POP or before in _ISOLATES:
        return False
    halves = 0
    while _is_flag_half(after) and halves < index and _is_flag_half(text[index - 1 - halves]):
        halves += 1
    return halves % 2 == 0


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _position(text: str, limit: int) -> int:
    """Return the index up to which `text` takes at most `limit` code units."""
    units = 0
    for index, char in enumerate(text):
        units += 2 if char > "\uffff" else 1
        if units > limit:
            return index
    return len(text)


def _last_boundary(text: str, limit: int) -> int:
    """Return the last index within `limit` where `text` may be cut, 0 if there is none."""
    end = _position(text, limit)
    return next(index for index in range(end, -1, -1) if is_boundary(text, index))


def _good_position(text: str, limit: int) -> int:
    end = _last_boundary(text, limit - 1) or _position(text, limit - 1)
    for marks in _ENDS:
        found = max((text.rfind(mark, end // 2, end) + len(mark) for mark in marks), default=0)
        if found > end // 2:
            return found
    return end


def _part(runs: Sequence[Run], begin: int, end: int) -> Runs:
    """Return what lies between two character positions."""
    result: list[Run] = []
    offset = 0
    for run in runs:
        piece = run.text[max(begin - offset, 0) : max(end - offset, 0)]
        offset += len(run.text)
        if piece:
            result.append(replace(run, text=piece))
    return tuple(result)


def _stripped(runs: Runs) -> Runs:
    return _part(runs, 0, len(text_of(runs).rstrip()))


def _with(runs: Runs, tail: str) -> Runs:
    return (*runs, Run(tail)) if tail else runs


def _open_isolates(text: str) -> int:
    depth = 0
    for char in text:
        if char in _ISOLATES:
            depth += 1
        elif char == _POP and depth:
            depth -= 1
    return depth
