"""Fourteen kinds of broken network between us and the Bot API, each as a server that behaves so.

Every server is real, on loopback; what Telegram would do beyond the wire is not here. `FAULTS` says
for each fault what is known afterwards, as the table of errors has it.
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.channels.telegram.faults import NotSent, Refused, Uncertain
from tests.lines import listening

Kind = type[NotSent] | type[Uncertain] | type[Refused]
Opened = AbstractAsyncContextManager[str]

OK: Final = json.dumps({"ok": True, "result": {"message_id": 5, "text": "x" * 200}}).encode()
NOTHING: Final = -1
"""A 429 that does not say when to try again."""


@dataclass(frozen=True, slots=True)
class Wire:
    """One fault: how to open such a server (its root URL), and what is known after a call.

    `retry_after` is what a 429 says. `crowded`: another call has the only connection. `runs_out`:
    it ends by our own patience.
    """

    name: str
    opened: Callable[[], Opened]
    expected: Kind
    retry_after: int | None = None
    crowded: bool = False
    runs_out: bool = False


@asynccontextmanager
async def refusing() -> AsyncIterator[str]:
    """Nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def nameless() -> AsyncIterator[str]:
    """There is no such host."""
    yield "http://telegram.invalid"


@asynccontextmanager
async def deaf() -> AsyncIterator[str]:
    """A server whose queue of connections is full: the next one waits for ever."""
    with socket.socket() as listening, contextlib.ExitStack() as held:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}"


def serving(answer: bytes | None, *, drip: float = 0.0, tls: bool = False) -> Callable[[], Opened]:
    """Say `answer` to each request; None: say nothing, and keep the line.

    With `tls` the client wants to speak TLS first, and is answered or not without any.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with (
            contextlib.closing(writer),
            contextlib.suppress(ConnectionError, asyncio.IncompleteReadError),
        ):
            while not reader.at_eof():
                await (reader.read(1) if tls else _request(reader))
                if answer is None:
                    await reader.read()
                elif drip:
                    await _dripped(answer, drip, writer)
                else:
                    writer.write(answer)
                    await writer.drain()

    scheme = "https" if tls else "http"

    @asynccontextmanager
    async def opened() -> AsyncIterator[str]:
        async with listening(serve) as port:
            yield f"{scheme}://127.0.0.1:{port}"

    return opened


def resetting(before: bytes) -> Callable[[], Opened]:
    """Read a request, say `before` and reset the connection, as a cut line does."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.ExitStack() as stack:
            stack.callback(writer.transport.abort)
            stack.enter_context(contextlib.suppress(ConnectionError, asyncio.IncompleteReadError))
            await _request(reader)
            writer.write(before)
            await writer.drain()

    @asynccontextmanager
    async def opened() -> AsyncIterator[str]:
        async with listening(serve) as port:
            yield f"http://127.0.0.1:{port}"

    return opened


async def _dripped(answer: bytes, pause: float, writer: asyncio.StreamWriter) -> None:
    for position in range(len(answer)):
        if writer.is_closing():
            return
        writer.write(answer[position : position + 1])
        await asyncio.sleep(pause)


async def _request(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
    await reader.readexactly(int(length or 0))


def response(status: int, body: bytes, kind: str = "application/json", length: int = 0) -> bytes:
    """An HTTP answer; a `length` larger than the body promises more than comes."""
    size = length or len(body)
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + body


def _error(status: int, words: str) -> bytes:
    body = {"ok": False, "error_code": status, "description": words}
    return response(status, json.dumps(body).encode())


def _flood(seconds: int | None) -> bytes:
    body: dict[str, object] = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
    if seconds is not None:
        body["parameters"] = {"retry_after": seconds}
    return response(429, json.dumps(body).encode())


def _wires() -> Mapping[str, Wire]:
    page = b"<html><body><h1>Bad Gateway</h1></body></html>"
    half = response(200, OK[: len(OK) // 2], length=len(OK))
    found = [
        Wire("connect refused", refusing, NotSent),
        Wire("no such name", nameless, NotSent),
        Wire("no TLS", serving(b"220 smtp.example\r\n", tls=True), NotSent),
        Wire("silent TLS", serving(None, tls=True), NotSent, runs_out=True),
        Wire("no free connection", serving(None), NotSent, crowded=True, runs_out=True),
        Wire("connect timeout", deaf, NotSent, runs_out=True),
        Wire("reset before the body", resetting(b""), Uncertain),
        Wire("reset in the body", resetting(half), Uncertain),
        Wire("truncated JSON", serving(response(200, OK[: len(OK) // 2])), Uncertain),
        Wire("read timeout", serving(None), Uncertain, runs_out=True),
        Wire("slow drip", serving(response(200, OK), drip=0.01), Uncertain, runs_out=True),
        Wire("200 and not ok", serving(response(200, b'{"ok": false}')), Uncertain),
        Wire("a page with 200", serving(response(200, page, "text/html")), Uncertain),
        Wire("a page with 502", serving(response(502, page, "text/html")), Uncertain),
    ]
    found += [
        Wire(f"server error {status}", serving(_error(status, "Bad Gateway")), Uncertain)
        for status in (500, 502, 503, 504)
    ]
    found += [
        Wire(
            f"429 {seconds or 'without time'}",
            serving(_flood(seconds)),
            Refused,
            seconds or NOTHING,
        )
        for seconds in (5, 60, 3600, None)
    ]
    return {one.name: one for one in found}


FAULTS: Final = _wires()
