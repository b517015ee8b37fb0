"""Whether a database can be reached and has been begun, asked without making anything.

What cannot be reached is told with its place, never with name or password.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.store.engine import connect, sqlite_file
from bot.store.migrate import revision_of

_ANY: Final = (DBAPIError, sqlite3.Error, NoConnection)
_PASSING: Final = (OperationalError, InterfaceError, sqlite3.OperationalError, NoConnection)
_PORT: Final = 5432


class Unreachable(Exception):
    """The database does not answer, or lets nobody in; the message says where and what to do."""


@contextmanager
def reached(url: str, holder: str) -> Iterator[Engine]:
    """An engine that has found its database. Raises Unreachable, also if it is lost meanwhile."""
    engine = connect(url, holder)
    try:
        with _told(url, _ANY):
            engine.connect().close()
        with _told(url, _PASSING):
            yield engine
    finally:
        engine.dispose()


def is_begun(url: str) -> bool:
    """Whether this program has made its tables at `url`, of whatever version. Makes nothing."""
    file = sqlite_file(url)
    if file is not None:
        # Looked at from outside: to open it would write beside it. A start that was killed
        # leaves it empty.
        return file.is_file() and file.stat().st_size > 0
    with reached(url, "lotse-look") as engine, engine.connect() as connection:
        return revision_of(connection) is not None


def place_of(url: str) -> str:
    """Where the database is, for people: a file, or host and port of a server."""
    file = sqlite_file(url)
    if file is not None:
        return str(file.absolute())
    parsed = make_url(url)
    return f"{parsed.host or 'this machine'}:{parsed.port or _PORT}"


@contextmanager
def _told(url: str, errors: tuple[type[Exception], ...]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raw = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(raw, "sqlstate", None) or getattr(raw, "sqlite_errorname", None)
        remedy = "look at the file, its owner and the disk"
        if sqlite_file(url) is None:
            remedy = (
                "look whether PostgreSQL runs there, and at address, name and password in "
                "LOTSE_DATABASE_URL"
            )
        raise Unreachable(
            f"the database at {place_of(url)} cannot be used ({code or type(raw).__name__}): "
            f"{remedy}"
        ) from None
