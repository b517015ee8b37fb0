"""The files of a SQLite database while it is open: whether they are still ours, and their size.

SQLite itself does not notice that somebody deletes or replaces them under it. It would also empty
its write-ahead log by itself, but say nothing when that fails, so it is emptied from here. What has
to be so before anybody runs on a file is in `sound`.
"""

import logging
from pathlib import Path
from sqlite3 import Connection, DatabaseError
from typing import Final

from bot.store.lost import StoreLost, is_lost

LARGE_LOG: Final = 64 * 1024 * 1024
"""Bytes of the write-ahead log from which on somebody should look who reads for so long."""

OFTEN: Final = 64
"""Transactions after which the log is emptied into the database ..."""

GROWN: Final = 4 * 1024 * 1024
"""... or bytes by which it has grown meanwhile."""

log = logging.getLogger(__name__)


class Files:
    """Looks after one open database. `look` is called before each transaction."""

    def __init__(self, database: Path, *, large_log: int = LARGE_LOG, often: int = OFTEN) -> None:
        self._log = database.with_name(f"{database.name}-wal")
        self._index = database.with_name(f"{database.name}-shm")
        self._database = database
        self._large_log = large_log
        self._often = often
        self._known: dict[Path, int] = {}
        self._size = 0
        self._emptied_at = 0
        self._transactions = 0
        self._is_large = False
        self._ghosts = False
        self._seen: tuple[Connection, int] | None = None

    def look(self, connection: Connection) -> None:
        """Raise `StoreLost` if one of the files is not the one that was opened.

        Costs a few microseconds, and now and then the emptying of the log. What is erased but
        still in the log, by whatever process, is cleared as soon as nobody reads it any more.
        """
        for path in (self._database, self._index, self._log):
            self._is_ours(path, connection)
        self._transactions += 1
        if self._ghosts or self._others_wrote(connection):
            self.clear(connection)
        elif self._transactions >= self._often or self._size - self._emptied_at > GROWN:
            self._empty(connection, "PASSIVE")

    def clear(self, connection: Connection) -> None:
        """Take everything out of the log, what was erased above all; later, if it cannot be now.

        Another process that reads an older state keeps it in the log for as long as it reads.
        Raises `StoreLost` like `look`, and for a sync that failed.
        """
        patience = connection.execute("PRAGMA busy_timeout").fetchone()[0]
        connection.execute("PRAGMA busy_timeout=0").close()
        try:
            self._ghosts = not self._empty(connection, "TRUNCATE")
        finally:
            connection.execute(f"PRAGMA busy_timeout={patience}").close()

    def _others_wrote(self, connection: Connection) -> bool:
        """Whether somebody else may have written since: a command that erased and could not clear.

        What it wrote cannot be seen from here, and the command ends before its reader does. A new
        connection counts afresh.
        """
        before = self._seen
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        self._seen = (connection, version)
        return before is None or before[0] is not connection or before[1] != version

    def _empty(self, connection: Connection, how: str) -> bool:
        """Whether all that was wanted could be done; if not, it will be tried again."""
        self._transactions, self._emptied_at = 0, self._size
        try:
            busy, *_ = connection.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
        except DatabaseError as error:
            if is_lost(error.sqlite_errorname):
                raise StoreLost(error.sqlite_errorname) from None
            return False
        return not busy

    def _is_ours(self, path: Path, connection: Connection) -> None:
        try:
            found = path.stat()
        except FileNotFoundError:
            number, size = None, 0
        else:
            number, size = found.st_ino, found.st_size
        if path == self._log:
            self._watch(size)
        known = self._known.get(path)
        if known is None and number is not None:
            self._known[path] = number
        elif known != number:
            if path == self._log:
                # It is gone from the folder, not from us: what it holds goes into the database.
                self.clear(connection)
            raise StoreLost(f"{path}: deleted or replaced while the program was running")

    def _watch(self, size: int) -> None:
        if size > self._large_log and not self._is_large:
            log.warning(
                "%s has grown to %d MB: a program that reads the database for long "
                "(a backup that hangs?) keeps it from shrinking",
                self._log,
                size // 1024 // 1024,
            )
        self._is_large = size > self._large_log
        self._size = size
        self._emptied_at = min(self._emptied_at, size)
