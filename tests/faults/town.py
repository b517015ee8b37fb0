"""A county whose bot lives many lives: the stand-in for Telegram, the data, the people.

The town starts lives from a fork server, knows whether one is dead or everything is quiet, and
looks into the database from outside. What people do is in `deeds`.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg
from sqlalchemy import make_url

from bot import places
from bot.settings import read_settings
from bot.store.crypto import Vault
from bot.store.engine import connect
from bot.store.sql import SqlStore
from bot.store.sql.opening import vault_of
from bot.usecases.ports import Work
from tests.botapi import BotApiServer
from tests.botapi.groups import Group
from tests.faults.board import Board
from tests.faults.forking import Bot, ForkServer
from tests.faults.lives import Life
from tests.faults.places import ASKED, PLACES
from tests.process.command import SECRET, free_port

PATIENCE = 60.0
_LOOK_EVERY = 0.01
_WAITING = "SELECT count(*) FROM outbox WHERE state = 'pending'"


@dataclass
class Town:
    """One county. `url` is a PostgreSQL database of its own, None for SQLite.

    `cut_off` is how many messages were in flight when lives were ended from outside.
    """

    folder: Path
    server: ForkServer
    telegram: BotApiServer
    url: str | None = None
    webhook: bool = False
    days: float = 0.0
    lost_presses: int = 0
    hook_url: str = ""
    cut_off: int = 0
    _asked: int = 0
    _ends: int = 0
    _vault: Vault | None = None
    _bot: Bot | None = None

    def __post_init__(self) -> None:
        self.board = Board(self.folder / "board", tuple(PLACES))
        self.group: Group = self.telegram.group()
        self.desk, self.hook = free_port(), free_port()

    # --- lives --------------------------------------------------------------------------

    @property
    def bot(self) -> Bot:
        assert self._bot is not None
        return self._bot

    def start(self) -> None:
        self._asked = self.board.passings(self._sign_of_life)
        self._ends = self.board.passings(ASKED)
        self._bot = self.server.start(Life(str(self.folder), self.settings, self.days))

    def kill(self) -> None:
        """End the present life, if there is one, from outside."""
        if self._bot is not None and self._bot.alive():
            self._bot.kill()
            self.cut_off += self.board.in_flight
        self._bot = None

    @property
    def settings(self) -> dict[str, str]:
        settings = {
            "LOTSE_DATA_DIR": str(self.folder),
            "LOTSE_DESK_BIND": f"127.0.0.1:{self.desk}",
            "LOTSE_TELEGRAM_TOKEN": self.telegram.token,
            "LOTSE_TELEGRAM_API": self.telegram.url,
            "LOTSE_TELEGRAM_GROUP": str(self.group.id),
        }
        if self.url is not None:
            settings["LOTSE_DATABASE_URL"] = self.url
        if self.webhook:
            own = f"http://127.0.0.1:{self.hook}/hook"
            settings["LOTSE_WEBHOOK_URL"] = self.hook_url or own
            settings["LOTSE_WEBHOOK_SECRET"] = SECRET
            settings["LOTSE_WEBHOOK_BIND"] = f"127.0.0.1:{self.hook}"
        return settings

    # --- looking ------------------------------------------------------------------------

    def ended(self) -> bool:
        """Wait until the bot is dead or everything is quiet; return whether it is dead."""
        until = time.monotonic() + PATIENCE
        while True:
            if not self.bot.alive():
                self._must_be_our_doing()
                return True
            if self.is_quiet() and self.is_quiet():
                return False
            assert time.monotonic() < until, f"neither dead nor quiet:\n{self.log[-4000:]}"
            time.sleep(_LOOK_EVERY)

    def dead(self) -> None:
        """Wait until the bot is dead."""
        until = time.monotonic() + PATIENCE
        while self.bot.alive():
            assert time.monotonic() < until, f"it lives on:\n{self.log[-4000:]}"
            time.sleep(_LOOK_EVERY)
        self._must_be_our_doing()

    def wait_until_asked(self) -> None:
        """Wait until the bot has begun to end."""
        until = time.monotonic() + PATIENCE
        while self.board.passings(ASKED) == self._ends:
            assert time.monotonic() < until, f"it goes on:\n{self.log[-4000:]}"
            time.sleep(_LOOK_EVERY)

    def recover(self) -> None:
        """Live on until everything is quiet."""
        self.start()
        self.settle()

    def settle(self) -> None:
        """Wait until everything is quiet; presses that still spin were lost with a life."""
        self.lost_presses = len(self.telegram.world.queries)
        assert not self.ended(), f"died while recovering:\n{self.log[-4000:]}"
        self.lost_presses = len(self.telegram.unanswered_presses())

    @property
    def _sign_of_life(self) -> str:
        """What a bot passes when it is ready for updates."""
        return "getWebhookInfo: answered" if self.webhook else "getUpdates: before"

    def is_quiet(self) -> bool:
        """The bot is there; nothing waits at Telegram, in the outbox, or on a button that spins."""
        return (
            self.board.passings(self._sign_of_life) > self._asked
            and not self.telegram.pending()
            and len(self.telegram.unanswered_presses()) <= self.lost_presses
            and not self.waiting()
        )

    def waiting(self) -> int:
        """Deliveries that are still to be made."""
        try:
            return self._waiting_in_sqlite() if self.url is None else self._waiting_in_postgres()
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
            return 1  # no schema yet

    def _waiting_in_sqlite(self) -> int:
        address = f"file:{self.folder / 'lotse.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as database:
            return int(database.execute(_WAITING).fetchone()[0])

    def _waiting_in_postgres(self) -> int:
        assert self.url is not None
        address = make_url(self.url).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False)) as database:
            found = database.execute(_WAITING).fetchone()
        assert found is not None
        return int(found[0])

    def _must_be_our_doing(self) -> None:
        status = self.bot.ended()
        if self.board.killed_at is None and status != 0:
            raise AssertionError(f"the bot ended by itself ({status}):\n{self.log[-4000:]}")

    @contextmanager
    def data(self) -> Iterator[Work]:
        """The data, seen from outside beside the running bot.

        Nothing stays open: after a kill the next life is alone with what it finds.
        """
        settings = read_settings(self.settings)
        engine = connect(places.database_url(settings), "looking")
        try:
            if self._vault is None:
                with engine.begin() as connection:
                    self._vault = vault_of(connection, places.master_key(settings))
            with SqlStore(engine, self._vault, "looking").transaction() as work:
                yield work
        finally:
            engine.dispose()

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def is_well(self) -> bool:
        """Whether the desk answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.desk}/healthz", timeout=5) as answer:
                return int(answer.status) == 200
        except OSError:
            return False

    def close(self) -> None:
        self.kill()
        self.board.close()


@contextmanager
def inhabited(
    folder: Path, server: ForkServer, url: str | None, *, webhook: bool, seed: int
) -> Iterator[Town]:
    """A town with its Telegram, that leaves no process behind."""
    with BotApiServer(seed=seed) as telegram:
        town = Town(folder, server, telegram, url, webhook)
        try:
            yield town
        finally:
            town.close()
