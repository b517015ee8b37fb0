"""The world of the machine: a real store and its model in memory that live through the same.

Whatever is done is done to both, in transactions of their own, and has to give the same result.
Newcomers have phones on which messages arrive as their channel would show them. What people may
do is in the rules, what must be true afterwards in `machine_truths`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import count
from re import findall
from typing import Any, Final, Protocol, TypeVar

from bot.channels.telegram import batch
from bot.channels.telegram.batch import Done, Reader
from bot.channels.telegram.incoming import Me, incoming
from bot.model.buttons import encode
from bot.model.conversation import Conversation
from bot.model.outbox import Act, Channel, Delivery, Fate, Queued, Report
from bot.model.tickets import Caseworker, Ticket
from bot.store.memory import MemoryStore
from bot.store.memory.state import State
from bot.usecases.errands import Sent, follow
from bot.usecases.ports import NotCommitted, Store
from bot.usecases.room import Door
from bot.usecases.unit import Policy, Unit
from tests.faults.machine_editions import Edition, editions
from tests.playing.house import MONDAY_MORNING, Sundays
from tests.usecases.county import ANNA, BEN, JULE, RUTH, Counting

T = TypeVar("T")

ROOM: Final = -1_000_000_770
PEOPLE: Final = (7001, 7002, 7003)
STAFF: Final = (ANNA, BEN, replace(RUTH, teams=frozenset({"counsel", "integration"})), JULE)
_FAR: Final = timedelta(days=3000)


class Trouble(Enum):
    """What happens to the next transaction: nothing is committed, or only the answer is lost."""

    NOT_COMMITTED = auto()
    ANSWER_LOST = auto()


class Database(Protocol):
    """A store that can be closed and opened again, as by a restart."""

    def open(self) -> Store: ...
    def restart(self) -> Store: ...
    def rotate(self) -> Store: ...
    def close(self) -> None: ...


@dataclass
class Side:
    """One of the two stores with everything that must not be shared."""

    store: Store
    chance: Counting = field(default_factory=Counting)
    reader: Reader = field(default_factory=lambda: Reader(Me(76, "lotse_bot"), Door()))


@dataclass(frozen=True)
class Seen:
    """A message on a phone: its buttons as callback data."""

    id: int
    language: str
    buttons: tuple[str, ...]


@dataclass
class Phone:
    """What one newcomer has on the screen. `life` counts how often they were forgotten."""

    telegram_id: int
    chat: dict[int, Seen] = field(default_factory=dict)
    old: list[tuple[str, int]] = field(default_factory=list)
    life: int = 0
    last: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    said: dict[int, tuple[int, int]] = field(default_factory=dict)
    person: str | None = None

    @property
    def buttons(self) -> list[tuple[str, int]]:
        """Callback data and message id of everything that can be pressed, newest last."""
        return [(data, seen.id) for seen in self.chat.values() for data in seen.buttons]

    def mark(self) -> str:
        """Words by which this person's text is known everywhere."""
        return f"mark{self.telegram_id}life{self.life}end"


class World:
    """Everything there is. `do` is the only way to the stores."""

    def __init__(self, database: Database, series: int) -> None:
        self.database = database
        self.real = Side(database.open())
        self.model = Side(MemoryStore())
        self.editions = editions(series)
        self.published = 0
        self.edited = False
        self.now: datetime = MONDAY_MORNING
        self.latest = self.now
        self.policy = Policy(room=True, mail=True)
        self.trouble: Trouble | None = None
        self.phones = {one: Phone(one) for one in PEOPLE}
        self._numbers = count(1)
        self._messages = 1000
        self._lanes: dict[tuple[int, str], int] = {}
        self.do(_furnish)

    @property
    def edition(self) -> Edition:
        return self.editions[self.published]

    @property
    def state(self) -> State:
        """The model's tables, for looking only."""
        assert isinstance(self.model.store, MemoryStore)
        return self.model.store._state

    @property
    def tickets(self) -> list[Ticket]:
        return list(self.state.tickets.values())

    def conversation(self, telegram_id: int) -> Conversation | None:
        talk = self.state.talks.get(telegram_id)
        return talk.conversation if talk else None

    # --- transactions ---------------------------------------------------------------------

    def again(self, phone: Phone) -> list[dict[str, Any]]:
        """The last updates of a person that may come again: Telegram keeps them for a day."""
        return [body for at, body in phone.last if self.latest - at < timedelta(hours=24)]

    def do(self, act: Callable[[Unit], T]) -> T:
        """Do the same to both stores and return what both returned; troubles are lived through."""
        self.latest = max(self.latest, self.now)
        trouble, self.trouble = self.trouble, None
        first = self._lived_through(self.model, act, trouble)
        second = self._lived_through(self.real, act, trouble)
        assert first == second, "the stores do not agree"
        return first

    def _lived_through(self, side: Side, act: Callable[[Unit], T], trouble: Trouble | None) -> T:
        """As `ThreadRunner` does: what was not committed, or seems so, is run once more."""
        if trouble is not None:
            with suppress(NotCommitted), self._unit(side) as unit:
                act(unit)
                _fails(trouble)
        with self._unit(side) as unit:
            return act(unit)

    @contextmanager
    def _unit(self, side: Side) -> Iterator[Unit]:
        edition = self.edition
        with side.store.transaction() as work:
            yield Unit(
                work,
                edition.content,
                self.now,
                Sundays(),
                edition.renderer,
                side.chance,
                self.policy,
            )

    # --- updates --------------------------------------------------------------------------

    def arrive(self, phone: Phone, kind: str, content: dict[str, Any]) -> Done:
        """Something new from a newcomer, as Telegram would tell it."""
        sender = {"id": phone.telegram_id, "is_bot": False, "language_code": "de"}
        whole = {"from": sender, **content}
        if kind != "callback_query":
            whole |= {"chat": {"id": phone.telegram_id, "type": "private"}}
        body = {"update_id": next(self._numbers), kind: whole}
        phone.last = [*phone.last[-4:], (self.now, body)]
        return self.take([body])

    def take(self, bodies: list[dict[str, Any]]) -> Done:
        """One batch of updates, new or not."""
        sides = {id(self.model.chance): self.model, id(self.real.chance): self.real}
        updates = [incoming(body) for body in bodies]

        def act(unit: Unit) -> Done:
            reader = sides[id(unit.chance)].reader
            return batch.act(unit, updates, {}, reader, {})

        return self.do(act)

    def next_number(self) -> int:
        return next(self._numbers)

    # --- deliveries -----------------------------------------------------------------------

    def deliver(self, fates: tuple[Fate, ...] = (Fate.SENT,), *, arrives: bool = True) -> None:
        """Send what waits; attempts end as `fates` say, in turn. `arrives`: unknown ones did."""
        first = self._messages

        def act(unit: Unit) -> list[tuple[Delivery, Report]]:
            made: list[tuple[Delivery, Report]] = []
            while rows := unit.work.outbox.take(unit.now, (), 64):
                sent = []
                for number, row in enumerate(rows, len(made)):
                    self._in_order(unit, row)
                    fate = fates[number % len(fates)]
                    sent.append(Sent(row, self._report(row, fate, first + number)))
                unit.work.outbox.mark([one.report for one in sent], unit.now)
                for one in sent:
                    follow(unit, one)
                made.extend((one.queued.delivery, replace(one.report, id=0)) for one in sent)
            return made

        if not any(row.delivery is not None for row in self.state.outbox.values()):
            return
        done = self.do(act)
        self._messages += len(done)
        for number, (delivery, report) in enumerate(done, first):
            if report.fate is Fate.SENT or (report.fate is Fate.UNKNOWN and arrives):
                self._received(delivery, report.message_id or number)

    def _report(self, row: Queued, fate: Fate, number: int) -> Report:
        """What became of the attempt; what is not settled is tried again later."""
        message = row.delivery.message_id if row.delivery.act is Act.EDIT else None
        match fate:
            case Fate.SENT:
                return Report(row.id, fate, message_id=message or number)
            case Fate.DEAD:
                mine = row.delivery.channel is Channel.CHAT
                return Report(row.id, fate, unreachable=mine, reason="blocked")
            case _:
                return Report(row.id, fate, retry_at=self.now + timedelta(seconds=5))

    def _in_order(self, unit: Unit, row: Queued) -> None:
        """Deliveries of a lane leave in the order in which they were put."""
        key = (id(unit.chance), row.lane)
        assert row.id >= self._lanes.get(key, 0), "a delivery overtook another of its lane"
        self._lanes[key] = row.id

    def _received(self, delivery: Delivery, number: int) -> None:
        """Render as the channel would; nobody reads what is another's, or was erased."""
        if delivery.message is None:
            self._deleted(delivery)
            return
        parts = self.edition.renderer.telegram(delivery.message, delivery.language)
        whose = delivery.chat if delivery.channel is Channel.CHAT else None
        for part in parts:
            for owner, life in findall(r"mark(\d+)life(\d+)end", part.html):
                assert whose in (None, int(owner)), "somebody's text in another's chat"
                assert int(life) == self.phones[int(owner)].life, "text of somebody forgotten"
        phone = self.phones.get(whose or 0)
        if phone is not None:
            buttons = tuple(encode(one.action) for one in delivery.message.buttons if one.action)
            phone.chat.pop(number, None)
            phone.chat[number] = Seen(number, delivery.language, buttons)
            phone.old = [*phone.old, *((data, number) for data in buttons)][-80:]

    def _deleted(self, delivery: Delivery) -> None:
        phone = self.phones.get(delivery.chat or 0)
        if phone is not None and delivery.act is Act.DELETE and delivery.message_id is not None:
            phone.chat.pop(delivery.message_id, None)

    # --- life of the process ----------------------------------------------------------------

    def restart(self) -> None:
        self.real.store = self.database.restart()

    def rotate(self) -> None:
        self.real.store = self.database.rotate()


def _fails(trouble: Trouble) -> None:
    if trouble is Trouble.NOT_COMMITTED:
        raise NotCommitted


def _furnish(unit: Unit) -> None:
    """The caseworkers and their group."""
    for caseworker in STAFF:
        unit.work.staff.save(caseworker, None)
    unit.work.rooms.bind(ROOM)


def colleague(number: int) -> Caseworker:
    return STAFF[number % len(STAFF)]
