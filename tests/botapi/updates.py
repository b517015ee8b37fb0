"""The queue of updates that wait for the bot, with the offsets and expiry of the real one.

What an update looks like is decided where it is made; how it travels (long poll or webhook)
is in `tests.botapi.methods.polling` and `tests.botapi.webhooks`.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.botapi.schema import TYPES, JsonObject

MESSAGE_LIFE = 86_400.0
PRESS_LIFE = 150.0
KINDS = frozenset(f.name for f in TYPES["Update"] if f.name != "update_id")
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_PRESS_QUEUE = 3 << 33


@dataclass(slots=True, eq=False)
class Entry:
    """One waiting update; `key` names its delivery queue, `expires` is server time."""

    update_id: int
    raw: JsonObject
    key: int
    expires: float
    attempts: int = 0
    not_before: float = 0.0
    in_flight: bool = False


@dataclass(slots=True)
class UpdateQueue:
    """Updates in the order in which they are delivered."""

    next_id: int
    now: Callable[[], float]
    allowed: tuple[str, ...] = ()
    entries: list[Entry] = field(default_factory=list)
    confirmed: int = 0
    expired: int = 0
    next_expiry: float = math.inf

    def wants(self, kind: str) -> bool:
        """Tell whether the bot asked for this kind of update."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def add(self, raw: JsonObject, *, update_id: int | None = None) -> int:
        """Append an update, whatever its kind, and return its id."""
        if update_id is None:
            update_id = self.next_id
        self.next_id = update_id + 1
        raw = {"update_id": update_id, **raw}
        life = PRESS_LIFE if "callback_query" in raw else MESSAGE_LIFE
        entry = Entry(update_id, raw, queue_key(raw), self.now() + life)
        self.entries.append(entry)
        self.next_expiry = min(self.next_expiry, entry.expires)
        return update_id

    def expire(self) -> None:
        """Forget what Telegram would no longer keep."""
        now = self.now()
        if now < self.next_expiry:
            return
        kept = [entry for entry in self.entries if entry.expires > now or entry.in_flight]
        self.expired += len(self.entries) - len(kept)
        self.entries = kept
        self.next_expiry = min((entry.expires for entry in kept), default=math.inf)

    def forget(self, entries: Iterable[Entry]) -> None:
        """Drop entries that were delivered."""
        for entry in entries:
            self.entries.remove(entry)
            self.confirmed += 1

    def confirm(self, offset: int) -> None:
        """Apply the offset of getUpdates.

        A positive one forgets everything below it, a negative one all but the last updates.
        One far beyond the end is no confirmation: Telegram starts from the head then, which
        is what happens to a bot that keeps an offset from before the ids were restarted.
        """
        self.expire()
        if offset < 0:
            self.forget(self.entries[:offset])
        elif 0 < offset <= self._tail() + 10:
            self.forget([entry for entry in self.entries if entry.update_id < offset])

    def _tail(self) -> int:
        return max((entry.update_id + 1 for entry in self.entries), default=self.next_id)

    def restart(self, first_id: int) -> None:
        """Let ids begin anew, as after an idle week. Only an empty queue can do that."""
        if self.entries:
            raise RuntimeError("update ids restart only when nothing is waiting")
        self.next_id = first_id


def queue_key(raw: JsonObject) -> int:
    """Return the ordering queue of an update: the chat, or for presses the user's own one."""
    press = raw.get("callback_query")
    if isinstance(press, dict) and isinstance(press.get("from"), dict):
        return int(press["from"]["id"]) + _PRESS_QUEUE
    for content in raw.values():
        if isinstance(content, dict):
            owner = content.get("chat") or content.get("from") or content.get("user")
            if isinstance(owner, dict) and isinstance(owner.get("id"), int):
                return int(owner["id"])
    return 0
