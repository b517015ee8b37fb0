"""The small language inside texts: `{placeholder}` and `**bold**`.

A text is parsed once per language and kept. What placeholders are filled with is in
`bot.i18n.compose`.
"""

import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(r"\*\*|\{([a-z][a-z0-9_]*(?::[a-z0-9_.]+)?)\}")
_STRAY_BRACE: Final = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, or the gap of a placeholder (`name` set, `text` empty)."""

    text: str
    bold: bool = False
    name: str | None = None


Template = tuple[Piece, ...]


def parse(text: str) -> Template:
    """Return the pieces of `text`. Never raises: a lone `**` or brace stands for itself."""
    tokens = list(_TOKEN.finditer(text))
    markers = [token.start() for token in tokens if token[0] == "**"]
    lone = markers[-1] if len(markers) % 2 else None
    pieces: list[Piece] = []
    begin, bold = 0, False
    for token in tokens:
        if token.start() == lone:
            continue
        if token.start() > begin:
            pieces.append(Piece(text[begin : token.start()], bold))
        if token[0] == "**":
            bold = not bold
        else:
            pieces.append(Piece("", bold, token[1]))
        begin = token.end()
    if begin < len(text):
        pieces.append(Piece(text[begin:], bold))
    return tuple(pieces)


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the placeholders in `text`."""
    return frozenset(token[1] for token in _TOKEN.finditer(text) if token[1])


def balanced(text: str) -> bool:
    """Tell whether every `**` has a partner and every brace belongs to a placeholder."""
    rest = _TOKEN.sub(lambda token: token[0] if token[0] == "**" else "", text)
    return rest.count("**") % 2 == 0 and _STRAY_BRACE.search(rest) is None


def is_wordless(text: str) -> bool:
    """Tell whether `text` is only placeholders and signs: `{number}. {label}`."""
    return not any(char.isalpha() for char in _TOKEN.sub("", text))
