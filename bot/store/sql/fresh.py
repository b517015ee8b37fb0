"""What this process has just sealed, so that it need not open it again at once.

Nearly every row of the outbox is taken milliseconds after it was put, and who talks to the bot
presses the next button within seconds. The very bytes that were sealed stand for what they hold: a
row with other bytes, or in another place, is opened as ever. A delivery that was taken, whoever was
erased, and whoever said nothing for a minute is not kept; a restart begins with nothing.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

from bot.model.conversation import Conversation
from bot.model.outbox import Delivery
from bot.store.crypto import Key

T = TypeVar("T")

MOST: Final = 128
"""More than one batch has of each; beyond it the oldest is dropped."""

LONGEST: Final = 60.0
"""Seconds for which what people said is kept in the clear."""


class Briefly(Generic[T]):
    """A mapping that forgets what is older than `LONGEST`. Safe for the threads of a process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[Hashable, tuple[float, T]] = {}

    def keep(self, mark: Hashable, value: T) -> None:
        with self._lock:
            self._known.pop(mark, None)  # or it would keep its place among the old ones
            if len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[mark] = (self._clock(), value)

    def get(self, mark: Hashable) -> T | None:
        known = self._known.get(mark)
        return known[1] if known else None

    def take(self, mark: Hashable) -> T | None:
        """Return and forget."""
        with self._lock:
            known = self._known.pop(mark, None)
        return known[1] if known else None

    def drop_old(self) -> None:
        until = self._clock() - LONGEST
        with self._lock:
            while self._known:
                oldest = next(iter(self._known))
                if self._known[oldest][0] > until:
                    break
                del self._known[oldest]

    def clear(self) -> None:
        with self._lock:
            self._known.clear()


class Fresh:
    """Shared by all transactions of a process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._deliveries = Briefly[Delivery](clock)
        self._conversations = Briefly[tuple[bytes, bytes, Key, Conversation]](clock)

    def keep_delivery(self, where: bytes, sealed: bytes, delivery: Delivery) -> None:
        self._deliveries.keep((where, sealed), delivery)

    def delivery(self, where: bytes, sealed: bytes) -> Delivery | None:
        """What was sealed as `sealed` for this place, once; None if not known."""
        return self._deliveries.take((where, sealed))

    def keep_conversation(
        self, telegram: str, where: bytes, sealed: bytes, key: Key, conversation: Conversation
    ) -> None:
        """The latest of `telegram`, a pseudonym, in the place of what was known before."""
        self._conversations.keep(telegram, (where, sealed, key, conversation))

    def conversation(
        self, telegram: str, where: bytes, sealed: bytes
    ) -> tuple[Key, Conversation] | None:
        """The key and what it sealed as `sealed` for this place; None if not known."""
        known = self._conversations.get(telegram)
        return known[2:] if known is not None and known[:2] == (where, sealed) else None

    def drop_old(self) -> None:
        """Forget what nobody came for."""
        self._deliveries.drop_old()
        self._conversations.drop_old()

    def clear(self) -> None:
        """Somebody was erased: whatever it is, it goes from memory too."""
        self._deliveries.clear()
        self._conversations.clear()
