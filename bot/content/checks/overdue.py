"""What is due for review: files, facts, sources and phone numbers."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.content.material import Material
from bot.content.problems import Code, Position, Problem, Severity

REVIEW = Code(
    "review-overdue",
    "the review was due on {day}",
    "read it, correct it, and set `review_by` to the next date",
    Severity.WARNING,
)
SOURCE = Code(
    "source-overdue",
    "the source was last read on {day}",
    "read it again and set `checked` to that day",
    Severity.WARNING,
)
EXPIRED = Code(
    "fact-expired",
    "`{name}` has no value on {day}; its sentences show their fallback",
    "add the value that holds now",
    Severity.WARNING,
)

A_YEAR = timedelta(days=365)
"""How long a phone number is believed without a test call."""


def check(material: Material) -> Iterator[Problem]:
    today = material.today
    if today is None:
        return
    yield from _files(material, today)
    yield from _facts(material, today)
    yield from _sources(material, today)
    for name, phone, document in material.phones():
        if phone.checked + (phone.max_age or A_YEAR) < today:
            yield SOURCE.at(document.at("phones", name, "checked"), day=phone.checked)


def _files(material: Material, today: date) -> Iterator[Problem]:
    sources = material.sources
    for file in (*sources.list_files, *sources.topics.values()):
        if file.shape.review_by is not None:
            yield from _due(file.shape.review_by, today, file.document.at("review_by"))


def _due(review_by: date, today: date, position: Position) -> Iterator[Problem]:
    if review_by < today:
        yield REVIEW.at(position, day=review_by)


def _facts(material: Material, today: date) -> Iterator[Problem]:
    for name, shape, document in material.facts():
        yield from _due(shape.review_by, today, document.at("facts", name, "review_by"))
        fact = material.content.facts[name]
        if fact.certain and fact.on(today) is None:
            yield EXPIRED.at(document.at("facts", name, "values"), name=name, day=today)


def _sources(material: Material, today: date) -> Iterator[Problem]:
    for _, shape, document, path in material.written():
        if shape.source and shape.source.checked + shape.source.max_age < today:
            yield SOURCE.at(document.at(*path, "source", "checked"), day=shape.source.checked)
