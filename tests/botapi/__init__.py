"""A strict stand-in for Telegram's Bot API on the loopback interface; README.md shows its use.

It answers over real HTTP, refuses what Telegram refuses and remembers who was to blame.
Nothing here knows the bot under test.
"""

from tests.botapi.faults import ANY, Fault
from tests.botapi.flood import FloodLimits
from tests.botapi.groups import Group, Member
from tests.botapi.people import Press, User
from tests.botapi.screen import Button, Screen, Shown
from tests.botapi.server import TOKEN, BotApiServer

__all__ = [
    "ANY",
    "TOKEN",
    "BotApiServer",
    "Button",
    "Fault",
    "FloodLimits",
    "Group",
    "Member",
    "Press",
    "Screen",
    "Shown",
    "User",
]
