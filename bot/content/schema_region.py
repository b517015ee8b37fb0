"""The shape of `regions/<id>/region.yaml` and `queues.yaml`.

Everything a region may inherit by `extends:` is optional here; what is still
missing when the chain has been joined is reported by `regions.py`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from bot.content.problems import Code
from bot.content.schema import (
    CardId,
    Email,
    File,
    Id,
    PaperId,
    PhoneNumber,
    Postcode,
    RoleId,
    SpokenLanguage,
    Strict,
    Text,
    Texts,
    TopicId,
    WebAddress,
    WeekHours,
    fault,
)
from bot.content.schema_card import CardShape, SourceShape, Step
from bot.content.schema_lists import FactShape, PhoneShape

TIME_ZONE = Code("bad-time-zone", "`{value}` is no time zone", "write Europe/Berlin")

State = Literal[
    "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"
]


class ControllerShape(Strict):
    """Who is responsible for the data, as shown in the notice."""

    name: str = Field(description="The county or town. Example: Landratsamt Musterkreis")
    street: str = Field(description="Example: Schlossplatz 1")
    postcode: Postcode = Field(
        description="Five digits, in quotes if the first is 0. Example: 71000"
    )
    town: str = Field(description="Example: Musterstadt")
    email: Email = Field(description="Example: info@landkreis.example")
    phone: PhoneNumber = Field(description="Example: 07999 000-0")
    data_protection: str = Field(
        description="How to reach the data protection officer, in one line."
    )
    authority: str = Field(description="The supervisory authority for data protection.")


class MunicipalityShape(Strict):
    name: str = Field(description="The name as on signs. Example: Neudorf am Bach")


class OfficeShape(Strict):
    """A real office. `checked` is for reminders only; newcomers never see it."""

    name: str = Field(
        description="The office as on its door. Example: Landratsamt, Ausländerbehörde"
    )
    street: str = Field(description="Street and number. Example: Schlossplatz 1")
    postcode: Postcode = Field(
        description="Five digits, in quotes if the first is 0. Example: 71000"
    )
    town: str = Field(description="Example: Musterstadt")
    phone: PhoneNumber | None = Field(default=None, description="Example: 07999 000-30")
    email: Email | None = Field(default=None, description="Example: integration@landkreis.example")
    url: WebAddress | None = Field(
        default=None, description="Its page. Example: https://www.landkreis.example/integration"
    )
    languages: list[SpokenLanguage] = Field(
        default_factory=list, description="Languages spoken there, by code. Example: [de, en, uk]"
    )
    hours: WeekHours = Field(
        default_factory=dict,
        description='Opening hours by day. Example: {mon: ["08:00-12:00", "14:00-16:00"], tue: '
        '["08:00-12:00"]}',
    )
    accessible: bool | None = Field(
        default=None,
        description="true if a wheelchair gets in, false if not; leave it out if nobody knows.",
    )
    authority: bool = Field(
        description="true for an authority, false for an independent office: people in fear are"
        " told."
    )
    checked: date | None = Field(
        default=None,
        description="The day address, phone and hours were last confirmed; due again after a "
        "year. Example: 2026-11-21",
    )
    note: Text | None = Field(
        default=None, description="One sentence for visitors. Example: Der Eingang ist hinten."
    )


class FillShape(Strict):
    """What a region writes into the local slots of a card. What is empty is not written."""

    title: Text | None = Field(default=None, description="This region's title of the card.")
    body: Texts = Field(
        default_factory=list, description="This region's advice, in place of the card's."
    )
    steps: dict[Id, Step] = Field(
        default_factory=dict, description="This region's steps, in place of the card's."
    )
    bring: list[PaperId] = Field(
        default_factory=list, description="What people bring here, in place of the card's."
    )
    offices: list[RoleId] = Field(
        default_factory=list, description="Who is responsible here, in place of the card's."
    )
    source: SourceShape | None = Field(
        default=None, description="Where this region's text comes from."
    )
    related: dict[TopicId, Text] = Field(
        default_factory=dict, description="Topics that go together here, in place of the card's."
    )
    keywords: Text | None = Field(
        default=None, description="Words newcomers type here, in place of the card's."
    )

    def written(self) -> Iterator[str]:
        """The slots this region writes, in the order of the shape."""
        for slot in FillShape.model_fields:
            if getattr(self, slot):
                yield slot


class AddShape(Strict):
    """Cards a region adds to a topic."""

    cards: dict[Id, CardShape] = Field(
        description="Cards that only this region has: id, then the card."
    )


class RegionFile(File):
    region: Id = Field(
        description="The id of the region, the same as its folder's name. Example: musterkreis"
    )
    extends: Id | None = Field(
        default=None,
        description="The region whose entries hold here too where this file has none. Example: "
        "baden_wuerttemberg",
    )
    abstract: bool = Field(
        default=False,
        description="true for a level that is only there to be extended, such as a state.",
    )
    name: str | None = Field(
        default=None, description="How the region is called. Example: Landkreis Musterkreis"
    )
    state: State | None = Field(
        default=None, description="The state, for its public holidays. Example: BW"
    )
    time_zone: str | None = Field(default=None, description="Example: Europe/Berlin")
    controller: ControllerShape | None = Field(
        default=None, description="Who is responsible for the data, as the notice says."
    )
    municipalities: dict[Id, MunicipalityShape] = Field(
        default_factory=dict, description="The towns people can choose from: id, then name."
    )
    offices: dict[Id, OfficeShape] = Field(
        default_factory=dict, description="The real offices: id, then address and hours."
    )
    roles: dict[RoleId, Id | dict[Id, Id]] = Field(
        default_factory=dict,
        description="Which office is responsible: role, then office; by town where they differ. "
        "Example: {foreigners_office: {default: county, musterstadt: town_hall}}",
    )
    facts: dict[Id, FactShape] = Field(
        default_factory=dict,
        description="Amounts and dates that are different here, in place of those of facts.yaml.",
    )
    phones: dict[Id, PhoneShape] = Field(
        default_factory=dict,
        description="Numbers that are different here, in place of those of phones.yaml.",
    )
    fill: dict[CardId, FillShape] = Field(
        default_factory=dict,
        description="What this region writes itself: topic.card, then the slots. Example: "
        "{language_courses.first_course: {body: [...]}}",
    )
    hide: list[CardId] = Field(
        default_factory=list, description="Cards that are not shown here. Example: [school.vabo]"
    )
    add: dict[TopicId, AddShape] = Field(
        default_factory=dict, description="Cards that only this region has: topic, then the cards."
    )

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
    title: Text = Field(
        description="What the queue is called for newcomers and caseworkers. Example: Sprache "
        "und Kurse"
    )
    team: Id = Field(description="The team of caseworkers that works it. Example: integration")
    office: Id = Field(
        description="The office of that team, from this region. Example: integration_office"
    )
    hours: WeekHours = Field(description='When somebody answers. Example: {mon: ["08:00-12:00"]}')
    night: Text = Field(description="What newcomers are told outside these hours.")
    alarm_emails: list[Email] = Field(
        default_factory=list,
        description="Who gets an e-mail without content at once when somebody is in danger.",
    )


class QueuesFile(File):
    queues: dict[Id, QueueShape] = Field(
        description="Lines of waiting cases: id, then who works them."
    )
