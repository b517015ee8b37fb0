"""What makes questions and cards less useful: nothing to do, nobody to go to, too much."""

from collections.abc import Iterator

from bot.content.material import Material
from bot.content.problems import Code, Problem, Severity
from bot.engine.rules import fields_of
from bot.model.content import QuestionType

NO_STEP = Code(
    "card-without-step",
    "`{card}` says neither what to do nor where to go",
    "add `steps:` or `offices:`",
    Severity.WARNING,
)
NO_SUMMARY = Code(
    "no-summary",
    "caseworkers read the whole question `{name}` in the summary",
    "add a short `summary:`",
    Severity.WARNING,
)
MANY_OPTIONS = Code(
    "too-many-options",
    "{count} options do not fit on a small screen",
    "leave at most {most}",
    Severity.WARNING,
)
UNUSED = Code(
    "answer-unused",
    "no condition looks at the answer to `{name}`",
    "ask only what changes the advice, or use it in a `when`",
    Severity.WARNING,
)
NEVER_USED = Code(
    "shared-question-unused",
    "no topic asks `{name}`",
    "use it, or take it out",
    Severity.WARNING,
)

MOST_OPTIONS = 7


def check(material: Material) -> Iterator[Problem]:
    for card_id, shape, document, path in material.cards():
        if not shape.steps and not shape.offices:
            yield NO_STEP.at(document.at(*path), card=card_id)
    for field, question, document, path in material.questions():
        if question.summary is None:
            yield NO_SUMMARY.at(document.at(*path), name=field)
        count = sum(option.retired is None for option in (question.options or {}).values())
        if count > MOST_OPTIONS:
            here = document.at(*path, "options")
            yield MANY_OPTIONS.at(here, count=count, most=MOST_OPTIONS)
    yield from _unused(material)


def _unused(material: Material) -> Iterator[Problem]:
    looked_at: set[str] = set()
    asked: set[str] = set()
    for topic in material.content.topics.values():
        rule = topic.handoff
        conditions = [
            *(question.when for question in topic.questions),
            *(card.when for card in topic.cards),
            *(each for each in (rule.urgent_when, rule.independent_first_when) if each),
        ]
        looked_at.update(*(fields_of(condition) for condition in conditions))
        asked.update(question.id for question in topic.questions)
    free = (QuestionType.PLACE, QuestionType.TEXT)
    for field, shape, document, path in material.questions():
        if field.startswith("person.") and field not in asked:
            yield NEVER_USED.at(document.at(*path), name=field)
        elif field.startswith("ask."):
            continue
        elif field not in looked_at and shape.type not in free:
            yield UNUSED.at(document.at(*path), name=field)
