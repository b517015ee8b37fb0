"""Cards, built from what a topic or a region writes.

A topic's card, a card that a region adds, and the slots that a region fills have
the same parts; only where their texts are translated differs. Which of them a
region may write is for `overlay.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.content.conditions import Scope, read_condition
from bot.content.schema import Text
from bot.content.schema_card import CardShape, StepShape
from bot.content.schema_region import FillShape
from bot.content.textbook import TextBook
from bot.content.texts import Kind
from bot.content.yamlfile import Document, Path
from bot.model.content import Card, Related, Source, Step


@dataclass(frozen=True, slots=True)
class CardBuilder:
    """Builds cards of a topic. `domain` differs from `topic` for cards a region adds."""

    topic: str
    domain: str
    document: Document
    scope: Scope
    book: TextBook

    def build(self, name: str, shape: CardShape, path: Path) -> Card:
        prefix = "card" if self.domain == self.topic else f"add.{self.topic}"
        when, problems = read_condition(shape.when, self.document, (*path, "when"), self.scope)
        self.book.problems.extend(problems)
        parts = Parts(f"{self.domain}/{prefix}.{name}", self.document, path, self.book)
        card = Card(
            id=f"{self.topic}.{name}",
            topic=self.topic,
            when=when,
            otherwise=shape.otherwise,
            urgency=shape.urgency,
            **parts.written(shape),
        )
        return responsible(card, shape.offices)


def responsible(card: Card, offices: Iterable[str]) -> Card:
    """The card with its roles: those it names itself, then those of its steps, each once."""
    roles = [*offices, *(step.role for step in card.steps if step.role is not None)]
    return replace(card, roles=tuple(dict.fromkeys(roles)))


@dataclass(frozen=True, slots=True)
class Parts:
    """Builds what stands at `path`; its texts get message ids that begin with `key`."""

    key: str
    document: Document
    path: Path
    book: TextBook

    def written(self, shape: CardShape | FillShape) -> dict[str, Any]:
        """Everything `shape` writes, by the name of the field of `Card`."""
        parts: dict[str, Any] = {}
        if shape.title is not None:
            parts["title"] = self._text("title", shape.title, Kind.CARD)
        if shape.body:
            key, path = f"{self.key}#body", (*self.path, "body")
            parts["body"] = self.book.paragraphs(key, shape.body, Kind.BODY, self.document, path)
        if shape.steps:
            parts["steps"] = tuple(self._steps(shape.steps))
        if shape.bring:
            parts["bring"] = tuple(shape.bring)
        if shape.source is not None:
            source = shape.source
            parts["source"] = Source(source.url, source.checked, source.max_age)
        if shape.related:
            parts["related"] = tuple(self._related(shape.related))
        if shape.keywords is not None:
            parts["keywords"] = self._text("keywords", shape.keywords, Kind.KEYWORDS)
        return parts

    def _text(self, slot: str, text: Text, kind: Kind) -> str:
        path = (*self.path, slot)
        return self.book.add(f"{self.key}#{slot}", text, kind, self.document, path)

    def _steps(self, steps: Mapping[str, StepShape]) -> Iterable[Step]:
        for name, step in steps.items():
            here = (*self.path, "steps", name)
            text = step.text
            if step.without is not None or step.note is not None:
                text = Text(
                    text=text.text,
                    without=text.without or step.without,
                    note=text.note or step.note,
                )
            nested = (*here, "text", "text") in self.document.marks
            place = (*here, "text") if nested else here
            key = f"{self.key}.step.{name}#text"
            paragraph = self.book.paragraph(key, text, Kind.STEP, self.document, place)
            yield Step(name, paragraph, step.office)

    def _related(self, reasons: Mapping[str, Text]) -> Iterable[Related]:
        for topic, reason in reasons.items():
            key, path = f"{self.key}.related.{topic}#text", (*self.path, "related", topic)
            yield Related(topic, self.book.add(key, reason, Kind.REASON, self.document, path))
