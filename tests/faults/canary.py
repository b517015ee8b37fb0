"""Marked people: every field a person can fill holds a word that occurs nowhere else.

What a person says is searched for as bytes, in every writing in which it could have been left
behind: UTF-8, UTF-16, JSON escapes, base64, hex; Telegram ids as digits and packed. Who these
people are and what they do is in `canary_county`.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

STEMS: Final = ("Qanarienvogelx", "Кънарейкъ", "كناريطائر")
"""The beginnings of all that these people write, in three scripts."""

FIRST_ID: Final = 7_318_372_000
MOST: Final = 999
"""People there can be: their ids share seven digits, and all but the last bytes."""

_LONGEST_OVERLAP: Final = 256
_PIECE: Final = 1 << 20


def telegram_id(number: int) -> int:
    """The account of the person with this number."""
    if not 0 < number <= MOST:
        raise ValueError("there are no more people than that")
    return FIRST_ID + number


def mark(field: str, number: int) -> str:
    """What the person `number` puts into `field`: three scripts and a sign beyond 16 bits."""
    latin, cyrillic, arabic = STEMS
    return f"{latin}-{field}-{number:04d} {cyrillic}-{field} {arabic} 🐤{number}"


def username(number: int) -> str:
    """A name of the shape Telegram allows, marked all the same."""
    return f"{STEMS[0]}_{number:04d}"


def words_in_bytes() -> dict[bytes, str]:
    """Every stem in every writing, and what that writing is called."""
    found: dict[bytes, str] = {}
    for stem in STEMS:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
            found[stem.encode(encoding)] = encoding
        escaped = json.dumps(stem)[1:-1].encode()
        found.setdefault(escaped, "JSON escapes")
        found[escaped.lower()] = found[escaped.upper()] = "JSON escapes"
        raw = stem.encode()
        found[raw.hex().encode()] = found[raw.hex().upper().encode()] = "hex"
        found |= dict.fromkeys(_in_base64(raw), "base64")
        found[json.dumps(stem, ensure_ascii=False).encode("utf-8")] = "JSON"
    return found


def ids_in_bytes() -> dict[bytes, str]:
    """What the Telegram ids of all these people share, as digits and as packed numbers."""
    digits = str(FIRST_ID)[:-3]
    found = {digits.encode(): "digits"}
    found |= dict.fromkeys((digits.encode(f"utf-16-{end}") for end in ("le", "be")), "digits")
    found |= dict.fromkeys(_in_base64(digits.encode()), "digits in base64")
    for beginning in range(FIRST_ID >> 8, (FIRST_ID + MOST >> 8) + 1):
        packed = beginning.to_bytes(5, "big")
        found |= {packed: "packed", packed[::-1] + bytes(2): "packed"}
    for beginning in range(FIRST_ID >> 8, (FIRST_ID + MOST >> 8) + 1):
        found |= {b"%x" % beginning: "hex digits", b"%X" % beginning: "hex digits"}
    return found


@dataclass(frozen=True, slots=True)
class Hit:
    """Something of a person was found where it must not be; `where` names file or table."""

    where: str
    writing: str


def in_files(paths: Iterable[Path], patterns: Mapping[bytes, str]) -> list[Hit]:
    """Every file under `paths` that holds one of `patterns`, with how it is written there."""
    hits: dict[Hit, None] = {}
    for path in _files(paths):
        for piece in _pieces(path):
            for pattern, writing in patterns.items():
                if pattern in piece:
                    hits[Hit(str(path), writing)] = None
    return list(hits)


def in_values(where: str, values: object) -> list[Hit]:
    """Whether something opened and read by the program still names one of these people."""
    told = repr(values)
    found = any(known in told for known in (*STEMS, str(FIRST_ID)[:-3]))
    return [Hit(where, "opened")] if found else []


def user(number: int, language: str) -> dict[str, Any]:
    """The `from` of what this person sends."""
    return {
        "id": telegram_id(number),
        "is_bot": False,
        "first_name": mark("first", number)[:64],
        "last_name": mark("last", number)[:64],
        "username": username(number),
        "language_code": language,
        "field_of_the_future": mark("future", number),
    }


def attachments(number: int) -> Iterator[dict[str, Any]]:
    """Everything that is no text, each kind with all the words that people can put into it."""

    def file(field: str) -> dict[str, Any]:
        return {"file_id": mark("file", number), "file_name": f"{mark(field, number)}.pdf"}

    yield {"document": file("document"), "caption": mark("caption", number)}
    yield {"photo": [file("photo")], "caption": mark("photo_caption", number)}
    yield {"contact": {"phone_number": "+4915110", "first_name": mark("contact", number)}}
    yield {"location": {"latitude": 48.1, "longitude": 9.2, "name": mark("place", number)}}
    yield {"venue": {"title": mark("venue", number), "address": mark("address", number)}}
    yield {"poll": {"question": mark("poll", number), "options": [{"text": mark("o", number)}]}}
    yield {"voice": file("voice")}
    yield {"sticker": {"set_name": mark("sticker", number)}}
    yield {"passport_data": {"data": [{"data": mark("passport", number)}]}}
    yield {"checklist": {"title": mark("checklist", number)}}
    yield {"web_app_data": {"data": mark("web", number), "button_text": mark("button", number)}}


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """What stays the same of `raw` in base64, wherever it begins within a group of three."""
    for shift in range(3):
        before = bytes(shift)
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(before + raw + bytes(3))
            first = (shift * 8 + 5) // 6
            last = (shift + len(raw)) * 8 // 6
            yield whole[first:last]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from (one for one in path.rglob("*") if one.is_file())


def _pieces(path: Path) -> Iterator[bytes]:
    """The file in pieces that overlap, so that nothing is cut in two."""
    before = b""
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield before + piece
                before = (before + piece)[-_LONGEST_OVERLAP:]
    except FileNotFoundError:  # a server removed it meanwhile
        return
