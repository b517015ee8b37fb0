"""What use cases need from the outside, as Protocols: store, content, clock, wording."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Final, Protocol, TypeVar

from bot.engine.replies import Wording
from bot.model.content import Content
from bot.model.conversation import Conversation
from bot.model.listing import Shown, Wanted
from bot.model.outbox import Delivery, Queued, Report
from bot.model.records import AuditEntry, Change, Incoming, Job, JobKind, Room, RoomTopic, Session
from bot.model.tickets import Caseworker, Item, Ticket

T = TypeVar("T")


class NotCommitted(Exception):
    """The database took no commit: connection lost, conflict, lock timeout, disk full.

    Running the unit again may work. (If the answer to a COMMIT was lost it did work,
    which the unit finds out by itself: its updates are seen, its versions have moved.)
    """


class Contradicted(NotCommitted):
    """The database refused a row: somebody else was faster, or the unit itself is wrong.

    Running the unit again tells which: it finds what the other did, or fails again.
    """


class Clock(Protocol):
    def now(self) -> datetime: ...  # aware, UTC


class Contents(Protocol):
    def current(self) -> Content: ...


class Holidays(Protocol):
    def is_holiday(self, state: str, day: date) -> bool: ...


class Languages(Wording, Protocol):
    """Wording, and which languages are offered to whom."""

    def offered(self, code: str) -> tuple[tuple[str, str], ...]: ...

    # (code, native name), those that fit Telegram's language_code `code` first


class Chance(Protocol):
    def code(self) -> str: ...  # a fresh ticket code
    def id(self) -> str: ...  # a fresh random id


class People(Protocol):
    def load(self, telegram_ids: Collection[int]) -> dict[int, Conversation]: ...  # locked
    def save(self, telegram_id: int, conversation: Conversation, now: datetime) -> None: ...
    def conversation(self, person: str) -> tuple[int, Conversation] | None: ...  # locked
    def forget(self, person: str, now: datetime) -> None: ...  # shreds keys, writes the ledger
    def idle_since(self, moment: datetime) -> list[str]: ...


class Tickets(Protocol):
    """`teams` None means the system itself; people always pass their teams."""

    def load(self, codes: Collection[str], teams: Collection[str] | None) -> dict[str, Ticket]: ...
    def of_people(self, persons: Collection[str]) -> dict[str, list[Ticket]]: ...  # oldest first
    def listed(self, wanted: Wanted, limit: int, skip: int = 0) -> list[Ticket]: ...  # by rank
    def counted(self, wanted: Wanted) -> Mapping[Shown, int]: ...  # every list but the closed one
    def save(self, ticket: Ticket) -> None: ...
    def items(self, code: str, after: int = 0, most: int | None = None) -> tuple[Item, ...]:
        """What is said after the item number `after`, in its order; nothing that was shredded."""

    def newest_items(self, code: str, most: int) -> tuple[Item, ...]: ...  # in their order
    def readable(self, code: str, before: int) -> int: ...  # of smaller numbers, not shredded
    def add(self, code: str, items: Sequence[Item]) -> None: ...
    def item_count(self, code: str) -> int: ...
    def shred(self, code: str) -> None: ...  # free text unreadable for ever
    def closed_before(self, moment: datetime) -> list[str]: ...
    def audit(self, entry: AuditEntry) -> None: ...
    def audit_trail(
        self, code: str, kinds: Collection[str] | None = None, since: datetime | None = None
    ) -> list[AuditEntry]:
        """Who did what, in its order; with `kinds` or `since`, only those entries."""

    def newest_audit(self, code: str, most: int) -> list[AuditEntry]: ...  # in their order
    def audit_count(self, code: str) -> int: ...
    def drop_audit(self, moment: datetime) -> int: ...  # from the first one on
    def changes(self, after: int, teams: Collection[str]) -> list[Change]: ...


class Outbox(Protocol):
    def put(self, deliveries: Sequence[Delivery], now: datetime) -> None: ...
    def take(
        self, now: datetime, busy: Collection[str], limit: int, later: Collection[str] = ()
    ) -> list[Queued]:
        """Return the first row of each lane that is not busy, by rank, then the oldest first.

        With `later`, only what goes before these lanes: what is urgent or prompt, and what
        somebody else waits for.
        """

    def give_back(self, rows: Sequence[int]) -> None: ...  # of what was taken, for others to take
    def mark(self, reports: Sequence[Report], now: datetime) -> Collection[int]:
        """Note the fates of rows; return those of the settled ones that are no longer there."""

    def part(self, row: int, parts: int) -> None: ...  # so many messages of it are there
    def waiting(self, lane: str | None = None) -> int: ...  # in one lane, or in all
    def arrived(self, lane: str) -> list[int]: ...  # ids of messages that are known to be there
    def drop_lane(self, lane: str) -> None: ...  # what waits there, and what is known of the rest
    def drop_items(self, lane: str) -> int | None: ...  # what waits there of a case; its first item
    def drop_old(self, moment: datetime) -> int: ...  # sent rows older than `moment`
    def trim(self, most: int) -> int: ...  # beyond `most` of a chat: the oldest of the bot's own


class Updates(Protocol):
    def unseen(self, updates: Sequence[Incoming]) -> list[Incoming]:
        """Those that are new, each once. A known id with another natural name is new as well.

        Telegram's ids may begin anew after an idle week; the old one is forgotten then.
        """

    def seen(self, updates: Sequence[Incoming], now: datetime) -> None: ...
    def quarantine(self, update: Incoming, reason: str, now: datetime) -> None: ...
    def attempts(self, update_id: int) -> int: ...  # counted up, survives a kill
    def drop_old(self, moment: datetime) -> int: ...


ATTEMPTS_KEPT: Final = timedelta(days=1)
"""Attempts to sign in are counted for minutes and forgotten after this."""


class Staff(Protocol):
    def all(self) -> list[Caseworker]: ...
    def by_id(self, caseworker: str) -> Caseworker | None: ...
    def by_login(self, login: str) -> Caseworker | None: ...
    def password(self, caseworker: str) -> str: ...  # its hash; empty if there is none
    def by_telegram(self, telegram_id: int) -> Caseworker | None: ...
    def save(self, caseworker: Caseworker, password_hash: str | None) -> None: ...  # None keeps it
    def put_link(self, token: str, caseworker: str, purpose: str, until: datetime) -> None: ...
    def has_link(self, token: str, purpose: str, now: datetime) -> bool: ...
    def take_link(self, token: str, purpose: str, now: datetime) -> str | None: ...  # single use
    def drop_links(self, caseworker: str, purpose: str | None) -> None: ...  # None: of any purpose
    def put_session(self, session: Session) -> None: ...
    def prolong(self, token: str, until: datetime) -> None: ...  # one that ended stays ended
    def session(self, token: str, now: datetime) -> Session | None: ...
    def end_sessions(self, caseworker: str) -> None: ...
    def end_session(self, token: str) -> None: ...
    def drop_expired(self, now: datetime) -> int: ...  # links, sessions, attempts of yesterday
    def attempts(self, who: str, since: datetime) -> int: ...  # locked; older ones are dropped
    def put_attempt(self, attempt: str, who: str, at: datetime) -> None: ...
    def drop_attempt(self, attempt: str) -> None: ...
    def drop_attempts_of(self, who: str) -> None: ...


class Rooms(Protocol):
    """The caseworkers' Telegram group and its forum topics."""

    def room(self) -> Room | None: ...
    def bind(self, chat: int) -> None:
        """Make `chat` the room, also after a migration.

        Another chat counts its topics anew: the number of a known one could there be that of
        another case, so all known topics are forgotten and made again when they are needed.
        """

    def tickets(self) -> list[str]: ...  # that have a topic
    def topic(self, ticket: str) -> RoomTopic | None: ...
    def by_thread(self, thread: int) -> RoomTopic | None: ...
    def adopt(self, topic: RoomTopic) -> RoomTopic: ...  # unless there is one; which it is now
    def save(self, topic: RoomTopic) -> None: ...
    def drop(self, ticket: str) -> None: ...


class Jobs(Protocol):
    def put(self, job: Job) -> None: ...  # same kind and key: replaced
    def due(self, now: datetime, limit: int) -> list[Job]: ...  # in the order to take them in
    def done(self, job: Job) -> bool: ...  # whether this unit ended it, and nobody before
    def move(self, job: Job, at: datetime) -> None: ...  # unless it is done or was put anew
    def hasten(self, kind: JobKind, at: datetime) -> None: ...  # those that were due later
    def unknown(self) -> list[str]: ...  # kinds of a newer program, which are never due here


class Figures(Protocol):
    def add(self, day: date, key: str, number: int) -> None: ...
    def between(self, first: date, last: date) -> Mapping[str, int]: ...


class Notes(Protocol):
    """Small persisted values of the program itself: polling offset, clean stop, ..."""

    def get(self, key: str) -> str | None: ...
    def held(self, key: str) -> str | None: ...  # as `get`; others wait until this unit ended
    def put(self, key: str, value: str) -> None: ...
    def drop(self, key: str) -> None: ...


class Processes(Protocol):
    """The processes of this bot, each with a name of its own: one, or replicas."""

    own: str

    def alive(self) -> frozenset[str]: ...  # this one among them


class Work(Protocol):
    """One unit of work: everything done through it is committed together or not at all."""

    people: People
    tickets: Tickets
    outbox: Outbox
    updates: Updates
    staff: Staff
    rooms: Rooms
    jobs: Jobs
    figures: Figures
    notes: Notes
    processes: Processes


class Store(Protocol):
    def transaction(self) -> AbstractContextManager[Work]: ...


class Runner(Protocol):
    """Runs a unit of work off the event loop, one after the other on SQLite."""

    def run(self, unit: Callable[[Work], T]) -> Awaitable[T]: ...


class Carrier(Protocol):
    """The last step of a delivery; never raises for what can happen to a message."""

    async def send(self, queued: Queued) -> Report: ...
