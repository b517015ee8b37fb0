"""A county in which marked people talk: real intake, real store, real senders, no network.

Updates come in as the raw JSON that Telegram sends, deliveries go out through the senders into a
cable that only remembers keyboards. Caseworkers act through the use cases, as desk and group do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, TypeVar

from bot.channels.telegram.batch import Reader
from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import NotSent
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.outgoing import ChatSender
from bot.channels.telegram.room import RoomSender
from bot.model.buttons import Action, Do, decode
from bot.model.outbox import Channel, Queued
from bot.model.tickets import Caseworker
from bot.store.runner import ThreadRunner
from bot.usecases import deadlines
from bot.usecases.errands import Sent, follow
from bot.usecases.ports import Carrier, Store, Work
from bot.usecases.room import Door
from bot.usecases.unit import Policy, Unit
from tests.faults import canary
from tests.playing.house import House

GROUP: Final = -1_002_004_006_008
BOT: Final = 7_600_000_001

T = TypeVar("T")


class Memory(Cable):
    """A cable that ends here: calls succeed, and the newest keyboard of each chat is known."""

    def __init__(self) -> None:  # the real one would open connections
        self.keyboards: dict[int, list[tuple[int, str]]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.down = False
        self._numbers = count(1000)

    async def call(self, method: str, **parameters: Any) -> Any:
        if self.down:
            raise NotSent("down")
        self.calls.append((method, parameters))
        if method == "createForumTopic":
            return {"message_thread_id": next(self._numbers)}
        if method not in {"sendMessage", "editMessageText"}:
            return True
        number = parameters.get("message_id") or next(self._numbers)
        rows = (parameters.get("reply_markup") or {}).get("inline_keyboard", [])
        buttons = [
            (number, one["callback_data"]) for row in rows for one in row if "url" not in one
        ]
        self.keyboards.setdefault(parameters["chat_id"], []).extend(buttons)
        return {"message_id": number}

    def said_to(self, chat: int) -> str:
        return "\n".join(str(p.get("text")) for _, p in self.calls if p.get("chat_id") == chat)


@dataclass
class MarkedCounty:
    """One bot over `store`. Time goes on two seconds with each update, and by hand."""

    store: Store
    house: House = field(init=False)
    cable: Memory = field(default_factory=Memory)
    _updates: "count[int]" = field(default_factory=lambda: count(40_000_000))

    def __post_init__(self) -> None:
        self.house = House(store=self.store, policy=Policy(room=True))
        self.runner = ThreadRunner(self.store, 1)
        reader = Reader(Me(BOT, "lotse_test_bot"), Door(fixed=True))
        self.intake = Intake(self.runner, self.unit_of, self, reader, lambda _: None)
        renderer = self.house.texts.renderer
        self._senders: dict[Channel, Carrier] = {
            Channel.CHAT: ChatSender(self.cable, renderer, self),
            Channel.ROOM: RoomSender(self.cable, renderer, self.runner, self.unit_of, self),
        }
        with self.store.transaction() as work:
            work.rooms.bind(GROUP)

    def now(self) -> datetime:
        return self.house.now

    def unit_of(self, work: Work) -> Unit:
        return self.house.unit_of(work)

    def close(self) -> None:
        self.runner.close()

    # --- newcomers -----------------------------------------------------------------------

    async def tell(self, *bodies: dict[str, Any]) -> None:
        """Take updates in and send what follows from them."""
        self.house.pass_time(seconds=2 * len(bodies))
        await self.intake.take([{"update_id": next(self._updates), **one} for one in bodies])
        await self.deliver()

    async def deliver(self) -> None:
        """Send all that waits."""
        sent: list[Sent] = []
        while rows := await self.runner.run(lambda work, sent=sent: self._next(work, sent)):  # type: ignore[misc]
            sent = [Sent(row, await self._senders[row.delivery.channel].send(row)) for row in rows]

    def _next(self, work: Work, sent: Sequence[Sent]) -> list[Queued]:
        """Mark what was sent and take what comes next, in one transaction."""
        work.outbox.mark([one.report for one in sent], self.now())
        unit = self.unit_of(work)
        for one in sent:
            follow(unit, one)
        return work.outbox.take(self.now(), (), 64)

    # --- caseworkers and time ----------------------------------------------------------------

    async def act(self, do: Callable[[Unit], T]) -> T:
        """One unit of work of somebody at the desk, and what is sent because of it."""
        done = await self.runner.run(lambda work: do(self.unit_of(work)))
        await self.deliver()
        return done

    async def pass_days(self, days: int) -> None:
        """Let days go by with clearings in between; none of them may stop."""
        end = self.house.now + timedelta(days=days)
        while self.house.now < end:
            self.house.now = min(end, self.house.now + timedelta(days=2))
            done = await self.act(deadlines.clear)
            assert done.stopped is None, done


@dataclass
class Marked:
    """One of the marked people, with a telephone."""

    county: MarkedCounty
    number: int
    language: str = "de"

    @property
    def chat(self) -> int:
        return canary.telegram_id(self.number)

    def mark(self, what: str) -> str:
        return canary.mark(what, self.number)

    async def send(self, text: str) -> None:
        await self.county.tell({"message": self._message({"text": text})})

    async def show(self, *contents: dict[str, Any]) -> None:
        await self.county.tell(*({"message": self._message(one)} for one in contents))

    async def edit(self, text: str) -> None:
        date = int(self.county.now().timestamp())
        await self.county.tell({"edited_message": self._message({"text": text, "edit_date": date})})

    async def break_something(self) -> None:
        """Send an update of an impossible shape: it ends in quarantine, words and all."""
        await self.county.tell({"message": self._message({"text": {"no": self.mark("poison")}})})

    async def forge(self, data: str) -> None:
        """Press a button that may not be there."""
        await self._press(1, data)

    async def stand(self, status: str) -> None:
        """Block the bot, or take it back."""
        now = {"status": status, "user": {"id": BOT, "is_bot": True, "first_name": "Lotse"}}
        change = {"chat": self._chat(), "from": self._user(), "date": 0, "old_chat_member": now}
        await self.county.tell({"my_chat_member": {**change, "new_chat_member": now}})

    async def react(self) -> None:
        reaction = [{"type": "emoji", "emoji": "👍"}]
        change = {"chat": self._chat(), "user": self._user(), "date": 0, "old_reaction": []}
        await self.county.tell({"message_reaction": {**change, "new_reaction": reaction}})

    async def press(self, do: Do, value: str = "") -> None:
        """Press the newest button that does this."""
        ids = self.county.house.texts.content.ids
        for number, data in reversed(self.county.cable.keyboards.get(self.chat, [])):
            action = decode(data, ids)
            if action is not None and action.do is do and value in _said(action):
                await self._press(number, data)
                return
        raise AssertionError(f"no button {do.name} {value}")

    async def person(self) -> str | None:
        """The pseudonym under which the county knows this account."""
        known = await self.county.runner.run(lambda work: work.people.load([self.chat]))
        return known[self.chat].person if known else None

    async def code(self) -> str:
        """The code of the newest case."""
        person = await self.person()
        assert person is not None
        cases = await self.county.runner.run(lambda work: work.tickets.of_people([person]))
        return cases[person][-1].code

    async def _press(self, number: int, data: str) -> None:
        query = {
            "id": f"{self.chat}{number}{self.county.now()}",
            "from": self._user(),
            "data": data,
        }
        message = {"message_id": number, "chat": self._chat(), "date": 0, "text": self.mark("old")}
        await self.county.tell({"callback_query": {**query, "message": message}})

    def _message(self, content: dict[str, Any]) -> dict[str, Any]:
        date = int(self.county.now().timestamp())
        number = next(self.county.cable._numbers)
        head = {"message_id": number, "from": self._user(), "chat": self._chat(), "date": date}
        return {**head, **content}

    def _user(self) -> dict[str, Any]:
        return canary.user(self.number, self.language)

    def _chat(self) -> dict[str, Any]:
        names = ("first_name", "last_name", "username")
        return {"id": self.chat, "type": "private", **{n: self._user()[n] for n in names}}


def _said(action: Action) -> tuple[str, ...]:
    return (action.target, action.value, action.language, "")


async def settled(waiting: Sequence[Awaitable[object]]) -> None:
    """Let people talk at the same time."""
    await asyncio.gather(*waiting)


ANNA: Final = Caseworker("anna", "anna", "Anna Berger", frozenset())


async def staffed(county: MarkedCounty) -> Caseworker:
    """A caseworker of every team, so that each case has somebody."""
    teams = {queue.team for queue in county.house.texts.content.region.queues.values()}
    anna = Caseworker(ANNA.id, ANNA.login, ANNA.name, frozenset(teams))
    await county.act(lambda unit: unit.work.staff.save(anna, None))
    return anna
