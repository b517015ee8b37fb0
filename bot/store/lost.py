"""The one disturbance nobody may try again after: the database cannot be trusted any more."""

from typing import Final

DAMAGE: Final = ("SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC", "SQLITE_CORRUPT", "SQLITE_NOTADB")
"""How SQLite's names for it begin.

After a sync that failed the system forgets what it could not write and calls the next sync
a success; so what is in memory may be nowhere else. A damaged page gets worse by writing.
"""


class StoreLost(Exception):
    """The process has to end and begin again with what is really on the disk."""


def is_lost(name: str) -> bool:
    """Whether SQLite's name of an error means that the database cannot be trusted."""
    return name.startswith(DAMAGE)
