"""The tests editors write beside a topic, played: these answers, and what follows.

They are played with the same functions that answer newcomers. Cards a region adds do
not count, cards it hides are not expected, and a town of another region stands for any
town of this one: a topic's tests hold in every region that people live in. What is
wrong with a test, or fails, is said in `checks/cases.py`.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from bot.content.schema_topic import CaseShape, TopicFile
from bot.content.sources import Parsed
from bot.content.yamlfile import Data, Path
from bot.engine.interview import current_values, fitting_cards, next_question, priority, valid_value
from bot.model.content import SKIPPED, Priority, Question, QuestionType, Topic
from bot.model.conversation import Answer, Answers, AnswerValue

_THEN = datetime(2026, 1, 1, tzinfo=UTC)
"""Tests do not depend on the day."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answers of a test lead to.

    `values` are the answers that count, by field. `cards` are the written cards that
    are shown, `expected` those the test names and this region has, both by full id.
    `asked` are the questions on the way when what the test does not answer is declined.
    """

    values: Mapping[str, AnswerValue]
    cards: tuple[str, ...]
    expected: tuple[str, ...]
    asked: Mapping[str, AnswerValue]
    priority: Priority


@dataclass(frozen=True, slots=True)
class Case:
    """One test of one topic as built for a region. `towns` are those of all regions."""

    topic: Topic
    file: Parsed[TopicFile]
    shape: CaseShape
    path: Path
    towns: Container[str]

    def full(self, name: str) -> str:
        """The id behind a name as written: own fields and cards go without their topic."""
        return name if "." in name else f"{self.topic.id}.{name}"

    def question(self, name: str) -> Question | None:
        field = self.full(name)
        return next((each for each in self.topic.questions if each.id == field), None)

    def answer(self, name: str) -> Answer | None:
        """What the test answers to the question `name`; None if that is no answer to it."""
        question = self.question(name)
        if question is None:
            return None
        value = _value(question, self._at_home(question, self.shape.given[name]))
        if value is None or value == "":
            return None
        answer = Answer(question.id, value, question.meaning, _THEN)
        return None if valid_value(question, answer) is None else answer

    def outcome(self) -> Outcome:
        """Play the test. The topic must have an `otherwise` card."""
        given = (self.answer(name) for name in self.shape.given)
        answers = {answer.field: answer for answer in given if answer is not None}
        topic, asked = self._as_written(), self._asked(answers)
        return Outcome(
            values=current_values(topic, answers),
            cards=tuple(card.id for card in fitting_cards(topic, answers)),
            expected=self._expected(),
            asked={field: answer.value for field, answer in asked.items()},
            priority=priority(topic, answers),
        )

    def _as_written(self) -> Topic:
        """The topic without the cards a region adds."""
        written = {f"{self.topic.id}.{name}" for name in self.file.shape.cards}
        own = tuple(card for card in self.topic.cards if card.id in written)
        return replace(self.topic, cards=own)

    def _expected(self) -> tuple[str, ...]:
        there = {card.id for card in self.topic.cards}
        wanted = [self.full(name) for name in self.shape.cards]
        expected = tuple(name for name in wanted if name in there)
        return (self.topic.otherwise.id,) if wanted and not expected else expected

    def _asked(self, answers: Answers) -> dict[str, Answer]:
        said: dict[str, Answer] = {}
        while (question := next_question(self.topic, said)) is not None:
            declined = Answer(question.id, SKIPPED, question.meaning, _THEN)
            said[question.id] = answers.get(question.id, declined)
        return said

    def _at_home(self, question: Question, raw: Data) -> Data:
        """A town of this region, where the test names one of another region."""
        elsewhere = isinstance(raw, str) and raw in self.towns and question.option(raw) is None
        if question.type is QuestionType.PLACE and elsewhere:
            return next((town.id for town in question.options), raw)
        return raw


def cases(topic: Topic, file: Parsed[TopicFile], towns: Container[str]) -> Iterator[Case]:
    """The tests of one topic in the order of its file."""
    for number, shape in enumerate(file.shape.tests):
        yield Case(topic, file, shape, ("tests", number), towns)


def _value(question: Question, raw: Data) -> AnswerValue | None:
    """The answer a test gives, None if the question cannot have it."""
    if raw == SKIPPED:
        return SKIPPED
    match question.type:
        case QuestionType.MULTI:
            chosen = raw if isinstance(raw, list) else [raw]
            names = tuple(str(name) for name in chosen if question.option(str(name)))
            return names if names and len(names) == len(chosen) else None
        case QuestionType.NUMBER:
            number = Decimal(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
            return number if isinstance(number, Decimal) else None
        case QuestionType.DATE:
            return raw if isinstance(raw, date) else None
        case QuestionType.TEXT:
            return raw if isinstance(raw, str) else None
        case QuestionType.CHOICE | QuestionType.YES_NO | QuestionType.PLACE:
            return raw if isinstance(raw, str) and question.option(raw) else None
