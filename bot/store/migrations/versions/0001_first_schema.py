"""The whole schema, as it was when the first county began."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None

MOMENT = DateTime(timezone=True)
NUMBER = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    data_keys()
    people()
    erasures()
    tickets()
    items()
    audit()
    changes()
    outbox()
    seen_updates()
    quarantine()
    attempts()
    caseworkers()
    links()
    sessions()
    rooms()
    room_topics()
    jobs()
    figures()
    notes()


def data_keys() -> None:
    op.create_table(
        "data_keys",
        Column("owner", Text(), nullable=False),
        Column("wrapped", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("owner", name="pk_data_keys"),
    )


def people() -> None:
    op.create_table(
        "people",
        Column("person", Text(), nullable=False),
        Column("telegram", Text(), nullable=False),
        Column("telegram_sealed", LargeBinary(), nullable=False),
        Column("conversation_sealed", LargeBinary(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("seen", MOMENT, nullable=False),
        PrimaryKeyConstraint("person", name="pk_people"),
        UniqueConstraint("telegram", name="uq_people_telegram"),
    )
    op.create_index("ix_people_seen", "people", ["seen"])


def erasures() -> None:
    op.create_table(
        "erasures",
        Column("id", NUMBER, autoincrement=True, nullable=False),
        Column("telegram", Text(), nullable=False),
        Column("at", MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_erasures"),
        sqlite_autoincrement=True,
    )


def tickets() -> None:
    op.create_table(
        "tickets",
        Column("code", Text(), nullable=False),
        Column("queue", Text(), nullable=False),
        Column("team", Text(), nullable=False),
        Column("priority", Text(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("is_open", Boolean(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("created", MOMENT, nullable=False),
        Column("changed", MOMENT, nullable=False),
        Column("due", MOMENT, nullable=False),
        Column("closed", MOMENT),
        Column("person", Text()),
        Column("content", Text(), nullable=False),
        Column("claimed_by", Text()),
        Column("outcome", Text()),
        Column("rating", Integer()),
        Column("reachable", Boolean(), nullable=False),
        Column("shredded", Boolean(), nullable=False),
        Column("personal_sealed", LargeBinary()),
        PrimaryKeyConstraint("code", name="pk_tickets"),
    )
    op.create_index("ix_tickets_closed", "tickets", ["closed"])
    op.create_index("ix_tickets_person", "tickets", ["person"])
    op.create_index("ix_tickets_pressing", "tickets", ["team", "is_open", "priority", "due"])


def items() -> None:
    op.create_table(
        "items",
        Column("ticket", Text(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("author", Text(), nullable=False),
        Column("caseworker", Text()),
        Column("body_sealed", LargeBinary()),
        ForeignKeyConstraint(["ticket"], ["tickets.code"], name="fk_items_ticket_tickets"),
        PrimaryKeyConstraint("ticket", "number", name="pk_items"),
    )


def audit() -> None:
    op.create_table(
        "audit",
        Column("id", NUMBER, autoincrement=True, nullable=False),
        Column("ticket", Text(), nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("what", Text(), nullable=False),
        Column("team", Text(), nullable=False),
        Column("caseworker", Text()),
        Column("detail", Text(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_ticket", "audit", ["ticket"])


def changes() -> None:
    op.create_table(
        "changes",
        Column("id", NUMBER, autoincrement=True, nullable=False),
        Column("team", Text(), nullable=False),
        Column("ticket", Text(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_changes"),
        sqlite_autoincrement=True,
    )


def outbox() -> None:
    op.create_table(
        "outbox",
        Column("id", NUMBER, autoincrement=True, nullable=False),
        Column("lane", Text(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("rank", Integer(), nullable=False),
        Column("not_before", MOMENT, nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("act", Text(), nullable=False),
        Column("person", Text()),
        Column("message_id", NUMBER),
        Column("changed", MOMENT, nullable=False),
        Column("holder", Text()),
        Column("held_until", MOMENT),
        Column("delivery_sealed", LargeBinary()),
        PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_lane", "outbox", ["lane", "state", "id"])
    op.create_index("ix_outbox_next", "outbox", ["state", "rank", "id"])
    op.create_index("ix_outbox_person", "outbox", ["person"])


def seen_updates() -> None:
    op.create_table(
        "seen_updates",
        Column("update_id", NUMBER, autoincrement=False, nullable=False),
        Column("natural", Text()),
        Column("at", MOMENT, nullable=False),
        PrimaryKeyConstraint("update_id", name="pk_seen_updates"),
        UniqueConstraint("natural", name="uq_seen_updates_natural"),
    )
    op.create_index("ix_seen_updates_at", "seen_updates", ["at"])


def quarantine() -> None:
    op.create_table(
        "quarantine",
        Column("update_id", NUMBER, autoincrement=False, nullable=False),
        Column("reason", Text(), nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("raw_sealed", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("update_id", name="pk_quarantine"),
    )


def attempts() -> None:
    op.create_table(
        "attempts",
        Column("update_id", NUMBER, autoincrement=False, nullable=False),
        Column("count", Integer(), nullable=False),
        PrimaryKeyConstraint("update_id", name="pk_attempts"),
    )


def caseworkers() -> None:
    op.create_table(
        "caseworkers",
        Column("id", Text(), nullable=False),
        Column("login", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("teams", Text(), nullable=False),
        Column("language", Text(), nullable=False),
        Column("active", Boolean(), nullable=False),
        Column("telegram", Text()),
        Column("telegram_sealed", LargeBinary()),
        Column("password_hash", Text()),
        PrimaryKeyConstraint("id", name="pk_caseworkers"),
        UniqueConstraint("login", name="uq_caseworkers_login"),
        UniqueConstraint("telegram", name="uq_caseworkers_telegram"),
    )


def links() -> None:
    op.create_table(
        "links",
        Column("token", Text(), nullable=False),
        Column("caseworker", Text(), nullable=False),
        Column("purpose", Text(), nullable=False),
        Column("until", MOMENT, nullable=False),
        PrimaryKeyConstraint("token", name="pk_links"),
    )


def sessions() -> None:
    op.create_table(
        "sessions",
        Column("token", Text(), nullable=False),
        Column("caseworker", Text(), nullable=False),
        Column("started", MOMENT, nullable=False),
        Column("until", MOMENT, nullable=False),
        Column("csrf", Text(), nullable=False),
        PrimaryKeyConstraint("token", name="pk_sessions"),
    )
    op.create_index("ix_sessions_caseworker", "sessions", ["caseworker"])


def rooms() -> None:
    op.create_table(
        "rooms",
        Column("id", Integer(), autoincrement=False, nullable=False),
        Column("chat_sealed", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_rooms"),
    )


def room_topics() -> None:
    op.create_table(
        "room_topics",
        Column("ticket", Text(), nullable=False),
        Column("thread", NUMBER, nullable=False),
        Column("header", NUMBER),
        PrimaryKeyConstraint("ticket", name="pk_room_topics"),
        UniqueConstraint("thread", name="uq_room_topics_thread"),
    )


def jobs() -> None:
    op.create_table(
        "jobs",
        Column("kind", Text(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("at", MOMENT, nullable=False),
        PrimaryKeyConstraint("kind", "key", name="pk_jobs"),
    )
    op.create_index("ix_jobs_at", "jobs", ["at"])


def figures() -> None:
    op.create_table(
        "figures",
        Column("day", Date(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("number", Integer(), nullable=False),
        PrimaryKeyConstraint("day", "key", name="pk_figures"),
    )


def notes() -> None:
    op.create_table(
        "notes",
        Column("key", Text(), nullable=False),
        Column("value", Text(), nullable=False),
        PrimaryKeyConstraint("key", name="pk_notes"),
    )
