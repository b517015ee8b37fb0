"""Newcomers in front of a Lotse that runs as a process: they press what they were sent.

What they see is what came over the wire; where they go is said by a seed. They hold no more than
their last keyboard, so that thousands of them cost the measuring machine little.
"""

import json
import random  # noqa: TID251 - where they go, from a seed
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from bot.model.buttons import Do
from tests.benchmarks.growth_telegram import Shown, pressed, written
from tests.benchmarks.growth_walking import LEFT_ALONE

_PERSON: Final = frozenset({Do.PERSON, Do.QUEUE, Do.SEND, Do.SUMMARY, Do.NO_TEXT})
_UNPRESSED: Final = frozenset(do.value for do in (LEFT_ALONE - {Do.LANGUAGE}) | _PERSON)


@dataclass
class Person:
    """One newcomer. `asked` is when something was sent that has no answer yet; 0: nothing."""

    who: int
    chance: random.Random
    data: tuple[str, ...] = ()
    message: int = 0
    asked: float = 0.0
    answered: int = 0


class Crowd:
    """All newcomers of a measurement. `shown` is for the Bot API, in its thread."""

    def __init__(self, people: Iterable[int], seed: int = 0) -> None:
        self.people = {
            who: Person(who, random.Random(f"{seed} {who}"))  # noqa: S311
            for who in people
        }
        self.waits: list[float] = []
        self.told: Callable[[Person], None] = _nobody
        self._numbers = count(1)

    def shown(self, shown: Shown) -> None:
        """Somebody sees a message: its buttons are what they press next."""
        person = self.people.get(shown.chat)
        if person is None:
            return
        markup = shown.params.get("reply_markup") or {}
        rows = json.loads(markup) if isinstance(markup, str) else markup
        found = tuple(
            button["callback_data"]
            for row in rows.get("inline_keyboard", ())
            for button in row
            if _pressed(button.get("callback_data", ""))
        )
        if found:
            person.data, person.message = found, shown.message
        if person.asked:
            self.waits.append(time.monotonic() - person.asked)
            person.asked, person.answered = 0.0, person.answered + 1
            self.told(person)

    def next_of(self, person: Person) -> dict[str, Any]:
        """What the person does next."""
        number, date = next(self._numbers), int(time.time())  # noqa: TID251 - Telegram's dates
        person.asked = time.monotonic()
        if not person.data or person.chance.random() < 0.02:
            return written(person.who, number, "/menu" if person.answered else "/start", date)
        data = person.chance.choice(person.data)
        return pressed(person.who, person.message, data, number, date)

    def idle(self, patience: float) -> list[Person]:
        """Who has their answer, or has waited so long that they try again."""
        now = time.monotonic()
        return [one for one in self.people.values() if now - one.asked > patience or not one.asked]


def _pressed(data: str) -> bool:
    return bool(data) and data.partition(".")[0].removesuffix("!") not in _UNPRESSED


def _nobody(_: Person) -> None:
    """Nobody waits for an answer."""
