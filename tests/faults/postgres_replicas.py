"""Several replicas of the bot behind one webhook address, each with its own line to PostgreSQL.

All run in one thread of the test with an event loop of its own; they share nothing but the
database. The balancer gives each new connection of Telegram's to the next replica.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette

from bot.channels.telegram.service import TelegramService, TelegramSettings
from bot.channels.telegram.webhook import Address
from bot.clock import SystemClock
from bot.store.runner import ThreadRunner
from bot.store.sql import open_store
from bot.usecases.deliver import Dispatcher
from bot.usecases.limits import UNLIMITED, Limits
from bot.usecases.ports import Work
from bot.usecases.unit import Policy, Unit
from tests.botapi import BotApiServer
from tests.channels.telegram.office import texts
from tests.databases import MASTER
from tests.lines import listening
from tests.playing.house import House

PATIENCE: Final = 60.0
SECRET: Final = "secret-of-the-replicas"
THREADS: Final = 4


class Replica:
    """One of the processes, without being one."""

    def __init__(self, telegram: BotApiServer, database: str, hook: str) -> None:
        self.store = open_store(database, MASTER)
        self.runner = ThreadRunner(self.store, THREADS)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self._house = House(self.store, texts=texts(), policy=Policy(room=True))
        self._clock = SystemClock()
        settings = TelegramSettings(
            telegram.token, telegram.url, webhook=Address(hook, SECRET, connections=100)
        )
        self.service = TelegramService(
            settings, self.runner, self.unit, texts().renderer, self, self._clock
        )
        self.dispatcher = Dispatcher(
            self.runner,
            self.unit,
            self.service.senders,
            self._clock,
            limits=Limits(UNLIMITED),
        )
        self.service.nudge = self.dispatcher.nudge
        self.service.board = self.dispatcher.board

    def unit(self, work: Work) -> Unit:
        return replace(self._house.unit_of(work), now=self._clock.now())

    def current(self) -> Any:
        return self._house.texts.content

    async def run(self, stop: asyncio.Event) -> None:
        await self.service.start()
        work: list[Awaitable[None]] = [
            self.dispatcher.run(stop),
            self.service.run_webhook(stop),
            self._serve(stop),
        ]
        try:
            await asyncio.gather(*work)
            await self.service.stop()
        finally:
            self.runner.close()
            self.store.close()

    async def _serve(self, stop: asyncio.Event) -> None:
        app = Starlette(routes=self.service.webhook_routes())
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        serving = asyncio.create_task(server.serve(sockets=[self.socket]))
        await stop.wait()
        server.should_exit = True
        await serving


class Balancer:
    """Passes each connection on to the next of some ports."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/telegram"

    async def run(self, ports: Sequence[int], stop: asyncio.Event) -> None:
        following = cycle(ports)

        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for _ in ports:
                with contextlib.suppress(OSError):  # that one was killed: the next
                    way = await asyncio.open_connection("127.0.0.1", next(following))
                    break
            else:
                writer.close()
                return
            with contextlib.ExitStack() as stack:
                stack.callback(way[1].transport.abort)
                # Cut off at the end, which is no failure.
                stack.enter_context(contextlib.suppress(asyncio.CancelledError))
                await asyncio.gather(_pump(reader, way[1]), _pump(way[0], writer))

        async with listening(pass_on, self.socket):
            await stop.wait()


@contextmanager
def balanced(ports: Sequence[int]) -> Iterator[str]:
    """The address behind which the replicas at `ports` are: for processes of their own."""
    balancer, ready = Balancer(), threading.Event()
    control: list[Callable[[], object]] = []

    async def live() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        control.append(lambda: loop.call_soon_threadsafe(stop.set))
        ready.set()
        await balancer.run(ports, stop)

    thread = threading.Thread(target=lambda: asyncio.run(live()), name="balancer", daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield balancer.url
    finally:
        control[0]()
        thread.join(PATIENCE)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()


class Cluster:
    """Replicas that run in a thread until they are told to stop."""

    def __init__(self, telegram: BotApiServer, databases: Sequence[str]) -> None:
        self._telegram = telegram
        self._databases = databases
        self._ready = threading.Event()
        self._failure: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, name="cluster", daemon=True)

    def start(self) -> "Cluster":
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the replicas did not stop"
        if self._failure:
            raise self._failure[0]

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except Exception as error:  # noqa: BLE001 - the test's thread raises it
            self._failure.append(error)
            self._ready.set()

    async def _live(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        balancer = Balancer()
        replicas = [Replica(self._telegram, url, balancer.url) for url in self._databases]
        ports = [one.socket.getsockname()[1] for one in replicas]
        self._ready.set()
        await asyncio.gather(
            balancer.run(ports, self._stop), *(one.run(self._stop) for one in replicas)
        )


@contextmanager
def cluster(telegram: BotApiServer, databases: Sequence[str]) -> Iterator[Cluster]:
    """Running replicas, one for each of `databases`: URLs of the same one, by several ways."""
    running = Cluster(telegram, databases).start()
    try:
        yield running
    finally:
        running.stop()
