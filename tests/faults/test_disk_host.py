"""The real command on a machine in distress: full disk, no descriptors, no processor time."""

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from bot.model.tickets import TextItem
from tests.botapi import BotApiServer
from tests.faults.disk import ON_WRITE, Disk
from tests.playing.house import ROOT, prepared
from tests.process.command import PATIENCE, SECRET, Command, environment, running
from tests.process.newcomers import TO_THE_SUMMARY, Newcomer, begin, walk

START: Final = 180.0
COMPLAINTS: Final = 200
"""Lines about a lack that lasts for seconds: one a second and socket, not one an attempt."""

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"


class Distress:
    """A running command, somebody with a case who writes to it, and ways to make it hard."""

    def __init__(self, command: Command, disk: Disk, telegram: BotApiServer) -> None:
        self.command = command
        self.disk = disk
        self.telegram = telegram
        self.amina = Newcomer.arrived(telegram, "Amina", "ar")
        self.texts: list[str] = []
        begin([self.amina])
        walk([self.amina], *TO_THE_SUMMARY, "bot/summary.send#text")
        self.code = self.amina.ticket_code()

    @property
    def pid(self) -> int:
        assert self.command.process is not None
        return self.command.process.pid

    def write(self) -> None:
        self.texts.append(f"m{len(self.texts)}")
        self.amina.user.send(self.texts[-1])

    def answered(self) -> None:
        """Everything written is confirmed, stored and answered."""
        self.telegram.wait_until_confirmed(PATIENCE)
        told = self.amina.shown("bot/case.received#text").text
        self.amina.user.wait_for(
            lambda seen: sum(told == one.text for one in seen.from_bot) == len(self.texts), PATIENCE
        )
        self.until(lambda: self.health() == 200)

    def health(self) -> int:
        """The status of /healthz; 0 where nobody answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.command.desk}/healthz", timeout=2) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except (URLError, OSError):
            return 0

    def until(self, happened: object) -> None:
        """Wait for something that can only be asked for."""
        assert callable(happened)
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < deadline, self.command.log
            assert self.command.process is not None
            assert self.command.process.poll() is None, self.command.log
            time.sleep(0.02)

    @contextmanager
    def limited(self, what: int, soft: int) -> Iterator[None]:
        """A limit of the system for the running process."""
        before = resource.prlimit(self.pid, what)
        resource.prlimit(self.pid, what, (soft, before[1]))
        try:
            yield
        finally:
            resource.prlimit(self.pid, what, before)

    def refused(self) -> None:
        """What is written now is neither confirmed nor answered, and readiness says so."""
        answers = len(self.amina.user.screen().from_bot)
        self.write()
        self.until(lambda: self.health() == 503)
        assert self.telegram.pending() > 0
        assert len(self.amina.user.screen().from_bot) == answers


@contextmanager
def unread(command: Command) -> Iterator[Command]:
    """A started command whose log is a pipe that is full and that nobody reads."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 65_536)
    os.set_blocking(writing, True)
    (command.data / "log").touch()
    command.process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env=environment(command.settings),
        stdout=writing,
        stderr=writing,
    )
    try:
        yield command
    finally:
        if command.process.poll() is None:
            command.kill()
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_a_machine_in_distress(tmp_path: Path, webhook: bool) -> None:
    """A full disk and a file that may not grow: nothing is confirmed (503 and Retry-After to a
    webhook), readiness is false, and it goes on by itself: fault 62. No descriptor free, no
    processor time: it goes on afterwards: fault 73. The log of the one with a webhook is a pipe
    that nobody reads: fault 74."""
    data = prepared(tmp_path / "data")
    disk = Disk(tmp_path / "disk", data)
    with BotApiServer() as telegram:
        command = Command(data, telegram, webhook=webhook, extra=disk.environment)
        with unread(command) if webhook else running(command):
            telegram.wait_for(lambda: telegram.calls_of("getWebhookInfo"), START)
            distress = Distress(command, disk, telegram)
            full_disk(distress, webhook=webhook)
            no_larger_files(distress)
            no_descriptors(distress)
            no_time(distress)
            assert command.stop() == 0
        telegram.assert_clean()
    with command.store() as store, store.transaction() as work:
        items = [item.body for item in work.tickets.items(distress.code)]
        assert [body.text for body in items if isinstance(body, TextItem)] == distress.texts
        assert len(work.tickets.audit_trail(distress.code)) == 1 + len(distress.texts)


def full_disk(distress: Distress, *, webhook: bool) -> None:
    distress.disk.fail(ON_WRITE, errno.ENOSPC)
    distress.refused()
    if not webhook:
        assert "the store takes no commit: OperationalError SQLITE_FULL" in distress.command.log
    else:
        assert brought(distress.command) == (503, "10")
        assert 503 in {one.status for one in distress.telegram.deliveries}
    distress.disk.mend()
    distress.answered()


def brought(command: Command) -> tuple[int, str | None]:
    """Status and Retry-After for an update that is brought to the webhook now."""
    body = b'{"update_id": 1}'
    headers = {HEADER: SECRET, "Content-Type": "application/json"}
    try:
        with urlopen(Request(f"http://127.0.0.1:{command.hook}/hook", body, headers), timeout=60):
            return 200, None
    except HTTPError as error:
        return error.code, error.headers["Retry-After"]


def no_larger_files(distress: Distress) -> None:
    """As with a quota; the log of the command is such a file as well."""
    with distress.limited(resource.RLIMIT_FSIZE, 0):
        distress.refused()
    distress.answered()


def no_descriptors(distress: Distress) -> None:
    """No new connection can be opened or accepted."""
    what = resource.RLIMIT_NOFILE
    before = resource.prlimit(distress.pid, what)

    def starved() -> bool:
        """Take away whatever became free meanwhile; return whether nobody answers any more."""
        used = {int(one.name) for one in Path(f"/proc/{distress.pid}/fd").iterdir()}
        free = min(set(range(len(used) + 1)) - used)
        resource.prlimit(distress.pid, what, (free, before[1]))
        return distress.health() == 0

    with distress.limited(what, before[0]):
        distress.until(starved)
        distress.write()
        distress.until(starved)
    distress.answered()
    assert distress.command.log.count("out of system resource") <= COMPLAINTS


def no_time(distress: Distress) -> None:
    """The process stands still in whatever it is doing, and people write meanwhile."""
    distress.write()
    os.kill(distress.pid, signal.SIGSTOP)
    try:
        distress.write()
        distress.until(lambda: distress.health() == 0)
    finally:
        with suppress(ProcessLookupError):
            os.kill(distress.pid, signal.SIGCONT)
    distress.answered()
