"""The region: its own files joined with those it extends, nearest level first.

Offices, roles, queues and towns become model values here; what a region fills,
hides or adds is applied to the built topics. Whether every role has an office is
for `checks/`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.content.conditions import Scope
from bot.content.problems import Code, Position, listed
from bot.content.schema import WEEKDAYS, Text, WeekHours
from bot.content.schema_region import FillShape, OfficeShape, QueuesFile, QueueShape, RegionFile
from bot.content.schema_topic import TopicFile
from bot.content.sources import Parsed, Sources
from bot.content.texts import Kind, TextBook
from bot.content.topics import CardBuilder, place_key
from bot.content.yamlfile import Path
from bot.model.content import Card, Topic
from bot.model.region import Controller, Municipality, Office, Opening, Queue, Region

INCOMPLETE = Code(
    "region-incomplete", "`{name}` is missing, here and in all it extends", "add `{name}:`"
)
FILL_UNKNOWN = Code(
    "fill-unknown", "there is no card `{card}` to fill", "write topic.card; known: {known}"
)
FILL_CLOSED = Code(
    "fill-closed",
    "`{slot}` of `{card}` is not open to regions",
    "take it out, or let the topic say `local: {{{slot}: allowed}}`",
)
FILL_MISSING = Code(
    "fill-missing",
    "`{slot}` of `{card}` must be written by the region",
    "add `fill: {{{card}: {{{slot}: ...}}}}` to region.yaml",
)
HIDE_UNKNOWN = Code("hide-unknown", "there is no card `{card}` to hide", "known: {known}")
HIDE_OTHERWISE = Code(
    "hide-otherwise",
    "`{card}` is shown when nothing else fits and cannot be hidden",
    "fill it with the region's own text instead",
)
ADD_UNKNOWN = Code("add-unknown", "there is no topic `{topic}` to add to", "known: {known}")
ADD_EXISTS = Code("add-exists", "the topic already has a card `{card}`", "choose another id")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Placed:
    """Something of a region level with the file and path it stands at."""

    level: Parsed[RegionFile]
    path: Path

    @property
    def position(self) -> Position:
        return self.level.document.at(*self.path)


class RegionBuilder:
    """Joins the levels of one region and builds what belongs to it."""

    def __init__(self, sources: Sources, levels: tuple[Parsed[RegionFile], ...], book: TextBook):
        self.sources = sources
        self.levels = levels
        self.id = levels[0].id
        self.book = book
        self.municipalities = self._municipalities()

    def build(self) -> Region | None:
        """The region, or None if something every region needs is missing."""
        name = self._nearest("name")
        state, zone = self._nearest("state"), self._nearest("time_zone")
        controllers = (level.shape.controller for level in self.levels)
        shape = next(filter(None, controllers), None)
        if shape is None:
            self._missing("controller")
        if name is None or state is None or zone is None or shape is None:
            return None
        roles, local_roles = self._roles()
        return Region(
            id=self.id,
            name=name,
            state=state,
            time_zone=zone,
            controller=Controller(**shape.model_dump()),
            municipalities=self.municipalities,
            offices=self._offices(),
            roles=roles,
            local_roles=local_roles,
            queues=self._queues(),
        )

    def _nearest(self, field: str) -> str | None:
        for level in self.levels:
            value = getattr(level.shape, field)
            if value is not None:
                return str(value)
        self._missing(field)
        return None

    def _missing(self, field: str) -> None:
        position = self.levels[0].document.at("region")
        self.book.problems.append(INCOMPLETE.at(position, name=field))

    def _municipalities(self) -> tuple[Municipality, ...]:
        """The towns in the order of the nearest file that has any."""
        found: dict[str, Municipality] = {}
        for level in self.levels:
            for name, shape in level.shape.municipalities.items():
                if name not in found:
                    found[name] = Municipality(name, shape.name)
                    path: Path = ("municipalities", name, "name")
                    key, text = place_key(self.id, name), Text(text=shape.name)
                    self.book.add(key, text, Kind.PLACE, level.document, path)
        return tuple(found.values())

    def _offices(self) -> dict[str, Office]:
        offices: dict[str, Office] = {}
        for level in self.levels:
            for name, shape in level.shape.offices.items():
                if name not in offices:
                    offices[name] = self._office(level, name, shape)
        return offices

    def _office(self, level: Parsed[RegionFile], name: str, shape: OfficeShape) -> Office:
        path: Path = ("offices", name, "note")
        key = f"{level.id}/office.{name}#note"
        note = self.book.optional(key, shape.note, Kind.OFFICE_NOTE, level.document, path)
        return Office(
            id=name,
            name=shape.name,
            street=shape.street,
            postcode=shape.postcode,
            town=shape.town,
            authority=shape.authority,
            phone=shape.phone,
            email=shape.email,
            url=shape.url,
            languages=tuple(shape.languages),
            hours=opening_hours(shape.hours),
            accessible=shape.accessible,
            note=note,
        )

    def _roles(self) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        default: dict[str, str] = {}
        local: dict[str, dict[str, str]] = {}
        for level in reversed(self.levels):
            for role, offices in level.shape.roles.items():
                if isinstance(offices, str):
                    default[role] = offices
                    local.pop(role, None)
                    continue
                if "default" in offices:
                    default[role] = offices["default"]
                towns = {town: office for town, office in offices.items() if town != "default"}
                local[role] = {**local.get(role, {}), **towns}
        return default, local

    def _queues(self) -> dict[str, Queue]:
        queues: dict[str, Queue] = {}
        for file in self.sources.queues or ():
            for name, shape in file.shape.queues.items():
                if name not in queues:
                    queues[name] = self._queue(file, name, shape)
        return queues

    def _queue(self, file: Parsed[QueuesFile], name: str, shape: QueueShape) -> Queue:
        key = f"{file.id}/queue.{name}"
        path: Path = ("queues", name)
        return Queue(
            id=name,
            title=self.book.add(
                f"{key}#title", shape.title, Kind.QUEUE, file.document, (*path, "title")
            ),
            team=shape.team,
            office=shape.office,
            hours=opening_hours(shape.hours),
            night=self.book.paragraph(
                f"{key}#night", shape.night, Kind.NIGHT, file.document, (*path, "night")
            ),
            alarm_emails=tuple(shape.alarm_emails),
        )

    # --- what the region does to topics ------------------------------------------

    def localised(self, topics: Mapping[str, Topic]) -> dict[str, Topic]:
        """The topics as this region shows them: cards added, hidden and filled."""
        hidden = self._hidden(topics)
        fills = self._fills(topics)
        changed: dict[str, Topic] = {}
        for topic in topics.values():
            cards = [card for card in topic.cards if card.id not in hidden]
            filled = [self._filled(card, fills.get(card.id, {})) for card in cards]
            added = list(self._added(topic))
            changed[topic.id] = replace(topic, cards=(*filled, *added))
        self._unknown_additions(topics)
        self._empty_slots(topics, fills)
        return changed

    def _each(self, field: str) -> Iterator[tuple[str, Placed]]:
        for level in self.levels:
            entries: Iterable[str] = getattr(level.shape, field)
            for number, name in enumerate(entries):
                is_list = isinstance(getattr(level.shape, field), list)
                yield name, Placed(level, (field, number if is_list else name))

    def _known(self, card_id: str, topics: Mapping[str, Topic]) -> bool | None:
        """Whether a card exists; None if its topic's file is broken and nobody can know."""
        topic = card_id.partition(".")[0]
        if topic not in topics:
            return None if topic in self.sources.topic_ids else False
        return any(card.id == card_id for card in topics[topic].cards)

    def _hidden(self, topics: Mapping[str, Topic]) -> set[str]:
        hidden: set[str] = set()
        for card_id, placed in self._each("hide"):
            known = self._known(card_id, topics)
            if known is False:
                cards = listed(_card_ids(topics, card_id))
                self._report(HIDE_UNKNOWN, placed, card=card_id, known=cards)
            elif known and _card(topics, card_id).otherwise:
                self._report(HIDE_OTHERWISE, placed, card=card_id)
            else:
                hidden.add(card_id)
        return hidden

    def _fills(self, topics: Mapping[str, Topic]) -> dict[str, dict[str, Placed]]:
        fills: dict[str, dict[str, Placed]] = {}
        for card_id, placed in self._each("fill"):
            known = self._known(card_id, topics)
            if known is False:
                cards = listed(_card_ids(topics, card_id))
                self._report(FILL_UNKNOWN, placed, card=card_id, known=cards)
            if not known:
                continue
            shape = placed.level.shape.fill[card_id]
            for slot in shape.model_fields_set:
                here = Placed(placed.level, (*placed.path, slot))
                if self._open(card_id).get(slot) in ("required", "allowed"):
                    fills.setdefault(card_id, {}).setdefault(slot, here)
                else:
                    self._report(FILL_CLOSED, here, slot=slot, card=card_id)
        return fills

    def _open(self, card_id: str) -> Mapping[str, str]:
        topic, _, name = card_id.partition(".")
        file = self.sources.topics[topic].shape
        return {str(slot): rule for slot, rule in file.cards[name].local.items()}

    def _filled(self, card: Card, slots: Mapping[str, Placed]) -> Card:
        for slot, placed in slots.items():
            shape: FillShape = placed.level.shape.fill[card.id]
            key = f"{placed.level.id}/fill.{card.id}#{slot}"
            document = placed.level.document
            if slot == "body" and shape.body is not None:
                body = self.book.paragraphs(key, shape.body, Kind.BODY, document, placed.path)
                card = replace(card, body=body)
            elif slot == "title" and shape.title is not None:
                title = self.book.add(key, shape.title, Kind.CARD, document, placed.path)
                card = replace(card, title=title)
            elif slot == "keywords" and shape.keywords is not None:
                words = self.book.add(key, shape.keywords, Kind.KEYWORDS, document, placed.path)
                card = replace(card, keywords=words)
        return card

    def _added(self, topic: Topic) -> Iterator[Card]:
        known = {card.id for card in topic.cards}
        questions = {question.id: question for question in topic.questions}
        scope = Scope(topic.id, questions, shared_known=self.sources.people is not None)
        for level in self.levels:
            added = level.shape.add.get(topic.id)
            builder = CardBuilder(topic.id, level.id, level.document, scope, self.book)
            for name, shape in added.cards.items() if added else ():
                path: Path = ("add", topic.id, "cards", name)
                if f"{topic.id}.{name}" in known:
                    self._report(ADD_EXISTS, Placed(level, path), card=name)
                else:
                    known.add(f"{topic.id}.{name}")
                    yield builder.build(name, shape, path)

    def _unknown_additions(self, topics: Mapping[str, Topic]) -> None:
        for name, placed in self._each("add"):
            if name not in self.sources.topic_ids:
                self._report(ADD_UNKNOWN, placed, topic=name, known=listed(topics))

    def _empty_slots(
        self, topics: Mapping[str, Topic], fills: Mapping[str, Mapping[str, Placed]]
    ) -> None:
        position = self.levels[0].document.at("region")
        for topic_id, file in self.sources.topics.items():
            if topic_id not in topics:
                continue
            for card_id, slot in required_slots(file):
                if slot not in fills.get(card_id, {}):
                    self.book.problems.append(FILL_MISSING.at(position, card=card_id, slot=slot))

    def _report(self, code: Code, placed: Placed, **values: object) -> None:
        self.book.problems.append(code.at(placed.position, **values))


def required_slots(file: Parsed[TopicFile]) -> Iterator[tuple[str, str]]:
    """Card id and slot of everything each region must write itself."""
    for name, card in file.shape.cards.items():
        for slot, rule in card.local.items():
            if rule == "required":
                yield f"{file.id}.{name}", slot


def opening_hours(hours: WeekHours) -> tuple[Opening, ...]:
    """Opening hours in the order of the week."""
    return tuple(
        Opening(WEEKDAYS.index(day), start, end)
        for day in WEEKDAYS
        for start, end in sorted(hours.get(day, []))
    )


def _card(topics: Mapping[str, Topic], card_id: str) -> Card:
    return next(card for card in topics[card_id.partition(".")[0]].cards if card.id == card_id)


def _card_ids(topics: Mapping[str, Topic], like: str) -> list[str]:
    """The cards of the topic that was named, or of all if there is no such topic."""
    topic = topics.get(like.partition(".")[0])
    chosen = [topic] if topic else topics.values()
    return [card.id for each in chosen for card in each.cards]
