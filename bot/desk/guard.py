"""Who may see a page: session, origin and form token, looked at before any page is.

A page is a function of a `Visit`. Whoever is not signed in is led to the sign-in;
a form from elsewhere changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from bot.desk import away, ended, security
from bot.desk.ended import Form
from bot.desk.pages import Pages, Reader, Texts, language_of, link_to
from bot.desk.parts import Parts
from bot.desk.standing import WELL, Standing, standing_of, told
from bot.model.phrases import Phrase
from bot.model.records import Session
from bot.model.tickets import Caseworker
from bot.usecases import signing_in
from bot.usecases.ports import NotCommitted
from bot.usecases.signing_in import SignedIn
from bot.usecases.unit import Unit

T = TypeVar("T")

LARGEST_FORM: Final = 64 * 1024
"""Bytes; the longest text a form may hold is far shorter."""

FORM_SECONDS: Final = 5.0
"""How long a browser may take to send a form, on the slowest of lines."""

_MOST_FIELDS: Final = 200


class Over(Exception):
    """The session ended, or the account changed, while its request was under way."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a signed-in caseworker."""

    request: Request
    parts: Parts
    pages: Pages
    me: Caseworker
    session: Session
    form: Form
    standing: Standing = WELL

    async def do(self, work: Callable[[Unit], T]) -> T:
        """Do `work` in one transaction, in which the account is still what it was.

        Raises `Over`: whoever was removed meanwhile changes and reads nothing any more.
        """

        def checked(unit: Unit) -> T:
            if signing_in.owner(unit, self.session.token) != self.me:
                raise Over
            return work(unit)

        return await self.parts.runner.run(lambda store: checked(self.parts.unit(store)))

    def page(
        self, template: str, values: Mapping[str, object], status: int = HTTPStatus.OK
    ) -> Response:
        reader = Reader(language_of(self.request, self.me), self.session.csrf, self.me)
        shown = {"standing": told(self.texts, self.standing), **values}
        return self.pages.page(self.request, reader, template, shown, status)

    @property
    def texts(self) -> Texts:
        """The texts in the language the visitor reads."""
        return Texts(self.parts, language_of(self.request, self.me))

    def redirect(self, path: str) -> Response:
        return RedirectResponse(link_to(self.request)(path), HTTPStatus.SEE_OTHER)

    def field(self, name: str) -> str:
        """The last value of a form field; empty if it was not sent."""
        return self.form.get(name, ("",))[-1]

    @property
    def by_itself(self) -> bool:
        """Whether an open page asks, and nobody did anything."""
        return ended.refresh_of(self.request) is not None

    @property
    def code(self) -> str:
        """The ticket the address names."""
        return without_nul(str(self.request.path_params["code"]))

    @property
    def version(self) -> int | None:
        """The version of the ticket the caseworker had before them."""
        text = self.field("version")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


Page = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


class Guard:
    """Turns pages into endpoints that only signed-in caseworkers reach."""

    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages

    def __call__(self, page: Page) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            # The form first: who sends it slowly may have been removed when it is there.
            form = {} if request.method != "POST" else await form_of(request)
            try:
                return await visited(request, form)
            except NotCommitted:
                return away.answer(request, self._pages, form)

        async def visited(request: Request, form: Form | None) -> Response:
            token = request.cookies.get(security.cookie_name(https=self._parts.https), "")
            found = await self._signed_in(token, by_itself=ended.refresh_of(request) is not None)
            if found is None:
                return await self._nobody(request, form)
            signed_in, standing = found
            if form is None or (
                request.method == "POST" and not _own_form(request, form, signed_in.session.csrf)
            ):
                return self._refused(request, signed_in, form)
            me, session = signed_in.caseworker, signed_in.session
            visit = Visit(request, self._parts, self._pages, me, session, form, standing)
            try:
                response = await page(visit)
            except Over:
                return await self._nobody(request, form)
            if request.method == "POST":
                self._parts.nudge()
            return response

        return endpoint

    async def _signed_in(self, token: str, *, by_itself: bool) -> tuple[SignedIn, Standing] | None:
        def look(unit: Unit) -> tuple[SignedIn, Standing] | None:
            signed_in = signing_in.current(unit, token, prolonged=not by_itself)
            return None if signed_in is None else (signed_in, standing_of(unit))

        if not token:
            return None
        return await self._parts.runner.run(lambda store: look(self._parts.unit(store)))

    async def _nobody(self, request: Request, form: Form | None) -> Response:
        guest = self._parts.guest
        if guest is None:
            return ended.leave(request, self._pages, form)
        return await self._welcome(request, guest, form)

    async def _welcome(
        self, request: Request, guest: Callable[[Unit], Caseworker], form: Form | None
    ) -> Response:
        """Sign the playground's guest in and show what was asked for."""
        token, csrf = self._parts.secret(), self._parts.secret()

        def start(unit: Unit) -> SignedIn:
            me = guest(unit)
            return SignedIn(signing_in.start(unit, me.id, token, csrf, None), me)

        signed_in = await self._parts.runner.run(lambda store: start(self._parts.unit(store)))
        if request.method == "POST":
            response = self._refused(request, signed_in, form)
        else:
            query = f"?{request.url.query}" if request.url.query else ""
            response = RedirectResponse(f"/{request.url.path.lstrip('/')}{query}")
        security.set_session(response, token, https=self._parts.https)
        return response

    def _refused(self, request: Request, signed_in: SignedIn, form: Form | None) -> Response:
        """A form that is not of this session: what was written in it is given back, at least."""
        me = signed_in.caseworker
        reader = Reader(language_of(request, me), signed_in.session.csrf, me)
        kept = None if form is None else ended.written(request, form)
        if kept is not None:
            return self._pages.page(request, reader, "kept.html", {"kept": kept})
        values = {"title": "refused.form", "text": Phrase("desk/refused.form_hint#text")}
        return self._pages.page(request, reader, "message.html", values, HTTPStatus.FORBIDDEN)


def _own_form(request: Request, form: Form, csrf: str) -> bool:
    return security.same_origin(request) and same_token(form, csrf)


def same_token(form: Form, csrf: str) -> bool:
    """Whether the form carries the token that was given to this browser."""
    sent = form.get("csrf", ("",))[-1]
    return bool(csrf) and compare_digest(sent.encode(), csrf.encode())


async def form_of(request: Request) -> Form | None:
    """The fields of a plain form; None if it is too large, too slow, or not one."""
    body = b""
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_FORM:
                    return None
    except (ClientDisconnect, TimeoutError):
        return None
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        told = without_nul(value).replace("\r\n", "\n")
        fields[name] = (*fields.get(name, ()), told)
    return fields


def without_nul(text: str) -> str:
    """PostgreSQL takes no NUL in text, and nobody types one."""
    return text.replace("\0", "")
