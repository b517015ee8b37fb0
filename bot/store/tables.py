"""The tables of the database, and for each of them how it is erased.

Columns ending in `_sealed` hold AES-256-GCM (`bot.store.crypto`); columns of kind
`Pseudonym` hold HMACs. Everything else is in clear because a query needs it, and
says nothing about a newcomer by itself. The schema's history is in `migrations`.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC (SQLite knows no time zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else _in_utc(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """SQLite gets text, made once: nearly all times of a transaction are the same one."""
        return _text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@lru_cache(maxsize=8)
def _text(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it for SQLite."""
    if value is None:
        return None
    return _in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(UTC)


Pseudonym = Text
Number: Final = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit integer that SQLite may count up by itself."""

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata: Final = MetaData(naming_convention=NAMES)


# --- newcomers ----------------------------------------------------------------------

data_keys: Final = Table(
    "data_keys",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    info={
        "erase": "The person's or ticket's row is deleted; all it sealed is unreadable then. "
        "The program's own row stays."
    },
)

people: Final = Table(
    "people",
    metadata,
    Column("person", Text, primary_key=True),
    Column("telegram", Pseudonym, nullable=False, unique=True),
    Column("telegram_sealed", LargeBinary, nullable=False),
    Column("conversation_sealed", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seen", Moment, nullable=False, index=True),
    info={"erase": "The row is deleted with the person, on /delete or after idling."},
)

erasures: Final = Table(
    "erasures",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("telegram", Pseudonym, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
    info={"erase": "Kept: it holds HMACs only, and repeats erasures after a restore."},
)

# --- tickets ------------------------------------------------------------------------

tickets: Final = Table(
    "tickets",
    metadata,
    Column("code", Text, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("closed", Moment),
    Column("person", Text, index=True),
    Column("content", Text, nullable=False),
    Column("claimed_by", Text),
    Column("outcome", Text),
    Column("rating", Integer),
    Column("reachable", Boolean, nullable=False),
    Column("shredded", Boolean, nullable=False),
    Column("personal_sealed", LargeBinary),
    # One for each list of the desk, which then reads nothing but the page's own rows ...
    Index(
        "ix_tickets_listed",
        *("is_open", "team", "priority", "state", "due", "code", "claimed_by"),
    ),
    Index("ix_tickets_team_closed", "team", "closed", "code"),
    # ... and one for what has to be shredded, which is never all that was ever closed.
    Index(
        "ix_tickets_to_shred",
        "closed",
        sqlite_where=text("shredded = 0"),
        postgresql_where=text("NOT shredded"),
    ),
    info={
        "erase": "The link to the person becomes NULL and the personal part is shredded; "
        "code, dates and queue stay for the figures."
    },
)

items: Final = Table(
    "items",
    metadata,
    Column("ticket", Text, ForeignKey("tickets.code"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("author", Text, nullable=False),
    Column("caseworker", Text),
    Column("body_sealed", LargeBinary),
    info={"erase": "The body becomes NULL when its ticket is shredded; number and time stay."},
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("ticket", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("caseworker", Text),
    Column("detail", Text, nullable=False),
    Column("chain", Text),
    sqlite_autoincrement=True,
    info={
        "erase": "Who did what to which ticket code, never any content: goes twelve months later, "
        "from the oldest entry on to the first one of a ticket that is still open."
    },
)

changes: Final = Table(
    "changes",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("team", Text, nullable=False),
    Column("ticket", Text, nullable=False),
    sqlite_autoincrement=True,
    info={"erase": "Names ticket codes only; all but the newest thousands go by themselves."},
)

# --- updates and deliveries ---------------------------------------------------------

outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("lane", Pseudonym, nullable=False),
    Column("state", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("act", Text, nullable=False),
    Column("person", Text, index=True),
    Column("message_id", Number),
    Column("changed", Moment, nullable=False),
    Column("holder", Text),
    Column("held_until", Moment),
    Column("delivery_sealed", LargeBinary),
    Column("parts", Integer, nullable=False, server_default="0"),
    Index("ix_outbox_next", "state", "rank", "id"),
    Index("ix_outbox_lane", "lane", "state", "id"),
    sqlite_autoincrement=True,
    info={
        "erase": "The person's rows are deleted, and those that bring their texts into the "
        "caseworkers' group; chat and message of any row become NULL as soon as it is sent, and "
        "the row goes a day later, that of somebody who only reads at once."
    },
)

seen_updates: Final = Table(
    "seen_updates",
    metadata,
    Column("update_id", Number, primary_key=True, autoincrement=False),
    Column("natural", Pseudonym, unique=True),
    Column("at", Moment, nullable=False, index=True),
    info={"erase": "Goes by itself after 48 hours; holds a number and an HMAC."},
)

quarantine: Final = Table(
    "quarantine",
    metadata,
    Column("update_id", Number, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("raw_sealed", LargeBinary, nullable=False),
    info={"erase": "Goes with the person it names, or after 48 hours; sealed until then."},
)

attempts: Final = Table(
    "attempts",
    metadata,
    Column("update_id", Number, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    info={"erase": "Goes with the next clean-up once its update is settled; only numbers."},
)

# --- caseworkers --------------------------------------------------------------------

caseworkers: Final = Table(
    "caseworkers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("teams", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("telegram", Pseudonym, unique=True),
    Column("telegram_sealed", LargeBinary),
    Column("password_hash", Text),  # of schemas before 0005, in clear: emptied, never read
    Column("password_sealed", LargeBinary),
    info={"erase": "Accounts of staff, not of newcomers: an administrator deactivates them."},
)

links: Final = Table(
    "links",
    metadata,
    Column("token", Pseudonym, primary_key=True),
    Column("caseworker", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("until", Moment, nullable=False),
    info={"erase": "Deleted when used or with the clearing after they ran out; about staff."},
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("token", Pseudonym, primary_key=True),
    Column("caseworker", Text, nullable=False, index=True),
    Column("started", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("csrf", Text, nullable=False),
    info={
        "erase": "Deleted on sign-out, or by sign-in or clearing after they ran out; about staff."
    },
)

sign_ins: Final = Table(
    "sign_ins",
    metadata,
    Column("attempt", Text, primary_key=True),
    Column("who", Pseudonym, primary_key=True, index=True),
    Column("at", Moment, nullable=False, index=True),
    info={"erase": "Goes with the next attempt or the next day; HMACs about staff."},
)

# --- the caseworkers' group and the program itself ----------------------------------

rooms: Final = Table(
    "rooms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("chat_sealed", LargeBinary, nullable=False),
    info={"erase": "The staff's own group, not a newcomer's chat; replaced when bound anew."},
)

room_topics: Final = Table(
    "room_topics",
    metadata,
    Column("ticket", Text, primary_key=True),
    Column("thread", Number, nullable=False, unique=True),
    Column("header", Number),
    info={
        "erase": "Deleted with the forum topic, which goes when its ticket is shredded; numbers "
        "of the staff's own group."
    },
)

jobs: Final = Table(
    "jobs",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    info={"erase": "Jobs about a person are deleted with them, one about a case when it is due."},
)

figures: Final = Table(
    "figures",
    metadata,
    Column("day", Date, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    info={"erase": "Counts a day, about nobody."},
)

notes: Final = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    info={"erase": "Values of the program itself; what a forum topic lacks goes with its ticket."},
)
