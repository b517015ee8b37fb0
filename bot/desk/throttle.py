"""How often somebody may be wrong: failures counted per login and per address.

Counting is by process and forgets on restart. It makes guessing slow; what stops a
guess from succeeding is the password.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(minutes=15)
FAILURES_OF_A_LOGIN: Final = 5
FAILURES_OF_AN_ADDRESS: Final = 30
_MOST_REMEMBERED: Final = 10_000


class Throttle:
    """Recent failures by who or where."""

    def __init__(self) -> None:
        self._failures: dict[str, list[datetime]] = {}

    def allows(self, login: str, address: str, now: datetime) -> bool:
        """Whether another attempt may be looked at."""
        of_login = len(self._recent(f"login:{login}", now))
        of_address = len(self._recent(f"address:{address}", now))
        return of_login < FAILURES_OF_A_LOGIN and of_address < FAILURES_OF_AN_ADDRESS

    def failed(self, login: str, address: str, now: datetime) -> None:
        for name in (f"login:{login}", f"address:{address}"):
            self._failures[name] = [*self._recent(name, now), now]
        if len(self._failures) > _MOST_REMEMBERED:
            self._forget(now)

    def succeeded(self, login: str) -> None:
        self._failures.pop(f"login:{login}", None)

    def _recent(self, name: str, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(name, ()) if now - at < WINDOW]

    def _forget(self, now: datetime) -> None:
        names: Iterable[str] = list(self._failures)
        self._failures = {name: recent for name in names if (recent := self._recent(name, now))}
