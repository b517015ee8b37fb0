"""The parts of a condition that decide: enough of them, and none too many."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.reasons import Reason, reasons
from bot.engine.rules import Values, truth
from bot.model.conditions import ALWAYS, All, AnyOf, Compare, Condition, Is, Not, Operator
from bot.model.content import SKIPPED

GOOD = Is("t.level", frozenset({"good"}))
LOW = Is("t.level", frozenset({"none", "basic"}))
CHILD = Is("t.childcare", frozenset({"yes"}))
YOUNG = Compare("t.age", Operator.LT, Decimal(18))


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        (ALWAYS, {}, ()),
        (GOOD, {"t.level": "good"}, (Reason(GOOD, "good", True),)),
        (GOOD, {}, (Reason(GOOD, None, None),)),
        (GOOD, {"t.level": SKIPPED}, (Reason(GOOD, SKIPPED, None),)),
        (
            All((LOW, CHILD)),
            {"t.level": "good", "t.childcare": "yes"},
            (Reason(LOW, "good", False),),
        ),
        (
            All((LOW, CHILD)),
            {"t.level": "none", "t.childcare": "yes"},
            (Reason(LOW, "none", True), Reason(CHILD, "yes", True)),
        ),
        (All((LOW, CHILD)), {"t.level": "none"}, (Reason(CHILD, None, None),)),
        (AnyOf((GOOD, CHILD)), {"t.level": "good"}, (Reason(GOOD, "good", True),)),
        (
            AnyOf((GOOD, CHILD)),
            {"t.level": "none", "t.childcare": "no"},
            (Reason(GOOD, "none", False), Reason(CHILD, "no", False)),
        ),
        (Not(GOOD), {"t.level": "good"}, (Reason(GOOD, "good", True, negated=True),)),
        (Not(Not(YOUNG)), {"t.age": Decimal(17)}, (Reason(YOUNG, Decimal(17), True),)),
        (AnyOf((CHILD, CHILD)), {"t.childcare": "yes"}, (Reason(CHILD, "yes", True),)),
    ],
)
def test_what_decides(condition: Condition, values: Values, expected: tuple[Reason, ...]) -> None:
    assert reasons(condition, values) == expected


PARTS: st.SearchStrategy[Condition] = st.sampled_from([GOOD, LOW, CHILD, YOUNG])
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: All(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(lambda parts: AnyOf(tuple(parts)), st.lists(inner, max_size=3)),
    ),
    max_leaves=8,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "t.level": st.sampled_from(["none", "basic", "good", SKIPPED]),
        "t.childcare": st.sampled_from(["yes", "no", SKIPPED]),
        "t.age": st.sampled_from([Decimal(17), Decimal(18)]),
    },
)


@given(CONDITIONS, ANSWERS)
def test_the_answers_named_decide_alone(condition: Condition, values: Values) -> None:
    """Whatever else had been answered, with the same answers to these questions it is the same.

    Unknown may become known with further answers; true and false stay.
    """
    decided = truth(condition, values)
    named = {reason.field for reason in reasons(condition, values)}
    kept = {field: value for field, value in values.items() if field in named}
    if decided is not None:
        assert truth(condition, kept) is decided


@given(CONDITIONS, ANSWERS)
def test_each_reason_tells_the_truth(condition: Condition, values: Values) -> None:
    for reason in reasons(condition, values):
        assert reason.answer == values.get(reason.field)
        assert reason.truth is truth(reason.part, values)
        assert reason.part in set(parts_of(condition))


def parts_of(condition: Condition) -> Iterator[Is | Compare]:
    match condition:
        case Is() | Compare():
            yield condition
        case Not(part):
            yield from parts_of(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from parts_of(part)
