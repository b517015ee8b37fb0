"""Databases the machine lives on: SQLite or PostgreSQL, opened again and again."""

from dataclasses import dataclass, field

from bot.store.crypto import KEY_BYTES, MasterKey
from bot.store.rotation import rotate
from bot.store.sql import SqlStore, open_store
from tests import databases


@dataclass
class Reopened:
    """The database at `url`: a restart closes and opens it, a rotation exchanges its key."""

    url: str
    master: MasterKey = databases.MASTER
    rotations: int = 0
    _store: SqlStore | None = field(default=None, repr=False)

    def open(self) -> SqlStore:
        self._store = open_store(self.url, self.master)
        return self._store

    def restart(self) -> SqlStore:
        self.close()
        return self.open()

    def rotate(self) -> SqlStore:
        """Bring the schema up to date, exchange the master key, and start with the new one."""
        self.close()
        databases.migrate(self.url)
        self.rotations += 1
        new = MasterKey(bytes([self.rotations % 256]) * KEY_BYTES, f"key {self.rotations}")
        rotate(self.url, self.master, new)
        self.master = new
        return self.open()

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store = None
