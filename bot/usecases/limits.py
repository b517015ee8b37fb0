"""How fast Telegram lets a bot send: how long a delivery has to wait before it may go.

Token buckets for the whole bot, each private chat and each group, a count of the last minute
for groups, and pauses that Telegram ordered with a 429. Time is a number of seconds that only
grows; nothing here waits.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Final

from bot.model.outbox import Act, Channel, Delivery

ROOM: Final = "room"
_IDLE_ENTRIES: Final = 10_000
_NEARLY: Final = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages a second; a burst is what may go at once after a silence.

    Telegram's FAQ: 30 a second in all, one a second in a chat with short bursts tolerated,
    20 a minute in a group. What `total_second` and `group_minute` say is kept in every such
    window of time, so that all of it can be used however it began. `inf` switches a limit off.
    """

    total: float = 28.9
    total_burst: float = 2.0
    total_second: float = 30
    chat: float = 1.0
    chat_burst: float = 4.0
    group: float = 20 / 60
    group_burst: float = 4.0
    group_minute: float = 20

    def shared(self, among: int) -> "Rates":
        """What each of `among` processes may send, so that together they keep Telegram's limits.

        Bursts are left to everybody as far as windows allow: a newcomer's second message goes by
        whichever process was pressed.
        """
        if among == 1 or self.total == inf:
            return self
        return Rates(
            total=self.total / among,
            total_burst=self.total_burst,
            total_second=max(1.0, self.total_second // among),
            chat=self.chat / among,
            chat_burst=max(2.0, self.chat_burst // among),
            group=self.group / among,
            group_burst=max(1.0, self.group_burst // among),
            group_minute=max(1.0, self.group_minute // among),
        )


UNLIMITED: Final = Rates(inf, inf, inf, inf, inf, inf, inf, inf)
SECOND: Final = 1.03
MINUTE: Final = 61.0
"""Seconds in which messages are counted: a little more than Telegram's second and minute, since not
all calls take equally long on their way and Telegram counts when they arrive."""


@dataclass(slots=True)
class Bucket:
    """Tokens that grow with `rate` a second up to `burst`, and no more than `most` in `window`."""

    rate: float
    burst: float
    tokens: float
    at: float
    most: float = inf
    window: float = MINUTE
    taken: list[float] = field(default_factory=list)

    def wait(self, now: float) -> float:
        """Return how many seconds until there is a token and room in the window."""
        return max(self._until_token(now), self._until_room(now))

    def take(self, now: float) -> None:
        if self.rate != inf:
            self.tokens -= 1
        if self.most != inf:
            self.taken.append(now)

    def full(self, now: float) -> bool:
        """Whether nothing is left of what was taken."""
        idle = self.wait(now) == 0 and not self.taken
        return idle and self.tokens + (now - self.at) * self.rate >= self.burst

    def _until_token(self, now: float) -> float:
        if self.rate == inf:
            return 0.0
        self.tokens = min(self.burst, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = max(self.at, now)
        return 0.0 if self.tokens >= _NEARLY else (1 - self.tokens) / self.rate

    def _until_room(self, now: float) -> float:
        while self.taken and self.taken[0] <= now - self.window:
            del self.taken[0]
        over = len(self.taken) - self.most
        return 0.0 if over < 0 else self.taken[int(over)] + self.window - now


@dataclass(slots=True)
class Limits:
    """The state of all limits, as one process keeps them. `rates` are the whole bot's."""

    rates: Rates = field(default_factory=Rates)
    _share: Rates | None = None
    _closed_until: float = -inf
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _paused: dict[str, float] = field(default_factory=dict)

    def wait(self, delivery: Delivery, now: float) -> float:
        """Return how many seconds `delivery` has to wait; 0 means it may go now."""
        key = chat_key(delivery)
        pause = self._paused.get(key, 0.0) - now
        buckets = [self._bucket(name, now) for name in _names(delivery)]
        return max(0.0, pause, *(bucket.wait(now) for bucket in buckets))

    def take(self, delivery: Delivery, now: float) -> None:
        """Count `delivery` as sent now."""
        for name in _names(delivery):
            self._bucket(name, now).take(now)

    def more(self, key: str, now: float) -> None:
        """Count one more message that is sent now: into a chat (its id) or the room (`ROOM`).

        A message in several parts has left before its parts are known, so they are a debt: the
        next one waits for it.
        """
        for name in ("", key):
            self._bucket(name, now).take(now)

    def pause(self, delivery: Delivery, until: float) -> None:
        """Send nothing into the chat of `delivery` before `until`; other chats go on."""
        self._paused[chat_key(delivery)] = until

    def close(self, until: float) -> None:
        """Let nothing be taken before `until`; what was ordered earlier does not count."""
        self._closed_until = until

    def closed(self, now: float) -> bool:
        """Whether deliveries are left to others: who held them would keep them from being sent."""
        return now < self._closed_until

    def scarce(self, now: float) -> bool:
        """Whether the whole bot has to wait, so that somebody goes before somebody else."""
        return self._bucket("", now).wait(now) > 0

    def share(self, among: int) -> None:
        """Keep the limits together with so many processes, this one among them."""
        self._share = self.rates.shared(among)
        for name, bucket in self._buckets.items():
            due = self._new(name, bucket.at)
            bucket.rate, bucket.burst, bucket.most = due.rate, due.burst, due.most
            bucket.tokens = min(bucket.tokens, due.burst)

    def forget_idle(self, now: float) -> None:
        """Drop what would be full again anyway, so that memory does not grow with people."""
        if len(self._buckets) > _IDLE_ENTRIES:
            for name in [name for name, bucket in self._buckets.items() if bucket.full(now)]:
                del self._buckets[name]
        self._paused = {key: until for key, until in self._paused.items() if until > now}

    def _bucket(self, name: str, now: float) -> Bucket:
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = self._new(name, now)
        return bucket

    def _new(self, name: str, now: float) -> Bucket:
        rates = self._share or self.rates
        if name == "":
            burst = rates.total_burst
            return Bucket(rates.total, burst, burst, now, rates.total_second, SECOND)
        if name == ROOM or name.startswith("-"):
            burst = rates.group_burst
            return Bucket(rates.group, burst, burst, now, rates.group_minute)
        return Bucket(rates.chat, rates.chat_burst, rates.chat_burst, now)


def chat_key(delivery: Delivery) -> str:
    """Name what a limit or a pause of Telegram is about: the whole group, or one chat."""
    match delivery.channel:
        case Channel.CHAT:
            return str(delivery.chat)
        case Channel.ROOM:
            return ROOM
        case Channel.MAIL:
            return f"mail {delivery.address}"


def _names(delivery: Delivery) -> tuple[str, ...]:
    """The buckets a delivery takes from: an edit or a command list is no message in the chat."""
    if delivery.channel is Channel.MAIL:
        return ()
    makes_message = delivery.act in {Act.SEND, Act.OPEN_TOPIC}
    is_new_menu = delivery.act is Act.EDIT and delivery.message_id is None
    return ("", chat_key(delivery)) if makes_message or is_new_menu else ("",)
