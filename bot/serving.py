"""Running things beside each other until a signal: web servers, loops, the process's end.

Everything runs on uvloop, and requests are read by httptools: both do in C what asyncio and h11
do in Python, which was a sixth of what an update cost.
"""

import asyncio
import gc
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final, NoReturn

import uvicorn
import uvloop
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

DATA_LOST: Final = 74
"""Exit code of a process whose database cannot be trusted any more; systems call it an IO error."""

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request before its body, and between and after the pieces of one."""

HEAD_SECONDS: Final = 10.0
"""For them to come, from the beginning of a connection or from the first of them."""

_ENDING: Final = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger(__name__)


def run_to_end(main: Coroutine[None, None, None]) -> None:
    """Run `main` to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


def settle() -> None:
    """Take what is in memory now for what stays, and look for garbage only in what comes.

    Modules, content and texts are some 150,000 objects. Looking through all of them, which Python
    does every now and then, kept every answer waiting for a tenth of a second. A start leaves no
    garbage that would be worth it; where content was exchanged, the old one is.
    """
    if gc.get_freeze_count() > 0:
        gc.unfreeze()
        gc.collect()
    gc.freeze()


def stop_signal() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set; a second signal ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin_to_stop() -> None:
        stop.set()
        for number in _ENDING:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in _ENDING:
        loop.add_signal_handler(number, begin_to_stop)
    return stop


class _Heeding(HttpToolsProtocol):
    """A connection that must say what it wants in a few lines, and soon.

    httptools takes heads, and what follows a chunked body, of any length, and waits for their end
    for ever; whoever nobody knows could fill the memory that way.
    """

    _clock: asyncio.TimerHandle | None = None
    _heard = 0
    _understood = False
    _ended = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin_to_wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._heard, self._ended = self._heard + len(data), False
        super().data_received(data)
        if self._heard > LARGEST_HEAD:
            self.transport.close()
        elif not self._understood and not self._ended:
            self._begin_to_wait()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        self._understood = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._heard -= len(body)  # a body has its own limits where it is read
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._understood, self._ended, self._heard = False, True, 0
        super().on_message_complete()

    def _begin_to_wait(self) -> None:
        if self._clock is None:
            self._clock = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _give_up(self) -> None:
        self.transport.close()


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: ASGIApp, address: tuple[str, int], stop: asyncio.Event) -> None:
    """Serve `app` until `stop`; raises OSError if the address is taken."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    config = uvicorn.Config(
        app,
        http=_Heeding,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
        lifespan="off",
    )
    server = _Server(config)

    async def leave() -> None:
        await stop.wait()
        server.should_exit = True

    with socket.create_server(address, family=family) as listening:
        async with beside(leave()):
            await server.serve(sockets=[listening])


@asynccontextmanager
async def beside(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run `work` beside the block; a failure of one stops all and is raised."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
        yield
        for task in tasks:
            await task


def end_at_once(why: Exception) -> NoReturn:
    """End without any farewell: what is in memory must not be written to a disk that failed."""
    log.critical("the program ends now, to begin again with what is on the disk: %s", why)
    for handler in logging.getLogger().handlers:
        handler.flush()
    os._exit(DATA_LOST)
