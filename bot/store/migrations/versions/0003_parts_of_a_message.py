"""How many messages of a long delivery are there, so that a kill does not repeat them.

Only an addition: a program of the schema before goes on working beside a new one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("parts", sa.Integer(), nullable=False, server_default="0"))
