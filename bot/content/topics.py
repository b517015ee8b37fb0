"""Topics and shared questions, built from their files; cards are built in `cards.py`.

Conditions are read here, because only here is known which questions come before
them. Whether a question can ever be asked is for `checks/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.content.cards import CardBuilder
from bot.content.conditions import Scope, read_condition
from bot.content.problems import Code
from bot.content.schema import Text
from bot.content.schema_ask import QuestionsFile
from bot.content.schema_topic import (
    DangerShape,
    OptionShape,
    OwnQuestion,
    PeopleFile,
    SharedQuestion,
    TopicFile,
    UsedQuestion,
)
from bot.content.sources import Parsed
from bot.content.textbook import TextBook
from bot.content.texts import Kind
from bot.content.yamlfile import Data, Document, Path
from bot.model import wording
from bot.model.conditions import ALWAYS, All, Condition
from bot.model.content import (
    HandoffRule,
    Option,
    Question,
    QuestionType,
    Topic,
)
from bot.model.region import Municipality

SHARED_UNKNOWN = Code(
    "shared-question-unknown",
    "there is no shared question `{name}`",
    "write one of: {known}",
)
ASKED_TWICE = Code(
    "question-twice", "`{name}` stands twice among the questions", "keep one of the two"
)

YES = Option("yes", wording.YES, wording.YES)
NO = Option("no", wording.NO, wording.NO)
OUTSIDE = Option("outside", wording.OUTSIDE, wording.OUTSIDE)


@dataclass(frozen=True, slots=True)
class Shared:
    """Questions of people.yaml; None when the file is broken and they cannot be known."""

    questions: Mapping[str, Question] | None


class QuestionBuilder:
    """Builds questions of one file: texts, options and limits."""

    def __init__(
        self, book: TextBook, municipalities: tuple[Municipality, ...], region: str
    ) -> None:
        self.book = book
        self.places = places(municipalities, region)

    def build(
        self, field: str, domain: str, shape: SharedQuestion, place: tuple[Document, Path]
    ) -> Question:
        document, path = place
        name = field.partition(".")[2]
        key = f"{domain}/{name}"
        text = self.book.add(f"{key}#text", shape.text, Kind.QUESTION, document, (*path, "text"))
        why = self.book.optional(f"{key}#why", shape.why, Kind.WHY, document, (*path, "why"))
        summary = self.book.optional(
            f"{key}#summary", shape.summary, Kind.SUMMARY, document, (*path, "summary")
        )
        return Question(
            id=field,
            type=shape.type,
            text=text,
            summary=summary or text,
            why=why,
            meaning=shape.meaning,
            options=self._options(key, shape, document, path),
            minimum=shape.min,
            maximum=shape.max,
            sensitive=shape.sensitive,
            valid_for=shape.valid_for,
        )

    def _options(
        self, key: str, shape: SharedQuestion, document: Document, path: Path
    ) -> tuple[Option, ...]:
        if shape.type is QuestionType.YES_NO:
            return yes_no(shape.danger)
        if shape.type is QuestionType.PLACE:
            return self.places
        return tuple(
            self._option(f"{key}.{name}", name, option, (document, (*path, "options", name)))
            for name, option in (shape.options or {}).items()
        )

    def _option(
        self, key: str, name: str, shape: OptionShape, place: tuple[Document, Path]
    ) -> Option:
        document, path = place
        text_at = (*path, "text") if (*path, "text") in document.marks else path
        text = self.book.add(f"{key}#text", shape.text, Kind.OPTION, document, text_at)
        summary = self.book.optional(
            f"{key}#summary", shape.summary, Kind.SUMMARY, document, (*path, "summary")
        )
        retired = shape.retired
        return Option(
            id=name,
            text=text,
            summary=summary or text,
            retired=retired is not None,
            retired_as=retired.as_ if retired else None,
            danger=shape.danger,
        )


def yes_no(danger: DangerShape | None) -> tuple[Option, ...]:
    """The options of a yes_no question, each with the danger it means, if any."""
    if danger is None:
        return (YES, NO)
    return (replace(YES, danger=danger.yes), replace(NO, danger=danger.no))


def places(municipalities: tuple[Municipality, ...], region: str) -> tuple[Option, ...]:
    """The options of a place question: the region's towns, and outside of it."""
    towns = tuple(
        Option(town.id, place_key(region, town.id), place_key(region, town.id))
        for town in municipalities
    )
    return (*towns, OUTSIDE)


def place_key(region: str, municipality: str) -> str:
    """The message id of a town's name."""
    return f"{region}/place.{municipality}#name"


def build_shared(file: Parsed[PeopleFile], builder: QuestionBuilder) -> dict[str, Question]:
    """The shared questions by field id. Their conditions see the shared ones before them."""
    built: dict[str, Question] = {}
    document, shapes = file.document, file.shape.questions
    for name, shape in shapes.items():
        path: Path = ("questions", name)
        later = frozenset(f"person.{other}" for other in shapes)
        scope = Scope("person", dict(built), later)
        when, problems = read_condition(shape.when, document, (*path, "when"), scope)
        builder.book.problems.extend(problems)
        question = builder.build(f"person.{name}", "people", shape, (document, path))
        built[question.id] = replace(question, when=when, shared=True)
    return built


def build_asks(file: Parsed[QuestionsFile] | None, builder: QuestionBuilder) -> dict[str, Question]:
    """The questions of caseworkers by field id."""
    if file is None:
        return {}
    written = {
        name: builder.build(f"ask.{name}", file.id, shape, (file.document, ("questions", name)))
        for name, shape in file.shape.questions.items()
    }
    return {question.id: question for question in written.values()}


class TopicBuilder:
    """Builds one topic as its file says; what a region changes of it is `overlay.py`'s."""

    def __init__(self, file: Parsed[TopicFile], shared: Shared, builder: QuestionBuilder) -> None:
        self.file = file
        self.document = file.document
        self.shared = shared
        self.builder = builder
        self.book = builder.book

    def build(self) -> Topic:
        shape, name = self.file.shape, self.file.id
        title = self._text("topic#title", shape.title, Kind.TOPIC, ("title",))
        keywords = self.book.optional(
            f"{name}/topic#keywords", shape.keywords, Kind.KEYWORDS, self.document, ("keywords",)
        )
        questions = self._questions()
        scope = self._scope({question.id: question for question in questions})
        cards = CardBuilder(name, name, self.document, scope, self.book)
        return Topic(
            id=name,
            icon=shape.icon,
            group=shape.group,
            order=shape.order,
            title=title,
            keywords=keywords,
            questions=questions,
            cards=tuple(
                cards.build(card, each, ("cards", card)) for card, each in shape.cards.items()
            ),
            handoff=self._handoff(scope),
        )

    def _text(self, key: str, text: Text, kind: Kind, path: Path) -> str:
        return self.book.add(f"{self.file.id}/{key}", text, kind, self.document, path)

    def _questions(self) -> tuple[Question, ...]:
        fields = [self._field(shape) for shape in self.file.shape.questions]
        built: dict[str, Question] = {}
        for number, shape in enumerate(self.file.shape.questions):
            path: Path = ("questions", number)
            field = fields[number]
            if field in built:
                position = self.document.at(*path)
                self.book.problems.append(ASKED_TWICE.at(position, name=field))
                continue
            scope = self._scope(dict(built), frozenset(fields[number:]))
            when = self._condition(shape.when, (*path, "when"), scope)
            question = self._question(field, shape, path)
            if question is not None:
                built[field] = replace(question, when=_both(question.when, when))
        return tuple(built.values())

    def _scope(self, known: Mapping[str, Question], later: frozenset[str] = frozenset()) -> Scope:
        return Scope(self.file.id, known, later, self.shared.questions is not None)

    def _field(self, shape: OwnQuestion | UsedQuestion) -> str:
        return shape.use if isinstance(shape, UsedQuestion) else f"{self.file.id}.{shape.ask}"

    def _question(
        self, field: str, shape: OwnQuestion | UsedQuestion, path: Path
    ) -> Question | None:
        if isinstance(shape, OwnQuestion):
            return self.builder.build(field, self.file.id, shape, (self.document, path))
        if self.shared.questions is None:
            return None
        question = self.shared.questions.get(field)
        if question is None:
            known = ", ".join(self.shared.questions)
            position = self.document.at(*path, "use")
            self.book.problems.append(SHARED_UNKNOWN.at(position, name=field, known=known))
        return question

    def _condition(self, raw: Data, path: Path, scope: Scope) -> Condition:
        condition, problems = read_condition(raw, self.document, path, scope)
        self.book.problems.extend(problems)
        return condition

    def _handoff(self, scope: Scope) -> HandoffRule:
        shape = self.file.shape.handoff

        def condition(raw: Data, name: str) -> Condition | None:
            return None if raw is None else self._condition(raw, ("handoff", name), scope)

        return HandoffRule(
            queue=shape.queue,
            independent=shape.independent,
            urgent_when=condition(shape.urgent_when, "urgent_when"),
            independent_first_when=condition(
                shape.independent_first_when, "independent_first_when"
            ),
        )


def _both(first: Condition, second: Condition) -> Condition:
    if first == ALWAYS:
        return second
    return first if second == ALWAYS else All((first, second))
