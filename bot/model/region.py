"""The county: its municipalities, offices, queues, and who answers for each role there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from bot.model.paragraphs import Paragraph


@dataclass(frozen=True, slots=True)
class Opening:
    """Open on `weekday` (0 = Monday) from `start` to `end`."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Office:
    """A real place with people in it. `authority` False: independent of the administration."""

    id: str
    name: str
    street: str
    postcode: str
    town: str
    authority: bool
    phone: str | None = None
    email: str | None = None
    url: str | None = None
    languages: tuple[str, ...] = ()
    hours: tuple[Opening, ...] = ()
    accessible: bool | None = None
    note: str | None = None

    @property
    def address(self) -> str:
        return _address(self.street, self.postcode, self.town)


@dataclass(frozen=True, slots=True)
class Queue:
    """A line of waiting tickets: who works it, when, and what happens at night."""

    id: str
    title: str
    team: str
    office: str
    hours: tuple[Opening, ...]
    night: Paragraph
    alarm_emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Municipality:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Controller:
    """Who is responsible for the data (Art. 4 No. 7 GDPR), as shown in the notice."""

    name: str
    street: str
    postcode: str
    town: str
    email: str
    phone: str
    data_protection: str
    authority: str

    @property
    def address(self) -> str:
        return _address(self.street, self.postcode, self.town)


def _address(street: str, postcode: str, town: str) -> str:
    return f"{street}, {postcode} {town}"


@dataclass(frozen=True, slots=True)
class Region:
    """The county: municipalities, offices and who answers for each role there."""

    id: str
    name: str
    state: str
    time_zone: str
    controller: Controller
    municipalities: tuple[Municipality, ...]
    offices: Mapping[str, Office]
    roles: Mapping[str, str]
    local_roles: Mapping[str, Mapping[str, str]]
    queues: Mapping[str, Queue]

    def office_for(self, role: str, municipality: str | None) -> Office | None:
        """The office that fills `role` for people of `municipality` (None: the county's)."""
        local = self.local_roles.get(role, {})
        office_id = local.get(municipality or "", self.roles.get(role))
        return None if office_id is None else self.offices[office_id]
