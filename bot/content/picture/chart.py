"""What the picture of a topic shows, as data in the words of one language.

Nothing is drawn here: `topic.py` lays it out as SVG, `mermaid.py` writes it as text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.content.plain import Clause, Plain, kind_of, mentioned
from bot.i18n.render import Renderer
from bot.model.content import Card, Content, Question, QuestionType, Topic, Urgency


class Tone(StrEnum):
    """How urgent a card is, or that it is for everybody else."""

    NOW = "now"
    SOON = "soon"
    NORMAL = "normal"
    OTHERWISE = "otherwise"


TONE_WORDS = {
    Tone.NOW: "picture/urgency.now#text",
    Tone.SOON: "picture/urgency.soon#text",
    Tone.NORMAL: "picture/urgency.normal#text",
    Tone.OTHERWISE: "picture/urgency.otherwise#text",
}
_TONES = {Urgency.NOW: Tone.NOW, Urgency.SOON: Tone.SOON, Urgency.NORMAL: Tone.NORMAL}
_ORDER = list(Tone)


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign of a card: a letter in the colour of its urgency."""

    letter: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer on its button, with the questions and cards whose conditions name it.

    `danger` is the name of the danger that choosing it means.
    """

    text: str
    questions: tuple[int, ...] = ()
    cards: tuple[Mark, ...] = ()
    danger: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `several`: more than one answer may be chosen."""

    number: int
    id: str
    text: str
    tags: tuple[str, ...]
    when: tuple[Clause, ...]
    choices: tuple[Choice, ...]
    several: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """A card."""

    mark: Mark
    id: str
    title: str
    when: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """Who gets the cases: sentences, and conditions with what they lead to."""

    sentences: tuple[str, ...]
    conditions: tuple[tuple[str, tuple[Clause, ...]], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A topic as people see it. `plain` has the words for headings and signs."""

    id: str
    icon: str
    title: str
    figures: str
    questions: tuple[Asked, ...]
    cards: tuple[Advice, ...]
    handover: Handover
    plain: Plain


def chart(content: Content, renderer: Renderer, topic_id: str, language: str) -> Chart:
    """The topic `topic_id` in `language`; what is not translated falls back as usual."""
    topic = content.topics[topic_id]
    numbers = {question.id: number for number, question in enumerate(topic.questions, 1)}
    plain = Plain(content, renderer, language, numbers)
    marks = {card.id: mark for card, mark in _marked(topic.cards)}
    figures = plain.say(
        "picture/topic.figures#text",
        questions=str(len(topic.questions)),
        cards=str(len(topic.cards)),
        region=content.region.name,
    )
    return Chart(
        id=topic.id,
        icon=topic.icon,
        title=plain.say(topic.title),
        figures=figures,
        questions=tuple(_asked(topic, question, marks, plain) for question in topic.questions),
        cards=tuple(_advice(card, mark, plain) for card, mark in _marked(topic.cards)),
        handover=_handover(topic, plain),
        plain=plain,
    )


def tone_of(card: Card) -> Tone:
    return Tone.OTHERWISE if card.otherwise else _TONES[card.urgency]


def letters(number: int) -> str:
    """A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    head, last = divmod(number, 26)
    return (letters(head - 1) if head else "") + chr(ord("A") + last)


def _marked(cards: Iterable[Card]) -> Iterator[tuple[Card, Mark]]:
    """The cards with their signs, most urgent first."""
    ordered = sorted(cards, key=lambda card: _ORDER.index(tone_of(card)))
    for number, card in enumerate(ordered):
        yield card, Mark(letters(number), tone_of(card))


def _asked(topic: Topic, question: Question, marks: dict[str, Mark], plain: Plain) -> Asked:
    tags = [kind_of(question, plain)] if question.offered else []
    if question.shared:
        tags.append(plain.say("picture/shared#text"))
    if question.sensitive:
        tags.append(plain.say("picture/sensitive#text"))
    return Asked(
        number=plain.numbers[question.id],
        id=question.id,
        text=plain.say(question.text),
        tags=tuple(tags),
        when=plain.clauses(question.when),
        choices=tuple(_choices(topic, question, marks, plain)),
        several=question.type is QuestionType.MULTI,
    )


def _choices(
    topic: Topic, question: Question, marks: dict[str, Mark], plain: Plain
) -> Iterator[Choice]:
    """Each button; what is typed, and the towns, as one."""
    if question.type is QuestionType.PLACE:
        towns = len(plain.content.region.municipalities)
        text = plain.say("picture/towns#text", count=str(towns))
        yield _choice(text, topic, question, None, marks, plain)
        return
    for option in question.offered:
        danger = _danger(option.danger, plain)
        choice = _choice(plain.say(option.text), topic, question, option.id, marks, plain)
        yield Choice(choice.text, choice.questions, choice.cards, danger)
    if not question.offered:
        yield _choice(kind_of(question, plain), topic, question, None, marks, plain)


def _choice(
    text: str,
    topic: Topic,
    question: Question,
    option: str | None,
    marks: dict[str, Mark],
    plain: Plain,
) -> Choice:
    """`option` None: any answer to the question."""

    def named(found: Iterator[tuple[str, str | None]]) -> bool:
        return any(
            field == question.id and (option is None or value == option) for field, value in found
        )

    numbers = (plain.numbers[each.id] for each in topic.questions if named(mentioned(each.when)))
    cards = (marks[card.id] for card in topic.cards if named(mentioned(card.when)))
    return Choice(text, tuple(numbers), tuple(sorted(cards, key=lambda m: _place(m.letter))))


def _place(letter: str) -> tuple[int, str]:
    return len(letter), letter


def _danger(kind: str | None, plain: Plain) -> str | None:
    if kind is None:
        return None
    emergency = plain.content.emergencies.get(kind)
    name = kind if emergency is None or emergency.button is None else plain.say(emergency.button)
    priority = "P0" if emergency is None else emergency.priority.value
    return plain.say("picture/danger#text", name=name, priority=priority)


def _advice(card: Card, mark: Mark, plain: Plain) -> Advice:
    if card.otherwise:
        when: tuple[Clause, ...] = (Clause("", plain.say("picture/otherwise#text")),)
    else:
        when = plain.clauses(card.when) or (Clause("", plain.say("picture/always#text")),)
    return Advice(mark, card.id, plain.say(card.title), when)


def _handover(topic: Topic, plain: Plain) -> Handover:
    rule = topic.handoff
    sentences = [plain.say("picture/handoff.queue#text", queue=_queue(rule.queue, plain))]
    if rule.independent is not None:
        queue = _queue(rule.independent, plain)
        sentences.append(plain.say("picture/handoff.independent#text", queue=queue))
    if any(tone_of(card) is Tone.NOW for card in topic.cards):
        urgency = plain.say(TONE_WORDS[Tone.NOW])
        sentences.append(plain.say("picture/handoff.urgent_card#text", urgency=urgency))
    conditions = []
    if rule.urgent_when is not None:
        clauses = plain.clauses(rule.urgent_when)
        conditions.append((plain.say("picture/handoff.urgent#text"), clauses))
    if rule.independent_first_when is not None:
        clauses = plain.clauses(rule.independent_first_when)
        conditions.append((plain.say("picture/handoff.first#text"), clauses))
    return Handover(tuple(sentences), tuple(conditions))


def _queue(queue_id: str, plain: Plain) -> str:
    """The queue's title; its id where the region has not said what it is."""
    queue = plain.content.region.queues.get(queue_id)
    return queue_id if queue is None else plain.say(queue.title)
