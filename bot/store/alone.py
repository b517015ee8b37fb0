"""One process for one SQLite file: a lock that the operating system drops with its holder.

Short commands beside a running bot are fine, the database serialises them; two
running bots would answer everybody twice. On PostgreSQL several may run.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process runs on this data."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process. Raises `AlreadyRunning`, naming folder and process id."""
    path = folder / "running.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.read(handle, 20).decode(errors="replace").strip()
            raise AlreadyRunning(f"{folder}: process {other} already runs on this data") from None
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)
