"""HTTP/1.1 to one server over kept connections, as python-telegram-bot's `BaseRequest`.

The library's own client takes 5.4 ms of processor time a call under load, this one 0.2: more
than everything else together that an update needs. And it knows whether a request has left:
before the first byte is written a failure is `NotSent`, afterwards `Uncertain`. It sends JSON
and no files, and follows no redirects. Where a proxy is set, `cable` uses the library's client.
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import urlsplit

import orjson
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.answer import Answer, BadAnswer
from bot.channels.telegram.faults import NotSent, Uncertain, refusal

IDLE_SECONDS: Final = 30.0
"""A connection unused for longer is not trusted: servers hang up without a word."""

_OK: Final = range(200, 300)


class _Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self) -> None:
        self.used = 0.0
        self.gone = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._answer = Answer()
        self._waiting: asyncio.Future[Answer] | None = None

    @property
    def usable(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def request(self, message: bytes) -> "asyncio.Future[Answer]":
        """Write a request; the future has its answer or the error that ended it."""
        if self._transport is None:
            raise NotSent("closed")
        self._answer = Answer()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(message)
        return self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # what every TCP connection has

    def data_received(self, data: bytes) -> None:
        try:
            complete = self._answer.feed(data)
        except BadAnswer as error:
            self._fail(Uncertain(str(error)))
            self.close()
            return
        if complete:
            self._finish()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.gone.set()
        if exc is None and self._answer.ended():
            self._finish()
        else:
            self._fail(Uncertain("connection_lost"))

    def _finish(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(self._answer)
        self._waiting = None

    def _fail(self, error: Uncertain) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
        self._waiting = None


class Wire(BaseRequest):
    """At most `connections` at once to the server of `root`; a call takes at most `seconds`."""

    def __init__(self, root: str, connections: int, seconds: float) -> None:
        server = urlsplit(root)
        self._tls = ssl.create_default_context() if server.scheme == "https" else None
        self._host = server.hostname or ""
        self._port = server.port or (80 if self._tls is None else 443)
        self._head = f"Host: {server.netloc}\r\nContent-Type: application/json\r\n"
        self._seconds = seconds
        self._few = asyncio.Semaphore(connections)
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()

    @property
    def read_timeout(self) -> float | None:
        return self._seconds

    async def initialize(self) -> None:
        """Connections are made when they are needed."""

    async def shutdown(self) -> None:
        """Close every connection and wait until it is closed."""
        self._idle.clear()
        for connection in self._open:
            connection.close()
        await asyncio.gather(*(connection.gone.wait() for connection in self._open))
        self._open.clear()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request. The timeouts of single steps are not needed: the whole has one.

        Raises:
            NotSent, Uncertain, Refused: see `faults`.

        """
        del read_timeout, write_timeout, connect_timeout, pool_timeout
        if request_data is not None and request_data.contains_files:
            raise ValueError("files are not sent over this wire")
        parameters = request_data.parameters if request_data is not None else {}
        return await self.send(method, urlsplit(url).path, parameters)

    async def send(
        self, method: str, path: str, parameters: Mapping[str, Any]
    ) -> tuple[int, bytes]:
        """As `do_request`, without the library's objects: it makes one of each parameter.

        Raises:
            NotSent, Uncertain, Refused: see `faults`.

        """
        answer = await self._exchange(self._message(method, path, parameters))
        if answer.status in _OK:
            return answer.status, answer.body
        raise refusal(answer.status, answer.body)

    def _message(self, method: str, path: str, parameters: Mapping[str, Any]) -> bytes:
        body = _json(parameters)
        head = f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    async def _exchange(self, message: bytes) -> Answer:
        connection: _Connection | None = None
        try:
            async with asyncio.timeout(self._seconds), self._few:
                connection = self._kept() or await self._connected()
                answer = await connection.request(message)
        except TimeoutError:
            if connection is None:
                raise NotSent("no_connection") from None
            connection.close()
            raise Uncertain("deadline") from None
        except asyncio.CancelledError:
            if connection is not None:
                connection.close()
            raise
        self._keep(connection, answer)
        return answer

    def _kept(self) -> _Connection | None:
        """A connection that was used a moment ago, the last one first."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and now - connection.used < IDLE_SECONDS:
                return connection
            connection.close()
        return None

    def _keep(self, connection: _Connection, answer: Answer) -> None:
        if not answer.keeps_connection or not connection.usable:
            connection.close()
            return
        connection.used = asyncio.get_running_loop().time()
        self._idle.append(connection)

    async def _connected(self) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                _Connection, self._host, self._port, ssl=self._tls
            )
        except OSError as error:
            raise NotSent(f"connect_{type(error).__name__}") from None
        self._open = {one for one in self._open if not one.gone.is_set()} | {connection}
        return connection


def _json(parameters: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(parameters)
    except TypeError:
        # Half of a surrogate pair: written as ASCII, it leaves the judgement to Telegram.
        return json.dumps(parameters).encode()
