"""Connections to SQLite and PostgreSQL, with everything durability and erasure need.

Only settings of the databases are here; what is done over a connection is in
`bot.store.sql`, and the schema's history in `bot.store.migrate`.
"""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from typing import Any, Final

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "wal_autocheckpoint=0",  # see `bot.store.files`
    "journal_size_limit=4194304",
)

POSTGRES_OPTIONS: Final = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
}

POSTGRES_LINE: Final = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server that vanished without a word is given up after some twenty seconds, not two hours."""

POOL: Final = 8
"""Connections to PostgreSQL at most; more threads than this wait for one."""

POOL_SECONDS: Final = 5.0

BOT: Final = "lotse-bot"
"""How the names of processes begin that send what is in the outbox; those of commands do not."""


def connect(url: str, holder: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql://...`; nothing is opened yet.

    `holder` names this process to the database and begins with `lotse-`. Parameters never appear
    in errors: they are what newcomers wrote.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url)
    if parsed.get_backend_name() == "postgresql":
        options = " ".join(f"-c {name}={value}" for name, value in POSTGRES_OPTIONS.items())
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            connect_args={"options": options, "application_name": holder, **POSTGRES_LINE},
        )
    raise ValueError(f"not a database this program knows: {parsed.get_backend_name()}")


def sqlite_connection(connection: Connection) -> SqliteConnection | None:
    """The driver's own connection, if this is SQLite."""
    driver = connection.connection.driver_connection
    return driver if isinstance(driver, SqliteConnection) else None


def scrub(connection: Connection) -> None:
    """Take what was erased out of SQLite's write-ahead log as well, after the commit."""
    sqlite = sqlite_connection(connection)
    if sqlite is not None:
        sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def sqlite_file(url: str) -> Path | None:
    """The file that `url` names; None for a database that is none."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: SqliteConnection, _: Any) -> None:
    # The driver would open transactions by itself, and deferred: two of them that
    # read first and write later cannot both win. We say BEGIN IMMEDIATE instead.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    # By the driver itself: what SQLAlchemy does around a statement takes longer than this one.
    sqlite = sqlite_connection(connection)
    if sqlite is None:
        return
    try:
        sqlite.execute("BEGIN IMMEDIATE").close()
    except SqliteError as error:
        # As for every other statement: who waits for a locked file catches SQLAlchemy's errors.
        raise DBAPIError.instance("BEGIN IMMEDIATE", None, error, SqliteError) from error
