"""Lotse as a process of its own while it is measured: started, watched from outside, ended."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.growth_telegram import TOKEN
from tests.playing.house import ROOT
from tests.process.command import SECRET, environment, free_port

FREE: Final = ("-m", "tests.benchmarks.product")
"""`lotse run` that may send as fast as it can."""

HELD: Final = ("-m", "bot", "run")
"""`lotse run` as it is: held to Telegram's 30 messages a second."""

PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Process:
    """One running Lotse. `hook` is where its webhook listens."""

    running: subprocess.Popen[bytes]
    hook: int
    log: Path

    @property
    def id(self) -> int:
        return self.running.pid

    def cpu(self) -> float:
        """Seconds of processor used so far."""
        fields = Path(f"/proc/{self.id}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident memory in MiB."""
        pages = int(Path(f"/proc/{self.id}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.id}/fd").iterdir()))

    def alive(self) -> bool:
        return self.running.poll() is None

    def listens(self) -> bool:
        """Whether the webhook's port is open."""
        wanted = f":{self.hook:04X}"
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        return any(line.split()[1].endswith(wanted) and line.split()[3] == "0A" for line in lines)


@contextmanager
def lotse(
    what: tuple[str, ...],
    data: Path,
    api: str,
    *,
    webhook: bool = False,
    more: Mapping[str, str] | None = None,
) -> Iterator[Process]:
    """A running Lotse with its data in `data`; asked to end afterwards."""
    hook = free_port()
    settings = {
        "LOTSE_DATA_DIR": str(data),
        "LOTSE_DESK_BIND": f"127.0.0.1:{free_port()}",
        "LOTSE_TELEGRAM_TOKEN": TOKEN,
        "LOTSE_TELEGRAM_API": api,
        **(more or {}),
    }
    if webhook:
        settings |= {
            "LOTSE_WEBHOOK_URL": f"http://127.0.0.1:{hook}/hook",
            "LOTSE_WEBHOOK_SECRET": SECRET,
            "LOTSE_WEBHOOK_BIND": f"127.0.0.1:{hook}",
        }
    data.mkdir(parents=True, exist_ok=True)
    log = data / "log"
    with log.open("ab") as file:
        started = subprocess.Popen(
            [sys.executable, *what], cwd=ROOT, env=environment(settings), stdout=file, stderr=file
        )
    try:
        yield Process(started, hook, log)
    finally:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def until(
    happened: Callable[[], object], patience: float = PATIENCE, every: float = 0.005
) -> float:
    """Wait until `happened()` is true; returns the seconds it took. Raises TimeoutError."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > patience:
            raise TimeoutError
        time.sleep(every)
    return time.monotonic() - began


def emptied(folder: Path) -> Path:
    """The folder, new and empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
