"""A running bot for tests: the real channel, dispatcher and use cases against the stand-in.

It runs in a thread with an event loop of its own, so tests talk to it only as people and
Telegram do. Time is a Monday morning that goes on by itself and can be pushed.
"""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.channels.telegram.service import TelegramService, TelegramSettings
from bot.channels.telegram.webhook import Address
from bot.store.runner import ThreadRunner
from bot.usecases.deliver import SLOTS, Dispatcher
from bot.usecases.limits import UNLIMITED, Limits, Rates
from bot.usecases.ports import Work
from bot.usecases.unit import Unit
from tests.botapi import BotApiServer
from tests.channels.telegram.office import office
from tests.playing.house import MONDAY_MORNING, House

PATIENCE = 30.0


class Clock:
    """Goes on with the real time from `MONDAY_MORNING`; tests push it forward."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.pushed = timedelta()

    def now(self) -> datetime:
        return MONDAY_MORNING + timedelta(seconds=time.monotonic() - self._started) + self.pushed


class Pauses:
    """Waits a hundredth of what was asked for, and remembers what that was."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(min(seconds / 100, 0.05))


@dataclass
class Running:
    """One bot process that is not a process. `house` keeps its store over restarts."""

    server: BotApiServer
    house: House = field(default_factory=office)
    rates: Rates = UNLIMITED
    group: int | None = None
    webhook: bool = False
    slots: int = SLOTS
    watch_every: float = 15.0
    clock: Clock = field(default_factory=Clock)
    pauses: Pauses = field(default_factory=Pauses)

    def __post_init__(self) -> None:
        self._ready = threading.Event()
        self._failure: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, name="bot", daemon=True)
        self.port = 0

    # --- life ------------------------------------------------------------------------------

    def start(self) -> "Running":
        self._thread.start()
        assert self._ready.wait(PATIENCE), "the bot did not start"
        return self

    def stop(self) -> None:
        """Stop as on SIGTERM."""
        self.loop.call_soon_threadsafe(self.stopping.set)
        self._thread.join(PATIENCE + 10)
        assert not self._thread.is_alive(), "the bot did not stop"
        if self._failure:
            raise self._failure[0]

    def kill(self) -> None:
        """End without any farewell: nothing is marked, nothing is confirmed."""
        self.loop.call_soon_threadsafe(self._everything.cancel)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            with contextlib.suppress(asyncio.CancelledError):
                asyncio.run(self._live())
        except Exception as error:  # noqa: BLE001 - the test's thread raises it
            self._failure.append(error)
            self._ready.set()

    async def _live(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._everything = task
        self.loop = asyncio.get_running_loop()
        self.stopping = asyncio.Event()
        runner = ThreadRunner(self.house.store, 1)
        try:
            await self._serve(runner)
        finally:
            await self.service._cable.close()  # also after a kill, where the system would
            runner.close()

    async def _serve(self, runner: ThreadRunner) -> None:
        house = self.house
        web = Web() if self.webhook else None
        address = None
        if web is not None:
            self.port = web.port
            address = Address(f"http://127.0.0.1:{web.port}/telegram", "loopback-secret")
        settings = TelegramSettings(self.server.token, self.server.url, self.group, address)
        self.service = TelegramService(
            settings,
            runner,
            self.unit,
            house.texts.renderer,
            self,
            self.clock,
            pause=self.pauses,
        )
        self.dispatcher = Dispatcher(
            runner,
            self.unit,
            self.service.senders,
            self.clock,
            limits=Limits(self.rates),
            slots=self.slots,
        )
        self.service.nudge = self.dispatcher.nudge
        self.service.board = self.dispatcher.board
        self.service.overflow = self.dispatcher.overflow
        await self.service.start()
        tasks: list[Awaitable[Any]] = [
            self.dispatcher.run(self.stopping),
            self.service.run_watch(self.stopping, self.watch_every),
        ]
        if web is None:
            tasks.append(self.service.run_polling(self.stopping))
        else:
            tasks += [self.service.run_webhook(self.stopping), web.run(self)]
        self._ready.set()
        await asyncio.gather(*tasks)
        await self.service.stop()

    # --- what the parts ask for ---------------------------------------------------------------

    def unit(self, work: Work) -> Unit:
        return replace(self.house.unit_of(work), now=self.clock.now())

    def current(self) -> Any:
        return self.house.texts.content

    # --- what tests ask for -------------------------------------------------------------------

    def store(self, look: Callable[[Work], Any]) -> Any:
        """Read or change the store in a transaction of its own."""
        with self.house.store.transaction() as work:
            return look(work)

    def eventually(self, happened: Callable[[], object], timeout: float = PATIENCE) -> None:
        """Wait for something that does not ring Telegram's bell: the store, a counter."""
        deadline = time.monotonic() + timeout
        while not happened():
            assert time.monotonic() < deadline, "did not happen"
            time.sleep(0.005)

    def in_time(self, happened: Callable[[], object], timeout: float = 60.0) -> None:
        """Wait for something that is tried again after a pause: each look pushes the clock.

        Pushing it once would not do: what fails only after that waits from the pushed time on.
        """

        def later() -> object:
            self.clock.pushed += timedelta(seconds=1)
            return happened()

        self.eventually(later, timeout)


class Web:
    """A real web server for the webhook's routes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    async def run(self, running: Running) -> None:
        app = Starlette(routes=running.service.webhook_routes())
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        serving = asyncio.create_task(server.serve(sockets=[self.socket]))
        await running.stopping.wait()
        server.should_exit = True
        await serving


@contextmanager
def running(server: BotApiServer, *, clean: bool = True, **options: Any) -> Iterator[Running]:
    """A bot that runs, is stopped in the end, and (`clean`) did nothing Telegram would refuse."""
    bot = Running(server, **options).start()
    try:
        yield bot
    finally:
        bot.stop()
    if clean:
        server.assert_clean()
