"""Everything the store in memory knows, as plain collections of frozen values."""

import copy
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime

from bot.model.conversation import Conversation
from bot.model.outbox import Delivery, Rank
from bot.model.records import AuditEntry, Change, Incoming, Job, JobKind, Room, RoomTopic, Session
from bot.model.tickets import Caseworker, Item, Ticket


@dataclass(frozen=True, slots=True)
class Talk:
    """A stored conversation and when it was last saved."""

    conversation: Conversation
    seen: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery in the outbox. Without `delivery` its fate is settled, and known by `changed`."""

    id: int
    lane: str
    delivery: Delivery | None
    rank: Rank
    not_before: datetime
    changed: datetime
    attempts: int = 0
    message_id: int | None = None
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link."""

    caseworker: str
    purpose: str
    until: datetime


@dataclass(slots=True)
class State:
    """All tables. Every value is frozen, so copying the collections copies the state."""

    talks: dict[int, Talk] = field(default_factory=dict)
    erased: list[tuple[int, datetime]] = field(default_factory=list)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    shredded: set[str] = field(default_factory=set)
    items: dict[str, tuple[Item, ...]] = field(default_factory=dict)
    item_counts: dict[str, int] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    outbox: dict[int, Row] = field(default_factory=dict)
    outbox_ids: list[int] = field(default_factory=lambda: [0])
    seen: dict[int | str, datetime] = field(default_factory=dict)
    naturals: dict[int, str] = field(default_factory=dict)
    quarantine: dict[int, tuple[Incoming, str, datetime]] = field(default_factory=dict)
    attempts: dict[int, int] = field(default_factory=dict)
    staff: dict[str, tuple[Caseworker, str | None]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    sign_ins: dict[tuple[str, str], datetime] = field(default_factory=dict)
    rooms: list[Room] = field(default_factory=list)
    topics: dict[str, RoomTopic] = field(default_factory=dict)
    jobs: dict[tuple[JobKind, str], Job] = field(default_factory=dict)
    figures: dict[tuple[date, str], int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "State":
        return replace(self, **{f.name: copy.copy(getattr(self, f.name)) for f in fields(self)})
