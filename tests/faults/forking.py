"""A process that has everything loaded and forks a bot for each life: a start costs a blink.

`ForkServer` is the test's side; run as a module this is the other side, single-threaded, so that
it may fork. Each line on its input is an order in JSON, each line on its output the answer. It
ends with its input, and all its bots with it.
"""

import gc
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from tests.faults import lives
from tests.faults.lives import Life
from tests.playing.house import ROOT
from tests.process.command import environment

PATIENCE = 60.0
_LOOK_EVERY = 0.002


@dataclass(frozen=True)
class Bot:
    """A forked bot. It belongs to its server, which alone can wait for its end."""

    server: "ForkServer"
    pid: int

    def kill(self) -> None:
        """End it at once, in whatever it is doing."""
        os.kill(self.pid, signal.SIGKILL)
        self.ended()

    def ask_to_end(self) -> None:
        """SIGTERM."""
        os.kill(self.pid, signal.SIGTERM)

    def alive(self) -> bool:
        return self.server.ask({"wait": self.pid, "seconds": 0.0})["status"] is None

    def ended(self, patience: float = PATIENCE) -> int:
        """Wait for its end; return its exit code, or minus the signal that ended it."""
        status = self.server.ask({"wait": self.pid, "seconds": patience})["status"]
        if status is None:
            raise AssertionError(f"the bot has not ended in {patience} s")
        return int(status)


class ForkServer:
    """The test's side. A context manager; bots that still live at the end are killed."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.forking"],
            cwd=ROOT,
            env=environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=PATIENCE)

    def start(self, life: Life) -> Bot:
        return Bot(self, int(self.ask({"start": asdict(life)})["pid"]))

    def ask(self, order: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give an order and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], 2 * PATIENCE)[0]:
            raise AssertionError("the fork server does not answer")
        answer: Mapping[str, Any] = json.loads(self._process.stdout.readline())
        return answer


# --- the other side ---------------------------------------------------------------------


def serve() -> None:
    """Load everything, then do what is ordered until the input ends."""
    orders = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    lives.load()
    gc.collect()
    gc.freeze()
    statuses: dict[int, int | None] = {}
    for line in orders:
        order = json.loads(line)
        if "start" in order:
            answer: dict[str, object] = {"pid": _forked(Life(**order["start"]))}
            statuses[int(str(answer["pid"]))] = None
        else:
            answer = {"status": _waited(statuses, order["wait"], order["seconds"])}
        answers.write(json.dumps(answer).encode() + b"\n")
    for pid, status in statuses.items():
        if status is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _forked(life: Life) -> int:
    """Fork; the child lives its life and never comes back here."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        lives.end_with(parent)
        log = os.open(Path(life.folder) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for number, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
            os.dup2(file, number)
        code = lives.live(life)
    finally:
        sys.stderr.flush()
        os._exit(code if "code" in locals() else 70)


def _waited(statuses: dict[int, int | None], pid: int, seconds: float) -> int | None:
    """The end of a child within `seconds`: exit code or minus the signal; None if it lives."""
    until = time.monotonic() + seconds
    while statuses[pid] is None:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            statuses[pid] = os.waitstatus_to_exitcode(status)
        elif time.monotonic() >= until:
            break
        else:
            time.sleep(_LOOK_EVERY)
    return statuses[pid]


if __name__ == "__main__":
    serve()
