"""What every answer of the desk says to the browser: what may run, who may frame it.

Also the session cookie and where a request comes from. Whether somebody may see a
page is decided in `guard`.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}"
)
"""No inline script or style anywhere. KERN's icons are `data:` images in its style sheet."""

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LONGEST_COOKIES: Final = 4096
"""Bytes; ours are two of some fifty, and a county may have others beside them."""

_A_YEAR: Final = 365 * 24 * 60 * 60


def headers(*, framed: bool, https: bool) -> dict[str, str]:
    """What every answer says. Pages are never stored; static files say for themselves."""
    said = {
        **_HEADERS,
        "Content-Security-Policy": _POLICY.format(ancestors="'self'" if framed else "'none'"),
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
        "Cache-Control": "no-store",
    }
    return {**said, "Strict-Transport-Security": f"max-age={_A_YEAR}"} if https else said


class SecurityHeaders:
    """Sets `said` on every answer that does not say otherwise itself."""

    def __init__(self, app: ASGIApp, *, said: Mapping[str, str]) -> None:
        self._app = app
        self._said = said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in self._said.items():
                    answered.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class ShortCookies:
    """Refuses requests whose cookies together are longer than ours could ever be.

    Reading them takes time by the square of their length before Python 3.11.10 and 3.12.6
    (CVE-2024-7592), and everybody waits meanwhile.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = (value for name, value in scope["headers"] if name == b"cookie")
            if sum(map(len, given)) > LONGEST_COOKIES:
                refused = Response(status_code=HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return await refused(scope, receive, send)
        return await self._app(scope, receive, send)


class KnownHosts:
    """Answers only to those who call us by one of our `names`; no names: to everybody.

    A page of another site whose name was made to point here would else be of our origin.
    """

    def __init__(self, app: ASGIApp, *, names: frozenset[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._names and _host(scope) not in self._names:
            refused = Response(status_code=HTTPStatus.MISDIRECTED_REQUEST)
            return await refused(scope, receive, send)
        return await self._app(scope, receive, send)


def known_names(public_url: str, bound: str, *, guests: bool) -> frozenset[str]:
    """By which names browsers may reach a desk bound to the address `bound`; empty: by any.

    Where `guests` come in without a password, the machine itself is the only one that may
    ask, as long as nothing else is bound; a public address is a promise in any case.
    """
    local = {"localhost", "127.0.0.1", "::1"}
    public = {urlsplit(public_url).hostname} - {None}
    if not public and not (guests and bound in local):
        return frozenset()
    return frozenset(name for name in (*local, bound, *public) if name)


def _host(scope: Scope) -> str:
    """The name in the address the browser believes to be at, without port."""
    try:
        return urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
    except ValueError:
        return ""


def cookie_name(*, https: bool) -> str:
    """With https the prefix makes browsers refuse a cookie planted by a neighbouring host."""
    return "__Host-desk" if https else "desk"


def form_cookie_name(*, https: bool) -> str:
    """The cookie that forms of people who are not signed in are compared with."""
    return "__Host-csrf" if https else "csrf"


def set_session(response: Response, token: str, *, https: bool) -> None:
    response.set_cookie(
        cookie_name(https=https), token, path="/", secure=https, httponly=True, samesite="strict"
    )


def end_session(response: Response, *, https: bool) -> None:
    response.delete_cookie(
        cookie_name(https=https), path="/", secure=https, httponly=True, samesite="strict"
    )


def same_origin(request: Request) -> bool:
    """Whether a form was sent by one of our own pages; browsers name the origin of every POST.

    Host and port are compared. The scheme is not: behind a proxy we do not see it.
    """
    origin = request.headers.get("origin", "")
    try:
        netloc = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(netloc) and netloc == request.headers.get("host", "")
