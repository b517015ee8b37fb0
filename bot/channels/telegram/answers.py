"""Presses answered beside everything else: quickly, a few at once, and never twice.

Telegram forgets a press after moments and a crash makes its answer worthless, so nothing of it
is stored, and what cannot be answered is only counted.
"""

import asyncio
from typing import Final

from bot.channels.telegram.batch import Answer
from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import NotSent, Refused, Uncertain
from bot.i18n.render import Renderer

AT_ONCE: Final = 16
MOST_WAITING: Final = 500
LONGEST: Final = 200
"""Characters of a toast."""


class Answers:
    """Gives answers in tasks of its own."""

    def __init__(self, cable: Cable, renderer: Renderer) -> None:
        self.failures = 0
        self._cable = cable
        self._renderer = renderer
        self._few = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def give(self, answer: Answer) -> None:
        """Begin to answer a press; with too many waiting it is left unanswered."""
        if len(self._tasks) >= MOST_WAITING:
            self.failures += 1
            return
        task = asyncio.create_task(self._give(answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, seconds: float = 2.0) -> None:
        """Give what is under way a moment, then stop."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()

    async def _give(self, answer: Answer) -> None:
        text = None
        if answer.phrase is not None:
            text = self._renderer.plain(answer.phrase, answer.language)[:LONGEST]
        async with self._few:
            try:
                await self._cable.call(
                    "answerCallbackQuery", callback_query_id=answer.query, text=text
                )
            except (NotSent, Uncertain, Refused):
                self.failures += 1
