"""Two contents of one region side by side: ids, texts, conditions and meanings that differ.

What it means for somebody in the middle of a topic is in `replay.py`; whether the
change may be published at all in `published.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.content.texts import SourceText
from bot.model.content import Content, Question


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    RETIRED = "retired"
    ASKED_ANEW = "asked anew"
    CONDITION = "condition changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class IdChange:
    """What happened to one thing. `detail` is the new id, or what took its place."""

    what: str
    id: str
    change: Change
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.id}: {self.change}{self.detail and f' -> {self.detail}'}"


@dataclass(frozen=True, slots=True)
class TextChange:
    """A German text of today that was another before; `before` is None for a new one."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs, in the order of the files of today."""

    ids: tuple[IdChange, ...]
    texts: tuple[TextChange, ...]


def compare(
    before: Content,
    after: Content,
    texts_before: Mapping[str, SourceText],
    texts_after: Mapping[str, SourceText],
) -> Comparison:
    """What differs between two contents of one region."""
    return Comparison(
        ids=tuple(_ids(before, after)), texts=tuple(_texts(texts_before, texts_after))
    )


def _texts(
    before: Mapping[str, SourceText], after: Mapping[str, SourceText]
) -> Iterator[TextChange]:
    for key in dict.fromkeys((*after, *before)):
        old = before[key].german if key in before else None
        new = after[key].german if key in after else None
        if old != new:
            yield TextChange(key, old, new)


def _ids(before: Content, after: Content) -> Iterator[IdChange]:
    yield from _named("topic", before.topics, after.topics, {})
    old, new = questions_of(before), questions_of(after)
    yield from _named("question", old, new, after.renames)
    for name, question in old.items():
        successor = new.get(after.renames.get(name, name))
        if successor is not None:
            yield from _question(question, successor)
    yield from _order(before, after)
    yield from _cards(before, after)
    for what in ("facts", "phones", "papers", "roles", "emergencies", "replies", "glossary"):
        yield from _named(what, getattr(before, what), getattr(after, what), {})
    yield from _named("office", before.region.offices, after.region.offices, {})
    yield from _named("queue", before.region.queues, after.region.queues, {})


def questions_of(content: Content) -> dict[str, Question]:
    """Every question by its id, shared ones once."""
    own = {
        question.id: question
        for topic in content.topics.values()
        for question in topic.questions
        if not question.shared
    }
    return {**content.shared, **content.asks, **own}


def _named(
    what: str, before: Mapping[str, object], after: Mapping[str, object], renames: Mapping[str, str]
) -> Iterator[IdChange]:
    came_from = {renames[name] for name in before if name in renames}
    for name in before:
        if name not in after:
            renamed = renames.get(name)
            change = Change.RENAMED if renamed else Change.REMOVED
            yield IdChange(what, name, change, renamed or "")
    for name in after:
        if name not in before and name not in came_from:
            yield IdChange(what, name, Change.ADDED)


def _question(before: Question, after: Question) -> Iterator[IdChange]:
    if before.meaning != after.meaning:
        yield IdChange("question", after.id, Change.ASKED_ANEW)
    if before.when != after.when:
        yield IdChange("question", after.id, Change.CONDITION)
    old = {option.id: option for option in before.options}
    new = {option.id: option for option in after.options}
    for name in new.keys() - old.keys():
        yield IdChange("option", f"{after.id}.{name}", Change.ADDED)
    for name, option in old.items():
        successor = new.get(name)
        if successor is None:
            yield IdChange("option", f"{after.id}.{name}", Change.REMOVED)
        elif successor.retired and not option.retired:
            taken_as = successor.retired_as or ""
            yield IdChange("option", f"{after.id}.{name}", Change.RETIRED, taken_as)


def _order(before: Content, after: Content) -> Iterator[IdChange]:
    for name, topic in after.topics.items():
        if name in before.topics:
            old = [after.renames.get(each.id, each.id) for each in before.topics[name].questions]
            new = [each.id for each in topic.questions]
            if [each for each in old if each in new] != [each for each in new if each in old]:
                yield IdChange("questions of", name, Change.MOVED)


def _cards(before: Content, after: Content) -> Iterator[IdChange]:
    old = {card.id: card for topic in before.topics.values() for card in topic.cards}
    new = {card.id: card for topic in after.topics.values() for card in topic.cards}
    yield from _named("card", old, new, after.renames)
    for name, card in old.items():
        successor = new.get(after.renames.get(name, name))
        if successor is not None and (card.when, card.urgency) != (
            successor.when,
            successor.urgency,
        ):
            yield IdChange("card", successor.id, Change.CONDITION)
