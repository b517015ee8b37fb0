"""What is true of every screen of a newcomer, whatever was done before.

Each function tells what is wrong in words; nothing here knows how a screen came about.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from tests.botapi.screen import Screen, Shown
from tests.playing.house import county
from tests.playing.newcomer import plain

_MISSING = re.compile(r"\[[\w./-]*#\w+\]|\{\w+\}")
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})


def wrongs(message: Shown, language: str) -> Iterator[str]:
    """What is wrong with a message of the bot for somebody who reads `language`."""
    ours = _without_quotes(message)
    lines = [*ours.split("\n"), *(button.text for button in message.buttons)]
    if _MISSING.search(ours):
        yield f"a text or a value is missing: {ours!r}"
    if "&lt;" in ours or "&amp;" in ours:
        yield f"escaped twice: {ours!r}"
    if len({button.data or button.url for button in message.buttons}) < len(message.buttons):
        yield f"two buttons that do the same: {message.labels}"
    yield from (f"not {language}: {line!r}" for line in lines if _is_foreign(line, language))


def dead_end(screen: Screen) -> str | None:
    """The newest message of the bot, if there is neither a button nor a command to press."""
    newest = screen.from_bot[-1:]
    if not newest or newest[0].buttons or re.search(r"(?<!\S)/start\b", plain(newest[0].text)):
        return None
    return newest[0].text


def twice(messages: Sequence[Shown]) -> list[str]:
    """Those of `messages` that say the same with the same buttons."""
    said = [f"{message.text} {message.labels}" for message in messages]
    return [one for number, one in enumerate(said) if one in said[:number]]


def _without_quotes(message: Shown) -> str:
    """The text of a message without what people wrote themselves."""
    text = message.text.encode("utf-16-le")
    for entity in sorted(message.raw.get("entities", ()), key=lambda one: -int(one["offset"])):
        if entity["type"] in _QUOTES:
            start = 2 * int(entity["offset"])
            text = text[:start] + text[start + 2 * int(entity["length"]) :]
    return text.decode("utf-16-le")


def _is_foreign(line: str, language: str) -> bool:
    """Whether a line is, or has in it, a text of another language than `language`."""
    whole, parts = _foreign_texts(language)
    line = plain(line).strip()
    return line in whole or any(part in line for part in parts)


@cache
def _foreign_texts(language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Texts of all other languages, and their longer pieces between values."""
    catalogues = county().renderer.catalogues
    keys = [entry.key for entry in catalogues.entries("en")]
    texts = {one: _texts(keys, one) for one in catalogues.languages}
    theirs = "\n".join(texts[language])
    others = {text for one, said in texts.items() if one != language for text in said}
    pieces = {
        piece.strip(" .,:!?")
        for text in others
        for line in text.split("\n")
        for piece in re.split(r"\{\w+\}|\*\*", line)
    }
    parts = {piece for piece in pieces if piece.count(" ") > 1 and piece not in theirs}
    whole = {text for text in others if any(map(str.isalpha, text)) and text not in theirs}
    return frozenset(whole), tuple(sorted(parts))


def _texts(keys: Iterable[str], language: str) -> list[str]:
    catalogues = county().renderer.catalogues
    return [plain(text) for key in keys if (text := catalogues.text(key, language))]
