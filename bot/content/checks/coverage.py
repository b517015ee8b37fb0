"""Every way through a topic ends at a card, and the way is not too long.

A topic has exactly one `otherwise` card. Ways without a declined answer that reach
only this card are listed: often a card is missing there. Places do not count as
questions: a town is one tap, and cards differ by it only in their offices.
"""

from collections.abc import Iterator
from itertools import islice

from bot.content.material import Material
from bot.content.paths import Values, conditions_of, ways
from bot.content.problems import Code, Position, Problem, Severity
from bot.engine.rules import fields_of, holds
from bot.model.content import SKIPPED, Card, QuestionType, Topic

NO_OTHERWISE = Code(
    "no-otherwise",
    "no card has `otherwise: true`, so some answers end without advice",
    "let one card be shown when no other fits",
)
TWO_OTHERWISE = Code(
    "two-otherwise",
    "`{first}` already has `otherwise: true`",
    "leave it to one card of the topic",
)
OTHERWISE_WHEN = Code(
    "otherwise-with-when",
    "an `otherwise` card has no `when`",
    "take one of the two out",
)
ONLY_OTHERWISE = Code(
    "only-otherwise",
    "{count} combinations of answers reach only this card: {examples}",
    "add a card for them, or leave it so",
    Severity.WARNING,
)
LONG_WAY = Code(
    "too-many-questions",
    "a newcomer may be asked {count} questions here",
    "leave at most {most}, or ask some of them under a narrower `when`",
    Severity.WARNING,
)
UNFINISHED = Code(
    "ways-not-finished",
    "the topic has more than {limit} ways; the others were not looked at",
    "run the check with --full, or ask fewer questions",
    Severity.WARNING,
)

MOST_QUESTIONS = 8
EXAMPLES = 6


def check(material: Material) -> Iterator[Problem]:
    for topic, file in material.new_topics("coverage"):
        otherwise = [card for card in topic.cards if card.otherwise]
        if not otherwise:
            yield NO_OTHERWISE.at(file.document.at("cards"))
            continue
        for card in otherwise[1:]:
            yield TWO_OTHERWISE.at(material.card_at(card.id), first=otherwise[0].id)
        for name, shape, document, path in material.cards():
            if name in {card.id for card in otherwise} and shape.when is not None:
                yield OTHERWISE_WHEN.at(document.at(*path, "when"))
        yield from _walked(material, topic, otherwise[0], file.document.at("questions"))


def _walked(
    material: Material, topic: Topic, otherwise: Card, questions: Position
) -> Iterator[Problem]:
    tried = list(islice(ways(topic.questions, conditions_of(topic)), material.limit + 1))
    if len(tried) > material.limit:
        yield UNFINISHED.at(questions, limit=material.limit)
    conditions = [card.when for card in topic.cards if not card.otherwise]
    bare = [
        values
        for values in tried
        if SKIPPED not in values.values() and not any(holds(each, values) for each in conditions)
    ]
    if bare and conditions:
        decisive = frozenset().union(*(fields_of(each) for each in conditions))
        told = list(dict.fromkeys(_told(values, topic, decisive) for values in bare))
        shown = "; ".join(told[:EXAMPLES])
        more = f"; and {len(told) - EXAMPLES} more" if len(told) > EXAMPLES else ""
        here = material.card_at(otherwise.id)
        yield ONLY_OTHERWISE.at(here, count=len(told), examples=shown + more)
    places = {question.id for question in topic.questions if question.type is QuestionType.PLACE}
    longest = max((len(values.keys() - places) for values in tried), default=0)
    if longest > MOST_QUESTIONS:
        yield LONG_WAY.at(questions, count=longest, most=MOST_QUESTIONS)


def _told(values: Values, topic: Topic, decisive: frozenset[str]) -> str:
    """`level=good, childcare=yes`: the answers as an editor would write them."""
    parts: list[str] = []
    for field, value in values.items():
        if field not in decisive:
            continue
        said = "+".join(value) if isinstance(value, tuple) else value
        parts.append(f"{field.removeprefix(f'{topic.id}.')}={said}")
    return ", ".join(parts)
