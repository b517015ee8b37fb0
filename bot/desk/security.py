"""What every answer of the desk says to the browser: what may run, who may frame it.

Also the session cookie and where a request comes from. Whether somebody may see a
page is decided in `guard`.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
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
_A_YEAR: Final = 365 * 24 * 60 * 60


class SecurityHeaders:
    """Sets the same headers on every answer; pages are never stored, static files are."""

    def __init__(self, app: ASGIApp, *, framed: bool, https: bool) -> None:
        self._app = app
        ancestors = "'self'" if framed else "'none'"
        self._headers = {
            **_HEADERS,
            "Content-Security-Policy": _POLICY.format(ancestors=ancestors),
            "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
        }
        if https:
            self._headers["Strict-Transport-Security"] = f"max-age={_A_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


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
