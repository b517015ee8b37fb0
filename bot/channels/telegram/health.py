"""How the way to Telegram is doing: what health checks, metrics and the desk's banner read."""

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

    `waiting` is how many updates Telegram holds for us, as far as it was asked.
    """

    last_success: datetime | None = None
    conflict_since: datetime | None = None
    conflicts: int = 0
    token_refused: bool = False
    webhook_repairs: int = 0
    waiting: int = 0

    @property
    def well(self) -> bool:
        """Whether updates come and may be answered."""
        return not self.token_refused and self.conflict_since is None
