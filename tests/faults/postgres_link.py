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
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self._open: set[asyncio.StreamWriter] = set()

    def plan(self, *cuts: Cut) -> None:
        """Break the line at each of the next COMMITs, whoever sends them."""
        self._planned.extend(cuts)

    @property
    def planned(self) -> int:
        """How many cuts are still to come."""
        return len(self._planned)

    def start(self) -> "Link":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._socket.close()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        serving = asyncio.start_server(self._pass, sock=self._socket)
        server = self._loop.run_until_complete(serving)
        self._loop.run_forever()
        server.close()
        for writer in self._open:
            writer.transport.abort()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there = await self._connected()
        except OSError:
            writer.transport.abort()
            return
        line = _Line(self, writer, there)
        self._open |= {writer, there}
        try:
            await asyncio.gather(line.ask(reader), line.answer(there_reader))
        except (OSError, asyncio.CancelledError):
            pass  # the line broke, or the test is over
        finally:
            line.cut()
            self._open -= {writer, there}

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
        self._there.close()


@contextmanager
def linked(url: str) -> Iterator[Link]:
    """A running proxy to `url`."""
    link = Link(url).start()
    try:
        yield link
    finally:
        link.stop()
