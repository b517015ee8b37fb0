"""Sensitive questions say how long their answers are kept."""

from collections.abc import Iterator

from bot.content.material import Material
from bot.content.problems import Code, Problem

NO_RETENTION = Code(
    "sensitive-without-retention",
    "the answer is sensitive, but nothing says how long it is kept",
    "add `retention: 30d`",
)


def check(material: Material) -> Iterator[Problem]:
    for _, question, document, path in material.questions():
        if question.sensitive and question.retention is None:
            yield NO_RETENTION.at(document.at(*path))
