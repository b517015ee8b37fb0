"""The HTTP wire: answers in any pieces, kept connections, and what is known after a failure."""

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.answer import LARGEST, Answer, BadAnswer
from bot.channels.telegram.cable import Cable, LeanRequest, ProxiedRequest
from bot.channels.telegram.faults import NotSent, Refused, Uncertain
from bot.channels.telegram.wire import IDLE_SECONDS
from tests.botapi import BotApiServer
from tests.lines import Serve, listening

OK = b'{"ok": true, "result": {"message_id": 5}}'
WITH_LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(OK), OK)
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nServer: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;name=value\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (OK[:5], len(OK) - 5, OK[5:])
)
TO_THE_END = b"HTTP/1.1 200 OK\r\n\r\n" + OK


@given(st.sampled_from([WITH_LENGTH, CHUNKED]), st.data())
def test_an_answer_comes_in_any_pieces(raw: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(raw) - 1), max_size=12)))
    answer = Answer()
    edges = [0, *cuts, len(raw)]
    done = [answer.feed(raw[a:b]) for a, b in itertools.pairwise(edges)]
    assert done == [False] * len(cuts) + [True]
    assert (answer.status, answer.body, answer.keeps_connection) == (200, OK, True)


def test_a_body_up_to_the_end() -> None:
    answer = Answer()
    assert not answer.feed(TO_THE_END)
    assert answer.ended()
    assert (answer.body, answer.keeps_connection) == (OK, False)


@pytest.mark.parametrize("raw", [b"", WITH_LENGTH[:30], WITH_LENGTH[:-1], CHUNKED[:-9]])
def test_an_end_in_the_middle_completes_nothing(raw: bytes) -> None:
    """A cut answer is no answer: fault 28."""
    answer = Answer()
    assert not answer.feed(raw)
    assert not answer.ended()


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
        b"x" * (64 * 1024 + 1),
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * LARGEST,
    ],
)
def test_what_is_no_answer(raw: bytes) -> None:
    """Anything but HTTP and JSON is no answer: fault 26."""
    with pytest.raises(BadAnswer):
        Answer().feed(raw)


def with_server(serve: Serve, steps: Callable[[Cable], Awaitable[None]], **options: Any) -> int:
    """Let `steps` call a server of our own; return how many connections were made."""
    connections = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def life() -> None:
        async with listening(count) as port:
            cable = Cable("1:token", f"http://127.0.0.1:{port}", **options)
            try:
                await steps(cable)
            finally:
                await cable.close()

    asyncio.run(life())
    return connections


async def request_of(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    return head + await reader.readexactly(length)


async def polite(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await request_of(reader)
        writer.write(WITH_LENGTH)


def test_connections_are_kept() -> None:
    async def steps(cable: Cable) -> None:
        for _ in range(20):
            assert await cable.call("sendMessage", chat_id=5, text="x") == {"message_id": 5}

    assert with_server(polite, steps) == 1


def test_as_many_connections_as_calls_at_once() -> None:
    async def steps(cable: Cable) -> None:
        for _ in range(3):
            await asyncio.gather(*(cable.call("sendMessage", chat_id=n) for n in range(5)))

    assert with_server(polite, steps) <= 6


def test_a_request_says_what_it_is() -> None:
    seen: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await request_of(reader))
        writer.write(WITH_LENGTH)

    async def steps(cable: Cable) -> None:
        await cable.call("sendMessage", chat_id=5, text="ä\ud800", reply_markup={"a": [1]}, no=None)

    with_server(listen, steps)
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /bot1:token/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:")
    assert body == rb'{"chat_id": 5, "text": "\u00e4\ud800", "reply_markup": {"a": [1]}}'


@pytest.mark.parametrize(
    "raw", [TO_THE_END, WITH_LENGTH.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n")]
)
def test_a_server_that_closes_is_met_anew(raw: bytes) -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(raw)

    async def steps(cable: Cable) -> None:
        for _ in range(3):
            assert await cable.call("sendMessage", chat_id=5) == {"message_id": 5}

    assert with_server(once, steps) == 3


def test_a_connection_idle_for_long_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.wire.IDLE_SECONDS", -1.0)

    async def steps(cable: Cable) -> None:
        for _ in range(3):
            await cable.call("sendMessage", chat_id=5)

    assert with_server(polite, steps) == 3
    assert IDLE_SECONDS < 60


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)
    await reader.read()


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)


async def talkative(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)
    writer.write(b"220 mail.example ESMTP\r\n\r\n")
    await reader.read()


@pytest.mark.parametrize(
    ("serve", "code"),
    [(silent, "deadline"), (hanging_up, "connection_lost"), (talkative, "no_http")],
)
def test_after_the_first_byte_nothing_is_sure(serve: Serve, code: str) -> None:
    """Silence or a cut after the request is of unknown fate: fault 28."""

    async def steps(cable: Cable) -> None:
        with pytest.raises(Uncertain, match=code):
            await cable.call("sendMessage", chat_id=5)

    with_server(serve, steps, call_seconds=0.3)


def test_before_the_first_byte_nothing_was_sent() -> None:
    """No connection and no name mean not sent: fault 27."""

    async def refused() -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        for root in (f"http://127.0.0.1:{port}", "http://nowhere.invalid"):
            cable = Cable("1:token", root)
            with pytest.raises(NotSent, match="connect_"):
                await cable.call("sendMessage", chat_id=5)
            await cable.close()

    asyncio.run(refused())


def test_a_server_without_tls_is_no_telegram(server: BotApiServer) -> None:
    """A failed handshake means not sent: fault 27."""

    async def steps() -> None:
        cable = Cable("1:token", server.url.replace("http:", "https:"), call_seconds=2.0)
        with pytest.raises(NotSent, match="connect_SSLError"):
            await cable.call("sendMessage", chat_id=5)
        await cable.close()

    asyncio.run(steps())
    assert server.calls == []


def test_a_cancelled_call_leaves_no_connection_behind() -> None:
    async def steps(cable: Cable) -> None:
        call = asyncio.create_task(cable.call("sendMessage", chat_id=5))
        await asyncio.sleep(0.05)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        pool = cable._pools[1]
        assert isinstance(pool, LeanRequest)
        assert pool._idle == []

    with_server(silent, steps)


def test_behind_a_proxy_the_librarys_client_is_used(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "")

    async def steps() -> None:
        cable = Cable(server.token, "http://telegram.invalid", call_seconds=2.0)
        assert all(isinstance(pool, ProxiedRequest) for pool in cable._pools)
        assert (await cable.call("getMe"))["is_bot"]
        with pytest.raises(Refused):
            await cable.call("sendMessage", chat_id=5, text="x")
        await cable.close()

    async def proxy_gone() -> None:
        cable = Cable(server.token, "http://telegram.invalid", call_seconds=2.0)
        with pytest.raises(NotSent, match="ConnectError"):
            await cable.call("getMe")
        await cable.close()

    asyncio.run(steps())
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    asyncio.run(proxy_gone())
