"""Updates whose JSON cannot be read: nested too deeply, or with numbers beyond all measure.

Such an update must not come again for ever, nor take its neighbours with it. Its id is found
without reading the rest, and its text goes into quarantine as it came (`incoming.UNREADABLE`).
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from bot.channels.telegram.incoming import UNREADABLE

_NUMBERED: Final = re.compile(r'\s*\{\s*"update_id"\s*:\s*([0-9]{1,16})\s*[,}]')
"""Telegram writes an update's id first."""

_HEAD: Final = re.compile(r'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[')
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def update_in(text: str) -> dict[str, Any] | None:
    """Return the update that `text` is, or what stands for it; None if it is no update."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        numbered = _NUMBERED.match(text)
        return {"update_id": int(numbered[1]), UNREADABLE: text} if numbered else None
    return value if isinstance(value, dict) else None


def updates_in(payload: bytes) -> list[dict[str, Any]] | None:
    """Return the updates of an answer to getUpdates, each read by itself; None if it is none."""
    text = payload.decode(errors="replace")
    head = _HEAD.match(text)
    if head is None:
        return None
    found = (update_in(piece) for piece in _objects(text, head.end()))
    return [update for update in found if update is not None]


def _objects(text: str, start: int) -> Iterator[str]:
    """The objects of the list that begins at `start`, whatever is inside of them."""
    depth, begun = 0, start
    for token in _TOKEN.finditer(text, start):
        if token[0] in "{[":
            begun = token.start() if depth == 0 else begun
            depth += 1
        elif token[0] in "}]":
            depth -= 1
            if depth < 0:
                return
            if depth == 0:
                yield text[begun : token.end()]
