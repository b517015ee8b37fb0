"""Erasing a person: conversation, link to their tickets, free text. Figures stay.

Asked for by the newcomer, or due after a long silence. What a table keeps and
how it is erased stands beside the table in `bot.store`.
"""

from bot.usecases import handing_over
from bot.usecases.unit import Unit


def forget(unit: Unit, person: str) -> None:
    """Erase `person` for good; open tickets are withdrawn first, so caseworkers learn of it."""
    handing_over.withdraw(unit, person)
    unit.work.people.forget(person, unit.now)
    unit.work.figures.add(unit.today, "forgotten", 1)
