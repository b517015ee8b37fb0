"""Whoever opens a connection says soon, and briefly, what it is about."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router

from bot import serving

PATIENCE = 30.0
BODY = 300_000
"""Bytes: far more than a head may have."""


async def said(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


def with_server(talk: Callable[[int], Awaitable[None]]) -> None:
    async def life() -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = ("127.0.0.1", int(free.getsockname()[1]))
        stop = asyncio.Event()
        app = Router([Route("/", said, methods=["GET", "POST"])])
        running = asyncio.create_task(serving.serve(app, address, stop))
        async with asyncio.timeout(PATIENCE):
            while not await reachable(address):
                assert not running.done()
            try:
                await talk(address[1])
            finally:
                stop.set()
                await running

    asyncio.run(life())


async def reachable(address: tuple[str, int]) -> bool:
    try:
        _, writer = await asyncio.open_connection(*address)
    except ConnectionRefusedError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


@pytest.mark.parametrize("beginning", [b"", b"\r\n", b"GET / HTTP/1.1\r\nX: "])
def test_half_a_head_is_not_waited_for(beginning: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.1)

    async def talk(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(beginning)
        assert await reader.read() == b""
        writer.close()

    with_server(talk)


async def for_ever(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"X: " + b"x" * 10_000 + b"\r\n")
        await writer.drain()


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("beginning", [b"GET / HTTP/1.1\r\n", CHUNKED + b"0\r\n"])
def test_an_endless_head_or_trailer_is_cut_off(beginning: bytes) -> None:
    async def talk(port: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(beginning)
        with pytest.raises(ConnectionError):
            await for_ever(writer)
        writer.close()

    with_server(talk)


def test_a_long_body_after_a_head_is_heard_and_so_is_the_next_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A kept connection begins to count anew; a slow body has its own limits."""
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.2)

    async def talk(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY}\r\n\r\n".encode())
            writer.write(b"x" * (BODY // 2))
            await writer.drain()
            await asyncio.sleep(0.3)  # longer than a head may take
            writer.write(b"x" * (BODY // 2))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(len(f"{BODY} bytes")) == f"{BODY} bytes".encode()
        writer.close()

    with_server(talk)
