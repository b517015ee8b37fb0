"""The tests editors write beside a topic: these answers, these cards.

They are played with the same functions that answer newcomers. Cards a region adds
do not count, cards it hides are not expected, and a town of another region stands for
any town of this one: a topic's tests hold in every region that people live in.
"""

from collections.abc import Container, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from bot.content.material import Material
from bot.content.problems import Code, Problem, Severity, listed
from bot.content.schema_topic import CaseShape, TopicFile
from bot.content.sources import Parsed
from bot.content.yamlfile import Data, Path
from bot.engine.interview import fitting_cards, next_question, priority, valid_value
from bot.model.content import SKIPPED, Question, QuestionType, Topic
from bot.model.conversation import Answer, Answers, AnswerValue

FIELD = Code("test-field-unknown", "there is no question `{name}`", "write one of: {known}")
VALUE = Code("test-value-unknown", "`{value}` is no answer to `{name}`", "write {wanted}")
CARD = Code("test-card-unknown", "there is no card `{name}`", "write one of: {known}")
CARDS = Code(
    "test-failed",
    "the test `{name}` expects {expected}, but these answers give {given}",
    "correct the cards' conditions, or the test",
)
ASKED = Code(
    "test-not-asked",
    "the test `{name}` expects `{field}` to be asked",
    "correct `when`, or the test",
)
NOT_ASKED = Code(
    "test-asked",
    "the test `{name}` expects that `{field}` is not asked",
    "correct `when`, or the test",
)
PRIORITY = Code(
    "test-priority",
    "the test `{name}` expects priority {expected}, but it is {given}",
    "correct `urgent_when` and the cards' urgency, or the test",
)
IRRELEVANT = Code(
    "test-answer-unused",
    "the test `{name}` answers `{field}`, which is not asked then",
    "take the answer out of the test",
    Severity.WARNING,
)
UNCOVERED = Code(
    "card-untested",
    "no test expects the card `{card}`",
    "add a test to `tests:` whose answers lead to it",
    Severity.WARNING,
)

_THEN = datetime(2026, 1, 1, tzinfo=UTC)
"""Tests do not depend on the day."""


def check(material: Material) -> Iterator[Problem]:
    towns = material.sources.towns
    for topic, file in material.sound_topics():
        tests = () if material.sources.abstract else enumerate(file.shape.tests)
        for number, case in tests:
            yield from _Case(topic, file, case, ("tests", number), towns).problems()
        expected = {_full(name, topic) for case in file.shape.tests for name in case.cards}
        for name in file.shape.cards:
            card_id = f"{topic.id}.{name}"
            if card_id not in expected:
                yield UNCOVERED.at(material.card_at(card_id), card=card_id)


def _full(name: str, topic: Topic) -> str:
    return name if "." in name else f"{topic.id}.{name}"


class _Case:
    """One test of one topic."""

    def __init__(
        self,
        topic: Topic,
        file: Parsed[TopicFile],
        case: CaseShape,
        path: Path,
        towns: Container[str],
    ) -> None:
        self.towns = towns
        self.topic = topic
        self.file = file
        self.case = case
        self.path = path
        self.questions = {question.id: question for question in topic.questions}

    def problems(self) -> Iterator[Problem]:
        unknown = [*self._unknown_fields(), *self._unknown_cards()]
        answers: dict[str, Answer] = {}
        for name, raw in self.case.given.items():
            question = self.questions.get(_full(name, self.topic))
            if question is None:
                continue
            value = _value(question, self._at_home(question, raw))
            answer = Answer(question.id, value or "", question.meaning, _THEN)
            if valid_value(question, answer) in (None, ""):
                here = self.file.document.at(*self.path, "given", name)
                unknown.append(VALUE.at(here, value=raw, name=name, wanted=_wanted(question)))
            else:
                answers[question.id] = answer
        if unknown:
            yield from unknown
        elif any(card.otherwise for card in self.topic.cards):
            yield from self._outcome(answers)
            yield from self._way(answers)

    def _at_home(self, question: Question, raw: Data) -> Data:
        """A town of this region, where the test names one of another region."""
        elsewhere = isinstance(raw, str) and raw in self.towns and question.option(raw) is None
        if question.type is QuestionType.PLACE and elsewhere:
            return next((town.id for town in question.options), raw)
        return raw

    def _unknown_fields(self) -> Iterator[Problem]:
        for slot in ("given", "asked", "not_asked"):
            for number, name in enumerate(getattr(self.case, slot)):
                if _full(name, self.topic) not in self.questions:
                    path = (*self.path, slot, name if slot == "given" else number)
                    here = self.file.document
                    position = here.at_key(*path) if slot == "given" else here.at(*path)
                    yield FIELD.at(position, name=name, known=listed(self.questions, 30))

    def _unknown_cards(self) -> Iterator[Problem]:
        known = self.file.shape.cards
        for number, name in enumerate(self.case.cards):
            if name.removeprefix(f"{self.topic.id}.") not in known:
                here = self.file.document.at(*self.path, "cards", number)
                yield CARD.at(here, name=name, known=listed(known, 30))

    def _outcome(self, answers: Answers) -> Iterator[Problem]:
        shown = {card.id for card in self.topic.cards}
        written = {f"{self.topic.id}.{name}" for name in self.file.shape.cards}
        given = [card.id for card in fitting_cards(self.topic, answers) if card.id in written]
        wanted = [_full(name, self.topic) for name in self.case.cards]
        expected = [name for name in wanted if name in shown]
        if wanted and not expected:
            expected = [self.topic.otherwise.id]
        if given != expected:
            yield CARDS.at(
                self.file.document.at(*self.path, "cards"),
                name=self.case.name,
                expected=", ".join(expected),
                given=", ".join(given) or "nothing",
            )
        urgency = priority(self.topic, answers)
        if self.case.priority is not None and urgency.value != self.case.priority:
            here = self.file.document.at(*self.path, "priority")
            yield PRIORITY.at(
                here, name=self.case.name, expected=self.case.priority, given=urgency.value
            )

    def _way(self, answers: Answers) -> Iterator[Problem]:
        asked = self._asked(answers)
        for slot, code, wanted in (("asked", ASKED, True), ("not_asked", NOT_ASKED, False)):
            for number, name in enumerate(getattr(self.case, slot)):
                if (_full(name, self.topic) in asked) is not wanted:
                    here = self.file.document.at(*self.path, slot, number)
                    yield code.at(here, name=self.case.name, field=name)
        for name in self.case.given:
            if _full(name, self.topic) not in asked:
                here = self.file.document.at_key(*self.path, "given", name)
                yield IRRELEVANT.at(here, name=self.case.name, field=name)

    def _asked(self, answers: Answers) -> set[str]:
        """Every question on the way when what the test does not answer is declined."""
        said: dict[str, Answer] = {}
        while (question := next_question(self.topic, said)) is not None:
            declined = Answer(question.id, SKIPPED, question.meaning, _THEN)
            said[question.id] = answers.get(question.id, declined)
        return set(said)


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


def _wanted(question: Question) -> str:
    if question.options:
        return f"one of: {listed((*(o.id for o in question.offered), SKIPPED), 30)}"
    return f"a {question.type.value}, or skipped"
