"""Whether a SQLite file can be run on: asked once, before the program begins.

Damage is refused rather than written on, and so is a file system whose locks are not to be
trusted. What can happen to the files later is in `files`.
"""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.usecases.ports import NotCommitted

MOUNTS: Final = Path("/proc/self/mountinfo")
_OF_KERNEL: Final = ("afs", "beegfs", "ceph", "cifs", "gfs2", "lustre", "ncpfs", "nfs", "nfs4")
_OF_OTHERS: Final = ("davfs", "glusterfs", "ocfs2", "smb3", "smbfs")
_IN_FUSE: Final = ("ceph", "davfs", "glusterfs", "juicefs", "rclone", "s3fs", "smbnetfs", "sshfs")
NETWORK: Final = frozenset((*_OF_KERNEL, *_OF_OTHERS, *(f"fuse.{name}" for name in _IN_FUSE)))
"""File systems that several machines write to: their locks, and their memory shared between
processes, are not what SQLite's write-ahead log needs."""

GUIDE: Final = "docs/tasks/backup-and-master-key.md"

_PIECE: Final = 1024 * 1024
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


class Unsound(Exception):
    """The database cannot be run on; the message says why and what helps."""


def make_sound(database: Path) -> None:
    """Check the file, and write into it what is still in its write-ahead log.

    After a power cut or a failed sync the log in the system's memory may be newer than the
    one on the disk, while the system takes it for written: it is written anew and synced, and
    only then put into the file. The check reads every page; measured: 0.15 s of processor time
    for 100 MB.

    Raises:
        Unsound: a network file system, or a damaged file.
        NotCommitted: the file cannot be read or written now.

    """
    kind = file_system(database)
    if kind in NETWORK:
        raise Unsound(
            f"{database}: on a network file system ({kind}), where SQLite can lose data: "
            "use a disk of this machine, or PostgreSQL (LOTSE_DATABASE_URL)"
        )
    if not database.exists():
        return
    try:
        found = _checked(database)
    except OSError as error:
        raise NotCommitted(f"{database}: {error.strerror}") from None
    except sqlite3.OperationalError as error:
        raise NotCommitted(f"{database}: {error.sqlite_errorname}") from None
    except sqlite3.DatabaseError as error:
        found = error.sqlite_errorname
    if found != "ok":
        raise Unsound(
            f"{database}: damaged ({found}). Keep this file, run nothing on it, "
            f"and restore the last backup: {GUIDE}"
        )


def file_system(path: Path) -> str | None:
    """The kind of file system that `path` is or would be on; None where nobody can tell.

    As Linux lists its mounts: of those that hold the path the deepest, of several at one
    place the last.
    """
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    whole, found = path.absolute().resolve(), None
    deepest = -1
    for line in lines:
        place, _, rest = line.partition(" - ")
        mounted = Path(_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), place.split()[4]))
        if whole.is_relative_to(mounted) and len(mounted.parts) >= deepest:
            deepest, found = len(mounted.parts), rest.split()[0]
    return found


def _checked(database: Path) -> str:
    """`ok`, or what is wrong first."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout=5000").close()
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        if found == "ok":
            connection.execute("BEGIN IMMEDIATE").close()  # nobody appends meanwhile
            _write_anew(database.with_name(f"{database.name}-wal"))
            connection.execute("ROLLBACK").close()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    return found.splitlines()[-1]


def _write_anew(log: Path) -> None:
    """Write the file over itself, so that a sync brings to the disk what a failed one lost.

    Otherwise the checkpoint would put pages into the database that the disk's own log lacks, and
    a power cut in the middle of it would leave some of them without the others.
    """
    if not log.exists():
        return
    with log.open("r+b", buffering=0) as file:
        while piece := file.read(_PIECE):
            file.seek(-len(piece), os.SEEK_CUR)
            file.write(piece)
        os.fsync(file)
