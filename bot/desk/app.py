"""The desk as a web application, put together from its pages.

`create_desk` is the desk alone, for mounting anywhere; `create_server` is what a
port of the machine serves: the desk below `/desk`, and `/healthz`.
"""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.desk import answers, live, ticket, ticket_list
from bot.desk.guard import Guard, Visit
from bot.desk.live import Latest
from bot.desk.pages import Pages
from bot.desk.parts import Parts
from bot.desk.security import SecurityHeaders
from bot.desk.sign_in import SignIn
from bot.model.phrases import Phrase

_STATIC = Path(__file__).parent / "static"


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
    headers = Middleware(SecurityHeaders, framed=parts.framed, https=parts.https)
    return Starlette(routes=routes, middleware=[headers])


def create_server(parts: Parts, more: Sequence[BaseRoute] = ()) -> Starlette:
    """Return what a port serves: desk, health, and `more` routes of other parts."""

    async def health(_: Request) -> Response:
        ready = parts.ready()
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"alive": True, "ready": ready}, status)

    async def home(_: Request) -> Response:
        return RedirectResponse("/desk/", HTTPStatus.SEE_OTHER)

    routes = [
        Route("/healthz", health),
        *more,
        Mount("/desk", create_desk(parts)),
        Route("/", home),
    ]
    return Starlette(routes=routes)


class _Static(StaticFiles):
    """Style sheets, fonts and scripts: the only answers a browser may keep for a while."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=600"
        return response


async def _nothing_here(visit: Visit) -> Response:
    values = {"title": "unknown.title", "text": Phrase("desk/unknown.page#text")}
    return visit.page("message.html", values, HTTPStatus.NOT_FOUND)
