"""Signing in and out, and setting a password with an invitation link.

Wrong login, wrong password, switched-off account: the answer is the same. Forms of
people who are not signed in carry the token of a cookie instead of a session's.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.desk import passwords, security
from bot.desk.guard import Form, Guard, Visit, form_of, same_token
from bot.desk.pages import Pages, Reader, language_of, link_to
from bot.desk.parts import Parts
from bot.desk.throttle import Throttle
from bot.usecases import signing_in

_CSRF_COOKIE: Final = "csrf"
_NOWHERE: Final = "unknown"


class SignIn:
    """The pages that can be seen without a session."""

    def __init__(self, parts: Parts, pages: Pages, throttle: Throttle) -> None:
        self._parts = parts
        self._pages = pages
        self._throttle = throttle

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route("/sign-in", self.form, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", guard(sign_out), methods=["POST"]),
            Route("/invite/{token}", self.invitation, methods=["GET"]),
            Route("/invite/{token}", self.accept, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        done = "sign_in.password_set" if request.query_params.get("done") == "password" else None
        return self._page(request, "sign_in.html", {"fault": None, "done": done, "login": ""})

    async def sign_in(self, request: Request) -> Response:
        form = await self._own_form(request)
        if form is None:
            return self._again(request, "sign_in.try_again", "", HTTPStatus.FORBIDDEN)
        login = signing_in.tidy(_field(form, "login"))[: passwords.LONGEST]
        address = request.client.host if request.client else _NOWHERE
        now = self._parts.clock.now()
        if not self._throttle.allows(login, address, now):
            return self._again(request, "sign_in.too_often", login, HTTPStatus.TOO_MANY_REQUESTS)
        found = await self._parts.runner.run(
            lambda store: signing_in.account(self._parts.unit(store), login)
        )
        known_hash = None if found is None else found[1]
        if not await passwords.matches(_field(form, "password"), known_hash) or found is None:
            self._throttle.failed(login, address, now)
            return self._again(request, "sign_in.wrong", login, HTTPStatus.UNAUTHORIZED)
        self._throttle.succeeded(login)
        return await self._signed_in(request, found[0].id)

    async def _signed_in(self, request: Request, caseworker: str) -> Response:
        """A session with a fresh id, whatever the browser brought along."""
        before = request.cookies.get(security.cookie_name(https=self._parts.https))
        token, csrf = self._parts.secret(), self._parts.secret()
        await self._parts.runner.run(
            lambda store: signing_in.start(self._parts.unit(store), caseworker, token, csrf, before)
        )
        response = RedirectResponse(link_to(request)("/"), HTTPStatus.SEE_OTHER)
        security.set_session(response, token, https=self._parts.https)
        return response

    async def invitation(self, request: Request) -> Response:
        return self._page(request, "invitation.html", {"fault": None})

    async def accept(self, request: Request) -> Response:
        form = await self._own_form(request)
        fault = "sign_in.try_again" if form is None else _password_fault(form)
        if form is None or fault is not None:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(request, "invitation.html", {"fault": fault}, status)
        password_hash = await passwords.hashed(_field(form, "password"))
        token = str(request.path_params["token"])
        accepted = await self._parts.runner.run(
            lambda store: signing_in.accept(self._parts.unit(store), token, password_hash)
        )
        if accepted is None:
            values = {"fault": "invitation.used"}
            return self._page(request, "invitation.html", values, HTTPStatus.GONE)
        target = link_to(request)("/sign-in?done=password")
        return RedirectResponse(target, HTTPStatus.SEE_OTHER)

    async def _own_form(self, request: Request) -> Form | None:
        form = await form_of(request)
        token = request.cookies.get(_CSRF_COOKIE, "")
        if form is None or not security.same_origin(request) or not same_token(form, token):
            return None
        return form

    def _again(self, request: Request, fault: str, login: str, status: HTTPStatus) -> Response:
        values = {"fault": fault, "done": None, "login": login}
        return self._page(request, "sign_in.html", values, status)

    def _page(
        self,
        request: Request,
        template: str,
        values: Mapping[str, object],
        status: int = HTTPStatus.OK,
    ) -> Response:
        csrf = request.cookies.get(_CSRF_COOKIE) or self._parts.secret()
        reader = Reader(language_of(request, None), csrf)
        response = self._pages.page(request, reader, template, values, status)
        response.set_cookie(
            _CSRF_COOKIE,
            csrf,
            path="/",
            secure=self._parts.https,
            httponly=True,
            samesite="strict",
        )
        return response


async def sign_out(visit: Visit) -> Response:
    token = visit.session.token
    await visit.do(lambda unit: unit.work.staff.end_session(token))
    response = visit.redirect("/sign-in")
    security.end_session(response, https=visit.parts.https)
    return response


def _field(form: Form, name: str) -> str:
    return form.get(name, ("",))[-1]


def _password_fault(form: Form) -> str | None:
    password = _field(form, "password")
    if not passwords.acceptable(password):
        return "invitation.length"
    return None if password == _field(form, "again") else "invitation.differ"
