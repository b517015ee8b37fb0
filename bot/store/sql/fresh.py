"""Deliveries that this process has just sealed, so that it need not open them again at once.

Nearly every row of the outbox is taken milliseconds after it was put. The very bytes that were
sealed stand for what they hold: a row with other bytes, or in another place, is opened as ever.
What was taken, was erased or waits for long is not kept; a restart begins with nothing.
"""

from typing import Final

from bot.model.outbox import Delivery

MOST: Final = 256
"""More than one batch puts and the dispatcher takes; beyond it everything is dropped."""


class Fresh:
    """Shared by all transactions of a process, and safe for its threads."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], Delivery] = {}

    def keep(self, where: bytes, sealed: bytes, delivery: Delivery) -> None:
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[where, sealed] = delivery

    def take(self, where: bytes, sealed: bytes) -> Delivery | None:
        """Return and forget what was sealed as `sealed` for this place; None if not known."""
        return self._known.pop((where, sealed), None)

    def clear(self) -> None:
        """Somebody was erased: whatever it is, it goes from memory too."""
        self._known.clear()
