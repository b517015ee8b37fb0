"""What a browser gets while the store takes nothing: what was sent is given back, to be sent again.

An open page stays as it is, with what is being written on it: what it asks for is answered with
nothing, and asked for again a little later. The banner above it says why nothing new comes.
"""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.desk import security
from bot.desk.ended import Form, Refresh, refresh_of
from bot.desk.pages import Pages, Reader, language_of

SECONDS: Final = 10
"""How long a browser waits while the store takes nothing. Templates say it for `AGAIN`."""

STANDING: Final = "standing"
"""The event on an open line at which pages ask for the banner."""

AGAIN: Final = {"HX-Trigger": "again"}
"""The event at which a part of a page asks once more, after a while."""

_LINE: Final = f"retry: {SECONDS * 1000}\nevent: {STANDING}\ndata: now\n\n"
"""A line of one event. After an error a page that was just opened would never have a line."""


def answer(request: Request, pages: Pages, form: Form | None) -> Response:
    """Say that the store is away: as a page, or to a part of one as it understands it."""
    part = refresh_of(request)
    if part is Refresh.LINE:
        return Response(_LINE, media_type="text/event-stream")
    reader = Reader(language_of(request, None), "")
    if part is Refresh.STANDING:
        # Not an error: those change nothing on an open page.
        response: Response = pages.page(request, reader, "standing.html", {"away": True})
        response.headers.update(AGAIN)
        return response
    if part is not None or request.headers.get("hx-request"):
        return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE, headers=AGAIN)
    own = form is not None and security.same_origin(request)
    sent = [(name, value) for name, values in (form or {}).items() for value in values]
    values = {"here": request.url.path, "form": sent if own else []}
    response = pages.page(request, reader, "away.html", values, HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(SECONDS)
    return response
