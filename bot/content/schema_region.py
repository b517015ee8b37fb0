"""The shape of `regions/<id>/region.yaml` and `queues.yaml`.

Everything a region may inherit by `extends:` is optional here; what is still
missing when the chain has been joined is reported by `regions.py`.
"""

from collections.abc import Iterator
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from bot.content.problems import Code
from bot.content.schema import (
    Email,
    File,
    Id,
    PhoneNumber,
    Postcode,
    Strict,
    Text,
    Texts,
    WebAddress,
    WeekHours,
    fault,
)
from bot.content.schema_lists import FactShape, PhoneShape
from bot.content.schema_topic import CardShape, SourceShape, Step

TIME_ZONE = Code("bad-time-zone", "`{value}` is no time zone", "write Europe/Berlin")

State = Literal[
    "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"
]


class ControllerShape(Strict):
    """Who is responsible for the data, as shown in the notice."""

    name: str
    street: str
    postcode: Postcode
    town: str
    email: Email
    phone: PhoneNumber
    data_protection: str
    authority: str


class MunicipalityShape(Strict):
    name: str


class OfficeShape(Strict):
    name: str
    street: str
    postcode: Postcode
    town: str
    phone: PhoneNumber | None = None
    email: Email | None = None
    url: WebAddress | None = None
    languages: list[str] = Field(default_factory=list)
    hours: WeekHours = Field(default_factory=dict)
    accessible: bool | None = None
    authority: bool
    note: Text | None = None


class FillShape(Strict):
    """What a region writes into the local slots of a card. What is empty is not written."""

    title: Text | None = None
    body: Texts = Field(default_factory=list)
    steps: dict[Id, Step] = Field(default_factory=dict)
    bring: list[Id] = Field(default_factory=list)
    offices: list[Id] = Field(default_factory=list)
    source: SourceShape | None = None
    related: dict[Id, Text] = Field(default_factory=dict)
    keywords: Text | None = None

    def written(self) -> Iterator[str]:
        """The slots this region writes, in the order of the shape."""
        for slot in FillShape.model_fields:
            if getattr(self, slot):
                yield slot


class AddShape(Strict):
    """Cards a region adds to a topic."""

    cards: dict[Id, CardShape]


class RegionFile(File):
    region: Id
    extends: Id | None = None
    abstract: bool = False
    name: str | None = None
    state: State | None = None
    time_zone: str | None = None
    controller: ControllerShape | None = None
    municipalities: dict[Id, MunicipalityShape] = Field(default_factory=dict)
    offices: dict[Id, OfficeShape] = Field(default_factory=dict)
    roles: dict[Id, Id | dict[Id, Id]] = Field(default_factory=dict)
    facts: dict[Id, FactShape] = Field(default_factory=dict)
    phones: dict[Id, PhoneShape] = Field(default_factory=dict)
    fill: dict[str, FillShape] = Field(default_factory=dict)
    hide: list[str] = Field(default_factory=list)
    add: dict[Id, AddShape] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError):
                raise fault(TIME_ZONE, value=value) from None
        return value


class QueueShape(Strict):
    title: Text
    team: Id
    office: Id
    hours: WeekHours
    night: Text
    alarm_emails: list[Email] = Field(default_factory=list)


class QueuesFile(File):
    queues: dict[Id, QueueShape]
