"""One unit of work with everything a use case may ask: store, content, time, policy.

Wiring knows how to make one; use cases receive it as their first argument.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.model.content import Content
from bot.usecases.ports import Chance, Holidays, Languages, Work


class FreeText(StrEnum):
    """How a caseworker's free text reaches the newcomer."""

    TELEGRAM = "telegram"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Policy:
    """The county's decisions. Periods are how long something is kept.

    `desk_url` is where caseworkers reach the desk, without a slash at the end; None
    where the desk has no address that is known outside. `room_teams` are those whose cases
    the room shows to all its members; empty: every team's.
    """

    free_text: FreeText = FreeText.TELEGRAM
    idle_conversation: timedelta = timedelta(days=30)
    sent_delivery: timedelta = timedelta(hours=24)
    closed_ticket: timedelta = timedelta(days=90)
    audit: timedelta = timedelta(days=365)
    room: bool = False
    room_teams: frozenset[str] = frozenset()
    mail: bool = False
    desk_url: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    work: Work
    content: Content
    now: datetime
    holidays: Holidays
    languages: Languages
    chance: Chance
    policy: Policy

    @property
    def today(self) -> date:
        """The day in the region's time zone: facts and office hours switch by it."""
        return self.now.astimezone(ZoneInfo(self.content.region.time_zone)).date()
