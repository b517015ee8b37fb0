"""Why something came or did not, in the words of the files: ids as editors write them.

`testing.py` says this of tests that fail. Conditions in the words of newcomers are
`plain.py`'s.
"""

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from bot.content.problems import listed
from bot.engine.reasons import Reason, reasons
from bot.engine.rules import Values, holds
from bot.model.conditions import Compare, Condition, Is, Operator
from bot.model.content import SKIPPED
from bot.model.conversation import AnswerValue

_COMPARED = {
    Operator.LT: "less than",
    Operator.LTE: "at most",
    Operator.GT: "more than",
    Operator.GTE: "at least",
}


def because(condition: Condition, values: Values, topic: str) -> str:
    """The answers that decide `condition`, as one sentence without its first word."""
    said = list(dict.fromkeys(_told(condition, values, topic)))
    return " and ".join(said) if said else "nothing is asked of it: it has no `when`"


def _told(condition: Condition, values: Values, topic: str) -> Iterator[str]:
    held = holds(condition, values)
    for reason in reasons(condition, values):
        yield _met(reason, topic) if held else _missed(reason, topic)


def _met(reason: Reason, topic: str) -> str:
    name = short(reason.field, topic)
    if reason.answer is None:
        return f"`{name}` is not answered"
    return f"`{name}` is {written(reason.answer)}"


def _missed(reason: Reason, topic: str) -> str:
    """What is the case, and what was wanted instead."""
    said = _met(reason, topic)
    if reason.answer == SKIPPED:
        said = f"`{short(reason.field, topic)}` is declined (skipped)"
    wanted = _wanted(reason.part)
    return f"{said}, not wanted: {wanted}" if reason.negated else f"{said}, wanted: {wanted}"


def _wanted(part: Is | Compare) -> str:
    if isinstance(part, Compare):
        return f"{_COMPARED[part.operator]} {part.bound}"
    return " or ".join(sorted(part.values))


def short(name: str, topic: str) -> str:
    """A field or card as it is written within its topic."""
    return name.removeprefix(f"{topic}.")


def written(value: AnswerValue) -> str:
    """An answer as it is written in a file."""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def named(names: Sequence[str], topic: str) -> str:
    """Ids in a row."""
    return ", ".join(short(name, topic) for name in names) or "(none)"


def unknown_topic(name: str, known: Collection[str]) -> str:
    """What to say to somebody who named a topic that does not exist."""
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"did you mean `{near[0]}`?" if near else f"write one of: {listed(known, 200)}"
    return f"there is no topic `{name}` -> {hint}"
