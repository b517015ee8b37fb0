"""The smallest HTTP client that is of use here: kept connections, one request on each.

What a call of the Bot API costs at least on asyncio. It knows no errors, no timeouts, no TLS.
"""

import asyncio
from collections.abc import Awaitable
from typing import Final, cast
from urllib.parse import urlsplit

METHODS: Final = ("sendMessage", "editMessageText", "answerCallbackQuery")


class _Connection(asyncio.Protocol):
    """One kept connection; goes back to the pool when its answer is complete."""

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool
        self._received = b""
        self._answered: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    def request(self, message: bytes) -> "asyncio.Future[None]":
        assert self._transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(message)
        return self._answered

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        data = self._received + data
        head, end, body = data.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r")[0]
        if not end or len(body) < int(length):
            self._received = data
            return
        self._received = b""
        self._pool.free.append(self)
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self in self._pool.free:
            self._pool.free.remove(self)
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError())


class Pool:
    """Connections to the server of `root`, the last used first."""

    def __init__(self, root: str, token: str) -> None:
        server = urlsplit(root)
        self.free: list[_Connection] = []
        self._host, self._port = server.hostname or "", server.port or 80
        self._heads = {
            method: (
                f"POST /bot{token}/{method} HTTP/1.1\r\nHost: {server.netloc}\r\n"
                "Content-Type: application/json\r\nContent-Length: "
            ).encode()
            for method in METHODS
        }

    def post(self, method: str, body: bytes) -> Awaitable[None]:
        """Send at once if a connection is free. The result of the call is not looked at."""
        message = b"%b%d\r\n\r\n%b" % (self._heads[method], len(body), body)
        if self.free:
            return self.free.pop().request(message)
        return asyncio.create_task(self._on_new(message))

    async def _on_new(self, message: bytes) -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: _Connection(self), self._host, self._port
        )
        await connection.request(message)
