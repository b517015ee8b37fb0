"""Conditions and answers in the words of one language, as a person would say them.

Pictures, the player and other tools of editors speak through this; newcomers never
see it. What a condition is worth is `bot.engine.rules`'s.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.i18n.render import Renderer
from bot.i18n.values import day, number
from bot.model import wording
from bot.model.conditions import All, AnyOf, Compare, Condition, Is, Not, Operator
from bot.model.content import SKIPPED, Content, Question
from bot.model.conversation import AnswerValue
from bot.model.phrases import Phrase, Value

EQUALS = "picture/equals#text"
MANY = 4
"""From this many answers on it may be shorter to name the others."""
NUMBERS = {
    Operator.LT: "picture/less_than#text",
    Operator.LTE: "picture/at_most#text",
    Operator.GT: "picture/more_than#text",
    Operator.GTE: "picture/at_least#text",
}
DATES = {
    Operator.LT: "picture/before#text",
    Operator.LTE: "picture/until#text",
    Operator.GT: "picture/after#text",
    Operator.GTE: "picture/from#text",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """A line of a condition: `lead` is how it is joined to the line before, in words.

    `depth` 1 is an item of the list that the line before begins.
    """

    lead: str
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Plain:
    """The content in one language. `numbers` are those of the questions, where they have any."""

    content: Content
    renderer: Renderer
    language: str
    numbers: Mapping[str, int]

    def say(self, key: str, **values: Value) -> str:
        """The text of a message id with its gaps filled, on one line."""
        return " ".join(self.renderer.plain(Phrase(key, values), self.language).split())

    def question(self, field: str) -> str:
        """A question's short name, with its number if it has one."""
        question = self.content.question(field)
        name = self.say(question.summary) if question else field
        known = self.numbers.get(field)
        if known is None:
            return name
        return self.say("picture/numbered#text", question=name, number=str(known))

    def answer(self, field: str, value: AnswerValue) -> str:
        """An answer as it stands on its button."""
        question = self.content.question(field)
        if value == SKIPPED or question is None:
            return self.say(wording.NOT_SAID)
        if isinstance(value, tuple):
            return self._joined("picture/and#text", [self.answer(field, each) for each in value])
        if isinstance(value, Decimal):
            return number(value, self.language)
        if isinstance(value, date):
            return day(value, self.language)
        option = question.option(value)
        return value if option is None else self.say(option.text)

    def clauses(self, condition: Condition) -> tuple[Clause, ...]:
        """The condition as lines; none if it always holds."""
        return tuple(self._clauses(condition))

    def _clauses(self, condition: Condition) -> Iterator[Clause]:
        lead = self.say("picture/only_if#text")
        match flat(condition):
            case AnyOf(parts):
                for part in parts:
                    yield Clause(lead, self.sentence(part))
                    lead = self.say("picture/or#text")
            case All(parts) if _between(parts) is None:
                for part in parts:
                    yield from self._part(lead, part)
                    lead = self.say("picture/and#text")
            case single:
                yield Clause(lead, self.sentence(single))

    def _part(self, lead: str, part: Condition) -> Iterator[Clause]:
        if not isinstance(part, AnyOf):
            yield Clause(lead, self.sentence(part))
            return
        yield Clause(lead, self.say("picture/one_of#text"))
        for each in part.parts:
            yield Clause("", self.sentence(each), depth=1)

    def sentence(self, condition: Condition) -> str:
        """The condition as running text."""
        match flat(condition):
            case Is(field, values):
                return self._equal(EQUALS, field, values)
            case Compare() as one:
                return self._compared(one)
            case Not(Is(field, values)):
                return self._equal("picture/differs#text", field, values)
            case Not(part):
                return self.say("picture/not#text", condition=self.sentence(part))
            case All(parts):
                return self._all(parts)
            case AnyOf(parts):
                return self._joined("picture/or#text", [self._grouped(each) for each in parts])

    def _all(self, parts: tuple[Condition, ...]) -> str:
        between = _between(parts)
        if between is not None:
            low, high = (self.answer(end.field, end.bound) for end in between)
            name = self.question(between[0].field)
            if low == high:
                return self.say("picture/equals#text", question=name, answer=low)
            return self.say("picture/between#text", question=name, low=low, high=high)
        return self._joined("picture/and#text", [self._grouped(each) for each in parts])

    def _grouped(self, part: Condition) -> str:
        """A part of a sentence, in brackets where it is joined of several itself."""
        text = self.sentence(part)
        joined = isinstance(part, AnyOf) or (isinstance(part, All) and _between(part.parts) is None)
        return f"({text})" if joined else text

    def _equal(self, key: str, field: str, values: frozenset[str]) -> str:
        question = self.content.question(field)
        options = [option.id for option in question.options] if question else []
        choices = {*(option.id for option in question.offered), SKIPPED} if question else set()
        rest = choices - values
        if key == EQUALS and len(values) >= MANY and 0 < len(rest) < len(values) - 1:
            key, values = "picture/all_but#text", frozenset(rest)
        place = {option: number for number, option in enumerate(options)}
        ordered = sorted(values, key=lambda each: place.get(each, len(place)))
        answers = [self.answer(field, each) for each in ordered]
        return self.say(
            key, question=self.question(field), answer=self._joined("picture/or#text", answers)
        )

    def _compared(self, part: Compare) -> str:
        keys = NUMBERS if isinstance(part.bound, Decimal) else DATES
        bound = self.answer(part.field, part.bound)
        return self.say(keys[part.operator], question=self.question(part.field), value=bound)

    def _joined(self, key: str, texts: list[str]) -> str:
        return f" {self.say(key)} ".join(texts)


def flat(condition: Condition) -> Condition:
    """The same condition without joints of one part and joints within their like."""
    match condition:
        case All(parts):
            merged = tuple(each for part in parts for each in _dissolved(flat(part)))
            return merged[0] if len(merged) == 1 else All(merged)
        case AnyOf(parts):
            inner = [flat(part) for part in parts]
            spread = (part.parts if isinstance(part, AnyOf) else (part,) for part in inner)
            merged = tuple(each for several in spread for each in several)
            return merged[0] if len(merged) == 1 else AnyOf(merged)
        case Not(part):
            return Not(flat(part))
        case _:
            return condition


def _dissolved(part: Condition) -> tuple[Condition, ...]:
    """The parts of a conjunction within another; the two ends of a range stay together."""
    if isinstance(part, All) and _between(part.parts) is None:
        return part.parts
    return (part,)


def _between(parts: tuple[Condition, ...]) -> tuple[Compare, Compare] | None:
    """Both ends of a range of one field, if that is all `parts` are."""
    match parts:
        case (
            Compare(first, Operator.GTE, _) as low,
            Compare(second, Operator.LTE, _) as high,
        ) if first == second:
            return low, high
        case _:
            return None


def mentioned(condition: Condition) -> Iterator[tuple[str, str | None]]:
    """Each field with each answer that a condition wants; None for a comparison."""
    match condition:
        case Is(field, values):
            yield from ((field, value) for value in values)
        case Compare(field, _, _):
            yield field, None
        case Not(part):
            yield from ((field, None) for field, _ in mentioned(part))
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from mentioned(part)


def kind_of(question: Question, plain: Plain) -> str:
    """What kind of answer a question takes, in words."""
    low, high = question.minimum, question.maximum
    if low is not None and high is not None:
        ends = {name: number(end, plain.language) for name, end in (("low", low), ("high", high))}
        return plain.say("picture/type.number_between#text", **ends)
    return plain.say(KINDS[question.type.value])


KINDS = {
    "choice": "picture/type.choice#text",
    "multi": "picture/type.multi#text",
    "yes_no": "picture/type.yes_no#text",
    "number": "picture/type.number#text",
    "date": "picture/type.date#text",
    "place": "picture/type.place#text",
    "text": "picture/type.text#text",
}
