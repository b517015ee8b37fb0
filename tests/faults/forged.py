"""Buttons nobody made: every action on every case by everybody, flipped bits, random bytes.

They come as Telegram would bring them, through the real intake. The store is put back before
each press. What a press must not touch is compared: the conversation, cases and messages of
somebody else.
"""

import asyncio
import random  # noqa: TID251 - what is forged, from a seed
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.channels.telegram.batch import Done, Reader
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import Intake
from bot.model.buttons import LITERAL_TARGETS, Do, encode, short
from bot.model.buttons import Action as ButtonAction
from bot.model.conversation import Consent, Conversation
from bot.model.records import RoomTopic
from bot.model.tickets import State, TextItem
from bot.store.runner import ThreadRunner
from bot.usecases.room import Door
from bot.usecases.unit import Policy
from tests.channels.telegram.office import office, texts
from tests.playing.house import MONDAY_MORNING, House
from tests.usecases.county import ANNA, BEN, JULE, County, handed_over

ROOM: Final = -1_000_000_000_009
FAMILY: Final = -1_000_000_000_010
VICTIM, MALLORY, STRANGER = 7_001, 7_002, 7_003
ANNAS, JULES, BENS = 501, 502, 503
SECRET: Final = "Geheimes-des-Opfers"

THEIRS: Final = {"VICTM1": "integration", "VICTM2": "jobcenter", "VICTM3": "integration"}
OWN: Final = "MALLO1"
CODES: Final = (*THEIRS, OWN, "NOSUCH", "", "VICTM1.x", "victm1", "ＶＩＣＴＭ１", "1")
VALUES: Final = ("", "received", "appointment", "advised", "none", "basic", "permit", "language")
ASKED: Final = (Do.ASKED, Do.ASKED_TOGGLE, Do.ASKED_CHOSEN)
QUESTIONS: Final = ("language_courses.level", "ask.weekday", "gone")
NUMBERS: Final = ("", "0", "1", "2", "5", "zz", "-1", "+1", " 1", "1_0", "z" * 12, "٣")
HALF, PUT_TOGETHER, FLIPPED, OUT_OF_NOTHING = 0.5, 0.7, 0.85, 0.97
"""Which share of the data is put together, up to which it is flipped, made of nothing; else odd."""

LANGUAGES: Final = ("", "de", "en", "zz", "../de", "DE")


@dataclass(frozen=True, slots=True)
class Presser:
    """Who presses, where, and whose cases they may change from there."""

    name: str
    who: int
    chat: int
    teams: frozenset[str] = frozenset()

    @property
    def private(self) -> bool:
        return self.chat > 0


PRESSERS: Final = (
    Presser("a stranger", STRANGER, STRANGER),
    Presser("another newcomer", MALLORY, MALLORY),
    Presser("another newcomer with the victim's chat", MALLORY, VICTIM),
    Presser("a caseworker in private", ANNAS, ANNAS),
    Presser("a caseworker in a strange group", ANNAS, FAMILY),
    Presser("a stranger in the room", STRANGER, ROOM),
    Presser("the newcomer in the room", MALLORY, ROOM),
    Presser("a caseworker who was switched off", BENS, ROOM),
    Presser("a caseworker of another team", JULES, ROOM, JULE.teams),
    Presser("a caseworker", ANNAS, ROOM, ANNA.teams),
)


@dataclass(frozen=True, slots=True)
class Forged:
    """How many presses there were, and what was wrong with them, a line each."""

    presses: int
    faults: tuple[str, ...]


class Stage:
    """The office with a victim, somebody else, a room, and the way in."""

    def __init__(self) -> None:
        self.house: House = office(Policy(room=True))
        self._set()
        self.runner = ThreadRunner(self.house.store, 1)
        reader = Reader(Me(7_600_000_001, "lotse_test_bot"), Door())
        self.intake = Intake(self.runner, self.house.unit_of, self, reader, self._after)
        self.answered: set[str] = set()
        store: Any = self.house.store
        self._state = store._state.copy()

    def _after(self, done: Done) -> None:
        self.answered |= {answer.query for answer in done.answers}

    def now(self) -> Any:
        return MONDAY_MORNING

    def _set(self) -> None:
        county = County(Policy(room=True), texts().content)
        store: Any = self.house.store
        county.store = store
        bodies = (*handed_over(), TextItem(SECRET))
        for thread, (code, team) in enumerate(THEIRS.items(), 5):
            closed = county.clock.now() if code == "VICTM3" else None
            state = State.CLOSED if closed else State.NEW
            queue = "work" if team == "jobcenter" else "language"
            changes = {"team": team, "queue": queue, "state": state, "closed": closed}
            county.ticket(code, *bodies, person="victim", language="de", **changes)
            with county.unit() as unit:
                unit.work.rooms.save(RoomTopic(code, thread))
        county.ticket(OWN, *handed_over(), person="mallory", language="de")
        with county.unit() as unit:
            for person, chat in (("victim", VICTIM), ("mallory", MALLORY)):
                consent = Consent("hash", "de", county.clock.now())
                unit.work.people.save(chat, Conversation(person, "de", consent), unit.now)
            unit.work.rooms.bind(ROOM)
            for one, phone in ((ANNA, ANNAS), (JULE, JULES), (BEN, BENS)):
                known = replace(one, telegram_id=phone, active=one is not BEN)
                unit.work.staff.save(known, None)

    @property
    def state(self) -> Any:
        store: Any = self.house.store
        return store._state

    def put_back(self) -> None:
        store: Any = self.house.store
        store._state = self._state.copy()

    def guarded(self, presser: Presser) -> dict[str, object]:
        """What this presser must leave as it is."""
        state = self.state
        codes = [code for code, team in THEIRS.items() if team not in presser.teams]
        return {
            "talk": state.talks.get(VICTIM) if not presser.teams else None,
            "tickets": [state.tickets[code] for code in codes],
            "items": [state.items.get(code) for code in codes],
            "audit": [entry for entry in state.audit if entry.ticket in codes],
            "staff": dict(state.staff),
            "rooms": list(state.rooms),
            "topics": dict(state.topics),
            "sent": [one for one in self.deliveries() if not presser.teams and one.chat == VICTIM],
        }

    def deliveries(self) -> list[Any]:
        return [row.delivery for row in self.state.outbox.values() if row.delivery is not None]


def run(seed: int, presses: int = 1500) -> Forged:
    """So many forged presses; the same seed forges the same."""
    chance = random.Random(seed)  # noqa: S311
    stage = Stage()

    async def all_of_them() -> list[str]:
        faults: list[str] = []
        for number in range(presses):
            presser = PRESSERS[number % len(PRESSERS)]
            data = _data(chance)
            faults += [
                f"{presser.name}, {data!r}: {fault}"
                for fault in await _press(stage, presser, data, number, chance)
            ]
        return faults

    try:
        return Forged(presses, tuple(asyncio.run(all_of_them())))
    finally:
        stage.runner.close()


async def _press(
    stage: Stage, presser: Presser, data: object, number: int, chance: random.Random
) -> list[str]:
    stage.put_back()
    before, quarantined = stage.guarded(presser), stage.intake.counts.quarantined
    known = len(stage.deliveries())
    await stage.intake.take([_update(presser, data, number, chance)])
    unanswered = [] if f"query-{number}" in stage.answered else ["the button spins"]
    return [*_judged(stage, presser, data, before, quarantined, known), *unanswered]


def _judged(
    stage: Stage,
    presser: Presser,
    data: object,
    before: dict[str, object],
    quarantined: int,
    known: int,
) -> Iterator[str]:
    for name, kept in stage.guarded(presser).items():
        if kept != before[name]:
            yield f"changed {name}"
    if isinstance(data, str) and stage.intake.counts.quarantined != quarantined:
        yield f"raised: {[reason for _, reason, _ in stage.state.quarantine.values()]}"
    for delivery in stage.deliveries()[known:]:
        if delivery.chat == VICTIM and not presser.teams:
            yield "wrote to somebody else"
        if SECRET in repr(delivery) and not presser.teams:
            yield "told what somebody else wrote"
        told = [code for code in THEIRS if code in repr(delivery.message)]
        if presser.private and told:
            yield f"named {told}"
    talk = stage.state.talks.get(presser.who)
    if talk is not None and talk.conversation.language not in {"de", "en"}:
        yield f"speaks {talk.conversation.language}"


def _data(chance: random.Random) -> object:
    """Button data: put together of known parts, with flipped bits, or out of nothing."""
    kind = chance.random()
    if kind < 0.7:
        return _put_together(chance)
    if kind < 0.85:
        real = bytearray(_put_together(chance).encode())
        for _ in range(chance.randint(1, 3)):
            real[chance.randrange(len(real))] ^= 1 << chance.randrange(8)
        return bytes(real).decode(errors="replace")
    if kind < 0.97:
        signs = (chance.randrange(256) for _ in range(chance.choice((1, 8, 63, 64, 65, 300))))
        return bytes(signs).decode("latin-1")
    odd: tuple[object, ...] = (None, 5, [], {}, True, "\ud800", "\x00" * 64, "." * 64)
    return chance.choice(odd)


def _put_together(chance: random.Random) -> str:
    """Mostly what a real button could say; about cases as often as about all the rest."""
    about_cases = chance.random() < HALF
    do = chance.choice(sorted(LITERAL_TARGETS) if about_cases else list(Do))
    target = chance.choice(CODES if do in LITERAL_TARGETS else [*texts().content.ids.values()])
    if do in ASKED and chance.random() < HALF:
        target += chance.choice(("~", "~", "", ":")) + short(chance.choice(QUESTIONS))
    value = chance.choice((*VALUES, *texts().content.ids.values()))
    made = encode(ButtonAction(do, target, value, below=chance.random() < HALF))
    head = [*made.split("."), "", "", ""][:3]
    number = "" if chance.random() < HALF else chance.choice(NUMBERS)
    return ".".join((*head, number, chance.choice(LANGUAGES)))


def _update(
    presser: Presser, data: object, number: int, chance: random.Random
) -> dict[str, object]:
    kind = "private" if presser.private else "supergroup"
    message: dict[str, object] = {
        "message_id": chance.choice((1, 0, -1, 2**31 - 1)),
        "date": chance.choice((0, int(MONDAY_MORNING.timestamp()))),
        "chat": {"id": presser.chat, "type": kind, "is_forum": not presser.private},
    }
    if not presser.private:
        message |= {"is_topic_message": True, "message_thread_id": chance.choice((5, 6, 7, 99))}
    person = {"id": presser.who, "is_bot": False, "first_name": "M", "language_code": "de"}
    press = {"id": f"query-{number}", "from": person, "message": message, "chat_instance": "1"}
    return {"update_id": 9_000_000 + number, "callback_query": {**press, "data": data}}


def written(who: int, text: str, number: int, language_code: object = "de") -> dict[str, object]:
    """Somebody's message in their private chat; `language_code` None: Telegram names none."""
    person: dict[str, object] = {"id": who, "is_bot": False, "first_name": "M"}
    if language_code is not None:
        person["language_code"] = language_code
    date = int(MONDAY_MORNING.timestamp()) + 30 * number
    chat = {"id": who, "type": "private"}
    message = {"message_id": number, "date": date, "chat": chat, "from": person, "text": text}
    return {"update_id": 8_000_000 + number, "message": message}
