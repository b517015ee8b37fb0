"""How the way to Telegram is doing, as this process knows it.

Polling, webhook and cable write it down; `watch` tells the store of it, and there desk and
health checks read what every replica knows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

CONFLICT: Final = "telegram/conflict"
"""Note: since when (ISO time) somebody else takes our updates; empty if nobody does."""

WEBHOOK: Final = "telegram/webhook"
"""Note: the webhook address that we set ourselves; empty if none."""


@dataclass(slots=True)
class Health:
    """Changed by polling and webhook, read by whoever wants to know.

    `waiting` is how many updates Telegram holds for us, as far as it was asked. `taken`: a webhook
    that is not ours keeps us from polling. `full`: so much waits to be sent that nothing more is
    taken in.
    """

    last_success: datetime | None = None
    conflict_since: datetime | None = None
    conflicts: int = 0
    taken: bool = False
    token_refused: bool = False
    webhook_repairs: int = 0
    waiting: int = 0
    full: bool = False

    @property
    def well(self) -> bool:
        """Whether updates come and may be answered."""
        return not self.token_refused and self.conflict_since is None
