"""When Telegram cannot be reached, few calls find that out, not every message.

After five failed calls in a row the circuit opens for 5 to 60 seconds; then a single harmless
call probes the way. That keeps the number of messages with an unknown fate small.
"""

from typing import Final

FAILURES: Final = 5
SHORTEST: Final = 5.0
LONGEST: Final = 60.0


class Breaker:
    """Counts failed calls. Times are seconds that only grow."""

    def __init__(self) -> None:
        self._failures = 0
        self._openings = 0
        self._until = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        return self._failures >= FAILURES

    def probe_due(self, now: float) -> bool:
        """Tell whether it is time for the one probing call; whoever asks makes it."""
        if not self.is_open or self._probing or now < self._until:
            return False
        self._probing = True
        return True

    def failed(self, now: float, jitter: float) -> None:
        """Count a call that did not get through; `jitter` from 0 to 1 spreads the next probe."""
        if self.is_open and not self._probing:
            return
        self._probing = False
        self._failures += 1
        if self.is_open:
            delay = min(LONGEST, SHORTEST * 2**self._openings)
            self._openings = min(self._openings + 1, 10)
            self._until = now + delay * (1 + jitter / 4)

    def succeeded(self) -> None:
        """An answer came, whatever it said."""
        self._failures = self._openings = 0
        self._probing = False
