"""What tests of several folders share: databases, stores, and the stand-in for Telegram."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from bot.store.engine import connect
from bot.store.memory import MemoryStore
from bot.usecases.ports import Store
from tests import databases
from tests.botapi import BotApiServer
from tests.faults.forking import ForkServer
from tests.watching import watched

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_configure() -> None:
    """Let the program say all it can, so that all of it is watched."""
    logging.getLogger("bot").setLevel(logging.DEBUG)


@pytest.fixture(autouse=True)
def nobody_in_logs() -> Iterator[None]:
    """No test may leave a person or a secret in a log: fault 86."""
    with watched():
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.migrated_file(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database for one test."""
    return databases.copied_file(sqlite_template, tmp_path)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with databases.postgres_server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A migrated PostgreSQL database for one test."""
    with databases.copied_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """Each database in turn, migrated."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = connect(url, "tests")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def forks() -> Iterator[ForkServer]:
    """What bots are forked from: one a worker, for reading the content takes seconds."""
    with ForkServer() as server:
        yield server


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    """A Telegram of its own for each test."""
    with BotApiServer() as started:
        yield started


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Each store in turn: what holds for one holds for all."""
    if request.param == "memory":
        yield MemoryStore()
    else:
        with databases.opened(request.getfixturevalue(f"{request.param}_url")) as opened:
            yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests recorded, from every worker."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            terminalreporter.line(f"{name}: {value}")
