"""The region: its own files joined with those it extends, nearest level first.

Offices, roles, queues and towns become model values here. What the levels do to the
topics is in `overlay.py`; whether every role has an office is for `checks/`.
"""

from dataclasses import fields

from bot.content.problems import Code
from bot.content.schema import WEEKDAYS, Text, WeekHours
from bot.content.schema_region import OfficeShape, QueuesFile, QueueShape, RegionFile
from bot.content.sources import Parsed, Sources
from bot.content.textbook import TextBook
from bot.content.texts import Kind
from bot.content.topics import place_key
from bot.content.yamlfile import Path
from bot.model.region import Controller, Municipality, Office, Opening, Queue, Region

INCOMPLETE = Code(
    "region-incomplete", "`{name}` is missing, here and in all it extends", "add `{name}:`"
)

NOBODY = Controller(**{field.name: "" for field in fields(Controller)})
"""Stands in at a level that is only extended: nobody's data is kept there."""


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
        controller = self._controller()
        if not self.municipalities and not self.sources.abstract:
            self._missing("municipalities")
        if name is None or state is None or zone is None or controller is None:
            return None
        roles, local_roles = self._roles()
        return Region(
            id=self.id,
            name=name,
            state=state,
            time_zone=zone,
            controller=controller,
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

    def _controller(self) -> Controller | None:
        controllers = (level.shape.controller for level in self.levels)
        shape = next(filter(None, controllers), None)
        if shape is not None:
            return Controller(**shape.model_dump())
        if self.sources.abstract:
            return NOBODY
        self._missing("controller")
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


def opening_hours(hours: WeekHours) -> tuple[Opening, ...]:
    """Opening hours in the order of the week."""
    return tuple(
        Opening(WEEKDAYS.index(day), start, end)
        for day in WEEKDAYS
        for start, end in sorted(hours.get(day, []))
    )
