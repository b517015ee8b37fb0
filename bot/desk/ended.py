"""What a browser gets whose session has ended: the way to the sign-in, with what was not sent.

Pages refresh themselves and say so: that is nobody's doing, so it keeps no session alive and is
no look at a case. When the session has ended the case leaves the screen, and what somebody was
writing beside it stays until they send it. Then it is kept over the sign-in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk import security
from bot.desk.pages import Pages, Reader, language_of, link_to

Form = Mapping[str, tuple[str, ...]]

CASE: Final = "kept"
"""The field of a sign-in that names the case whose form it keeps."""

PREFIX: Final = "kept-"
"""Before the names of the fields of that form."""

CHANGED: Final = "changed"
"""The event on an open line at which pages ask again for what they show."""

_OVER: Final = f"retry: 60000\nevent: {CHANGED}\ndata: now\n\n"
"""The page asks for itself and learns the rest; the next line has time, in milliseconds."""

_WRITTEN: Final = ("kind", "note", "why")
"""Fields of forms into which somebody writes or chooses; other forms are a press."""

_NOT_KEPT: Final = frozenset({"csrf", "version", "change"})


class Refresh(StrEnum):
    """Which part of a page asks by itself, as its header says."""

    PAGE = "page"
    CASE = "case"
    STANDING = "standing"
    LINE = "line"


def refresh_of(request: Request) -> Refresh | None:
    """The part that asks by itself; None if somebody did something."""
    said = request.headers.get("x-refresh", "")
    return Refresh(said) if said in set(Refresh) else None


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody had written to a case: names and values of the form's fields."""

    case: str
    fields: tuple[tuple[str, str], ...]


def leave(request: Request, pages: Pages, form: Form | None) -> Response:
    """Lead to the sign-in; a part of a page is told what becomes of it."""
    sign_in = link_to(request)("/sign-in")
    match refresh_of(request):
        case Refresh.LINE:
            return Response(_OVER, media_type="text/event-stream")
        case Refresh.CASE:
            return pages.page(request, Reader(language_of(request, None), ""), "over.html", {})
        case Refresh.STANDING:
            return Response(status_code=HTTPStatus.NO_CONTENT)
    if request.headers.get("hx-request"):
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": sign_in})
    kept = None if form is None else written(request, form)
    if kept is not None:
        # The browser sends the same form once more, to where it is kept.
        again = link_to(request)(f"/again/{kept.case}")
        return RedirectResponse(again, HTTPStatus.TEMPORARY_REDIRECT)
    return RedirectResponse(sign_in, HTTPStatus.SEE_OTHER)


def written(request: Request, form: Form) -> Kept | None:
    """What somebody wrote or chose in a form of ours; None if it was a press, or not ours."""
    case = str(request.path_params.get("code", ""))
    something = any(any(form.get(name, ())) for name in _WRITTEN)
    if not (case.isalnum() and something and security.same_origin(request)):
        return None
    return Kept(case, _fields(form))


def kept(form: Form) -> Kept | None:
    """What the sign-in `form` keeps, if anything."""
    case = form.get(CASE, ("",))[-1]
    if not case.isalnum():
        return None
    names = [name for name in form if name.startswith(PREFIX)]
    return Kept(case, _fields({name.removeprefix(PREFIX): form[name] for name in names}))


def _fields(form: Form) -> tuple[tuple[str, str], ...]:
    """All but what only the very page that was left could send."""
    return tuple(
        (name, value) for name, values in form.items() if name not in _NOT_KEPT for value in values
    )
