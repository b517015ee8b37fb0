"""Telegram's limits and fairness: who is sent what, and when, while thousands wait.

The dispatcher, its limits and the store on a SQLite file are the real ones; time is virtual
(`virtual`), so every run gives the same result. How long a call to Telegram takes is made up:
30 to 300 ms, from a seed.
"""

import asyncio
import random  # noqa: TID251 - how long a call takes, from a seed
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.model.outbox import Act, Channel, Delivery, Fate, Queued, Report
from bot.usecases.deliver import Dispatcher
from bot.usecases.limits import Limits, Rates
from tests import databases
from tests.benchmarks.virtual import Inline, VirtualLoop, lived
from tests.usecases.county import County, HandClock
from tests.usecases.telephone import letter

FASTEST, SLOWEST = 0.03, 0.3
CHAT_A_SECOND: Final = 1.0
BOT_A_SECOND: Final = 30
GROUP_A_MINUTE: Final = 20
FORTY: Final = range(1, 41)
BURST: Final = Rates().chat_burst
"""What a chat may get at once after a silence: Telegram tolerates short bursts there."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that is put into the outbox `at` so many seconds."""

    at: float
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Sent:
    """A call to Telegram that began `at`, for a delivery that had been put `since`."""

    at: float
    since: float
    delivery: Delivery

    @property
    def waited(self) -> float:
        return self.at - self.since


class _LoopClock(HandClock):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self.now = loop.now  # type: ignore[method-assign]


class _Cable:
    """A carrier that notes when each call begins, and takes as long as Telegram may."""

    def __init__(self, seed: int, takes: tuple[float, float]) -> None:
        self._takes = takes
        self.calls: list[tuple[float, Delivery]] = []
        self._chance = random.Random(seed)  # noqa: S311

    async def send(self, queued: Queued) -> Report:
        self.calls.append((asyncio.get_running_loop().time(), queued.delivery))
        await asyncio.sleep(self._chance.uniform(*self._takes))
        return Report(queued.id, Fate.SENT, message_id=queued.id)


def sent_until(
    seconds: float,
    planned: Iterable[Planned],
    folder: Path,
    seed: int = 0,
    takes: tuple[float, float] = (FASTEST, SLOWEST),
) -> list[Sent]:
    """What the dispatcher has sent after `seconds`, in the order in which it was sent.

    `takes` are the seconds a call takes, at least and at most.
    """
    plan = sorted(planned, key=lambda one: one.at)
    with databases.opened(databases.copied_file(_template(folder), folder)) as store:
        return lived(
            lambda loop: _live(loop, County(store=store), plan, seconds, _Cable(seed, takes))
        )


async def _live(
    loop: VirtualLoop, county: County, plan: Sequence[Planned], seconds: float, cable: _Cable
) -> list[Sent]:
    county.clock = _LoopClock(loop)
    stop = asyncio.Event()
    carriers = {Channel.CHAT: cable, Channel.ROOM: cable}
    runner = Inline(county.store)
    dispatcher = Dispatcher(runner, county.unit_of, carriers, county.clock, limits=Limits())
    running = asyncio.create_task(dispatcher.run(stop))
    for at in sorted({one.at for one in plan if one.at <= seconds}):
        await asyncio.sleep(max(0.0, at - loop.time()))
        with county.unit() as unit:
            unit.work.outbox.put([one.delivery for one in plan if one.at == at], unit.now)
        dispatcher.nudge()
    await asyncio.sleep(max(0.0, seconds - loop.time()))
    stop.set()
    await running
    since = {id_of(one.delivery): one.at for one in plan}
    return [Sent(at, since[id_of(one)], one) for at, one in cable.calls if at <= seconds]


def _template(folder: Path) -> Path:
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    return databases.migrated_file(empty)


# --- what waits -----------------------------------------------------------------------------


def id_of(delivery: Delivery) -> tuple[object, ...]:
    """What tells the deliveries of a plan apart."""
    said = delivery.message.blocks[0].phrase.key if delivery.message else ""
    return delivery.lane, delivery.act, delivery.message_id, said


def answers(chats: Iterable[int], at: float = 0.0, each: int = 1) -> list[Planned]:
    """So many messages to each of `chats`, as answers to what people did."""
    return [Planned(at, letter(f"{at:g}-{n}", chat)) for chat in chats for n in range(each)]


def forty_go_on(seconds: int) -> list[Planned]:
    """Forty people who are answered six times in five seconds each, and two others a second."""
    on = [one for n in range(seconds * 6 // 5) for one in answers(FORTY, at=n * 5 / 6)]
    return on + [one for n in range(seconds * 2) for one in answers([1000 + n], at=n / 2)]


def taken_back(chats: Iterable[int], at: float = 0.0, each: int = 1) -> list[Planned]:
    """Messages that are taken out of chats again, as when idle conversations are erased."""
    return [
        Planned(at, Delivery(Channel.CHAT, Act.DELETE, "de", chat=chat, message_id=number))
        for chat in chats
        for number in range(1, each + 1)
    ]


def in_group(tickets: int, at: float = 0.0, each: int = 2) -> list[Planned]:
    """What is told in topics of the caseworkers' group."""
    message = letter("case").message
    return [
        Planned(at, Delivery(Channel.ROOM, Act.SEND, "de", message, ticket=f"C{t}-{n}", item=1))
        for t in range(tickets)
        for n in range(each)
    ]


def asked_in_group(ticket: str, at: float) -> Planned:
    """The answer to a caseworker's command in a topic."""
    message = letter("answer").message
    return Planned(at, Delivery(Channel.ROOM, Act.SEND, "de", message, ticket=ticket))


def crowd(people: int) -> list[Planned]:
    """So many people wait at once; forty of them for twenty messages each, all others for one."""
    talkative = min(40, people // 10)
    return answers(range(1, talkative + 1), each=20) + answers(range(talkative + 1, people + 1))


def flooded(seconds: int, flood: int, rate: int = 15) -> list[Planned]:
    """`rate` people a second get an answer, and chat 1 so many at the beginning."""
    people = range(rate * seconds)
    calm = [one for n in people for one in answers([100 + n], at=n / rate)]
    return calm + answers([1], each=flood)


# --- what is judged -------------------------------------------------------------------------


def most_within(times: Sequence[float], seconds: float) -> int:
    """The most of `times` (ascending) in any window that is so many seconds long."""
    return max(
        (number - bisect_right(times, at - seconds) for number, at in enumerate(times, 1)),
        default=0,
    )


def worst_excess(times: Sequence[float], rate: float) -> float:
    """By how much the fullest window of any length is above `rate` a second: the burst there."""
    lowest, worst = 0.0, 0.0
    for number, at in enumerate(times):
        lowest = min(lowest, number - rate * at) if number else -rate * at
        worst = max(worst, number + 1 - rate * at - lowest)
    return worst


def share_used(times: Sequence[float], rate: float, seconds: float) -> float:
    """How much of `rate` a second was used in so many seconds."""
    return len(times) / (rate * seconds)


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which so large a share of `values` lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
