"""What is left of a ticket once its personal part has been shredded, and what names a person.

Every store blanks the same fields and drops the same raw updates; how the old bytes become
unreadable is each store's own business.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.model.tickets import Ticket

NO_LANGUAGE: Final = "und"
"""BCP 47 for "undetermined": the language of a newcomer we no longer know."""


def blank(ticket: Ticket) -> Ticket:
    """The ticket without what it said about the newcomer; code, dates and queue stay."""
    return replace(ticket, language=NO_LANGUAGE, topic=None, danger=None, municipality=None)


def names(raw: Mapping[str, object], telegram_id: int) -> bool:
    """Whether this account appears anywhere in an update, whatever its shape.

    What Telegram says stands in objects. Bare words beside the number of an update are all of an
    update that could not be read, and the account is in the midst of them.
    """
    number = re.compile(rf"(?<![0-9]){telegram_id}(?![0-9])")
    if any(isinstance(value, str) and number.search(value) for value in raw.values()):
        return True
    waiting: list[object] = [raw]
    while waiting:
        match waiting.pop():
            case dict() as inside:
                waiting += inside.values()
            case list() as inside:
                waiting += inside
            case found if found == telegram_id or found == str(telegram_id):
                return True
    return False
