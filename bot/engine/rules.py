"""Conditions over answers, three-valued.

An unanswered or irrelevant field is unknown, and so is a skipped one in any
comparison but with itself. `not` unknown is unknown, `all` is false if any part is
false, `any` is true if any part is true. Unknown at the end counts as false.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from bot.model.conditions import All, AnyOf, Compare, Condition, Is, Not, Operator
from bot.model.content import SKIPPED
from bot.model.conversation import AnswerValue

Values = Mapping[str, AnswerValue]
"""Answer values by field id; only answered, relevant fields are in it."""


def holds(condition: Condition, values: Values) -> bool:
    """Whether `condition` is certainly true for `values`."""
    return truth(condition, values) is True


def truth(condition: Condition, values: Values) -> bool | None:
    """The truth of `condition`: True, False, or None for unknown."""
    match condition:
        case Is():
            return _is(values.get(condition.field), condition.values)
        case All():
            truths = [truth(part, values) for part in condition.parts]
            return False if False in truths else None if None in truths else True
        case AnyOf():
            truths = [truth(part, values) for part in condition.parts]
            return True if True in truths else None if None in truths else False
        case Not():
            inner = truth(condition.part, values)
            return None if inner is None else not inner
        case Compare():
            value = values.get(condition.field)
            return _compares(value, condition.operator, condition.bound)


def fields_of(condition: Condition) -> frozenset[str]:
    """All field ids that `condition` looks at."""
    match condition:
        case Is(field, _) | Compare(field, _, _):
            return frozenset({field})
        case Not(part):
            return fields_of(part)
        case All(parts) | AnyOf(parts):
            return frozenset().union(*(fields_of(part) for part in parts))


def _is(value: AnswerValue | None, wanted: frozenset[str]) -> bool | None:
    if value is None:
        return None
    if value == SKIPPED:
        return True if SKIPPED in wanted else None
    if isinstance(value, tuple):
        return not wanted.isdisjoint(value)
    return str(value) in wanted


def _compares(value: AnswerValue | None, operator: Operator, bound: Decimal | date) -> bool | None:
    if isinstance(value, Decimal) and isinstance(bound, Decimal):
        return _ordered(value.compare(bound), operator)
    if isinstance(value, date) and isinstance(bound, date):
        return _ordered((value - bound).days, operator)
    return None


def _ordered(difference: Decimal | int, operator: Operator) -> bool:
    match operator:
        case Operator.LT:
            return difference < 0
        case Operator.LTE:
            return difference <= 0
        case Operator.GT:
            return difference > 0
        case Operator.GTE:
            return difference >= 0
