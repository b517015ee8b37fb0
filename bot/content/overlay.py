"""What the levels of a region do to the topics: cards added, hidden and filled.

The levels go over the topics one after the other, the most general first, so that
the nearest has the last word in every slot and can also fill or hide what a farther
one has added. Offices and roles are joined in `regions.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.content.cards import CardBuilder, Parts, responsible
from bot.content.conditions import Scope
from bot.content.problems import Code, Position, Severity, listed
from bot.content.schema_card import CardShape
from bot.content.schema_region import FillShape, RegionFile
from bot.content.sources import Parsed, Sources
from bot.content.textbook import TextBook
from bot.content.yamlfile import Path
from bot.model.content import Card, Topic

FILL_UNKNOWN = Code(
    "fill-unknown", "there is no card `{card}` to fill", "write topic.card; known: {known}"
)
FILL_CLOSED = Code(
    "fill-closed",
    "`{slot}` of `{card}` is not open to regions",
    "take it out, or let the card say `local: {{{slot}: allowed}}`",
)
FILL_MISSING = Code(
    "fill-missing",
    "`{slot}` of `{card}` must be written by the region",
    "add `fill: {{{card}: {{{slot}: ...}}}}` to region.yaml",
)
FILL_HIDDEN = Code(
    "fill-hidden",
    "`{card}` is hidden by `{region}`, so nobody sees this",
    "take it out, or take the card out of `hide`",
    Severity.WARNING,
)
HIDE_UNKNOWN = Code("hide-unknown", "there is no card `{card}` to hide", "known: {known}")
HIDE_OTHERWISE = Code(
    "hide-otherwise",
    "`{card}` is shown when nothing else fits and cannot be hidden",
    "fill it with the region's own text instead",
)
ADD_UNKNOWN = Code("add-unknown", "there is no topic `{topic}` to add to", "known: {known}")
ADD_EXISTS = Code("add-exists", "the topic already has a card `{card}`", "choose another id")


@dataclass(frozen=True, slots=True)
class Placed:
    """Something of a region level with the file and path it stands at."""

    level: Parsed[RegionFile]
    path: Path

    @property
    def position(self) -> Position:
        return self.level.document.at(*self.path)


class Overlay:
    """One application of a region's levels, nearest first, to the topics as written."""

    def __init__(
        self, sources: Sources, levels: tuple[Parsed[RegionFile], ...], book: TextBook
    ) -> None:
        self.sources = sources
        self.levels = levels
        self.book = book
        self.topics: dict[str, Topic] = {}
        self.shapes: dict[str, CardShape] = {}
        self.offices: dict[str, list[str]] = {}
        self.hidden: dict[str, str] = {}
        self.filled: set[tuple[str, str]] = set()

    def applied(self, topics: Mapping[str, Topic]) -> dict[str, Topic]:
        """The topics as this region shows them."""
        self.topics = dict(topics)
        for name in topics:
            self._known_from_now(name, self.sources.topics[name].shape.cards)
        for level in reversed(self.levels):
            self._add(level)
            self._hide(level)
            self._fill(level)
        if not self.sources.abstract:
            self._empty_slots()
        return {
            name: replace(
                topic, cards=tuple(card for card in topic.cards if card.id not in self.hidden)
            )
            for name, topic in self.topics.items()
        }

    def _known_from_now(self, topic: str, cards: Mapping[str, CardShape]) -> None:
        for name, shape in cards.items():
            self.shapes[f"{topic}.{name}"] = shape
            self.offices[f"{topic}.{name}"] = shape.offices

    def _add(self, level: Parsed[RegionFile]) -> None:
        for name, added in level.shape.add.items():
            path: Path = ("add", name)
            topic = self.topics.get(name)
            if topic is not None:
                new = {
                    card: shape
                    for card, shape in added.cards.items()
                    if self._is_new(f"{name}.{card}", Placed(level, (*path, "cards", card)))
                }
                cards = self._built(level, topic, new)
                self.topics[name] = replace(topic, cards=(*topic.cards, *cards))
                self._known_from_now(name, new)
            elif name not in self.sources.topic_ids:
                here = Placed(level, path)
                self._report(ADD_UNKNOWN, here, topic=name, known=listed(self.topics))

    def _is_new(self, card_id: str, placed: Placed) -> bool:
        if card_id in self.shapes:
            self._report(ADD_EXISTS, placed, card=card_id.partition(".")[2])
        return card_id not in self.shapes

    def _built(
        self, level: Parsed[RegionFile], topic: Topic, cards: Mapping[str, CardShape]
    ) -> Iterator[Card]:
        questions = {question.id: question for question in topic.questions}
        scope = Scope(topic.id, questions, shared_known=self.sources.people is not None)
        builder = CardBuilder(topic.id, level.id, level.document, scope, self.book)
        for name, shape in cards.items():
            yield builder.build(name, shape, ("add", topic.id, "cards", name))

    def _hide(self, level: Parsed[RegionFile]) -> None:
        for number, card_id in enumerate(level.shape.hide):
            placed = Placed(level, ("hide", number))
            if card_id not in self.shapes:
                self._unknown(HIDE_UNKNOWN, card_id, placed)
            elif self.shapes[card_id].otherwise:
                self._report(HIDE_OTHERWISE, placed, card=card_id)
            else:
                self.hidden.setdefault(card_id, level.id)

    def _fill(self, level: Parsed[RegionFile]) -> None:
        for card_id, shape in level.shape.fill.items():
            placed = Placed(level, ("fill", card_id))
            if card_id not in self.shapes:
                self._unknown(FILL_UNKNOWN, card_id, placed)
            elif card_id in self.hidden:
                self._report(FILL_HIDDEN, placed, card=card_id, region=self.hidden[card_id])
            else:
                self._closed_slots(card_id, shape, placed)
                self.filled.update((card_id, slot) for slot in shape.written())
                self.offices[card_id] = shape.offices or self.offices[card_id]
                parts = Parts(f"{level.id}/fill.{card_id}", level.document, placed.path, self.book)
                card = replace(self._card(card_id), **parts.written(shape))
                self._replace(responsible(card, self.offices[card_id]))

    def _closed_slots(self, card_id: str, shape: FillShape, placed: Placed) -> None:
        """Report what no region may write; a text of the region's own may have its own source."""
        open_ = {slot for slot, rule in self._local(card_id).items() if rule != "locked"}
        if open_:
            open_.add("source")
        for slot in shape.written():
            if slot not in open_:
                here = Placed(placed.level, (*placed.path, slot))
                self._report(FILL_CLOSED, here, slot=slot, card=card_id)

    def _local(self, card_id: str) -> Mapping[str, str]:
        return {str(slot): rule for slot, rule in self.shapes[card_id].local.items()}

    def _card(self, card_id: str) -> Card:
        topic = self.topics[card_id.partition(".")[0]]
        return next(card for card in topic.cards if card.id == card_id)

    def _replace(self, new: Card) -> None:
        topic = self.topics[new.topic]
        cards = tuple(new if card.id == new.id else card for card in topic.cards)
        self.topics[new.topic] = replace(topic, cards=cards)

    def _unknown(self, code: Code, card_id: str, placed: Placed) -> None:
        """Report a card that does not exist, unless its topic's file is broken and nobody knows."""
        name = card_id.partition(".")[0]
        if name in self.topics or name not in self.sources.topic_ids:
            like = [each for each in self.shapes if each.startswith(f"{name}.")]
            self._report(code, placed, card=card_id, known=listed(like or self.shapes))

    def _empty_slots(self) -> None:
        position = self.levels[0].document.at("region")
        for card_id in self.shapes.keys() - self.hidden.keys():
            for slot, rule in self._local(card_id).items():
                if rule == "required" and (card_id, slot) not in self.filled:
                    self.book.problems.append(FILL_MISSING.at(position, card=card_id, slot=slot))

    def _report(self, code: Code, placed: Placed, **values: object) -> None:
        self.book.problems.append(code.at(placed.position, **values))
