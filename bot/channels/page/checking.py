"""The findings of the check for the pages: looked for once an edition, beside everything else.

The check takes seconds. A page waits a moment for it, then shows what was found before
and says that the check is still at work.
"""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.channels.page.workshop import Workshop
from bot.model.editing import Finding

PATIENCE: Final = 1.0
"""Seconds a page waits for a check that has just begun."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found last; None before the first check has ended. `done`: nothing newer comes."""

    findings: tuple[Finding, ...] | None
    done: bool


class Checking:
    """One check at a time. `ended` is set, and made anew, whenever one has ended."""

    def __init__(self, workshop: Workshop, patience: float = PATIENCE) -> None:
        self._workshop = workshop
        self._patience = patience
        self._mark: tuple[int, date] | None = None
        self._found: tuple[Finding, ...] | None = None
        self._running: asyncio.Task[None] | None = None
        self.ended = asyncio.Event()

    async def findings(self, today: date) -> Checked:
        """What the check says of the files as they are now, or said before."""
        wanted = (self._workshop.standing().edition, today)
        if self._mark != wanted:
            if self._running is None:
                self._running = asyncio.create_task(self._check(wanted))
            await asyncio.wait({self._running}, timeout=self._patience)
        return Checked(self._found, self._mark == wanted)

    async def _check(self, wanted: tuple[int, date]) -> None:
        try:
            self._found = await asyncio.to_thread(self._workshop.findings, wanted[1])
            self._mark = wanted
        finally:
            self._running = None
            self.ended.set()
            self.ended = asyncio.Event()
