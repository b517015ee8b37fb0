"""Sensitive questions say how long their answers are kept."""

from collections.abc import Iterator

from bot.content.material import Material
from bot.content.problems import Code, Problem
from bot.content.schema_topic import OwnQuestion

NO_RETENTION = Code(
    "sensitive-without-retention",
    "the answer is sensitive, but nothing says how long it is kept",
    "add `retention: 30d`",
)


def check(material: Material) -> Iterator[Problem]:
    people = material.sources.people
    for name, shared in people.shape.questions.items() if people else ():
        if people and shared.sensitive and shared.retention is None:
            yield NO_RETENTION.at(people.document.at("questions", name))
    for file in material.sources.topics.values():
        for number, question in enumerate(file.shape.questions):
            own = isinstance(question, OwnQuestion) and question.sensitive
            if own and isinstance(question, OwnQuestion) and question.retention is None:
                yield NO_RETENTION.at(file.document.at("questions", number))
