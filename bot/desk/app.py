"""The desk as a web application, put together from its pages.

`create_desk` is the desk alone, for mounting anywhere; `create_server` is what a
port of the machine serves: the desk below `/desk`, and for machines `/healthz` (does the process
live) and `/readyz` (can it work, what is wrong, how much waits).
"""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.desk import answers, live, ticket, ticket_list
from bot.desk.guard import Guard, Visit
from bot.desk.live import Latest
from bot.desk.pages import Pages
from bot.desk.parts import Parts
from bot.desk.security import KnownHosts, SecurityHeaders, ShortCookies, headers
from bot.desk.sign_in import SignIn
from bot.model.phrases import Phrase
from bot.usecases import signals
from bot.usecases.ports import NotCommitted
from bot.usecases.unit import Unit

TOLD_FIGURES: Final = ("send_unknown", "send_dead", "send_dropped", "quarantined", "gap_hours")
"""Figures of today that `/readyz` tells: what may have come twice, not at all, or was put aside."""

_STATIC = Path(__file__).parent / "static"
_STORE_SECONDS: Final = 3.0


def create_desk(parts: Parts) -> Starlette:
    """Return the desk. Its pages find their own address wherever it is mounted."""
    pages = Pages(parts)
    guard = Guard(parts, pages)
    routes: list[BaseRoute] = [
        *SignIn(parts, pages).routes(guard),
        *ticket_list.routes(guard),
        *ticket.routes(guard),
        *answers.routes(guard),
        *live.routes(guard, Latest()),
        Mount("/static", _Static(directory=_STATIC), name="static"),
        Route("/{elsewhere:path}", guard(_nothing_here), methods=["GET", "POST"]),
    ]
    return _application(parts, routes)


def create_server(parts: Parts, more: Sequence[BaseRoute] = ()) -> Starlette:
    """Return what a port serves: desk, health, and `more` routes of other parts."""

    async def health(_: Request) -> Response:
        ready = parts.ready()
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"alive": True, "ready": ready}, status)

    look: asyncio.Task[Response] | None = None

    async def readiness(_: Request) -> Response:
        # Whoever asks meanwhile gets the same answer: nobody can fill the store's queue with looks.
        nonlocal look
        if look is None or look.done():
            look = asyncio.create_task(ready_answer(parts))
        return await asyncio.shield(look)

    async def home(_: Request) -> Response:
        return RedirectResponse("/desk/", HTTPStatus.SEE_OTHER)

    routes = [
        Route("/healthz", health),
        Route("/readyz", readiness),
        *more,
        Route("/desk", home),
        Mount("/desk", create_desk(parts)),
        Route("/", home),
    ]
    return _application(parts, routes)


def _application(parts: Parts, routes: Sequence[BaseRoute]) -> Starlette:
    """An application whose every answer, mistakes of ours included, says what may run."""
    said = headers(framed=parts.framed, https=parts.https)

    async def broken(_: Request, __: Exception) -> Response:
        return PlainTextResponse("500", HTTPStatus.INTERNAL_SERVER_ERROR, said)

    middleware = [
        Middleware(SecurityHeaders, said=said),
        Middleware(ShortCookies),
        Middleware(KnownHosts, names=parts.hosts),
    ]
    handlers = {Exception: broken}
    app = Starlette(routes=routes, middleware=middleware, exception_handlers=handlers)
    # A redirect made by the router would lead to whatever host the request named.
    app.router.redirect_slashes = False
    return app


async def ready_answer(parts: Parts) -> Response:
    """What the county's IT may know: nothing of a person. 503 while the store does not answer.

    What is wrong on Telegram's side makes no process unready: to start it anew would not help.
    """
    try:
        async with asyncio.timeout(_STORE_SECONDS):
            told = await parts.runner.run(lambda store: _standing(parts.unit(store)))
    except (NotCommitted, TimeoutError):
        told = {"store": False}
    ready = bool(told["store"]) and parts.ready()
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"ready": ready, **told}, status)


def _standing(unit: Unit) -> dict[str, object]:
    heard = signals.last_heard(unit.work)
    today = unit.work.figures.between(unit.today, unit.today)
    return {
        "store": True,
        "heard": heard.isoformat() if heard else None,
        "waiting": unit.work.outbox.waiting(),
        "troubles": {
            signal.trouble: signal.since.isoformat() if signal.since else None
            for signal in signals.present(unit)
        },
        "today": {name: today.get(name, 0) for name in TOLD_FIGURES},
    }


class _Static(StaticFiles):
    """Style sheets, fonts and scripts: the only answers a browser may keep for a while."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=600"
        return response


async def _nothing_here(visit: Visit) -> Response:
    values = {"title": "unknown.title", "text": Phrase("desk/unknown.page#text")}
    return visit.page("message.html", values, HTTPStatus.NOT_FOUND)
