"""Whoever calls the webhook without its secret: refused each time, slowed down after many times.

Telegram always sends the secret. A few calls without it are passers-by; many are somebody who
guesses, or a proxy that takes the header away, and then not one update arrives: it is said.
"""

import logging
from typing import Final

MANY: Final = 30
"""Calls a minute, from all addresses together: behind a proxy they are the same."""

MINUTE: Final = 60.0

log = logging.getLogger(__name__)


class Strangers:
    """Counts them. Who has the secret does not come here, and is never slowed down."""

    def __init__(self) -> None:
        self._since = float("-inf")
        self._calls = 0

    def are_many(self, now: float) -> bool:
        """Whether the call at `now`, in seconds of any steady clock, is beyond `MANY` a minute."""
        if now - self._since >= MINUTE:
            self._since, self._calls = now, 0
        self._calls += 1
        if self._calls == MANY + 1:
            log.warning("the webhook is called again and again without its secret")
        return self._calls > MANY
