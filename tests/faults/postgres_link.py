"""The line between a replica and PostgreSQL, which breaks in the middle of a COMMIT.

A proxy on the loopback interface. Everything passes until a cut is planned; then the next COMMITs
are cut: before it is sent, in the middle of it, or when its answer comes back.
"""

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from sqlalchemy import make_url

from tests.lines import listening

COMMIT: Final = b"Q\0\0\0\x0bCOMMIT\0"
"""As the protocol writes it: a query of eleven bytes with its length."""

_CHUNK: Final = 65_536


class Cut(StrEnum):
    """Where the line breaks."""

    BEFORE = "before COMMIT is sent"
    WITHIN = "within COMMIT"
    ANSWER = "COMMIT is sent, its answer is lost"


class Link:
    """A proxy to the server at `url`; `url` of its own is for those who shall go through it."""

    def __init__(self, url: str) -> None:
        self._there = make_url(url)
        self._socket = socket.create_server(("127.0.0.1", 0))
        port = self._socket.getsockname()[1]
        here = self._there.set(host="127.0.0.1", port=port, query={})
        self.url = here.render_as_string(hide_password=False)
        self.cuts = 0
        self._planned: deque[Cut] = deque()
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._live()), name="link", daemon=True
        )

    def plan(self, *cuts: Cut) -> None:
        """Break the line at each of the next COMMITs, whoever sends them."""
        self._planned.extend(cuts)

    @property
    def planned(self) -> int:
        """How many cuts are still to come."""
        return len(self._planned)

    def start(self) -> "Link":
        self._thread.start()
        self._ready.wait()
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _live(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with listening(self._pass, self._socket):
            self._ready.set()
            await self._stop.wait()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there = await self._connected()
        except OSError:
            writer.transport.abort()
            return
        line = _Line(self, writer, there)
        try:
            await asyncio.gather(line.ask(reader), line.answer(there_reader))
        except (OSError, asyncio.CancelledError):
            pass  # the line broke, or the test is over
        finally:
            line.cut()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host = self._there.query.get("host") or self._there.host
        port = self._there.port or 5432
        if isinstance(host, str) and host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(str(host), port)

    def next_cut(self) -> Cut | None:
        if not self._planned:
            return None
        self.cuts += 1
        return self._planned.popleft()


class _Line:
    """One connection through the proxy."""

    def __init__(self, link: Link, here: asyncio.StreamWriter, there: asyncio.StreamWriter) -> None:
        self._link = link
        self._here = here
        self._there = there
        self._swallows = False

    async def ask(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(_CHUNK):
            found = self._link.next_cut() if COMMIT in data else None
            if found is Cut.BEFORE:
                return self.cut()
            if found is Cut.WITHIN:
                self._there.write(data[: data.index(COMMIT) + 7])
                await self._there.drain()
                return self.cut()
            self._swallows = found is Cut.ANSWER
            self._there.write(data)
            await self._there.drain()
        self.cut()
        return None

    async def answer(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(_CHUNK):
            if self._swallows:
                break
            self._here.write(data)
            await self._here.drain()
        self.cut()

    def cut(self) -> None:
        self._here.transport.abort()
        self._there.close()  # with what was written, a COMMIT cut in two


@contextmanager
def linked(url: str) -> Iterator[Link]:
    """A running proxy to `url`."""
    link = Link(url).start()
    try:
        yield link
    finally:
        link.stop()
