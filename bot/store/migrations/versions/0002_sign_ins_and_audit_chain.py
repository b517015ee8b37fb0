"""Attempts at signing in are counted by all replicas, and entries of the audit are linked.

Only additions: a program of the schema before goes on working beside a new one. Its
entries have no link; the next one that gets a link covers them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("attempt", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "who", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_who", "sign_ins", ["who"])
    op.create_index("ix_sign_ins_at", "sign_ins", ["at"])
    op.add_column("audit", sa.Column("chain", sa.Text(), nullable=True))
