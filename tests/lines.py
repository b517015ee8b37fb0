"""Servers of a test's own, on loopback, that leave no line open behind them.

`asyncio.Server.close` takes no new connections but leaves the old ones to whoever serves them; one
whose task was cancelled before its first step is then closed by nobody, and the garbage collector
complains about it in the middle of another test.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol


class Serve(Protocol):
    """Serves one connection to its end."""

    def __call__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, /
    ) -> Coroutine[Any, Any, None]: ...


@asynccontextmanager
async def listening(serve: Serve, own: socket.socket | None = None) -> AsyncIterator[int]:
    """A server that lets `serve` have each connection; gives its port, and cuts all in the end.

    `own` is a socket that is bound already; without one a free port of loopback is taken.
    """
    opened: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened[writer] = asyncio.create_task(serve(reader, writer))

    where = own or socket.create_server(("127.0.0.1", 0))
    server = await asyncio.start_server(connected, sock=where)
    try:
        yield where.getsockname()[1]
    finally:
        # Whoever was accepted gets a transport in the loop's next round, which a closed server
        # refuses by an assertion of asyncio's own, and is served in the one after it.
        asyncio.get_running_loop().remove_reader(where)
        for _ in range(3):
            await asyncio.sleep(0)
        server.close()
        for writer, task in opened.items():
            task.cancel()
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        await asyncio.gather(*opened.values(), return_exceptions=True)
