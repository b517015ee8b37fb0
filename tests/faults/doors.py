"""Two ways in over one PostgreSQL: what one person does at once comes to two replicas.

A message and a press go to different replicas at the same moment, and everything comes to both of
them once more, as when Telegram did not hear our 200. Each effect has to be there once, in whole.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from random import Random  # noqa: TID251 - which replica gets what, from a seed
from typing import Any, Final

from bot.channels.telegram.batch import Done, Reader
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import Intake
from bot.engine.cases import asked_action
from bot.model.buttons import encode
from bot.model.conversation import Consent, Conversation
from bot.model.tickets import AnswerItem, QuestionItem, TextItem
from bot.store.runner import ThreadRunner
from bot.store.sql import SqlStore
from bot.usecases import casework
from bot.usecases.ports import Work
from bot.usecases.room import Door
from bot.usecases.unit import Unit
from tests.channels.telegram.office import office
from tests.databases import opened
from tests.playing.house import House
from tests.store.examples import ticket
from tests.usecases.county import ANNA, LEVEL

PEOPLE: Final = 5
_FIRST: Final = 6_200_000_000


@dataclass(frozen=True, slots=True)
class Judged:
    """What is not as it has to be. `answered` are presses that were told to Telegram."""

    updates: int
    lost: int
    doubled: int
    broken: int
    unanswered: int


class Replica:
    """One way in, with a store of its own over the common database."""

    def __init__(self, store: SqlStore) -> None:
        self.house = replace(office(), store=store)
        self.runner = ThreadRunner(store, 4)
        self.answered: list[str] = []
        reader = Reader(Me(7600000001, "lotse_bot"), Door())
        self.intake = Intake(self.runner, self.unit, self, reader, self._after)

    def now(self) -> Any:
        return self.house.now

    def unit(self, work: Work) -> Unit:
        return self.house.unit_of(work)

    def _after(self, done: Done) -> None:
        self.answered += [answer.query for answer in done.answers]


def run(seed: int, database: str, rounds: int = 10) -> Judged:
    """Let everybody write and press `rounds` times at two replicas at once."""
    with ExitStack() as stack:
        replicas = [Replica(stack.enter_context(opened(database))) for _ in range(2)]
        try:
            codes = [_settled(replicas[0].house, number) for number in range(PEOPLE)]
            updates = asyncio.run(_played(replicas, codes, rounds, Random(seed)))  # noqa: S311
            return _judged(replicas, codes, rounds, updates)
        finally:
            for replica in replicas:
                replica.runner.close()


def _settled(house: House, number: int) -> str:
    """A person with an open case, who was asked a question in it."""
    person, code = f"person-{number}", f"CASE{number}"
    with house.unit() as unit:
        unit.work.staff.save(ANNA, None)
        consent = Consent("hash", "de", unit.now)
        talk = Conversation(person, "de", consent, ticket=code)
        unit.work.people.save(_FIRST + number, talk, unit.now)
        unit.work.tickets.save(ticket(code, queue="language", team="integration", person=person))
    with house.unit() as unit:
        casework.claim(unit, ANNA, code, None)
        casework.ask(unit, ANNA, code, None, LEVEL.id)
    return code


async def _played(
    replicas: Sequence[Replica], codes: Sequence[str], rounds: int, chance: Random
) -> int:
    number = 0
    for turn in range(rounds):
        calls = []
        for person, code in enumerate(codes):
            said, pressed = (
                _said(number + 1, person, turn),
                _pressed(number + 2, person, code, turn),
            )
            number += 2
            first, second = chance.sample(list(replicas), 2)
            calls += [first.intake.submit(said), second.intake.submit(pressed)]
            calls += [replica.intake.submit(chance.choice((said, pressed))) for replica in replicas]
        chance.shuffle(calls)
        await asyncio.gather(*calls)
        for replica in replicas:
            replica.house.pass_time(seconds=30)
    return number


def _said(number: int, person: int, turn: int) -> dict[str, Any]:
    chat, sender = _who(person)
    date = 1_795_305_600 + turn * 30
    said = {"message_id": 1000 + turn, "from": sender, "chat": chat, "date": date}
    return {"update_id": number, "message": {**said, "text": f"text {turn}"}}


def _pressed(number: int, person: int, code: str, turn: int) -> dict[str, Any]:
    """Answers to the caseworker's question, a different one each time."""
    chat, sender = _who(person)
    option = LEVEL.options[turn % len(LEVEL.options)].id
    data = encode(asked_action(code, LEVEL, option))
    message = {"message_id": 77, "date": 1_795_305_600, "chat": chat}
    press = {"id": f"press-{person}-{turn}", "from": sender, "chat_instance": "1", "data": data}
    return {"update_id": number, "callback_query": {**press, "message": message}}


def _who(person: int) -> tuple[dict[str, Any], dict[str, Any]]:
    number = _FIRST + person
    sender = {"id": number, "is_bot": False, "first_name": "B", "language_code": "de"}
    return {"id": number, "type": "private"}, sender


def _judged(replicas: Sequence[Replica], codes: Sequence[str], rounds: int, updates: int) -> Judged:
    lost = doubled = broken = 0
    for code in codes:
        with replicas[0].house.unit() as unit:
            items = unit.work.tickets.items(code)
            version = unit.work.tickets.load((code,), None)[code].version
        texts = Counter(item.body.text for item in items if isinstance(item.body, TextItem))
        wanted = {f"text {turn}" for turn in range(rounds)}
        lost += len(wanted - texts.keys())
        doubled += texts.total() - len(texts)
        answers = sum(isinstance(item.body, AnswerItem) for item in items)
        lost += max(0, rounds - answers)
        doubled += max(0, answers - rounds)
        numbers = [item.number for item in items]
        asked = sum(isinstance(item.body, QuestionItem) for item in items)
        # Each word and each answer is one version; claiming and asking were two before.
        whole = numbers == list(range(1, len(items) + 1)) and asked == 1
        broken += not (whole and version == 3 + texts.total() + answers)
    answered = {query for replica in replicas for query in replica.answered}
    return Judged(updates, lost, doubled, broken, len(codes) * rounds - len(answered))
