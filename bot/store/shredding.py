"""What is left of a ticket once its personal part has been shredded.

Every store blanks the same fields; how the old bytes become unreadable is each
store's own business.
"""

from dataclasses import replace
from typing import Final

from bot.model.tickets import Ticket

NO_LANGUAGE: Final = "und"
"""BCP 47 for "undetermined": the language of a newcomer we no longer know."""


def blank(ticket: Ticket) -> Ticket:
    """The ticket without what it said about the newcomer; code, dates and queue stay."""
    return replace(ticket, language=NO_LANGUAGE, topic=None, danger=None, municipality=None)
