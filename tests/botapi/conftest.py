"""A real python-telegram-bot client and one newcomer at the stand-in, for the tests here."""

from collections.abc import Iterator

import pytest

from tests.botapi import BotApiServer, User
from tests.botapi.client import Client


@pytest.fixture
def client(server: BotApiServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    made = Client(server)
    yield made
    made.close()


@pytest.fixture
def newcomer(server: BotApiServer) -> User:
    user = server.user("Amina", language_code="ar")
    user.start()
    return user
