"""One life of the real bot in a forked process: the real start, the real parts, real content.

Only what would make a test wait is taken out: content is read once before the fork, Telegram's
pace of sending is not kept (the stand-in has no such limits), and the clock may be pushed.
"""

import ctypes
import os
import signal
import sys
import tempfile
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path

from bot import logs, wiring
from bot.clock import SystemClock
from bot.publishing import Publishing
from bot.serving import run_to_end
from bot.settings import read_settings
from bot.usecases.deliver import Dispatcher
from bot.usecases.limits import UNLIMITED, Limits
from bot.usecases.ports import Store
from bot.usecases.unit import Policy
from tests import databases
from tests.faults import failpoints
from tests.faults.board import Board
from tests.faults.places import PLACES
from tests.playing.house import House, Texts, prepared
from tests.playing.newcomer import Newcomer
from tests.process.newcomers import NATIVE_NAMES, TO_THE_SUMMARY

LAZY = (
    "alembic.command",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "uvicorn.lifespan.off",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.protocols.websockets.auto",
)
"""What the program imports only when it is needed; here each life would pay for it."""

_DEATH_SIGNAL = 1
_loaded: list[Publishing] = []


@dataclass(frozen=True, slots=True)
class Life:
    """How to live: settings by their environment names, folder of log and board, clock."""

    folder: str
    settings: dict[str, str] = field(default_factory=dict)
    days: float = 0.0
    board: str = "board"


def load() -> None:
    """Import everything and read the content, in the process that forks."""
    for name in LAZY:
        import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        data = prepared(Path(folder))
        _loaded.append(wiring.published(read_settings({"LOTSE_DATA_DIR": str(data)})))
        url = databases.copied_file(databases.migrated_file(data), data)
        with databases.opened(url) as store:
            _rehearse(_loaded[0], store)


def _rehearse(published: Publishing, store: Store) -> None:
    """Lead somebody of each language to a case: what is made when it is first needed is made here.

    Otherwise each life would make it anew: statements, formats of languages.
    """
    content = published.contents.current()
    house = House(store, Texts(content, published.renderer), policy=Policy(room=True))
    for number, (language, name) in enumerate(NATIVE_NAMES.items(), start=1):
        newcomer = Newcomer(house, number, language)
        newcomer.send("/start")
        for label in (name, "bot/agree#text", *TO_THE_SUMMARY, "bot/summary.send#text"):
            newcomer.press(label)
        newcomer.type("Hallo")


def end_with(parent: int) -> None:
    """Let the kernel kill this process when its parent is gone."""
    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def live(life: Life) -> int:
    """Run the bot until it is asked to end; return the exit code."""
    settings = read_settings(life.settings)
    logs.set_up(settings.log_level)
    _without_waiting(life)
    failpoints.instrument(Board(Path(life.folder) / life.board, tuple(PLACES)))
    try:
        run_to_end(wiring.run_bot(settings))
    except Exception:  # noqa: BLE001 - the process ends, and its log says why
        traceback.print_exc(file=sys.stderr)
        return 1
    return 0


def _without_waiting(life: Life) -> None:
    """Put in what differs from a started command."""
    now = SystemClock.now

    def pushed(clock: SystemClock) -> datetime:
        return now(clock) + timedelta(days=life.days)

    setattr(SystemClock, "now", pushed)  # noqa: B010 - mypy forbids to assign to a method
    setattr(wiring, "published", lambda *_, **__: _loaded[0])  # noqa: B010
    setattr(wiring, "settle", lambda: None)  # noqa: B010 - done before the fork, see `forking`
    setattr(wiring, "Dispatcher", partial(Dispatcher, limits=Limits(UNLIMITED)))  # noqa: B010
