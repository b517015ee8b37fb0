"""Mutated updates through the real intake and a real store: nothing crashes, sticks or blocks.

Each batch holds mutated updates between those of people who write something ordinary. The
people are answered, whatever stood beside them; what cannot be handled is in quarantine and
counted; and everything that was said can be rendered. Every few batches come again, and every few
updates meet a mistake of ours, so that the batch is taken apart.
"""

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random  # noqa: TID251 - seeded, repeatable
from typing import Any, Final

from bot.channels.telegram.batch import Done, Reader
from bot.channels.telegram.incoming import Malformed, Me, Read, incoming
from bot.channels.telegram.intake import Intake
from bot.model.buttons import Action, Do, encode
from bot.model.content import Priority
from bot.model.outbox import Channel, Delivery, Fate, Report
from bot.model.records import Incoming, RoomTopic
from bot.model.tickets import State, Ticket
from bot.model.turns import Press
from bot.store.runner import ThreadRunner
from bot.usecases.converse import Sender, converse
from bot.usecases.ports import Store, Work
from bot.usecases.room import Door
from bot.usecases.unit import Unit
from tests.botapi.samples import samples
from tests.channels.telegram.office import office
from tests.fuzz.mutations import Json, mutated
from tests.playing.house import House
from tests.usecases.county import ANNA

BATCH: Final = 16
NEIGHBOURS: Final = 4
PEOPLE: Final = 6
ROOM: Final = -1001000000007
"""The group of the samples is the caseworkers' room."""

TICKET: Final = "K7MX2Q"
_FIRST_NEIGHBOUR: Final = 9_000_000_000
_OUR_MISTAKE: Final = 113
"""One update in so many meets a mistake in our own program."""

_COUNTED: Final = 1_000_000
"""More updates than a run makes; their ids are counted from 1."""

_AGAIN: Final = 7
"""One batch in so many comes three times."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the updates of one run. All but the first two have to be 0."""

    updates: int
    quarantined: int
    stuck: int = 0
    neighbours_lost: int = 0
    repeated: int = 0
    uncounted: int = 0
    seconds: float = 0.0


class _Fragile(Reader):
    """Reads as the real one does, but for some updates."""

    def read(self, unit: Unit, update: Incoming) -> Read:
        if update.update_id % _OUR_MISTAKE == 0 and update.update_id > 0:
            raise KeyError("a mistake of ours")
        return super().read(unit, update)


@dataclass
class Counter:
    """An intake over `store`, with a clock that is moved and hands that count."""

    store: Store
    house: House = field(init=False)

    def __post_init__(self) -> None:
        self.house = replace(office(), store=self.store)
        self.runner = ThreadRunner(self.store, 1)
        reader = _Fragile(Me(7600000001, "lotse_bot"), Door())
        self.intake = Intake(self.runner, self.unit, self, reader, self._after)
        self.done: list[Done] = []

    def now(self) -> Any:
        return self.house.now

    def unit(self, work: Work) -> Unit:
        return self.house.unit_of(work)

    def _after(self, done: Done) -> None:
        self.done.append(done)

    def settle(self, people: list[int]) -> None:
        """Let half of the people have a conversation, and one of them be a caseworker."""
        with self.house.unit() as unit:
            unit.work.rooms.bind(ROOM)
            unit.work.tickets.save(_ticket(unit))
            unit.work.rooms.save(RoomTopic(TICKET, 7))
            unit.work.staff.save(replace(ANNA, telegram_id=people[0]), None)
            for person in people[: len(people) // 2]:
                converse(unit, Sender(person, "de"), Press(Action(Do.AGREE, language="de"), 1))

    def sent(self) -> list[Delivery]:
        """Send all that waits: each message has to be readable in the language it is for."""
        sent: list[Delivery] = []
        while True:
            with self.house.unit() as unit:
                rows = unit.work.outbox.take(self.now(), (), 64)
                unit.work.outbox.mark([Report(row.id, Fate.SENT, row.id) for row in rows], unit.now)
            if not rows:
                return sent
            for row in rows:
                delivery = row.delivery
                if delivery.message is not None and delivery.channel is Channel.CHAT:
                    self.house.texts.renderer.telegram(delivery.message, delivery.language)
                sent.append(delivery)


@contextmanager
def silence() -> Iterator[None]:
    """Poison is told to the log, thousands of times here."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def run(seed: int, store: Store, batches: int) -> Figures:
    """Take in `batches` of `BATCH` mutated updates each, and report what became of them."""
    chance = Random(seed)  # noqa: S311 - a test's own, repeatable
    people = [5_300_777_001 + number for number in range(PEOPLE)]
    with silence():
        counter = Counter(store)
        try:
            counter.settle(people)
            return asyncio.run(_run(counter, people, batches, chance))
        finally:
            counter.runner.close()


async def _run(counter: Counter, people: list[int], batches: int, chance: Random) -> Figures:
    loop = asyncio.get_running_loop()
    maker = _Maker(people, chance)
    figures = Figures(0, 0)
    for number in range(batches):
        bodies, neighbours = maker.batch()
        if number % 10 == 0:
            counter.intake._careful = 2 * BATCH
        started = loop.time()
        stuck = await _stuck(counter.intake, bodies, by_webhook=number % 4 == 0)
        seconds = loop.time() - started
        reached = [delivery.chat for delivery in counter.sent()]
        again = 0
        if number % _AGAIN == 0:
            stuck += await _stuck(counter.intake, bodies * 2, by_webhook=False)
            again = len(counter.sent())
        figures = replace(
            figures,
            updates=figures.updates + len(bodies),
            stuck=figures.stuck + stuck + _unseen(counter, bodies),
            neighbours_lost=figures.neighbours_lost + len(neighbours.difference(reached)),
            repeated=figures.repeated + again,
            seconds=max(figures.seconds, seconds),
        )
        counter.house.pass_time(seconds=30)
    quarantined = counter.intake.counts.quarantined
    with counter.house.unit() as unit:
        day = unit.today
        told = unit.work.figures.between(day - timedelta(days=9), day).get("quarantined", 0)
    return replace(figures, quarantined=quarantined, uncounted=abs(quarantined - told))


async def _stuck(intake: Intake, bodies: list[Json], *, by_webhook: bool) -> int:
    """Hand over the bodies; whatever raises would come again for ever."""
    if by_webhook:
        results = await asyncio.gather(*map(intake.submit, bodies), return_exceptions=True)
        return sum(one is not None and not isinstance(one, Malformed) for one in results)
    try:
        await intake.take(bodies)
    except Exception:  # noqa: BLE001 - counted, whatever it is
        return 1
    return 0


def _unseen(counter: Counter, bodies: list[Json]) -> int:
    """How many updates that have an id are neither done nor put aside."""
    named = []
    for body in bodies:
        try:
            named.append(incoming(body))
        except Malformed:
            continue
    with counter.house.unit() as unit:
        return len(unit.work.updates.unseen(named))


class _Maker:
    """Makes batches: mutated updates, and neighbours who press /start."""

    def __init__(self, people: list[int], chance: Random) -> None:
        self._samples = [list(samples(person).values()) for person in people]
        self._chance = chance
        self._number = 0
        self._strange: set[float] = set()
        ids = office().texts.content.ids.values()
        self._data = [encode(Action(do, target)) for do in Do for target in (*ids, TICKET)][::7]

    def batch(self) -> tuple[list[Json], set[int]]:
        bodies = [self._mutant() for _ in range(BATCH)]
        people = [self._next(_FIRST_NEIGHBOUR) for _ in range(NEIGHBOURS)]
        for person in people:
            bodies.insert(self._chance.randrange(len(bodies) + 1), self._start(person))
        # As it is read from the network: what JSON cannot say, nobody can send.
        return json.loads(json.dumps(bodies)), set(people)

    def _mutant(self) -> Json:
        strangers = self._chance.choice(self._samples)
        body = self._numbered(self._chance.choice(strangers))
        press = body.get("callback_query")
        if isinstance(press, dict) and self._chance.random() < 0.8:
            press["data"] = self._chance.choice(self._data)
            press["id"] = str(self._number)
        return self._once(mutated(body, strangers, self._chance), int(body["update_id"]))

    def _once(self, body: Json, own: int) -> Json:
        """`body` with an id that no other update has or will have, as Telegram promises."""
        number = body.get("update_id")
        if isinstance(number, int | float) and number is not True and number != own:
            if 0 <= number < _COUNTED or number in self._strange:
                body["update_id"] = own
            self._strange.add(number)
        return body

    def _numbered(self, body: Mapping[str, Any]) -> Json:
        """The sample as something new: its own id, and its own message."""
        number = self._next(0)
        fresh = {
            kind: {**content, "message_id": number, "date": number}
            if isinstance(content, dict) and "message_id" in content
            else dict(content)
            for kind, content in body.items()
            if kind != "update_id"
        }
        return {"update_id": number, **fresh}

    def _start(self, person: int) -> Json:
        number = self._next(0)
        sender = {"id": person, "is_bot": False, "first_name": "B", "language_code": "de"}
        chat = {"id": person, "type": "private"}
        said = {"message_id": number, "from": sender, "chat": chat, "date": number}
        return {"update_id": number, "message": {**said, "text": "/start"}}

    def _next(self, first: int) -> int:
        self._number += 1
        return first + self._number


def _ticket(unit: Unit) -> Ticket:
    """A case that is spoken of in the group; its newcomer is not among the people."""
    return Ticket(
        code=TICKET,
        queue="language",
        team="integration",
        priority=Priority.P2,
        state=State.NEW,
        version=1,
        created=unit.now,
        changed=unit.now,
        due=unit.now + timedelta(days=1),
        language="uk",
        person=None,
        content="test",
    )


def taken(counter: Counter, bodies: list[Json]) -> int:
    """Take in a few bodies as polling does; how often that raised."""
    return asyncio.run(_stuck(counter.intake, bodies, by_webhook=False))
