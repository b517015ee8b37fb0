"""The desk over the small county: in this process for a client, or on a port for a browser."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import uvicorn
from argon2 import PasswordHasher
from starlette.applications import Starlette

from bot.desk.app import create_server
from bot.desk.parts import Parts
from bot.i18n.render import Renderer
from bot.model.content import Priority
from bot.model.tickets import State
from bot.store.runner import ThreadRunner
from bot.usecases import casework
from tests.usecases.county import ANNA, BEN, STAFF, County, handed_over, renderer

PASSWORD = "ein langer Satz als Passwort"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


CASE = "/desk/tickets/K7MX2Q"
"""The page of a case in `busy_county`."""


class Secrets:
    """Tokens in order; tests know them."""

    def __init__(self) -> None:
        self._number = 0

    def __call__(self) -> str:
        self._number += 1
        return f"secret-{self._number}-0123456789abcdef"


def parts_of(county: County, texts: Renderer | None = None) -> Parts:
    """The desk's parts over `county`, with a password for everybody."""
    with county.unit() as unit:
        for caseworker in STAFF:
            unit.work.staff.save(caseworker, PASSWORD_HASH)
    return Parts(
        ThreadRunner(county.store, 1),
        county.unit_of,
        texts or renderer(),
        county.clock,
        Secrets(),
        poll_seconds=0.05,
    )


def busy_county() -> County:
    """A county with a case in each situation the pages show."""
    county = County()
    now = county.clock.now()
    county.ticket(
        "P9WTRE",
        *handed_over("Він мене бʼє. Я боюся."),
        person="person-0",
        priority=Priority.P0,
        due=now - timedelta(minutes=10),
    )
    county.ticket("K7MX2Q", *handed_over())
    county.ticket("H4NDRW", *handed_over(), person="person-2", language="ar", topic=None)
    county.ticket("ZZ3TOP", *handed_over(), person="person-3", reachable=False)
    county.ticket("CLS3DX", *handed_over(), person="person-4", language="en")
    county.ticket("J0BS77", *handed_over(), person="person-5", queue="work", team="jobcenter")
    with county.unit() as unit:
        casework.note(unit, BEN, "K7MX2Q", None, "Ruft am Dienstag noch einmal an.")
        casework.claim(unit, ANNA, "K7MX2Q", None)
        casework.ask(unit, ANNA, "K7MX2Q", None, "language_courses.level")
        casework.answer_text(unit, ANNA, "K7MX2Q", None, "Guten Tag! Der Kurs beginnt im Januar.")
        casework.claim(unit, BEN, "ZZ3TOP", None)
        casework.close(unit, BEN, "CLS3DX", None, "advised")
    with county.unit() as unit:
        waiting = unit.work.tickets.load(("H4NDRW",), None)["H4NDRW"]
        late = replace(
            waiting, state=State.WAITING_FOR_US, claimed_by="anna", due=now - timedelta(hours=3)
        )
        unit.work.tickets.save(replace(late, priority=Priority.P1))
    return county


@contextmanager
def on_a_port(app: Starlette) -> Iterator[str]:
    """Serve `app` on loopback until the block ends; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(timeout=10)
        listener.close()


def served(county: County) -> Starlette:
    return create_server(parts_of(county))
