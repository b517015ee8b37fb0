"""Whose data a folder or database holds: a bot's, with real people in it, or a playground's.

In the playground everybody who opens the page is a caseworker of all teams, and what waits to be
sent is shown on the page instead of going to Telegram.
"""

from typing import Final

from bot.usecases import signing_in
from bot.usecases.unit import Unit

GUEST: Final = "demo"
"""Id and login of the playground's caseworker."""

_OF_A_BOT: Final = "of a bot"


def take_for_a_bot(unit: Unit) -> None:
    """From now on it is a bot's. What a playground was tried on before keeps no open door."""
    if unit.work.notes.get(_OF_A_BOT) is None:
        unit.work.notes.put(_OF_A_BOT, "1")
    guest = unit.work.staff.by_id(GUEST)
    if guest is not None and guest.active:
        signing_in.switch_off(unit, guest)


def is_a_bots(unit: Unit) -> bool:
    """Whether a playground would open real people's cases to everybody."""
    return unit.work.notes.get(_OF_A_BOT) is not None
