"""Bringing a database to the schema of this program, and refusing one from the future.

Revisions are in `migrations/versions` and come with the package; no configuration
file is needed. A revision is one transaction on both databases, so a kill in the
middle leaves the schema as it was. A database that is up to date, which is every start
but the first after an update, is seen to be so without loading Alembic.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME: Final = 0x10_75_E0


class WrongSchema(Exception):
    """The database's schema is not the one this program works with."""


def upgrade(engine: Engine) -> None:
    """Apply what is missing. Raises `WrongSchema` for a database from a newer program."""
    with engine.begin() as connection:
        upgrade_within(connection)


def upgrade_within(connection: Connection) -> None:
    """As `upgrade`, in the transaction that `connection` is in."""
    if connection.dialect.name == "postgresql":
        # Replicas that start together take turns; the second finds nothing to do.
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
    refuse_newer(connection)
    if revision_of(connection) != revisions(MIGRATIONS)[-1]:
        upgrade_to(connection, "head")


def upgrade_to(connection: Connection, revision: str) -> None:
    """Apply what is missing up to `revision`, whatever program the database was made for."""
    from alembic import command

    config = config_of(MIGRATIONS)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def check_schema(connection: Connection) -> None:
    """Raise `WrongSchema` unless the schema is exactly that of this program."""
    refuse_newer(connection)
    if revision_of(connection) != revisions(MIGRATIONS)[-1]:
        raise WrongSchema("the database is older than this program: run `lotse db upgrade`")


def refuse_newer(connection: Connection) -> None:
    """Raise `WrongSchema` for a schema that this program has never heard of."""
    revision = revision_of(connection)
    if revision is not None and revision not in revisions(MIGRATIONS):
        raise WrongSchema(
            f"the database was used by a newer version of this program (schema {revision}): "
            "run that version, or restore a backup from before"
        )


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None for a database without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def revisions(folder: Path) -> tuple[str, ...]:
    """Every revision of this program, the newest last, as its files are called."""
    files = sorted((folder / "versions").glob("[0-9]*.py"))
    return tuple(file.stem.partition("_")[0] for file in files)


def config_of(folder: Path) -> "Config":
    """Alembic's settings for the revisions in `folder`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
