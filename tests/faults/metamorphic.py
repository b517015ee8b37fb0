"""Doubling, swapping and repeating what Telegram delivers must not change what comes of it.

A conversation of a newcomer and a caseworker is written down as updates. Telegram keeps the order
of a chat's messages and of a person's presses; the two may overtake each other, everything may
come several times, and whole batches may come again. The final state is compared with that of the
clean run: always for repetitions, and for swaps where the press and the message have nothing to
do with each other.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random  # noqa: TID251 - seeded, repeatable
from typing import Any, Final

from bot.channels.telegram import batch
from bot.channels.telegram.batch import Reader
from bot.channels.telegram.incoming import Me, incoming
from bot.model.buttons import Action, Do, encode
from bot.model.outbox import Act, Channel
from bot.store.memory import MemoryStore
from bot.usecases.ports import Store, Work
from bot.usecases.room import Door
from bot.usecases.unit import Unit
from tests.channels.telegram.office import office
from tests.playing.house import House

Update = dict[str, Any]

PERSON: Final = 7001
STEPS: Final = 14
MOST: Final = 5
"""So often one update may come."""

SILENT: Final = ("Vielen Dank", "Noch eine Frage", "Wann ist der Kurs?", "Ich warte")
LEVELS: Final = ("none", "basic")
PAPERS: Final = ("permit", "none")


@dataclass(frozen=True, slots=True)
class Figures:
    """How many updates came, clean and disturbed, and how many final states differ."""

    updates: int
    deliveries: int
    differ: int


@dataclass(frozen=True)
class Written:
    """A conversation as two queues: messages of the chat, presses of the person."""

    updates: tuple[Update, ...]

    def disturbed(self, chance: Random) -> list[list[Update]]:
        """The same in batches: doubled, repeated, presses and messages overtaking each other."""
        queues = [
            [one for one in self.updates if kind in one] for kind in ("message", "callback_query")
        ]
        mixed: list[Update] = []
        while any(queues):
            queue = chance.choice([one for one in queues if one])
            mixed.extend([queue.pop(0)] * chance.choice((1, 1, 1, 2, MOST)))
        return _batches(mixed, chance)

    def repeated(self, chance: Random) -> list[list[Update]]:
        """The same in order, each up to `MOST` times, and whole batches again at any time."""
        doubled = [one for one in self.updates for _ in range(chance.randint(1, MOST))]
        batches = _batches(doubled, chance)
        again: list[list[Update]] = []
        for number, one in enumerate(batches, 1):
            again.append(one)
            if chance.random() < 0.3:
                again.append(batches[chance.randrange(number)])
        return again


def run(seed: int, open_store: Callable[[], Store] = MemoryStore) -> Figures:
    """Play one conversation clean, then disturbed in both ways; compare what is left."""
    chance = Random(seed)  # noqa: S311 - a test's own, repeatable
    written = _written(chance)
    clean = _played(open_store(), [[one] for one in written.updates])
    repeated = written.repeated(chance)
    differ = int(_played(open_store(), repeated) != clean)
    swapped, count = _swappable(chance), 0
    reference = _played(open_store(), [[one] for one in swapped.updates])
    for _ in range(2):
        batches = swapped.disturbed(chance)
        count += sum(map(len, batches))
        differ += int(_played(open_store(), batches) != reference)
    sent = sum(map(len, repeated)) + count
    return Figures(len(written.updates) + len(swapped.updates), sent, differ)


# --- conversations ------------------------------------------------------------------------


def _written(chance: Random) -> Written:
    """Consent, a topic, a case with words in it, and then whatever comes to mind."""
    maker = _Maker()
    maker.begin(chance)
    for _ in range(STEPS):
        match chance.randrange(7):
            case 0:
                maker.press(Do.TOPIC, "language_courses")
            case 1:
                maker.press(Do.ANSWER, "language_courses.level", chance.choice(LEVELS), 1)
            case 2:
                maker.press(Do.ANSWER, "person.paper", chance.choice(PAPERS), 1)
            case 3:
                maker.say(chance.choice(("/menu", "/status", "/person", "/privacy")))
            case 4:
                maker.press(Do.LEAVE_CASE)
            case 5:
                maker.say("2")
            case _:
                maker.say(chance.choice(SILENT))
    return Written(tuple(maker.updates))


def _swappable(chance: Random) -> Written:
    """Words for the case beside presses that correct answers: they have nothing in common."""
    maker = _Maker()
    maker.begin(chance)
    begun = len(maker.updates)
    for _ in range(STEPS):
        if chance.random() < 0.5:
            maker.say(chance.choice(SILENT))
        else:
            maker.press(Do.CARD, "language_courses.integration")
    return _Begun(tuple(maker.updates), begun)


@dataclass(frozen=True)
class _Begun(Written):
    """As `Written`; the first `begun` updates have arrived already, however often."""

    begun: int

    def disturbed(self, chance: Random) -> list[list[Update]]:
        later = Written(self.updates[self.begun :])
        return [[one] for one in self.updates[: self.begun]] + later.disturbed(chance)


class _Maker:
    """Writes updates down as Telegram numbers them."""

    def __init__(self) -> None:
        self.updates: list[Update] = []

    def begin(self, chance: Random) -> None:
        """Agree, open a topic, and hand over to a caseworker."""
        self.press(Do.AGREE, language="de")
        self.press(Do.TOPIC, "language_courses")
        self.press(Do.ANSWER, "person.paper", chance.choice(PAPERS), 1)
        self.press(Do.ANSWER, "language_courses.level", chance.choice(LEVELS), 1)
        self.press(Do.PERSON, "language_courses")
        self.press(Do.QUEUE, "language")
        self.say("Ich suche einen Kurs")
        self.press(Do.SEND)

    def press(
        self, do: Do, target: str = "", value: str = "", number: int = 0, language: str = ""
    ) -> None:
        data = encode(Action(do, target, value, number, language))
        place = {"message_id": 1, "chat": {"id": PERSON, "type": "private"}}
        self._add("callback_query", {"data": data, "message": place})

    def say(self, text: str) -> None:
        self._add("message", {"text": text, "chat": {"id": PERSON, "type": "private"}})

    def _add(self, kind: str, content: Update) -> None:
        number = len(self.updates) + 1
        name = {"id": f"q{number}"} if kind == "callback_query" else {"message_id": 100 + number}
        whole = {**name, "from": {"id": PERSON, "language_code": "de"}, **content}
        self.updates.append({"update_id": number, kind: whole})


def _batches(updates: list[Update], chance: Random) -> list[list[Update]]:
    batches: list[list[Update]] = []
    while updates:
        size = chance.randint(1, 6)
        batches.append(updates[:size])
        updates = updates[size:]
    return batches


# --- playing ------------------------------------------------------------------------------


def _played(store: Store, batches: list[list[Update]]) -> Any:
    """What is left of a conversation: the person, their tickets, and all that was sent."""
    house = replace(office(), store=store)
    reader = Reader(Me(76, "lotse_bot"), Door())
    sent: list[Any] = []
    for bodies in batches:
        _taken(house, reader, bodies)
        sent.extend(_sent(house))
    with house.unit() as unit:
        return _left(unit), sorted(map(repr, sent))


def _taken(house: House, reader: Reader, bodies: list[Update]) -> None:
    with house.unit() as unit:
        batch.act(unit, [incoming(body) for body in bodies], {}, reader, {})


def _sent(house: House) -> list[Any]:
    """Everything said to the newcomer for good; menus replace each other on one message."""
    numbers = iter(range(10**9))
    return [
        delivery.message
        for delivery, _ in house.sent(numbers)
        if delivery.channel is Channel.CHAT and delivery.act is Act.SEND
    ]


def _left(unit: Unit) -> Any:
    work: Work = unit.work
    conversation = work.people.load([PERSON])[PERSON]
    tickets = work.tickets.of_people([conversation.person])[conversation.person]
    return (
        replace(conversation, person=""),
        [replace(one, person=None, code="") for one in tickets],
        [[item.body for item in work.tickets.items(one.code)] for one in tickets],
        [[entry.what for entry in work.tickets.audit_trail(one.code)] for one in tickets],
    )
