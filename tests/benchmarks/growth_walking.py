"""Newcomers who wander through the real content by a seed, and what they leave behind.

They press buttons they see, as `tests.playing.newcomer` does; what would end the walk (erasing,
another language) is left alone. Conversations and cases of some walks are the patterns of which
`growth_filling` makes many.
"""

import random  # noqa: TID251 - where they go, from a seed
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.model.buttons import Action, Button, Do
from bot.model.conversation import Conversation
from bot.model.tickets import Item, Ticket
from bot.usecases.unit import Policy
from tests.playing.house import House, county
from tests.playing.newcomer import Newcomer

WALKS: Final = 20
STEPS: Final = 24
LANGUAGES: Final = ("de", "uk", "ar", "en")
LEFT_ALONE: Final = frozenset(
    {Do.LANGUAGE, Do.LANGUAGES, Do.LANGUAGE_MISSING, Do.READ_ONLY, Do.NOTICE, Do.NOTICE_MORE}
    | {Do.EXPORT, Do.DELETE, Do.DELETE_NOW, Do.NO_HANDOFF}
)
_TO_A_CASE: Final = (Do.SEND, Do.NO_TEXT, Do.SUMMARY, Do.QUEUE, Do.PERSON)
"""Pressed before anything else by somebody who wants a person."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Real conversations and cases, as the store would keep them."""

    conversations: tuple[Conversation, ...]
    cases: tuple[tuple[Ticket, tuple[Item, ...]], ...]


def pressed(
    chance: random.Random,
    keyboard: Sequence[Sequence[Button]],
    *,
    to_a_case: bool,
    shunned: frozenset[Do] = frozenset(),
) -> Action | None:
    """The button somebody presses next; None if there is none to go on with."""
    actions = [button.action for row in keyboard for button in row if button.action]
    if to_a_case:
        for do in _TO_A_CASE:
            for action in actions:
                if action.do is do:
                    return action
    never = {*LEFT_ALONE, *_TO_A_CASE, *shunned}
    some = [action for action in actions if action.do not in never]
    return chance.choice(some) if some else None


@cache
def patterns() -> Patterns:
    """What `WALKS` newcomers leave behind; half of them have asked for a person."""
    house = House(policy=Policy(), texts=county())
    people = [_walked(house, number) for number in range(WALKS)]
    with house.unit() as unit:
        there = unit.work.people.load([one.telegram_id for one in people])
        cases = [
            (ticket, unit.work.tickets.items(ticket.code))
            for one in there.values()
            for ticket in unit.work.tickets.of_people([one.person])[one.person]
        ]
    return Patterns(tuple(there.values()), tuple(cases))


def _walked(house: House, number: int) -> Newcomer:
    chance = random.Random(number)  # noqa: S311
    language = LANGUAGES[number % len(LANGUAGES)]
    one = Newcomer(house, 7000 + number, language)
    one.send("/start")
    for do in (Do.LANGUAGE, Do.AGREE):
        one.press_action(next(found for found in _actions(one) if found.do is do), one.last.id)
    for step in range(STEPS):
        wants = number % 2 == 1 and step > STEPS // 2
        action = pressed(chance, one.last.message.keyboard, to_a_case=wants)
        if action is not None:
            one.press_action(action, one.last.id)
        else:
            one.send("/menu")
    return one


def _actions(one: Newcomer) -> Iterator[Action]:
    return (button.action for button, _ in one.last.buttons() if button.action)
