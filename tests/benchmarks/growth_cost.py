"""What an update costs, by how many conversations are stored.

The house is that of `bot.wiring` (content, renderer, store with its threads) with the real intake
and dispatcher; only Telegram is a carrier that takes everything at once. Newcomers of the same
sample wander the same ways in every database, in turns, so that what the machine does beside hits
all databases alike. Counted is processor time, of PostgreSQL's processes as well.
"""

import asyncio
import os
import random  # noqa: TID251 - where they go, from a seed
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import Engine, event

from bot.channels.telegram.batch import Done, Reader
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import LARGEST_BATCH, Intake
from bot.clock import SystemClock
from bot.content.load import Run, load, offered_languages
from bot.content.prepared import FOLDER as PREPARED
from bot.content.prepared import Prepared, Ready, mark_of
from bot.i18n.catalogue import Catalogues
from bot.model.buttons import Action, Button, Do, encode
from bot.model.outbox import Channel, Fate, Queued, Report
from bot.settings import Settings
from bot.usecases.deliver import Dispatcher
from bot.usecases.limits import UNLIMITED, Limits
from bot.usecases.room import Door
from bot.wiring import House, open_house
from tests.benchmarks.growth_filling import SAMPLE, telegram_id
from tests.benchmarks.growth_telegram import pressed, written
from tests.benchmarks.growth_walking import pressed as chosen
from tests.databases import MASTER

STEPS: Final = 10
"""Updates of one newcomer in a round: the menu, then nine buttons."""

_UPDATES: Final = count(time.monotonic_ns() // 1000)
_MENUS: Final = frozenset({Do.HOME, Do.GROUP, Do.URGENT})


@dataclass(frozen=True, slots=True)
class Cost:
    """What a round cost: milliseconds of processor an update, statements and commits a batch."""

    cpu: float
    server: float
    statements: float


@dataclass
class Counter:
    """Statements and transactions of one database."""

    statements: int = 0
    transactions: int = 0

    def watch(self, engine: Engine) -> None:
        def executed(*_: object) -> None:
            self.statements += 1

        def begun(*_: object) -> None:
            self.transactions += 1

        event.listen(engine, "before_cursor_execute", executed)
        event.listen(engine, "begin", begun)


@dataclass
class Walker:
    """A newcomer of the sample and the last screen they saw."""

    who: int
    chance: random.Random
    keyboard: Sequence[Sequence[Button]] = ()
    message: int = 0
    topics: Sequence[str] = ()

    def update(self, date: int) -> Mapping[str, Any]:
        """What they do next; with `topics` they go from one to the other without the menu."""
        number = next(_UPDATES)
        shunned = _MENUS if self.topics else frozenset()
        action = chosen(self.chance, self.keyboard, to_a_case=False, shunned=shunned)
        if action is None and self.topics:
            action = Action(Do.TOPIC, target=self.chance.choice(self.topics))
        if action is None:
            made = written(self.who, number, "/menu", date)
        else:
            made = pressed(self.who, self.message, encode(action), number, date)
        return {"update_id": number, **made}


@dataclass
class Bot:
    """One running bot over a database with so many conversations."""

    house: House
    conversations: int
    server: Sequence[int] = ()
    counter: Counter = field(default_factory=Counter)
    _walkers: dict[int, Walker] = field(default_factory=dict)
    _messages: Iterator[int] = field(default_factory=lambda: count(100))

    def __post_init__(self) -> None:
        self.counter.watch(self.house.store._engine)

    async def send(self, queued: Queued) -> Report:
        """What is sent is seen at once."""
        delivery = queued.delivery
        number = delivery.message_id or next(self._messages)
        walker = self._walkers.get(delivery.chat or 0)
        if walker is not None and delivery.message is not None and delivery.message.keyboard:
            walker.keyboard, walker.message = delivery.message.keyboard, number
        return Report(queued.id, Fate.SENT, message_id=number)

    async def round(self, ordinals: Sequence[int], seed: int, topics: Sequence[str] = ()) -> Cost:
        """Let some of the sample make their steps; returns what an update cost."""
        self._walkers = {
            who: Walker(who, random.Random(f"{seed} {ordinal}"), topics=topics)  # noqa: S311
            for ordinal in ordinals
            if (who := telegram_id(ordinal, self.conversations))
        }
        dispatcher = self._dispatcher()
        house, stop = self.house, asyncio.Event()
        reader = Reader(Me(1, "lotse_bot"), Door())
        after = _nudging(dispatcher)
        intake = Intake(house.runner, house.unit, house.clock, reader, after)
        sending = asyncio.create_task(dispatcher.run(stop))
        said, server = self.counter.statements, ticks(self.server)
        begun, cpu = self.counter.transactions, time.process_time()
        for _ in range(STEPS):
            await self._step(intake, dispatcher)
        used = time.process_time() - cpu
        stop.set()
        await sending
        updates = STEPS * len(ordinals)
        transactions = max(1, self.counter.transactions - begun)
        return Cost(
            used * 1000 / updates,
            (ticks(self.server) - server) * 1000 / updates,
            (self.counter.statements - said) / transactions,
        )

    async def _step(self, intake: Intake, dispatcher: Dispatcher) -> None:
        date = int(self.house.clock.now().timestamp())
        updates = [walker.update(date) for walker in self._walkers.values()]
        for start in range(0, len(updates), LARGEST_BATCH):
            await intake.take(updates[start : start + LARGEST_BATCH])
        dispatcher.nudge()
        # To ask the store whether all is sent would cost more than what is measured.
        while _busy(dispatcher):  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    def _dispatcher(self) -> Dispatcher:
        house = self.house
        carriers = {Channel.CHAT: self, Channel.ROOM: self}
        limits = Limits(UNLIMITED)
        return Dispatcher(house.runner, house.unit, carriers, house.clock, limits=limits, slots=64)


def _busy(dispatcher: Dispatcher) -> bool:
    waits = dispatcher._nudged or dispatcher._held or dispatcher._done
    return bool(waits or dispatcher.in_flight)


def _nudging(dispatcher: Dispatcher) -> Callable[[Done], None]:
    def after(_: Done) -> None:
        dispatcher.nudge()

    return after


def ticks(processes: Sequence[int]) -> float:
    """Seconds of processor that processes and their children have used so far."""
    total = 0
    for one in processes:
        for each in (one, *_children(one)):
            path = Path(f"/proc/{each}/stat")
            if path.exists():
                fields = path.read_text().rpartition(")")[2].split()
                total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def parent_of(process: int) -> int:
    """The process that started this one."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task/{process}/children")
    return [int(each) for each in tasks.read_text().split()] if tasks.exists() else []


@contextmanager
def bot(
    url: str,
    folder: Path,
    conversations: int,
    server: Sequence[int] = (),
    content: tuple[Path, Path] | None = None,
) -> Iterator[Bot]:
    """A bot over the filled database at `url`; `folder` is its data folder.

    `content` are folders of content and locales instead of the real ones, taken for checked.
    """
    settings = Settings(
        data_dir=folder,
        database_url=SecretStr(url),
        master_key=SecretStr(str(MASTER)),
    )
    if content is not None:
        settings = settings.model_copy(
            update={"content_dir": content[0], "locales_dir": content[1]}
        )
        _prepare(folder, content, settings.region)
    with open_house(settings) as house:
        yield Bot(house, conversations, server)


def _prepare(folder: Path, content: tuple[Path, Path], region: str) -> None:
    catalogues = Catalogues.load(content[1], offered_languages(content[1]))
    loaded = load(content[0], region, catalogues, run=Run(known_clean=True))
    mark = mark_of(*content, region)
    Prepared(folder / PREPARED).keep(mark, Ready.of(loaded, catalogues, SystemClock().now().date()))


def compared(
    bots: Sequence[Bot], rounds: int, people: int, topics: Sequence[str] = (), warm_up: int = 1
) -> list[list[Cost]]:
    """The costs of each bot, round by round in turns. The first `warm_up` are not counted."""
    if (rounds + warm_up) * people > SAMPLE:
        raise ValueError("the sample has too few people for so many rounds")
    found: list[list[Cost]] = [[] for _ in bots]
    with asyncio.Runner() as runner:
        for number in range(rounds + warm_up):
            ordinals = range(number * people, (number + 1) * people)
            order = list(enumerate(bots))
            for place, one in order if number % 2 else reversed(order):
                cost = runner.run(one.round(ordinals, number, topics))
                if number >= warm_up:
                    found[place].append(cost)
    return found


def medians(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(one.cpu for one in costs),
        statistics.median(one.server for one in costs),
        statistics.median(one.statements for one in costs),
    )


def ratio(larger: Sequence[Cost], smaller: Sequence[Cost]) -> float:
    """How many times as much an update costs: the median over rounds taken side by side."""
    pairs = zip(larger, smaller, strict=True)
    return statistics.median(
        (one.cpu + one.server) / (other.cpu + other.server) for one, other in pairs
    )
