"""Indexes for the desk's lists and for clearing, so that neither reads all cases there ever were.

Only indexes: a program of the schema before goes on working beside a new one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    listed = ["is_open", "team", "priority", "state", "due", "code", "claimed_by"]
    op.create_index("ix_tickets_listed", "tickets", listed)
    op.create_index("ix_tickets_team_closed", "tickets", ["team", "closed", "code"])
    op.create_index(
        "ix_tickets_to_shred",
        "tickets",
        ["closed"],
        sqlite_where=sa.text("shredded = 0"),
        postgresql_where=sa.text("NOT shredded"),
    )
    op.drop_index("ix_tickets_pressing", "tickets")
    op.drop_index("ix_tickets_closed", "tickets")
