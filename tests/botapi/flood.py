"""Telegram's sending limits as a watch: what would have been too fast, counted, not refused.

The numbers are those of Telegram's FAQ: one message a second in one chat with short bursts
allowed, 30 a second in all, 20 a minute in one group.
"""

from collections import deque
from dataclasses import dataclass, field

_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """Rates in messages a second or a minute; `burst` is what a chat may send at once."""

    per_chat: float = 1.0
    burst: int = 5
    per_second: int = 30
    per_group_minute: int = 20


@dataclass(frozen=True, slots=True)
class FloodWarning:
    """One message that was sent too fast; `at` is a monotonic time in seconds."""

    limit: str
    chat_id: int
    at: float


@dataclass(slots=True)
class _Chat:
    tokens: float
    at: float
    minute: deque[float] = field(default_factory=deque)


class FloodWatch:
    """Looks at the time of every message sent and lists those that were too fast."""

    def __init__(self, limits: FloodLimits) -> None:
        self.limits = limits
        self.warnings: list[FloodWarning] = []
        self._chats: dict[int, _Chat] = {}
        self._second: deque[float] = deque()

    def sent(self, chat_id: int, *, is_group: bool, at: float) -> None:
        """Take note of a message sent at monotonic time `at`."""
        limits = self.limits
        chat = self._chats.setdefault(chat_id, _Chat(float(limits.burst), at))
        chat.tokens = min(limits.burst, chat.tokens + (at - chat.at) * limits.per_chat)
        chat.at = at
        if chat.tokens < 1 - _EPSILON:
            self._warn("per chat", chat_id, at)
        else:
            chat.tokens -= 1
        if _in_window(self._second, at, 1.0) > limits.per_second:
            self._warn("per second", chat_id, at)
        if is_group and _in_window(chat.minute, at, 60.0) > limits.per_group_minute:
            self._warn("per group and minute", chat_id, at)

    def _warn(self, limit: str, chat_id: int, at: float) -> None:
        self.warnings.append(FloodWarning(limit, chat_id, at))


def _in_window(times: deque[float], at: float, seconds: float) -> int:
    times.append(at)
    while times[0] <= at - seconds:
        times.popleft()
    return len(times)
