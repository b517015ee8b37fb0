"""Records the store keeps beside conversations, tickets and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Incoming:
    """One raw update: its id, its natural key and its body as received.

    `natural` names what happened independent of the id (chat + message id + edit
    date, or callback id); it is empty where there is no such name.
    """

    update_id: int
    natural: str
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which ticket, when; never any content.

    `caseworker` None: the system or the newcomer.
    """

    ticket: str
    at: datetime
    what: str
    team: str
    caseworker: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A ticket changed; desks read these in order of `id`."""

    id: int
    team: str
    ticket: str


class JobKind(StrEnum):
    RETENTION = "retention"
    DUE = "due"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do at a time. `key` names its subject; kind and key are unique together."""

    kind: JobKind
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A caseworker's signed-in browser. Only a hash of `token` is stored."""

    token: str
    caseworker: str
    started: datetime
    until: datetime
    csrf: str


@dataclass(frozen=True, slots=True)
class Room:
    """The group that is bound as the caseworkers' room."""

    chat: int


@dataclass(frozen=True, slots=True)
class RoomTopic:
    """The forum topic of a ticket and the message id of its header card."""

    ticket: str
    thread: int
    header: int | None = None
