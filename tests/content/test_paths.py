"""Ways through questions: enough of them to see everything, and no two alike."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.paths import can_hold, distinct_answers, ways
from bot.engine.rules import truth
from bot.model.conditions import ALWAYS, All, Compare, Condition, Is, Not, Operator
from bot.model.content import SKIPPED, Option, Question, QuestionType


def choice(name: str, *options: str, when: Condition = ALWAYS) -> Question:
    made = tuple(Option(option, option, option) for option in options)
    return Question(name, QuestionType.CHOICE, name, name, when=when, options=made)


def multi(name: str, *options: str) -> Question:
    made = tuple(Option(option, option, option) for option in options)
    return Question(name, QuestionType.MULTI, name, name, options=made)


def number(name: str, low: int, high: int) -> Question:
    ends = Decimal(low), Decimal(high)
    return Question(name, QuestionType.NUMBER, name, name, minimum=ends[0], maximum=ends[1])


def is_(field: str, *values: str) -> Is:
    return Is(field, frozenset(values))


def test_options_no_condition_tells_apart_come_once() -> None:
    asked = choice("a", "x", "y", "z")
    assert distinct_answers(asked, [is_("a", "x")]) == ["x", "y", SKIPPED]
    assert distinct_answers(asked, []) == ["x"]


def test_numbers_are_tried_at_and_beside_each_bound() -> None:
    under = Compare("a", Operator.LT, Decimal(18))
    answers = distinct_answers(number("a", 0, 120), [under])
    truths = [truth(under, {"a": answer}) for answer in answers]
    assert sorted(truths, key=str) == [False, None, True]


def test_numbers_out_of_range_are_not_tried() -> None:
    over = Compare("a", Operator.GT, Decimal(120))
    assert not can_hold(over, [number("a", 0, 120)])
    assert can_hold(over, [number("a", 0, 121)])


def test_multi_choices_are_tried_together() -> None:
    both = All((is_("a", "x"), is_("a", "y"), Not(is_("a", "z"))))
    assert can_hold(both, [multi("a", "x", "y", "z")])


def test_irrelevant_questions_are_not_on_the_way() -> None:
    first, second = choice("a", "x", "y"), choice("b", "p", "q", when=is_("a", "x"))
    found = [set(values) for values in ways([first, second], [is_("b", "p")])]
    assert found == [{"a", "b"}] * 3 + [{"a"}] * 2


@pytest.mark.parametrize(
    ("condition", "possible"),
    [
        (All((is_("a", "x"), is_("b", "p"))), True),
        (All((is_("a", "y"), is_("b", "p"))), False),
        (Not(is_("b", "p")), True),
        (All((is_("b", SKIPPED), is_("a", "x"))), True),
        (All((is_("a", "x"), Not(is_("a", "x")))), False),
    ],
)
def test_can_hold(condition: Condition, possible: bool) -> None:
    questions = [choice("a", "x", "y"), choice("b", "p", "q", when=is_("a", "x"))]
    assert can_hold(condition, questions) is possible


OPTIONS = ["x", "y", "z", SKIPPED]
ATOMS = st.builds(Is, st.sampled_from(["a", "b"]), st.frozensets(st.sampled_from(OPTIONS)))
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(Not, inner), st.lists(inner, min_size=1, max_size=3).map(lambda p: All(tuple(p)))
    ),
    max_leaves=6,
)


@given(CONDITIONS, CONDITIONS)
def test_the_few_ways_find_what_all_answers_find(when: Condition, wanted: Condition) -> None:
    first, second = choice("a", "x", "y", "z"), choice("b", "x", "y", "z")
    guard = when if "b" not in str(when) else is_("a", "x")
    second = choice("b", "x", "y", "z", when=guard)
    everything = []
    for a in OPTIONS:
        asked = truth(guard, {"a": a})
        everything += [{"a": a, "b": b} for b in OPTIONS] if asked else [{"a": a}]
    found = any(truth(wanted, values) for values in everything)
    assert can_hold(wanted, [first, second]) is found
