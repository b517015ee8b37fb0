"""A running server, a real python-telegram-bot client and one newcomer for the tests here."""

import asyncio
import re
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.botapi import BotApiServer, User

T = TypeVar("T")


class Client:
    """python-telegram-bot's client, called synchronously."""

    def __init__(self, server: BotApiServer) -> None:
        self._runner = asyncio.Runner()
        self._root = f"{server.base_url}{server.token}"
        self._requests = (HTTPXRequest(read_timeout=5.0), HTTPXRequest(read_timeout=2.0))
        self.bot = Bot(
            server.token,
            base_url=server.base_url,
            base_file_url=server.base_file_url,
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """Carry out one call and return its result or raise its error."""
        return self._runner.run(call)

    def api(self, method: str, **params: object) -> Any:
        """Call a method with a JSON body, past the library's checks; return the JSON answer."""
        return httpx.post(f"{self._root}/{method}", json=params).json()

    def close(self) -> None:
        """Close all connections."""
        for request in self._requests:
            self._runner.run(request.shutdown())
        self._runner.close()


def said(text: str) -> str:
    """Return a pattern for `pytest.raises(match=...)`; the library changes the first letter."""
    return f"(?i){re.escape(text)}"


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as running:
        yield running


@pytest.fixture
def client(server: BotApiServer) -> Iterator[Client]:
    made = Client(server)
    yield made
    made.close()


@pytest.fixture
def newcomer(server: BotApiServer) -> User:
    user = server.user("Amina", language_code="ar")
    user.start()
    return user
