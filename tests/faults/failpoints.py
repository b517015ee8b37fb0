"""How a bot passes the places at which it may end itself with SIGKILL.

Nothing of the program knows of them: `instrument` wraps it from outside, in the process that is to
die. Which unit of work a transaction is shows in what it does: what it enters into the audit
trail, whom it forgets, what it marks. The places' names are in `places`.
"""

import os
import signal
import threading
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from sqlalchemy import Engine, event

from bot.channels.telegram.cable import Cable
from bot.channels.telegram.health import WEBHOOK
from bot.channels.telegram.intake import RUNNING, Intake
from bot.channels.telegram.post import Post
from bot.channels.telegram.profile import NOTE as PROFILE
from bot.channels.telegram.service import GROUP_SETTING
from bot.channels.telegram.webhook import Webhook
from bot.channels.telegram.wire import _Connection
from bot.desk.guard import Visit
from bot.store import engine as engine_parts
from bot.store import reach
from bot.store import sql as store
from bot.store.files import Files
from bot.store.ledger_file import LedgerFile
from bot.store.sql.outbox import SqlOutbox
from bot.store.sql.people import SqlPeople
from bot.store.sql.program import SqlJobs, SqlNotes
from bot.store.sql.rooms import SqlRooms
from bot.store.sql.tickets import SqlTickets
from bot.store.sql.updates import SqlUpdates
from bot.usecases.deliver import Dispatcher
from tests.faults import places
from tests.faults.board import Board

MESSAGES = frozenset({"sendMessage", "createForumTopic"})
"""Calls that make something new each time they are repeated."""

_CHANGES = ("INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP")
_row: ContextVar[int] = ContextVar("row")
"""The outbox row that the running task sends."""

Call = Callable[..., Any]


class Instrument:
    """Passes the places of one process on to its board, and ends the process when told."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._unit = threading.local()
        self._flights: dict[int, int] = {}

    def passing(self, place: str) -> None:
        if self._board.passing(place):
            os.kill(os.getpid(), signal.SIGKILL)

    # --- units of work: one transaction in one thread -------------------------------------

    def label(self, name: str) -> None:
        """What the running transaction does."""
        if not hasattr(self._unit, "labels"):
            self._unit.labels = {}
        self._unit.labels[name] = None

    def pass_unit(self, step: str) -> None:
        for name in tuple(getattr(self._unit, "labels", ())):
            self.passing(f"{name}: {step}")

    def watch(self, engine: Engine, always: str = "") -> Engine:
        """Pass the steps of every transaction of `engine`."""

        def begun(_: object) -> None:
            self._unit.labels = {always: None} if always else {}

        def executed(*arguments: Any) -> None:
            if str(arguments[2]).lstrip().startswith(_CHANGES):
                self.pass_unit("half written")

        def committed(connection: Any) -> None:
            self.pass_unit("before commit")
            commit(connection)
            self.pass_unit("committed")

        event.listen(engine, "begin", begun)
        event.listen(engine, "after_cursor_execute", executed)
        commit = engine.dialect.do_commit
        setattr(engine.dialect, "do_commit", committed)  # noqa: B010
        return engine

    # --- sends in flight -------------------------------------------------------------------

    def fly(self, method: str) -> None:
        row = _row.get(0)
        if method in MESSAGES and row:
            self._flights[row] = self._flights.get(row, 0) + 1
            self._board.in_flight = sum(self._flights.values())

    def land(self, rows: list[int]) -> None:
        for row in rows:
            self._flights.pop(row, None)
        self._board.in_flight = sum(self._flights.values())


def instrument(board: Board) -> None:
    """Wrap the program so that it passes every place."""
    board.in_flight = 0
    passes = Instrument(board)
    _wrap_engines(passes)
    _label_units(passes)
    _wrap_calls(passes)
    _wrap_sending(passes)
    _wrap_ways_in(passes)


def _wrap_engines(passes: Instrument) -> None:
    connect, append, clear = engine_parts.connect, LedgerFile.append, Files.clear

    def watched(url: str, holder: str) -> Engine:
        return passes.watch(connect(url, holder))

    def migrating(url: str, holder: str) -> Engine:
        return passes.watch(connect(url, holder), "migration")

    def written_down(file: LedgerFile, erased: Any) -> None:
        passes.passing(places.ERASED)
        append(file, erased)
        passes.passing(places.WRITTEN_DOWN)

    def emptied(files: Files, connection: Any) -> None:
        passes.passing(places.GHOSTS)
        clear(files, connection)
        passes.passing(places.EMPTIED)

    _put(store, "connect", watched)
    _put(reach, "connect", migrating)
    _put(LedgerFile, "append", written_down)
    _put(Files, "clear", emptied)


def _label_units(passes: Instrument) -> None:
    """Name transactions by what is asked of the store in them."""

    def named(owner: type, method: str, name: Callable[..., str | None]) -> None:
        original: Call = getattr(owner, method)

        @wraps(original)
        def labelled(*arguments: Any) -> Any:
            found = name(*arguments[1:])
            if found:
                passes.label(found)
            return original(*arguments)

        _put(owner, method, labelled)

    named(SqlTickets, "audit", lambda entry: entry.what)
    named(SqlPeople, "save", lambda *_: "conversation")
    named(SqlPeople, "forget", lambda *_: "forgotten")
    named(SqlUpdates, "seen", lambda *_: "updates")
    named(SqlUpdates, "attempts", lambda *_: "attempt")
    named(SqlUpdates, "quarantine", lambda *_: "quarantine")
    named(SqlOutbox, "take", lambda *_: places.TAKING)
    named(SqlOutbox, "mark", lambda *_: "marks")
    named(SqlOutbox, "part", lambda *_: "part")
    named(SqlNotes, "put", _noted)
    named(SqlJobs, "done", lambda job: job.kind.value)
    named(SqlRooms, "adopt", lambda *_: "topic")
    named(SqlRooms, "save", lambda *_: "topic header")


def _noted(key: str, value: str) -> str | None:
    if key == RUNNING:
        return "begin" if value else "end"
    if key == WEBHOOK:
        return "webhook note"
    if key == GROUP_SETTING:
        return "group setting"
    return "profile" if key.startswith(PROFILE) else None


def _wrap_calls(passes: Instrument) -> None:
    call, request = Cable.call, _Connection.request

    async def passed(cable: Cable, method: str, **parameters: object) -> Any:
        passes.passing(f"{method}: before")
        try:
            return await call(cable, method, **parameters)
        finally:
            passes.passing(f"{method}: answered")

    def written(connection: _Connection, message: bytes) -> Any:
        method = message.split(b" ", 2)[1].rsplit(b"/", 1)[-1].decode()
        passes.fly(method)
        answer = request(connection, message)
        passes.passing(f"{method}: written")
        return answer

    _put(Cable, "call", passed)
    _put(_Connection, "request", written)


def _wrap_sending(passes: Instrument) -> None:
    send, release, drain, post = (
        Dispatcher._send,
        Dispatcher._release,
        Dispatcher._drain,
        Post.send,
    )

    async def sent(dispatcher: Dispatcher, row: Any) -> None:
        _row.set(row.id)
        await send(dispatcher, row)
        passes.passing(places.SENT)

    def released(dispatcher: Dispatcher, done: Any) -> None:
        rows = [one.queued.id for one in done]
        release(dispatcher, done)
        passes.land(rows)
        passes.passing(places.FREE)

    async def drained(dispatcher: Dispatcher) -> None:
        passes.passing(places.ASKED)
        await drain(dispatcher)
        passes.passing(places.DRAINED)

    async def posted(post_: Post, *arguments: Any, arrived: Any = None, **options: Any) -> Any:
        async def note(parts: int) -> None:
            if arrived is not None:
                await arrived(parts)
                passes.land([_row.get(0)])
            passes.passing(places.PART)

        return await post(post_, *arguments, arrived=note, **options)

    _put(Dispatcher, "_send", sent)
    _put(Dispatcher, "_release", released)
    _put(Dispatcher, "_drain", drained)
    _put(Post, "send", posted)


def _wrap_ways_in(passes: Instrument) -> None:
    take, submit, do = Intake.take, Webhook._submit, Visit.do

    async def taken(intake: Intake, bodies: Any) -> None:
        await take(intake, bodies)
        passes.passing(places.TAKEN)

    async def submitted(webhook: Webhook, update: Any) -> Any:
        passes.passing(places.RECEIVED)
        answer = await submit(webhook, update)
        passes.passing(places.HEARD)
        return answer

    async def done(visit: Visit, work: Any) -> Any:
        if visit.request.method == "POST":
            passes.passing(places.FORM)
        found = await do(visit, work)
        if visit.request.method == "POST":
            passes.passing(places.DONE)
        return found

    _put(Visit, "do", done)
    _put(Intake, "take", taken)
    _put(Webhook, "_submit", submitted)


def _put(owner: object, name: str, value: object) -> None:
    """Replace a function of the program; mypy forbids to do it by assignment."""
    setattr(owner, name, value)
