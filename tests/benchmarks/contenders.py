"""Who is measured: Lotse in its three ways to run, the bots people write, and three floors.

Each says how it is started, what it needs, and what of an update survives when it is killed.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.installing import Need
from tests.benchmarks.peers import reference
from tests.benchmarks.place import Place
from tests.benchmarks.services import Service, Services
from tests.databases import copied_database, empty_database
from tests.playing.house import prepared
from tests.process.command import environment

Settings = dict[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a contender is started with: ports of its webhook, of the Bot API and of the desk."""

    place: Place
    services: Services
    data: Path
    hook: int
    api: int
    desk: int


@dataclass(frozen=True, slots=True)
class Contender:
    """`survives` says what a kill leaves of an acknowledged update, as its makers promise it.

    `settings` are its own environment variables, beside those every contender gets.
    """

    name: str
    title: str
    survives: str
    needs: frozenset[Need]
    command: Callable[[Place], list[str]]
    settings: tuple[tuple[str, str], ...] = ()
    is_lotse: bool = False
    polls: bool = False

    def database(self, services: Services) -> Service | None:
        """The server whose processor time is part of the price."""
        if Need.REDIS in self.needs:
            return services.redis
        return services.postgres if Need.POSTGRES in self.needs else None

    @contextmanager
    def environment(self, stage: Stage) -> Iterator[Settings]:
        """The whole environment of the process, with a database of its own where it has one."""
        settings = {
            **(_lotse(stage, self) if self.is_lotse else _peer(stage)),
            **dict(self.settings),
        }
        if Need.REDIS in self.needs and stage.services.redis is not None:
            settings["BENCH_REDIS"] = stage.services.redis.url
        if Need.POSTGRES not in self.needs or stage.services.postgres is None:
            yield environment(settings)
            return
        make, name = (
            (copied_database, "LOTSE_DATABASE_URL")
            if self.is_lotse
            else (empty_database, "BENCH_POSTGRES")
        )
        with make(stage.services.postgres.url) as url:
            yield environment({**settings, name: url})


def _lotse(stage: Stage, contender: Contender) -> Settings:
    hook = f"127.0.0.1:{stage.hook}"
    settings = {
        "LOTSE_TELEGRAM_TOKEN": reference.TOKEN,
        "LOTSE_TELEGRAM_API": f"http://127.0.0.1:{stage.api}",
        "LOTSE_DATA_DIR": str(prepared(stage.data)),  # as where it was started before
        "LOTSE_DESK_BIND": f"127.0.0.1:{stage.desk}",
    }
    if contender.polls:
        return settings
    return {
        **settings,
        "LOTSE_WEBHOOK_URL": f"http://{hook}{reference.PATH}",
        "LOTSE_WEBHOOK_SECRET": reference.SECRET,
        "LOTSE_WEBHOOK_BIND": hook,
    }


def _peer(stage: Stage) -> Settings:
    return {
        "BENCH_TOKEN": reference.TOKEN,
        "BENCH_SECRET": reference.SECRET,
        "BENCH_API": f"http://127.0.0.1:{stage.api}",
        "BENCH_PORT": str(stage.hook),
        "BENCH_DATA": str(stage.data),
    }


def _product(place: Place) -> list[str]:
    del place
    return [sys.executable, "-m", "tests.benchmarks.product"]


def _module(name: str) -> Callable[[Place], list[str]]:
    return lambda place: [str(place.python), "-m", f"tests.benchmarks.{name}"]


def _grammy(place: Place) -> list[str]:
    return ["node", str(place.grammy / "bot.js")]


_PYTHON: Final = frozenset({Need.PEERS})
_ALL: Final = "update, case and reply"
_STATE: Final = "state"

CONTENDERS: Final = (
    Contender("lotse", "Lotse, SQLite, webhook", _ALL, frozenset(), _product, is_lotse=True),
    Contender(
        "lotse-poll",
        "Lotse, SQLite, long polling",
        _ALL,
        frozenset(),
        _product,
        is_lotse=True,
        polls=True,
    ),
    Contender(
        "lotse-postgres",
        "Lotse, PostgreSQL, webhook",
        _ALL,
        frozenset({Need.POSTGRES}),
        _product,
        is_lotse=True,
    ),
    Contender(
        "ptb",
        "python-telegram-bot, ConversationHandler, pickle",
        "state, if older than 60 s",
        _PYTHON,
        _module("peers.ptb_conversation"),
    ),
    Contender(
        "aiogram",
        "aiogram, Redis with every write on disk",
        _STATE,
        _PYTHON | {Need.REDIS},
        _module("peers.aiogram_redis"),
    ),
    Contender(
        "grammy",
        "grammY (Node), Redis with every write on disk",
        _STATE,
        frozenset({Need.GRAMMY, Need.REDIS}),
        _grammy,
    ),
    Contender(
        "floor-a",
        "floor A: bare ASGI, SQLite, a commit an update",
        _STATE,
        _PYTHON,
        _module("floors.floor"),
        (("BENCH_FLOOR", "each"),),
    ),
    Contender(
        "floor-g",
        "floor G: bare ASGI, SQLite, group commit",
        _STATE,
        _PYTHON,
        _module("floors.floor"),
        (("BENCH_FLOOR", "together"),),
    ),
    Contender(
        "floor-p",
        "floor P: bare ASGI, PostgreSQL, group commit",
        _STATE,
        _PYTHON | {Need.POSTGRES},
        _module("floors.floor"),
        (("BENCH_FLOOR", "postgres"),),
    ),
)


def named(name: str) -> Contender:
    """The contender with that name; LookupError names those there are."""
    for one in CONTENDERS:
        if one.name == name:
            return one
    raise LookupError(f"no contender {name}; there are {', '.join(c.name for c in CONTENDERS)}")


def why_not(contender: Contender, reasons: Mapping[Need, str]) -> str:
    """Why it cannot run, if something it needs is missing for one of `reasons`; else empty."""
    return "; ".join(
        f"{need}: {reasons[need]}" for need in sorted(contender.needs & reasons.keys())
    )
