"""Telegram's pace is one for the whole bot: replicas divide it among themselves.

Each process asks the database every few seconds how many of them send. Who joins others sends
nothing until all have asked again; who leaves is missed as soon.
"""

import asyncio
import contextlib
from math import inf
from typing import Final

from bot.usecases.limits import Limits
from bot.usecases.ports import NotCommitted, Runner

ASK_EVERY: Final = 2.0
"""Seconds until another process is noticed, come or gone."""


async def share_pace(
    runner: Runner, limits: Limits, stop: asyncio.Event, every: float = ASK_EVERY
) -> None:
    """Keep `limits` to this process's share until `stop`; begun before anything is sent.

    While the database answers nobody the share stays as it is: nothing can be taken from the
    outbox then either.
    """
    if limits.rates.total == inf:
        return
    clock = asyncio.get_running_loop()
    # Twice as long as between two questions: the others may be late.
    limits.close(clock.time() + 2 * every)
    while not stop.is_set():
        with contextlib.suppress(NotCommitted):
            alive = await runner.run(lambda work: work.processes.alive())
            limits.share(len(alive))
            if len(alive) == 1:
                limits.close(-inf)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)
