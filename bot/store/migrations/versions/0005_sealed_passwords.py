"""Hashes of passwords are sealed; those in clear are dropped when the program opens the database.

Only an addition: a program of the schema before goes on working beside a new one, except that
nobody signs in there with a password.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("caseworkers", sa.Column("password_sealed", sa.LargeBinary(), nullable=True))
