"""The stage on which the rules of the machine play: a world, and what is looked at after a rule."""

from dataclasses import fields
from typing import Any, ClassVar, Final, Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from bot.channels.telegram.batch import Done
from bot.model.outbox import Fate
from bot.store.memory.state import State
from tests.faults.machine_truths import Truths
from tests.faults.machine_world import Phone, World

people = st.integers(0, 2)
places = st.integers(0, 120)

_AGREE: Final = 10
"""The real store is compared with its model after so many steps, and in the end."""


class Opening(Protocol):
    """Makes a fresh world for each series of steps, and counts them."""

    steps: int

    def world(self) -> World: ...


class Stage(RuleBasedStateMachine):
    """Begins with an empty county; `settle` is the end of every rule."""

    opening: ClassVar[Opening]

    def __init__(self) -> None:
        super().__init__()
        self.world = self.opening.world()
        self.truths = Truths(self.world)
        self.steps = 0

    def phone(self, number: int) -> Phone:
        return list(self.world.phones.values())[number]

    def settle(self, phone: Phone | None = None, fate: Fate = Fate.SENT) -> None:
        """Look whether everything is as it must be, then let all messages arrive."""
        self.truths.hold()
        self.world.deliver((fate,))
        self.truths.hold()
        self.world.edited = False
        self.steps += 1
        self.opening.steps += 1
        if self.steps % _AGREE == 0:
            self.truths.agree()

    def answered(self, phone: Phone, done: Done) -> None:
        """There is a way on: something to press is on the screen."""
        self.settle(phone)
        assert done.malformed == ()
        assert phone.buttons or self.held_up(phone), "there is no way on"

    def held_up(self, phone: Phone) -> bool:
        """Whether something waits for this chat because an earlier attempt failed."""
        rows = self.world.state.outbox.values()
        return any(row.delivery and row.delivery.chat == phone.telegram_id for row in rows)

    def unchanged(self, before: State) -> None:
        """Nothing differs from `before`."""
        for one in fields(State):
            now: Any = getattr(self.world.state, one.name)
            assert now == getattr(before, one.name), one.name
        self.settle()

    def teardown(self) -> None:
        self.truths.agree()
        self.world.database.close()
