"""Poison: every kind of update with every field of a wrong type, among people who only say hello.

Systematic where the fuzzing beside it is by chance. Judged are the neighbours (answered, and soon),
the quarantine (everything kept and counted) and who sent the poison (told, with a way on).
"""

import asyncio
import json
from collections import Counter as Count
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from bot.channels.telegram.incoming import private_sender
from bot.model import wording
from bot.store.memory import MemoryStore
from tests.botapi.samples import USER_ID, samples
from tests.fuzz.intake import Counter, _stuck, _unseen, silence

WRONG: Final[tuple[Any, ...]] = ("text", -1, 2.5, True, None, [], {}, [{}], {"id": "x"})
SHARES: Final = 8
"""All poison is in so many runs."""

BATCH: Final = 20
_PEOPLE: Final = 6_100_000_000
_NEIGHBOURS: Final = 9_100_000_000


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one share. `slowest` is the longest a neighbour waited, in seconds."""

    poisons: int
    quarantined: int
    stuck: int
    neighbours_lost: int
    untold: int
    uncounted: int
    slowest: float


def bodies(share: int) -> Iterator[dict[str, Any]]:
    """Every `SHARES`th of all poison, each from a person of its own where it is private."""
    number = 0
    for name, body in sorted(samples().items()):
        for field in _fields(body):
            for wrong in WRONG:
                number += 1
                if number % SHARES == share % SHARES:
                    yield _poisoned(name, field, wrong, number)


@cache
def _texts() -> Mapping[str, str]:
    """The samples as they come over the wire."""
    return {name: json.dumps(body) for name, body in samples().items()}


def _fields(body: Mapping[str, Any]) -> list[str]:
    return list(body[_kind(body)])


def _kind(body: Mapping[str, Any]) -> str:
    return next(name for name in body if name != "update_id")


def _poisoned(name: str, field: str, wrong: object, number: int) -> dict[str, Any]:
    fresh = json.loads(_texts()[name].replace(str(USER_ID), str(_PEOPLE + number)))
    kind = _kind(fresh)
    content = fresh[kind]
    if "message_id" in content:
        content["message_id"] = number
    content[field] = wrong
    return {"update_id": number, kind: content}


def run(seed: int) -> Judged:
    """Hand over the share of `seed` in batches, each with neighbours, and judge."""
    with silence():
        counter = Counter(MemoryStore())
        try:
            return asyncio.run(_run(counter, list(bodies(seed))))
        finally:
            counter.runner.close()


async def _run(counter: Counter, poison: list[dict[str, Any]]) -> Judged:
    stuck = lost = untold = 0
    slowest = 0.0
    loop = asyncio.get_running_loop()
    for start in range(0, len(poison), BATCH):
        batch, neighbours = _with_neighbours(poison[start : start + BATCH], start)
        before = set(_quarantined(counter))
        began = loop.time()
        stuck += await _stuck(counter.intake, batch, by_webhook=start // BATCH % 2 == 0)
        slowest = max(slowest, loop.time() - began)
        stuck += _unseen(counter, batch)
        sent = counter.sent()
        lost += len(neighbours - {one.chat for one in sent})
        fresh = [body for key, body in _quarantined(counter).items() if key not in before]
        untold += _untold(fresh, sent)
        counter.house.pass_time(seconds=30)
    with counter.house.unit() as unit:
        figures = unit.work.figures.between(unit.today.replace(day=1), unit.today)
    kept = counter.intake.counts.quarantined
    counted = abs(kept - figures.get("quarantined", 0)) + abs(kept - len(_quarantined(counter)))
    return Judged(len(poison), kept, stuck, lost, untold, counted, slowest)


def _with_neighbours(
    poison: list[dict[str, Any]], start: int
) -> tuple[list[dict[str, Any]], set[int]]:
    """The poison with somebody who presses start before, between and after it."""
    people = [_NEIGHBOURS + start * 10 + number for number in range(3)]
    hellos = [_hello(person) for person in people]
    half = len(poison) // 2
    return [hellos[0], *poison[:half], hellos[1], *poison[half:], hellos[2]], set(people)


def _hello(person: int) -> dict[str, Any]:
    sender = {"id": person, "is_bot": False, "first_name": "B", "language_code": "de"}
    chat = {"id": person, "type": "private"}
    said = {"message_id": 1, "from": sender, "chat": chat, "date": 1_795_305_600}
    return {"update_id": person - _NEIGHBOURS + 500_000_000, "message": {**said, "text": "/start"}}


def _quarantined(counter: Counter) -> dict[int, Mapping[str, Any]]:
    kept = counter.store._state.quarantine  # type: ignore[attr-defined]
    return {number: update.body for number, (update, _, _) in kept.items()}


def _untold(fresh: list[Mapping[str, Any]], sent: list[Any]) -> int:
    """How many senders of poison did not hear that something went wrong."""
    senders = [sender.telegram_id for body in fresh if (sender := private_sender(body))]
    told = Count(
        one.chat
        for one in sent
        if one.message
        and one.message.blocks[0].phrase.key == wording.TROUBLE
        and one.message.keyboard
    )
    return (Count(senders) - told).total()
