"""A caseworker's browser without a screen: keeps cookies, follows redirects, fills in forms."""

import asyncio
import re
from collections.abc import Mapping
from html import unescape

import httpx
from starlette.applications import Starlette

from tests.desk.served import PASSWORD

ORIGIN = "http://testserver"

LOOP = asyncio.Runner()
"""Where the visited applications run; `conftest` closes it at the end."""


class Visitor:
    """Somebody with a browser in front of the desk, at a network address."""

    def __init__(self, app: Starlette, address: str = "10.0.0.1") -> None:
        transport = httpx.ASGITransport(app, client=(address, 50000))
        self.client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, follow_redirects=True)
        self.page: httpx.Response | None = None

    def get(
        self, path: str, headers: Mapping[str, str] | None = None, *, follow: bool = True
    ) -> httpx.Response:
        asked = self.client.get(path, headers=headers, follow_redirects=follow)
        self.page = LOOP.run(asked)
        return self.page

    def post(
        self,
        path: str,
        fields: Mapping[str, str | list[str]] | None = None,
        *,
        follow: bool = True,
        **headers: str,
    ) -> httpx.Response:
        """Send a form as a page of ours would, with the token of the page last seen."""
        form = {"csrf": self.token(), **(fields or {})}
        return self.send(path, form, follow=follow, **{"Origin": self.origin, **headers})

    def send(
        self,
        path: str,
        form: Mapping[str, str | list[str]],
        *,
        follow: bool = True,
        **headers: str,
    ) -> httpx.Response:
        """Send exactly this form with exactly these headers."""
        sent = self.client.post(path, data=dict(form), headers=headers, follow_redirects=follow)
        self.page = LOOP.run(sent)
        return self.page

    @property
    def origin(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def token(self) -> str:
        found = re.search(r'name="csrf" value="([^"]*)"', self.page.text if self.page else "")
        return unescape(found[1]) if found else ""

    def sign_in(
        self, login: str, password: str = PASSWORD, *, follow: bool = True
    ) -> httpx.Response:
        self.get("/desk/sign-in")
        form = {"login": login, "password": password}
        return self.post("/desk/sign-in", form, follow=follow)


def signed_in(app: Starlette, login: str) -> Visitor:
    visitor = Visitor(app)
    assert visitor.sign_in(login).status_code == httpx.codes.OK
    return visitor
