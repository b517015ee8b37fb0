"""Bringing a database to the schema of this program, and refusing one from the future.

Revisions are in `migrations/versions` and come with the package; no configuration
file is needed. A revision is one transaction on both databases, so a kill in the
middle leaves the schema as it was.
"""

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

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
    config = _config(MIGRATIONS)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check_schema(connection: Connection) -> None:
    """Raise `WrongSchema` unless the schema is exactly that of this program."""
    refuse_newer(connection)
    if revision_of(connection) != _revisions(MIGRATIONS)[0]:
        raise WrongSchema("the database is older than this program: run `lotse db upgrade`")


def refuse_newer(connection: Connection) -> None:
    """Raise `WrongSchema` for a schema that this program has never heard of."""
    revision = revision_of(connection)
    if revision is not None and revision not in _revisions(MIGRATIONS):
        raise WrongSchema(
            f"the database was used by a newer version of this program (schema {revision}): "
            "run that version, or restore a backup from before"
        )


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None for a database without tables."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _revisions(folder: Path) -> tuple[str, ...]:
    """Every revision of this program, the newest first: read once, as the program is."""
    scripts = ScriptDirectory.from_config(_config(folder))
    return tuple(script.revision for script in scripts.walk_revisions())


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
