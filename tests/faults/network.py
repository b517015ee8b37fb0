"""Every broken network against every method the product calls: what is known after each call.

The methods are read from the product's own source, so that a new call is tried without being named
here. What senders make of what is known is in `outbound`.
"""

import ast
import asyncio
import random  # noqa: TID251 - the order of cases, from a seed
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from bot.channels.telegram.breaker import Breaker
from bot.channels.telegram.cable import Cable, LeanRequest
from bot.channels.telegram.faults import NotSent, Refused, Uncertain, Why, why
from tests.botapi.schema import method_called
from tests.faults.wires import FAULTS, NOTHING, Wire

SOURCE: Final = Path(__file__).parents[2] / "bot" / "channels" / "telegram"
SHORT, LONG = 0.5, 60.0
"""The whole of a call: short where it runs out, which is the fault, long where it must not."""

_LONG_POLL_MARGIN: Final = 15.0
"""What the cable adds to the time of a long poll."""

PARAMETERS: Final[dict[str, Any]] = {"chat_id": 5, "text": "x", "timeout": 0}


@dataclass(frozen=True, slots=True)
class Judged:
    """How many calls were made, and which of them were taken for something else than they were."""

    cases: int
    wrong: tuple[str, ...]


@cache
def methods() -> tuple[str, ...]:
    """Every method of the Bot API whose name stands in the channel's source as a word."""
    words = {
        node.value
        for path in sorted(SOURCE.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return tuple(sorted(word for word in words if method_called(word) == word))


class Always(Breaker):
    """Never opens, so that each call meets its fault."""

    def failed(self, now: float, jitter: float) -> None:
        """Count nothing."""


def run(seed: int, rounds: int = 1) -> Judged:
    """Make every call over every wire `rounds` times, in an order of `seed`'s."""
    order = list(methods()) * rounds
    random.Random(seed).shuffle(order)  # noqa: S311
    with patch("bot.channels.telegram.cable.CONNECTIONS", 1):
        found = asyncio.run(_judged(order))
    return Judged(len(order) * len(FAULTS), tuple(sorted(found)))


async def _judged(order: Sequence[str]) -> list[str]:
    found = await asyncio.gather(*(judged(wire, order) for wire in FAULTS.values()))
    return [wrong for some in found for wrong in some]


async def judged(wire: Wire, order: Sequence[str]) -> list[str]:
    """Make the calls over one wire, one after the other, and return what is taken wrongly."""
    seconds = SHORT if wire.runs_out else LONG
    async with wire.opened() as root:
        cable = Cable("1:t", root, poll_seconds=seconds - _LONG_POLL_MARGIN, call_seconds=seconds)
        cable.breaker = Always()
        call = _crowded if wire.crowded else _called
        try:
            results = [await call(cable, method, wire) for method in order]
        finally:
            await cable.close()
    return [wrong for wrong in results if wrong]


async def _called(cable: Cable, method: str, wire: Wire) -> str:
    try:
        async with asyncio.timeout(LONG * 2):
            await cable.call(method, **PARAMETERS)
    except (NotSent, Uncertain, Refused) as failure:
        return _mistaken(failure, method, wire)
    except TimeoutError:
        return f"{method} over {wire.name}: no end"
    return f"{method} over {wire.name}: taken for an answer"


async def _crowded(cable: Cable, method: str, wire: Wire) -> str:
    """While a call waits for its answer on the only connection, the next one never leaves."""
    pool = cable._pools[0 if method == "getUpdates" else 1]
    assert isinstance(pool, LeanRequest)
    pool._seconds = LONG
    first = asyncio.create_task(cable.call(method, **PARAMETERS))
    for _ in range(1000):
        if pool._few.locked():
            break
        await asyncio.sleep(0)
    pool._seconds = SHORT
    wrong = await _called(cable, method, wire)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    return wrong


def _mistaken(failure: NotSent | Uncertain | Refused, method: str, wire: Wire) -> str:
    told = f"{method} over {wire.name}: {type(failure).__name__} {failure}"
    if type(failure) is not wire.expected:
        return told
    if isinstance(failure, Refused):
        seconds = None if wire.retry_after == NOTHING else wire.retry_after
        right = (why(failure), failure.retry_after) == (Why.TOO_MANY, seconds)
        return "" if right else told
    return "" if "1:t" not in str(failure) else told
