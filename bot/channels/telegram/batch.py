"""What one transaction does with a batch of updates: read, act, remember that they were seen.

Plain functions inside a unit of work. Who calls them, and what happens when one raises, is in
`intake`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from bot.channels.telegram.incoming import (
    UNREADABLE,
    Malformed,
    Me,
    Read,
    private_sender,
    query_id,
    read,
)
from bot.channels.telegram.throttle import Pass
from bot.model import wording
from bot.model.buttons import Action, Button, Do
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Block, Phrase
from bot.model.records import Incoming
from bot.model.turns import Ignored, Message, Toast
from bot.usecases import room
from bot.usecases.converse import Arrival, converse_all, danger_in, language_of
from bot.usecases.notices import ROOM_LANGUAGE
from bot.usecases.room_events import Binding, RoomArrival
from bot.usecases.unit import Unit


@dataclass(frozen=True, slots=True)
class Answer:
    """What a press is answered with, beside the outbox. No phrase: only that it arrived."""

    query: str
    phrase: Phrase | None = None
    language: str = ROOM_LANGUAGE


@dataclass(frozen=True, slots=True)
class Done:
    """What is left to do after the commit.

    `dangers` are those answered in what was dropped, as (Telegram id, kind). `troubles` and
    `usable` are news of the caseworkers' group, as in `room.Outcomes`. `malformed` are the ids of
    updates of an impossible shape, which are in quarantine now. `taken` says that what goes out
    because of them was taken for sending already.
    """

    answers: tuple[Answer, ...] = ()
    dangers: tuple[tuple[int, str], ...] = ()
    leave: tuple[int, ...] = ()
    troubles: tuple[str, ...] = ()
    usable: bool = False
    malformed: tuple[int, ...] = ()
    taken: bool = False


@dataclass(slots=True)
class Reader:
    """What reading needs beside the update: who we are (once we know), and the room's door."""

    me: Me
    door: room.Door

    def read(self, unit: Unit, update: Incoming) -> Read:
        return read(update.body, unit.content.ids, self.me)


def act(
    unit: Unit,
    updates: Sequence[Incoming],
    passes: Mapping[int, Pass],
    reader: Reader,
    answered: Mapping[int, frozenset[str]],
) -> Done:
    """Carry out those of `updates` that are new, in order, and mark them as seen.

    Presses are answered in any case: the button of a doubled or dropped one spins too. Danger
    is heard in what is dropped: each kind once, but for those that are `answered` (by person).
    What has an impossible shape is put aside here, with the others going on.
    """
    fresh = unit.work.updates.unseen(updates)
    results = _Results()
    readings: list[tuple[Incoming, Read]] = []
    for one in fresh:
        verdict = passes.get(one.update_id, Pass.YES)
        what = None if verdict is Pass.ECHO else _read(unit, one, reader, results)
        if what is not None and (verdict is Pass.YES or _alarming(unit, what, answered, results)):
            readings.append((one, what))
    for is_talk, group in groupby(readings, key=lambda pair: isinstance(pair[1], Arrival)):
        if is_talk:
            _talk(unit, list(group), results)
        else:
            for one, what in group:
                _other(unit, one, what, reader.door, results)
    for one in fresh:
        if passes.get(one.update_id) is Pass.NO_AND_SAY_SO:
            write_to_sender(unit, one, wording.PLEASE_WAIT)
    unit.work.updates.seen(fresh, unit.now)
    return results.done(updates)


def _read(unit: Unit, update: Incoming, reader: Reader, results: "_Results") -> Read | None:
    """What the update says; None if it is put aside because of its shape."""
    try:
        return reader.read(unit, update)
    except Malformed as error:
        results.malformed.append(update.update_id)
        _keep(unit, update, f"Malformed: {error}")
        write_to_sender(unit, update, wording.TROUBLE)
        return None


def _alarming(
    unit: Unit, what: Read, answered: Mapping[int, frozenset[str]], results: "_Results"
) -> bool:
    """Whether what is to be dropped is a danger not answered yet."""
    kind = danger_in(unit, what.event) if isinstance(what, Arrival) else None
    if kind is None or not isinstance(what, Arrival):
        return False
    person = what.sender.telegram_id
    if kind in answered.get(person, frozenset()) or (person, kind) in results.dangers:
        return False
    results.dangers[person, kind] = None
    return True


class _Results:
    """What gathers beside the outbox while a batch is carried out."""

    def __init__(self) -> None:
        self.toasts: dict[str, Answer] = {}
        self.dangers: dict[tuple[int, str], None] = {}
        self.leave: list[int] = []
        self.troubles: list[str] = []
        self.usable = False
        self.malformed: list[int] = []

    def toast(self, update: Incoming, toasts: Sequence[Toast], language: str) -> None:
        query = query_id(update.body)
        if query is not None and toasts:
            self.toasts[query] = Answer(query, toasts[-1].phrase, language)

    def done(self, updates: Sequence[Incoming]) -> Done:
        queries = (query_id(update.body) for update in updates)
        answers = tuple(self.toasts.get(query, Answer(query)) for query in queries if query)
        return Done(
            answers,
            tuple(self.dangers),
            tuple(self.leave),
            tuple(self.troubles),
            self.usable,
            tuple(self.malformed),
        )


def _talk(unit: Unit, pairs: Sequence[tuple[Incoming, Read]], results: _Results) -> None:
    arrivals = [what for _, what in pairs if isinstance(what, Arrival)]
    for (update, _), beside in zip(pairs, converse_all(unit, arrivals), strict=True):
        results.toast(update, beside.toasts, beside.language)


def _other(unit: Unit, update: Incoming, what: Read, door: room.Door, results: _Results) -> None:
    match what:
        case RoomArrival():
            outcomes = room.receive(unit, what, door)
            results.toast(update, outcomes.toasts, ROOM_LANGUAGE)
            if outcomes.leave is not None:
                results.leave.append(outcomes.leave)
            if outcomes.trouble:
                results.troubles.append(outcomes.trouble)
            results.usable = results.usable or outcomes.usable
        case Binding():
            room.bind_account(unit, what)
        case Ignored() | Arrival():
            pass


def put_aside(unit: Unit, update: Incoming, reason: str) -> None:
    """Keep an update nobody can handle for the county's IT, and count it as seen."""
    _keep(unit, update, reason)
    unit.work.updates.seen((update,), unit.now)


def _keep(unit: Unit, update: Incoming, reason: str) -> None:
    """Put the update into quarantine, without its body if not even that can be written down."""
    try:
        unit.work.updates.quarantine(update, reason, unit.now)
    except RecursionError:
        bare = {"update_id": update.update_id, UNREADABLE: "nested too deeply"}
        unit.work.updates.quarantine(replace(update, body=bare), reason, unit.now)
    unit.work.figures.add(unit.today, "quarantined", 1)


_WAY_ON: Final = ((wording.MENU, Do.HOME), (wording.PERSON, Do.PERSON))


def write_to_sender(unit: Unit, update: Incoming, key: str) -> None:
    """Write to whoever sent the update, with a way on: the menu and a person."""
    sender = private_sender(update.body)
    if sender is None:
        return
    language = language_of(unit, sender)
    rows = tuple((Button(Phrase(label), Action(do, language=language)),) for label, do in _WAY_ON)
    message = Message((Block(Phrase(key)),), rows)
    delivery = Delivery(Channel.CHAT, Act.SEND, language, message, chat=sender.telegram_id)
    unit.work.outbox.put((delivery,), unit.now)
