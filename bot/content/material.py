"""What checks look at: the files, what was built of them, and its translations.

Only look-ups and positions here; what is wrong with any of it is said in `checks/`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from bot.content.problems import Position
from bot.content.schema_card import CardShape
from bot.content.schema_lists import FactShape, PhoneShape
from bot.content.schema_region import FillShape
from bot.content.schema_topic import SharedQuestion, TopicFile, UsedQuestion
from bot.content.sources import Parsed, Sources
from bot.content.texts import SourceText
from bot.content.yamlfile import Document, Path
from bot.i18n.catalogue import Catalogues
from bot.model.content import Content, QuestionType, Topic

FEW_WAYS = 5_000
MANY_WAYS = 50_000

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Translation:
    """One message of a PO file with its place."""

    key: str
    source: str
    text: str
    fuzzy: bool
    position: Position


Translations = Mapping[str, Mapping[str, Translation]]
"""A language's messages by key, German is not among them."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a check may look at.

    `program` has the program's own German texts. `faulty` are files that could not
    be built as written.
    `today` is None where nothing may depend on the day. `limit` is how many ways
    through a topic are tried. `checked` is what needs no second look in this run.
    """

    sources: Sources
    content: Content
    texts: Mapping[str, SourceText]
    translations: Translations
    program: Mapping[str, SourceText]
    faulty: frozenset[str] = frozenset()
    today: date | None = None
    limit: int = FEW_WAYS
    checked: set[object] = field(default_factory=set)
    _places: dict[str, Position] = field(default_factory=dict)

    def first_time(self, check: str, thing: object) -> bool:
        """Whether `check` has not seen an equal thing of another region in this run."""
        if (check, thing) in self.checked:
            return False
        self.checked.add((check, thing))
        return True

    def topics(self) -> Iterator[tuple[Topic, Parsed[TopicFile]]]:
        """Each topic as built, with its file."""
        for name, topic in self.content.topics.items():
            yield topic, self.sources.topics[name]

    def sound_topics(self) -> Iterator[tuple[Topic, Parsed[TopicFile]]]:
        """Those whose questions and conditions mean what was written; others would mislead."""
        people = self.sources.people
        if people is not None and people.document.name not in self.faulty:
            for topic, file in self.topics():
                if file.document.name not in self.faulty:
                    yield topic, file

    def new_topics(self, check: str) -> Iterator[tuple[Topic, Parsed[TopicFile]]]:
        """Sound topics that `check` has not seen ask alike in another region."""
        for topic, file in self.sound_topics():
            if self.first_time(check, _asking(topic)):
                yield topic, file

    def questions(self) -> Iterator[tuple[str, SharedQuestion, Document, Path]]:
        """Each question where it is written: its field id, its shape, file and path."""
        for owner, file in (("person", self.sources.people), ("ask", self.sources.questions)):
            for name, shape in file.shape.questions.items() if file else ():
                if file:
                    yield f"{owner}.{name}", shape, file.document, ("questions", name)
        for topic, written in self.sources.topics.items():
            for number, question in enumerate(written.shape.questions):
                if not isinstance(question, UsedQuestion):
                    path: Path = ("questions", number)
                    yield f"{topic}.{question.ask}", question, written.document, path

    def question_at(self, field: str, topic: str) -> Position:
        """Where a topic asks for `field`."""
        file = self.sources.topics[topic]
        for number, shape in enumerate(file.shape.questions):
            asked = shape.use if isinstance(shape, UsedQuestion) else f"{topic}.{shape.ask}"
            if asked == field:
                return file.document.at("questions", number)
        return Position(file.document.name)

    def cards(self) -> Iterator[tuple[str, CardShape, Document, Path]]:
        """Each written card: its id, its shape, and the file and path it stands at."""
        for name, file in self.sources.topics.items():
            for card, shape in file.shape.cards.items():
                yield f"{name}.{card}", shape, file.document, ("cards", card)
        for level in self.sources.regions or ():
            for name, added in level.shape.add.items():
                for card, shape in added.cards.items():
                    path: Path = ("add", name, "cards", card)
                    yield f"{name}.{card}", shape, level.document, path

    def written(self) -> Iterator[tuple[str, CardShape | FillShape, Document, Path]]:
        """Every card, and every piece of one that a region fills."""
        yield from self.cards()
        for level in self.sources.regions or ():
            for card_id, fill in level.shape.fill.items():
                yield card_id, fill, level.document, ("fill", card_id)

    def facts(self) -> Iterator[tuple[str, FactShape, Document]]:
        """Each fact that holds in this region, with the file it stands in."""
        base = self.sources.facts
        if base is not None:
            levels = [(level.shape.facts, level.document) for level in self.sources.regions or ()]
            yield from _nearest(*levels, (base.shape.facts, base.document))

    def phones(self) -> Iterator[tuple[str, PhoneShape, Document]]:
        """Each phone number of this region, with the file it stands in."""
        base = self.sources.phones
        if base is not None:
            levels = [(level.shape.phones, level.document) for level in self.sources.regions or ()]
            yield from _nearest(*levels, (base.shape.phones, base.document))

    def card_at(self, card_id: str) -> Position:
        """Where a card stands, in its topic's file or in the region's."""
        if not self._places:
            self._places.update(
                (name, document.at(*path)) for name, _, document, path in self.cards()
            )
        elsewhere = Position(self.sources.topics[card_id.partition(".")[0]].document.name)
        return self._places.get(card_id, elsewhere)

    def in_every_language(self, key: str) -> Iterator[tuple[str, str, Position]]:
        """Language, text and place of a message wherever it can be shown."""
        source = self.texts[key]
        yield "de", source.german, source.position
        for language, messages in self.translations.items():
            found = messages.get(key)
            if found is not None and shown(source, found):
                yield language, found.text, found.position


def _nearest(
    *files: tuple[Mapping[str, Value], Document],
) -> Iterator[tuple[str, Value, Document]]:
    """Each name once, from the first file that has it."""
    seen: set[str] = set()
    for entries, document in files:
        for name, entry in entries.items():
            if name not in seen:
                seen.add(name)
                yield name, entry, document


def _asking(topic: Topic) -> object:
    """What decides questions and cards: neither towns nor the words on a card."""
    questions = (
        replace(each, options=()) if each.type is QuestionType.PLACE else each
        for each in topic.questions
    )
    cards = ((each.id, each.when, each.otherwise, each.urgency) for each in topic.cards)
    return (topic.id, tuple(questions), tuple(cards), topic.handoff)


def translations_of(catalogues: Catalogues | None) -> dict[str, dict[str, Translation]]:
    """A catalogue's messages by language and key, without German."""
    if catalogues is None:
        return {}
    return {
        language: {
            entry.key: Translation(
                entry.key,
                entry.source,
                entry.translation,
                entry.fuzzy,
                Position(str(file.path), entry.line),
            )
            for file in catalogues.files(language)
            for entry in file.entries
        }
        for language in catalogues.languages
        if language != "de"
    }


class State(StrEnum):
    """How far a text is in one language."""

    TRANSLATED = "translated"
    FUZZY = "fuzzy"
    MISSING = "missing"


def shown(text: SourceText, message: Translation) -> bool:
    """Whether newcomers see this translation: about danger, an older one is shown too."""
    current = not message.fuzzy and message.source == text.german
    return bool(message.text) and (current or text.domain == "emergency")


def state(text: SourceText, message: Translation | None) -> State:
    """Fuzzy is also what translates an older German sentence, before `sync` marks it."""
    if message is None or not message.text:
        return State.MISSING
    current = message.source == text.german and not message.fuzzy
    return State.TRANSLATED if current else State.FUZZY
