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


def because(
    condition: Condition, values: Values, topic: str, missing: str = "is not answered"
) -> str:
    """The answers that decide `condition`, as one sentence without its first word.

    `missing` says what it means that a question has no answer.
    """
    held = holds(condition, values)
    said: dict[str, list[tuple[str, str]]] = {}
    for reason in reasons(condition, values):
        wanted = said.setdefault(_met(reason, topic, missing), [])
        if not held:
            wanted += [each for each in _wanted(reason) if each not in wanted]
    parts = [
        f"{met}, {', '.join(_joined(wanted))}" if wanted else met for met, wanted in said.items()
    ]
    return " and ".join(parts) or "nothing is asked of it: it has no `when`"


def _met(reason: Reason, topic: str, missing: str) -> str:
    """What is the case."""
    name = short(reason.field, topic)
    if reason.answer is None:
        return f"`{name}` {missing}"
    if reason.answer == SKIPPED:
        return f"`{name}` is declined (skipped)"
    return f"`{name}` is {written(reason.answer)}"


def _wanted(reason: Reason) -> Iterator[tuple[str, str]]:
    """What should have been the case instead, with the word before it."""
    word = "not wanted" if reason.negated else "wanted"
    match reason.part:
        case Compare(_, operator, bound):
            yield word, f"{_COMPARED[operator]} {bound}"
        case Is(_, values):
            yield from ((word, value) for value in sorted(values))


def _joined(wanted: Sequence[tuple[str, str]]) -> Iterator[str]:
    for word in ("wanted", "not wanted"):
        values = [value for each, value in wanted if each == word]
        if values:
            yield f"{word}: {' or '.join(values)}"


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
