"""Why a condition holds or not: the parts of it that decide, with the answers they met.

Editors are shown this when a test fails or a card surprises them. What a condition
is worth is `bot.engine.rules`'s; how a reason reads is said where it is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine.rules import Values, truth
from bot.model.conditions import All, AnyOf, Compare, Condition, Is, Not
from bot.model.conversation import AnswerValue


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a condition that decides. `answer` is None where nothing was answered.

    `truth` is what the part itself is worth; `negated` tells whether the condition
    wants the opposite of it.
    """

    part: Is | Compare
    answer: AnswerValue | None
    truth: bool | None
    negated: bool = False

    @property
    def field(self) -> str:
        return self.part.field


def reasons(condition: Condition, values: Values) -> tuple[Reason, ...]:
    """The parts of `condition` that make it true, false or unknown for `values`, each once.

    Of a conjunction that fails only the failing parts are named, of an alternative
    that holds only the holding ones.
    """
    return tuple(dict.fromkeys(_deciding(condition, values, negated=False)))


def _deciding(condition: Condition, values: Values, *, negated: bool) -> Iterator[Reason]:
    match condition:
        case Is() | Compare():
            found = truth(condition, values)
            yield Reason(condition, values.get(condition.field), found, negated)
        case Not(part):
            yield from _deciding(part, values, negated=not negated)
        case All(parts) | AnyOf(parts):
            whole = truth(condition, values)
            for part in parts:
                if truth(part, values) is whole:
                    yield from _deciding(part, values, negated=negated)
