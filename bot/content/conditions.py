"""Conditions as editors write them, read into `bot.model.content.Condition`.

A mapping is AND; a value, a list of values or a comparison stands behind a field;
`all`, `any` and `not` join. A condition sees only the fields in its scope. What a
condition means for given answers is `bot.engine.rules`'s.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from bot.content.problems import Code, Position, Problem, listed
from bot.content.yamlfile import Data, Document, Path
from bot.model.conditions import ALWAYS, All, AnyOf, Compare, Condition, Is, Not, Operator
from bot.model.content import SKIPPED, Question, QuestionType

SHAPE = Code("condition-shape", "this is no condition: {what}", "{remedy}")
FIELD_UNKNOWN = Code(
    "condition-field-unknown",
    "there is no question `{name}` here",
    "{hint}",
)
FIELD_LATER = Code(
    "condition-field-later",
    "`{name}` is asked later, so its answer is not known yet",
    "move the question up, or ask about something earlier",
)
OPTION_UNKNOWN = Code(
    "condition-option-unknown", "`{name}` has no option `{value}`", "write one of: {known}"
)
COMPARISON_UNFIT = Code(
    "condition-comparison-unfit",
    "`{name}` is a {type} question and cannot be compared with {wanted}",
    "{remedy}",
)

_OPERATORS = frozenset(operator.value for operator in Operator)
_NUMERIC = {QuestionType.NUMBER: Decimal, QuestionType.DATE: date}


@dataclass(frozen=True, slots=True)
class Scope:
    """The questions a condition may ask about, and those that come too late for it.

    Without `shared_known` people.yaml is broken: whether a shared question exists
    cannot be said.
    """

    topic: str
    known: Mapping[str, Question]
    later: frozenset[str] = frozenset()
    shared_known: bool = True

    def field(self, name: str) -> str:
        """The field id behind a name as written: own fields go without their topic."""
        return name if "." in name else f"{self.topic}.{name}"


def read_condition(
    raw: Data, document: Document, path: Path, scope: Scope
) -> tuple[Condition, list[Problem]]:
    """Return the condition at `path`; with problems, the faulty parts are left out."""
    if raw is None:
        return ALWAYS, []
    reader = _Reader(document, scope)
    return reader.condition(raw, path), reader.problems


class _Reader:
    def __init__(self, document: Document, scope: Scope) -> None:
        self.document = document
        self.scope = scope
        self.problems: list[Problem] = []

    def condition(self, raw: Data, path: Path) -> Condition:
        if not isinstance(raw, dict) or not raw:
            self._shape(path, "it must be a mapping", "write for example {level: basic}")
            return ALWAYS
        parts: list[Condition] = []
        for name, value in raw.items():
            place = (*path, name)
            joined = self._joiners.get(name)
            parts.append(joined(self, value, place) if joined else self._about(name, value, place))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _all(self, raw: Data, path: Path) -> Condition:
        return All(self._parts(raw, path))

    def _any(self, raw: Data, path: Path) -> Condition:
        return AnyOf(self._parts(raw, path))

    def _not(self, raw: Data, path: Path) -> Condition:
        return Not(self.condition(raw, path))

    _joiners: Mapping[str, Callable[["_Reader", Data, Path], Condition]] = {
        "all": _all,
        "any": _any,
        "not": _not,
    }

    def _parts(self, raw: Data, path: Path) -> tuple[Condition, ...]:
        if not isinstance(raw, list) or not raw:
            self._shape(path, f"`{path[-1]}` needs a list", "write conditions with `-` below it")
            return ()
        return tuple(self.condition(part, (*path, number)) for number, part in enumerate(raw))

    def _about(self, name: str, raw: Data, path: Path) -> Condition:
        field = self.scope.field(name)
        question = self.scope.known.get(field)
        if question is None and field.startswith("person.") and not self.scope.shared_known:
            return ALWAYS
        if question is None:
            self.problems.append(self._no_field(name, field, self.document.at_key(*path)))
            return ALWAYS
        if isinstance(raw, dict):
            return self._comparison(question, raw, path)
        values = raw if isinstance(raw, list) else [raw]
        if not values:
            self._shape(path, "the list is empty", "write at least one option")
            return ALWAYS
        places = [(*path, n) if isinstance(raw, list) else path for n in range(len(values))]
        if question.type in _NUMERIC:
            return self._exactly(question, list(zip(values, places, strict=True)))
        return self._one_of(question, list(zip(values, places, strict=True)))

    def _no_field(self, name: str, field: str, position: Position) -> Problem:
        if field in self.scope.later:
            return FIELD_LATER.at(position, name=name)
        names = {f: f.removeprefix(f"{self.scope.topic}.") for f in self.scope.known}
        near = get_close_matches(name, names.values(), n=1, cutoff=0.6)
        hint = f"did you mean `{near[0]}`?" if near else f"known here: {listed(names.values())}"
        if name.startswith("person."):
            hint += "; a shared question must be among this topic's questions (`use:`)"
        return FIELD_UNKNOWN.at(position, name=name, hint=hint)

    def _one_of(self, question: Question, values: list[tuple[Data, Path]]) -> Condition:
        known = {option.id for option in question.options} | {SKIPPED}
        for value, place in values:
            if isinstance(value, bool):
                self._shape(place, f"`{str(value).lower()}` is no answer", "write yes or no")
            elif question.type is QuestionType.TEXT and value != SKIPPED:
                self._unfit(question, place, "a value", "a text answer can only be `skipped`")
            elif value not in known:
                self.problems.append(
                    OPTION_UNKNOWN.at(
                        self.document.at(*place),
                        name=question.id,
                        value=value,
                        known=listed(known, 30),
                    )
                )
        chosen = frozenset(str(value) for value, _ in values if value in known)
        return Is(question.id, chosen)

    def _exactly(self, question: Question, values: list[tuple[Data, Path]]) -> Condition:
        parts: list[Condition] = []
        for value, place in values:
            if value == SKIPPED:
                parts.append(Is(question.id, frozenset({SKIPPED})))
                continue
            bound = self._bound(question, value, place)
            if bound is not None:
                ends = (Operator.GTE, Operator.LTE)
                parts.append(All(tuple(Compare(question.id, end, bound) for end in ends)))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _comparison(self, question: Question, raw: dict[str, Data], path: Path) -> Condition:
        if question.type not in _NUMERIC:
            self._unfit(question, path, "lt, gt or between", "write one of its options")
            return ALWAYS
        parts: list[Condition] = []
        for name, value in raw.items():
            place = (*path, name)
            if name == "between":
                parts.extend(self._between(question, value, place))
            elif name in _OPERATORS:
                bound = self._bound(question, value, place)
                if bound is not None:
                    parts.append(Compare(question.id, Operator(name), bound))
            else:
                known = "lt, lte, gt, gte or between"
                self._shape(place, f"`{name}` is no comparison", f"write {known}")
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _between(self, question: Question, raw: Data, path: Path) -> list[Condition]:
        if not isinstance(raw, list) or len(raw) != 2:  # noqa: PLR2004  # two ends
            self._shape(path, "`between` needs two bounds", "write between: [16, 27]")
            return []
        bounds = [self._bound(question, end, (*path, n)) for n, end in enumerate(raw)]
        operators = (Operator.GTE, Operator.LTE)
        return [
            Compare(question.id, operator, bound)
            for operator, bound in zip(operators, bounds, strict=True)
            if bound is not None
        ]

    def _bound(self, question: Question, value: Data, path: Path) -> Decimal | date | None:
        wanted = _NUMERIC[question.type]
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if isinstance(value, Decimal | date) and isinstance(value, wanted):
            return value
        needed = "a number" if wanted is Decimal else "a date like 2026-03-01"
        self._unfit(question, path, f"`{value}`", f"write {needed}")
        return None

    def _shape(self, path: Path, what: str, remedy: str) -> None:
        self.problems.append(SHAPE.at(self.document.at(*path), what=what, remedy=remedy))

    def _unfit(self, question: Question, path: Path, wanted: str, remedy: str) -> None:
        self.problems.append(
            COMPARISON_UNFIT.at(
                self.document.at(*path),
                name=question.id,
                type=question.type.value,
                wanted=wanted,
                remedy=remedy,
            )
        )
