"""Every way through a topic's questions, up to answers no condition tells apart.

Two options that make the same conditions true lead to the same place, so one of
them stands for both. What the ways are looked at for is in `checks/`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations

from bot.engine.rules import fields_of, truth
from bot.model.conditions import All, AnyOf, Compare, Condition, Is, Not
from bot.model.content import SKIPPED, Question, QuestionType, Topic
from bot.model.conversation import AnswerValue

Values = dict[str, AnswerValue]

_MOST_GROUPS = 6
"""A multi question's options fall into few groups; beyond this only single choices are tried."""

_SOME_DAY = date(2026, 1, 1)


def ways(questions: Sequence[Question], conditions: Iterable[Condition]) -> Iterator[Values]:
    """Each way through `questions`: the answers given on it, in order.

    `conditions` are those the answers are later held against; the questions' own
    are added. Ways that no condition can tell apart come once.
    """
    asked_about = [*conditions, *(question.when for question in questions)]
    atoms = list(dict.fromkeys(chain.from_iterable(_atoms(each) for each in asked_about)))
    choices = [
        (
            question,
            distinct_answers(question, [atom for atom in atoms if atom.field == question.id]),
        )
        for question in questions
    ]
    return _further({}, choices, 0)


def conditions_of(topic: Topic) -> list[Condition]:
    """The conditions that answers of `topic` decide: its cards' and its handoff's."""
    handoff = (topic.handoff.urgent_when, topic.handoff.independent_first_when)
    return [*(card.when for card in topic.cards), *(each for each in handoff if each is not None)]


def can_hold(condition: Condition, questions: Sequence[Question]) -> bool:
    """Whether some way through the questions makes `condition` true."""
    needed = _needed(fields_of(condition), questions)
    on_the_way = [question for question in questions if question.id in needed]
    return any(truth(condition, values) for values in ways(on_the_way, [condition]))


def _needed(fields: frozenset[str], questions: Sequence[Question]) -> set[str]:
    """`fields` and all fields that decide whether those are asked."""
    needed = set(fields)
    for question in reversed(questions):
        if question.id in needed:
            needed |= fields_of(question.when)
    return needed


def _further(
    values: Values, choices: list[tuple[Question, list[AnswerValue]]], number: int
) -> Iterator[Values]:
    while number < len(choices):
        question, answers = choices[number]
        number += 1
        if truth(question.when, values):
            for answer in answers:
                yield from _further({**values, question.id: answer}, choices, number)
            return
    yield values


def distinct_answers(question: Question, atoms: Sequence[Is | Compare]) -> list[AnswerValue]:
    """Answers to `question`, one for each way of making `atoms` true or false."""
    distinct: dict[tuple[bool | None, ...], AnswerValue] = {}
    for answer in _answers(question, atoms):
        signature = tuple(truth(atom, {question.id: answer}) for atom in atoms)
        distinct.setdefault(signature, answer)
    return list(distinct.values())


def _answers(question: Question, atoms: Sequence[Is | Compare]) -> list[AnswerValue]:
    bounds = [atom.bound for atom in atoms if isinstance(atom, Compare)]
    match question.type:
        case QuestionType.CHOICE | QuestionType.YES_NO | QuestionType.PLACE:
            return [*(option.id for option in question.offered), SKIPPED]
        case QuestionType.MULTI:
            return [*_choices(question, atoms), SKIPPED]
        case QuestionType.NUMBER:
            numbers = [bound for bound in bounds if isinstance(bound, Decimal)]
            return [*_numbers(question, numbers), SKIPPED]
        case QuestionType.DATE:
            days = [bound for bound in bounds if isinstance(bound, date)] or [_SOME_DAY]
            step = timedelta(days=1)
            return [*(day for at in days for day in (at - step, at, at + step)), SKIPPED]
        case QuestionType.TEXT:
            return ["x", SKIPPED]


def _choices(question: Question, atoms: Sequence[Is | Compare]) -> Iterator[tuple[str, ...]]:
    """Combinations of options, one option standing for all that conditions treat alike."""
    groups: dict[frozenset[int], str] = {}
    for option in question.offered:
        member = frozenset(
            number
            for number, atom in enumerate(atoms)
            if isinstance(atom, Is) and option.id in atom.values
        )
        groups.setdefault(member, option.id)
    alike = list(groups.values())
    most = len(alike) if len(alike) <= _MOST_GROUPS else 1
    for size in range(1, most + 1):
        yield from combinations(alike, size)


def _numbers(question: Question, bounds: list[Decimal]) -> list[Decimal]:
    """The numbers at, below and above each bound that the question accepts."""
    ends = [end for end in (question.minimum, question.maximum) if end is not None]
    tried = [*ends, *(each for at in bounds for each in (at - 1, at, at + 1))] or [Decimal(1)]
    low, high = question.minimum, question.maximum
    return [
        number
        for number in tried
        if (low is None or number >= low) and (high is None or number <= high)
    ]


def _atoms(condition: Condition) -> Iterator[Is | Compare]:
    match condition:
        case Is() | Compare():
            yield condition
        case Not(part):
            yield from _atoms(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _atoms(part)
