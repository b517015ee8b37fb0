"""The machine's time: the one place where time comes from.

Everything else takes `now` or `today` as a value, or asks the Clock it was given.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place where time comes from

    def today(self, zone: str = "Europe/Berlin") -> date:
        """The day it is in a time zone; the content's, where no region is known yet."""
        return self.now().astimezone(ZoneInfo(zone)).date()
