"""Filling the gaps of a canned reply: what was typed or chosen, checked by type.

Values arrive as text, from a form or from the room, and leave as phrase values
that render in any language. Which slots a reply has is content.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final
from urllib.parse import urlsplit

from bot.model.content import CannedReply, Content, Slot, SlotType
from bot.model.phrases import Phrase, Value
from bot.model.region import Office
from bot.usecases import refusals
from bot.usecases.refusals import Refused

LONGEST_LINK: Final = 500

_DATE_FORMATS: Final = ("%Y-%m-%d", "%d.%m.%Y")
_MOST_DIGITS: Final = 9
_PHONE: Final = re.compile(r"\+?[0-9][0-9 /()-]{1,29}")


def filled(
    content: Content, reply: CannedReply, given: Mapping[str, str], today: date
) -> Phrase | Refused:
    """Return the reply with its gaps filled from `given` (slot id to text), or what is wrong.

    A date is written 2026-11-30 or 30.11.2026 and not past; a time 14:30; a place is
    an office id; papers are paper ids separated by commas; a link begins with http;
    a phone number stays as it is written.
    """
    values: dict[str, Value] = {}
    for slot in reply.slots:
        value = _value(content, slot, given.get(slot.id, "").strip(), today)
        if isinstance(value, Refused):
            return value
        values[slot.id] = value
    return Phrase(reply.text, values)


def address(office: Office) -> str:
    """Name and address in one line, as a person would write it down."""
    return f"{office.name}, {office.address}"


def _value(content: Content, slot: Slot, text: str, today: date) -> Value | Refused:
    if not text:
        return refusals.slot(slot.label, "missing")
    value: Value | None
    match slot.type:
        case SlotType.DATE:
            day = _date(text)
            if day is not None and day < today:
                return refusals.slot(slot.label, "past")
            value = day
        case SlotType.TIME:
            value = _time(text)
        case SlotType.PLACE:
            office = content.region.offices.get(text)
            value = None if office is None else address(office)
        case SlotType.PAPERS:
            value = _papers(content, text)
        case SlotType.LINK:
            value = _link(text)
        case SlotType.NUMBER:
            value = _number(text)
        case SlotType.PHONE:
            value = text if _PHONE.fullmatch(text) else None
    return refusals.slot(slot.label, slot.type) if value is None else value


def _date(text: str) -> date | None:
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _time(text: str) -> str | None:
    hour, separator, minute = text.replace(".", ":").partition(":")
    if not (separator and _is_number(hour) and _is_number(minute)):
        return None
    try:
        return time(int(hour), int(minute)).strftime("%H:%M")
    except ValueError:
        return None


def _papers(content: Content, text: str) -> tuple[Phrase, ...] | None:
    ids = [part.strip() for part in text.split(",") if part.strip()]
    if not ids or any(paper not in content.papers for paper in ids):
        return None
    return tuple(Phrase(content.papers[paper]) for paper in ids)


def _link(text: str) -> str | None:
    """A plain web address: no other scheme, no hidden host, nothing invisible."""
    if len(text) > LONGEST_LINK or not text.isprintable() or any(map(str.isspace, text)):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return (
        text
        if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        else None
    )


def _number(text: str) -> int | None:
    return int(text) if _is_number(text) and len(text) <= _MOST_DIGITS else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
