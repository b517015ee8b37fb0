"""A real python-telegram-bot client for the tests here, called synchronously."""

import asyncio
import re
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.botapi import BotApiServer

T = TypeVar("T")


class Client:
    """python-telegram-bot's client, called synchronously."""

    def __init__(self, server: BotApiServer) -> None:
        self._runner = asyncio.Runner()
        self._http = httpx.Client()
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
        return self._http.post(f"{self._root}/{method}", json=params).json()

    def raw(self, method: str, body: bytes) -> Any:
        """Call a method with any bytes as JSON body; return the JSON answer."""
        headers = {"Content-Type": "application/json"}
        return self._http.post(f"{self._root}/{method}", content=body, headers=headers).json()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
        for request in self._requests:
            self._runner.run(request.shutdown())
        self._runner.close()


def said(text: str) -> str:
    """Return a pattern for `pytest.raises(match=...)`; the library changes the first letter."""
    return f"(?i){re.escape(text)}"
