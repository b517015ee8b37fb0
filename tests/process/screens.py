"""What is true of every screen of a newcomer, whatever was done before.

Each function tells what is wrong in words; nothing here knows how a screen came about.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from bot.model.buttons import Do
from tests.botapi.screen import Screen, Shown
from tests.playing.house import county
from tests.playing.newcomer import plain
from tests.process.newcomers import NATIVE_NAMES
from tests.process.walker import kind_of

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


def language_in(message: Shown) -> str | None:
    """The language that a visitor's buttons carry, of whom none is stored."""
    data = [button.data for button in message.buttons if button.data]
    carried = {one.rpartition(".")[2] for one in data if kind_of(one) is not Do.LANGUAGE}
    return next((code for code in NATIVE_NAMES if code in carried), None)


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


@cache
def _is_foreign(line: str, language: str) -> bool:
    """Whether a line is, or has in it, a text of another language that `language` has not."""
    line = plain(line).strip()
    if line in NATIVE_NAMES.values() or not any(map(str.isalpha, line)):
        return False
    others = [one for one in county().renderer.catalogues.languages if one != language]
    found = [said for one in others for said in _said(line, one)]
    return any(said not in _everything(language) for said in found)


def _said(line: str, language: str) -> Iterator[str]:
    """What of `line` is a text of `language`, or a longer piece of one."""
    if line in _texts(language):
        yield line
    pieces = _pieces(language)
    for word in set(line.split()):
        yield from (piece for piece in pieces.get(word, ()) if piece in line)


@cache
def _pieces(language: str) -> Mapping[str, frozenset[str]]:
    """The texts of a language between their values, if of three words or more: by the second."""
    pieces = defaultdict(set)
    for text in _texts(language):
        for cut in re.split(r"\{\w+\}|\*\*|\n", text):
            piece = cut.strip(" .,:!?")
            if piece.count(" ") > 1:
                pieces[piece.split()[1]].add(piece)
    return {word: frozenset(found) for word, found in pieces.items()}


@cache
def _everything(language: str) -> str:
    return "\n".join(_texts(language))


@cache
def _texts(language: str) -> frozenset[str]:
    catalogues = county().renderer.catalogues
    keys = [entry.key for entry in catalogues.entries("en")]
    return frozenset(plain(text) for key in keys if (text := catalogues.text(key, language)))
