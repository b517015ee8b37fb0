"""The real command as a process of its own, against the stand-in for Telegram.

Nothing of the program is imported into it: it is started as people start it, and
killed as machines kill.
"""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bot.store.crypto import load_or_create_master_key
from bot.store.engine import sqlite_url
from bot.store.sql import SqlStore, open_store
from tests.botapi import BotApiServer
from tests.playing.house import ROOT, prepared
from tests.watching import SECRETS

PATIENCE = 60.0
SECRET = "a-secret-of-the-tests"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(arguments: list[str], settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The machine's environment with these settings and no others of ours.

    Modules are compiled once, as where the program is installed: most of a start is imports.
    """
    inherited = {name: value for name, value in os.environ.items() if "LOTSE_" not in name}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**inherited, **settings}


@dataclass
class Command:
    """`lotse run` (or `demo`) with its data folder; it can be killed and started again."""

    data: Path
    server: BotApiServer | None = None
    what: str = "run"
    webhook: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
    desk: int = field(default_factory=free_port)
    hook: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> dict[str, str]:
        settings = {
            "LOTSE_DATA_DIR": str(self.data),
            "LOTSE_DESK_BIND": f"127.0.0.1:{self.desk}",
        }
        if self.server is not None:
            settings["LOTSE_TELEGRAM_TOKEN"] = self.server.token
            settings["LOTSE_TELEGRAM_API"] = self.server.url
        if self.webhook:
            settings["LOTSE_WEBHOOK_URL"] = f"http://127.0.0.1:{self.hook}/hook"
            settings["LOTSE_WEBHOOK_SECRET"] = SECRET
            settings["LOTSE_WEBHOOK_BIND"] = f"127.0.0.1:{self.hook}"
        return {**settings, **self.extra}

    @property
    def log(self) -> str:
        """Everything the process wrote so far."""
        return (self.data / "log").read_text(encoding="utf-8")

    def start(self) -> "Command":
        prepared(self.data)
        with (self.data / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", self.what],
                cwd=ROOT,
                env=environment(self.settings),
                stdout=log,
                stderr=log,
            )
        return self

    def wait_until_well(self) -> "Command":
        """Wait until the health check is content."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{self.desk}/healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return self
            except (URLError, OSError):
                pass
            assert self.process is not None
            assert self.process.poll() is None, f"the process ended:\n{self.log}"
            assert time.monotonic() < until, f"not well in time:\n{self.log}"

    def wait_until_sent(self) -> "Command":
        """Wait until nothing waits in the outbox of the running process."""
        until = time.monotonic() + PATIENCE
        query = "SELECT count(*) FROM outbox WHERE state = 'pending'"
        with closing(sqlite3.connect(self.data / "lotse.db", timeout=PATIENCE)) as database:
            while database.execute(query).fetchone() != (0,):
                assert time.monotonic() < until, f"not sent in time:\n{self.log}"
                time.sleep(0.02)
        return self

    def kill(self) -> None:
        """End the process at once, in whatever it is doing."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Ask the process to end (SIGTERM) and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    @contextmanager
    def store(self) -> Iterator[SqlStore]:
        """The data of the ended process."""
        key = load_or_create_master_key(self.data / "master.key")
        store = open_store(sqlite_url(self.data / "lotse.db"), key)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def running(command: Command) -> Iterator[Command]:
    """A started command that never outlives its test."""
    try:
        yield command.start()
    finally:
        if command.process is not None and command.process.poll() is None:
            command.kill()
    assert SECRETS.search(command.log) is None, "the log names people or secrets"
