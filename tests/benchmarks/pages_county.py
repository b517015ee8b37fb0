"""The desk over a filled county, asked without a browser: how long the server takes for a page.

Real application, real store, real content; a request goes straight into the application, so what
is timed is the server's own work from the request to the last byte of the answer.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from starlette.applications import Starlette

from bot.content.state_holidays import StateHolidays
from bot.desk.app import create_server
from bot.desk.parts import Parts
from bot.model.records import Session
from bot.model.tickets import Caseworker
from bot.store.runner import ThreadRunner
from bot.store.sql import SqlStore
from bot.usecases.ports import Work
from bot.usecases.unit import Policy, Unit
from bot.wiring import RandomChance
from tests.playing.house import county

HOST: Final = "localhost"
_SESSIONS: Final = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of the desk. `seconds` of the server, `cpu` of its process."""

    status: int
    text: str
    seconds: float
    cpu: float


@dataclass
class FixedClock:
    """The moment for which the county was filled: what is overdue then stays so."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class Desk:
    """The running desk and those who look at it. `teams` are what they see."""

    def __init__(self, store: SqlStore, now: datetime) -> None:
        self.clock = FixedClock(now)
        self.runner = ThreadRunner(store, 4 if store.postgres else 1)
        self._store = store
        self.app = self._made()
        self._loop = asyncio.Runner()

    def _made(self) -> Starlette:
        parts = Parts(
            self.runner, self.unit, county().renderer, self.clock, lambda: "secret-of-a-form"
        )
        return create_server(parts)

    def unit(self, work: Work) -> Unit:
        texts = county()
        made = (texts.content, self.clock.now(), StateHolidays(), texts.renderer)
        return Unit(work, *made, RandomChance(), Policy())

    def sign_in(self, account: str, teams: frozenset[str]) -> str:
        """An account with a session; returns its cookie."""
        now = self.clock.now()
        with self._store.transaction() as work:
            work.staff.save(Caseworker(account, account, account.title(), teams), None)
            work.staff.put_session(Session(f"token-{account}", account, now, _SESSIONS, "csrf"))
        return f"desk=token-{account}"

    def get(self, path: str, cookie: str) -> Page:
        """Ask for `path` (below the desk's root), as the browser of somebody signed in."""
        return self._loop.run(self._get(path, cookie))

    async def _get(self, path: str, cookie: str) -> Page:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        cpu, begun = time.process_time(), time.perf_counter()
        await self.app(_scope(path, cookie), receive, send)
        seconds, used = time.perf_counter() - begun, time.process_time() - cpu
        body = b"".join(one.get("body", b"") for one in sent)
        return Page(sent[0]["status"], body.decode(), seconds, used)

    def close(self) -> None:
        self._loop.close()
        self.runner.close()


def _scope(path: str, cookie: str) -> dict[str, Any]:
    address, _, query = path.partition("?")
    headers = [(b"host", HOST.encode()), (b"cookie", cookie.encode())]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": (HOST, 8080),
    }


@contextmanager
def desk(store: SqlStore, now: datetime) -> Iterator[Desk]:
    """A desk over `store`, closed afterwards."""
    made = Desk(store, now)
    try:
        yield made
    finally:
        made.close()


def checked(page: Page, wanted: str) -> Page:
    """The page, if it is what was asked for."""
    if page.status != HTTPStatus.OK or wanted not in page.text:
        raise AssertionError(f"{page.status}: {wanted!r} is not on the page")
    return page
