"""Message text as Telegram stores it: length, cleaning, trimming, entities that follow suit.

Lengths and offsets are UTF-16 code units, as everywhere in the Bot API. Parsing of markup
is in `tests.botapi.markup`.
"""

import re
from dataclasses import dataclass

from tests.botapi.schema import JsonObject

MAX_ENTITIES = 100
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_INVISIBLE = re.compile("[\\s\u180e\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff\ufffc]*\\Z")


@dataclass(frozen=True, slots=True)
class Formatted:
    """Text and its entities, each a MessageEntity object."""

    text: str
    entities: tuple[JsonObject, ...] = ()


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)


def is_invisible(text: str) -> bool:
    """Tell whether Telegram would call this text empty."""
    return _INVISIBLE.match(text) is not None


def settle(formatted: Formatted) -> Formatted:
    """Return the text as Telegram keeps it: cleaned and trimmed, entities moved along."""
    text = _BLANKED.sub(" ", formatted.text)
    kept = [not _DROPPED.match(char) for char in text] if _DROPPED.search(text) else None
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    if kept is None and first == 0 and last == len(text):
        return Formatted(text, _tidy(formatted.entities))
    moved = [0]
    result: list[str] = []
    for index, char in enumerate(text):
        stays = first <= index < last and (kept is None or kept[index])
        units = utf16_length(char)
        moved.extend(moved[-1:] * (units - 1))
        moved.append(moved[-1] + (units if stays else 0))
        if stays:
            result.append(char)
    return Formatted("".join(result), _tidy(tuple(_shift(e, moved) for e in formatted.entities)))


def _shift(entity: JsonObject, moved: list[int]) -> JsonObject:
    end = min(entity["offset"] + entity["length"], len(moved) - 1)
    begin = min(entity["offset"], len(moved) - 1)
    return {**entity, "offset": moved[begin], "length": moved[end] - moved[begin]}


def _tidy(entities: tuple[JsonObject, ...]) -> tuple[JsonObject, ...]:
    """Drop empty entities and put the rest in Telegram's order."""
    return tuple(
        sorted(
            (e for e in entities if e["length"] > 0),
            key=lambda e: (e["offset"], -e["length"], e["type"]),
        )
    )
