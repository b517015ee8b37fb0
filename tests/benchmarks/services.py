"""Redis and PostgreSQL of the harness's own, on loopback, as durable as a county would have them.

Redis writes each change to its log and to the disk before it answers; PostgreSQL keeps its
defaults. Both are ended with the measurement.
"""

import os
import subprocess
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, make_url, text

from tests.benchmarks.installing import REDIS, Need
from tests.databases import postgres_server
from tests.process.command import free_port

PATIENCE: Final = 20.0


@dataclass(frozen=True, slots=True)
class Service:
    """A running server: its URL, and the process whose time is charged to who uses it."""

    url: str
    process: int


@dataclass(frozen=True, slots=True)
class Services:
    """What runs; None where nobody asked for it."""

    redis: Service | None = None
    postgres: Service | None = None


@contextmanager
def running(needs: Collection[Need], folder: Path) -> Iterator[tuple[Services, dict[Need, str]]]:
    """The servers that are needed, with data in `folder`; and why one of them does not run."""
    found: dict[Need, Service] = {}
    reasons: dict[Need, str] = {}
    with ExitStack() as stack:
        for need, start in ((Need.REDIS, _redis), (Need.POSTGRES, _postgres)):
            if need in needs:
                try:
                    found[need] = stack.enter_context(start(folder))
                except Exception as error:  # noqa: BLE001 - the others are measured all the same
                    reasons[need] = f"does not start ({type(error).__name__})"
        yield Services(found.get(Need.REDIS), found.get(Need.POSTGRES)), reasons


@contextmanager
def _redis(folder: Path) -> Iterator[Service]:
    port = free_port()
    data = folder / "redis"
    data.mkdir(parents=True, exist_ok=True)
    for old in data.glob("**/*.aof*"):
        old.unlink()
    settings = ("--save", "", "--appendonly", "yes", "--appendfsync", "always")
    where = ("--bind", "127.0.0.1", "--port", str(port), "--dir", str(data))
    with (data / "log").open("wb") as log:
        process = subprocess.Popen([REDIS, *where, *settings], stdout=log, stderr=log)
    try:
        _wait_for(data / "log", b"Ready to accept connections")
        yield Service(f"redis://127.0.0.1:{port}/0", process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(log: Path, words: bytes) -> None:
    until = time.monotonic() + PATIENCE
    while words not in log.read_bytes():
        if time.monotonic() > until:
            raise TimeoutError(log.read_text(errors="replace"))
        time.sleep(0.02)


@contextmanager
def _postgres(folder: Path) -> Iterator[Service]:
    """The server of the tests, in a folder of its own, but with every commit on the disk."""
    del folder
    with postgres_server() as url:
        address = make_url(url).set(drivername="postgresql+psycopg")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = on"))
            connection.execute(text("SELECT pg_reload_conf()"))
            backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            server = _parent(int(backend))
        engine.dispose()
        yield Service(url, server)


def _parent(process: int) -> int:
    """The server that forked this backend."""
    stat = Path(f"/proc/{process}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


def load_average() -> float:
    """Of the last minute: what else the machine did."""
    return round(os.getloadavg()[0], 2)
