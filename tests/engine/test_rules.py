"""The truth table of conditions, which is also a page of the editors' docs."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.rules import fields_of, holds, truth
from bot.model.conditions import ALWAYS, All, AnyOf, Compare, Condition, Is, Not, Operator
from bot.model.conversation import AnswerValue

IS = Is("level", frozenset({"none", "basic"}))
YOUNG = Compare("age", Operator.LT, Decimal(18))
FIELDS = ("a", "b", "c")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, None),
        ({"level": "none"}, True),
        ({"level": "good"}, False),
        ({"level": "skipped"}, None),
        ({"level": ("good", "basic")}, True),
        ({"level": ("good",)}, False),
    ],
)
def test_one_of(values: dict[str, AnswerValue], expected: bool | None) -> None:
    assert truth(IS, values) is expected


def test_skipped_is_equal_to_itself_only() -> None:
    assert truth(Is("level", frozenset({"skipped"})), {"level": "skipped"}) is True
    assert truth(Not(IS), {"level": "skipped"}) is None


@pytest.mark.parametrize(
    ("value", "operator", "bound", "expected"),
    [
        (Decimal(17), Operator.LT, Decimal(18), True),
        (Decimal(18), Operator.LT, Decimal(18), False),
        (Decimal(18), Operator.LTE, Decimal(18), True),
        (Decimal(18), Operator.GT, Decimal(18), False),
        (Decimal(18), Operator.GTE, Decimal(18), True),
        (date(2026, 11, 22), Operator.LT, date(2026, 12, 1), True),
        ("skipped", Operator.LT, Decimal(18), None),
        (date(2026, 11, 22), Operator.LT, Decimal(18), None),
    ],
)
def test_comparison(
    value: AnswerValue, operator: Operator, bound: Decimal | date, expected: bool | None
) -> None:
    assert truth(Compare("age", operator, bound), {"age": value}) is expected


TRUTHS = {True: {"x": "yes"}, False: {"x": "no"}, None: {}}
YES = Is("x", frozenset({"yes"}))


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, None, None, None),
    ],
)
def test_all_and_any(
    left: bool | None, right: bool | None, both: bool | None, either: bool | None
) -> None:
    values = {
        name: "yes" if known else "no"
        for name, known in (("l", left), ("r", right))
        if known is not None
    }
    parts = (Is("l", frozenset({"yes"})), Is("r", frozenset({"yes"})))
    assert truth(All(parts), values) is both
    assert truth(All(parts[::-1]), values) is both
    assert truth(AnyOf(parts), values) is either
    assert truth(AnyOf(parts[::-1]), values) is either


@pytest.mark.parametrize(("inner", "outer"), [(True, False), (False, True), (None, None)])
def test_not(inner: bool | None, outer: bool | None) -> None:
    assert truth(Not(YES), TRUTHS[inner]) is outer


def test_unknown_counts_as_false_at_the_end() -> None:
    assert holds(ALWAYS, {})
    assert not holds(IS, {})
    assert not holds(Not(IS), {})


leaves = st.builds(
    Is, st.sampled_from(FIELDS), st.frozensets(st.sampled_from(["yes", "no"]), min_size=1)
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
answers = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["yes", "no"]))


@given(conditions, answers)
def test_further_answers_never_reverse_what_is_known(
    condition: Condition, values: dict[str, AnswerValue]
) -> None:
    known = truth(condition, values)
    for field in FIELDS:
        more = {field: "yes", **values}
        if known is not None:
            assert truth(condition, more) is known


@given(conditions, answers)
def test_only_the_fields_it_names_matter(
    condition: Condition, values: dict[str, AnswerValue]
) -> None:
    named = {field: value for field, value in values.items() if field in fields_of(condition)}
    assert truth(condition, named) is truth(condition, values)
