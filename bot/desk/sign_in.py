"""Signing in and out, and setting a password with an invitation link.

Wrong login, wrong password, switched-off account: the answer is the same. Forms of
people who are not signed in carry the token of a cookie instead of a session's. What somebody
had written when their session ended is kept in the form until they are signed in again.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.desk import ended, passwords, security
from bot.desk.ended import Form
from bot.desk.guard import Guard, Visit, form_of, same_token
from bot.desk.pages import Pages, Reader, language_of, link_to
from bot.desk.parts import Parts
from bot.model.tickets import Caseworker
from bot.usecases import attempts, signing_in
from bot.usecases.ports import NotCommitted
from bot.usecases.reading import teams_of
from bot.usecases.unit import Unit

T = TypeVar("T")

_NOWHERE: Final = "unknown"

_EMPTY: Final[Mapping[str, object]] = {"fault": None, "done": None, "login": "", "kept": None}
"""What the sign-in shows where nothing else is said."""


class SignIn:
    """The pages that can be seen without a session."""

    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages
        self._csrf_cookie = security.form_cookie_name(https=parts.https)

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route("/sign-in", self.form, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/again/{code}", self.keep, methods=["POST"]),
            Route("/sign-out", guard(sign_out), methods=["POST"]),
            Route("/invite/{token}", self.invitation, methods=["GET"]),
            Route("/invite/{token}", self.accept, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        done = "sign_in.password_set" if request.query_params.get("done") == "password" else None
        return self._page(request, "sign_in.html", {**_EMPTY, "done": done})

    async def keep(self, request: Request) -> Response:
        """The sign-in, keeping what was written to a case when the session had ended."""
        form = await form_of(request)
        kept = None if form is None else ended.written(request, form)
        if kept is None:
            return RedirectResponse(link_to(request)("/sign-in"), HTTPStatus.SEE_OTHER)
        return self._page(request, "sign_in.html", {**_EMPTY, "kept": kept})

    async def sign_in(self, request: Request) -> Response:
        form = await form_of(request)
        if form is None or not security.same_origin(request):
            return self._again(request, {}, "sign_in.try_again", HTTPStatus.FORBIDDEN)
        if not self._has_token(request, form):
            # Of another window that has signed in meanwhile: what was written there is kept.
            return self._again(request, form, "sign_in.try_again", HTTPStatus.FORBIDDEN)
        try:
            return await self._tried(request, form)
        except NotCommitted:
            return self._again(request, form, "away.title", HTTPStatus.SERVICE_UNAVAILABLE)

    async def _tried(self, request: Request, form: Form) -> Response:
        login = _login(form)
        address = request.client.host if request.client else _NOWHERE
        attempt = await self._do(lambda unit: attempts.begin(unit, login, address))
        if attempt is None:
            return self._again(request, form, "sign_in.too_often", HTTPStatus.TOO_MANY_REQUESTS)
        found = await self._do(lambda unit: signing_in.account(unit, login))
        known_hash = None if found is None else found[1]
        try:
            right = await passwords.matches(_field(form, "password"), known_hash)
        except passwords.TooMany:
            await self._do(lambda unit: attempts.withdraw(unit, attempt))
            return self._again(request, form, "sign_in.busy", HTTPStatus.TOO_MANY_REQUESTS)
        if not right or found is None:
            return self._again(request, form, "sign_in.wrong", HTTPStatus.UNAUTHORIZED)
        return await self._signed_in(request, form, found, attempt)

    async def _signed_in(
        self, request: Request, form: Form, known: tuple[Caseworker, str], attempt: str
    ) -> Response:
        """A session with a fresh id, whatever the browser brought along.

        The form's token is used up: who repeats the request after signing out is not let in.
        """
        me, kept = known[0], ended.kept(form)
        before = request.cookies.get(security.cookie_name(https=self._parts.https))
        token, csrf = self._parts.secret(), self._parts.secret()

        def start(unit: Unit) -> bool | None:
            if not signing_in.is_still(unit, me.login, known):
                return None
            attempts.succeeded(unit, me.login, attempt)
            signing_in.start(unit, me.id, token, csrf, before)
            return kept is not None and kept.case in unit.work.tickets.load(
                (kept.case,), teams_of(me)
            )

        is_theirs = await self._do(start)
        if is_theirs is None:
            return self._again(request, form, "sign_in.wrong", HTTPStatus.UNAUTHORIZED)
        response: Response = RedirectResponse(link_to(request)("/"), HTTPStatus.SEE_OTHER)
        if is_theirs:
            reader = Reader(language_of(request, me), csrf, me)
            response = self._pages.page(request, reader, "kept.html", {"kept": kept})
        security.set_session(response, token, https=self._parts.https)
        self._set_form_token(response, self._parts.secret())
        return response

    async def invitation(self, request: Request) -> Response:
        return self._page(request, "invitation.html", {"fault": None})

    async def accept(self, request: Request) -> Response:
        form = await self._own_form(request)
        fault = "sign_in.try_again" if form is None else _password_fault(form)
        if form is None or fault is not None:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(request, "invitation.html", {"fault": fault}, status)
        token = str(request.path_params["token"])
        try:
            accepted = await self._accepted(token, _field(form, "password"))
        except NotCommitted:
            values = {"fault": "away.title"}
            return self._page(request, "invitation.html", values, HTTPStatus.SERVICE_UNAVAILABLE)
        if not accepted:
            values = {"fault": "invitation.used"}
            return self._page(request, "invitation.html", values, HTTPStatus.GONE)
        target = link_to(request)("/sign-in?done=password")
        return RedirectResponse(target, HTTPStatus.SEE_OTHER)

    async def _accepted(self, token: str, password: str) -> bool:
        """Whether the link was good. Hashing costs, so nobody gets it done without a link."""
        if not await self._do(lambda unit: signing_in.invited(unit, token)):
            return False
        password_hash = await passwords.hashed(password)
        accepted = await self._do(lambda unit: signing_in.accept(unit, token, password_hash))
        return accepted is not None

    async def _do(self, work: Callable[[Unit], T]) -> T:
        return await self._parts.runner.run(lambda store: work(self._parts.unit(store)))

    async def _own_form(self, request: Request) -> Form | None:
        form = await form_of(request)
        own = form is not None and security.same_origin(request)
        return form if own and form is not None and self._has_token(request, form) else None

    def _has_token(self, request: Request, form: Form) -> bool:
        return same_token(form, request.cookies.get(self._csrf_cookie, ""))

    def _again(self, request: Request, form: Form, fault: str, status: HTTPStatus) -> Response:
        values = {"fault": fault, "login": _login(form), "kept": ended.kept(form)}
        return self._page(request, "sign_in.html", {**_EMPTY, **values}, status)

    def _page(
        self,
        request: Request,
        template: str,
        values: Mapping[str, object],
        status: int = HTTPStatus.OK,
    ) -> Response:
        csrf = request.cookies.get(self._csrf_cookie) or self._parts.secret()
        reader = Reader(language_of(request, None), csrf)
        response = self._pages.page(request, reader, template, values, status)
        self._set_form_token(response, csrf)
        return response

    def _set_form_token(self, response: Response, token: str) -> None:
        response.set_cookie(
            self._csrf_cookie,
            token,
            path="/",
            secure=self._parts.https,
            httponly=True,
            samesite="strict",
        )


async def sign_out(visit: Visit) -> Response:
    token = visit.session.token
    await visit.do(lambda unit: unit.work.staff.end_session(token))
    response = visit.redirect("/sign-in")
    security.end_session(response, https=visit.parts.https)
    return response


def _field(form: Form, name: str) -> str:
    return form.get(name, ("",))[-1]


def _login(form: Form) -> str:
    """As it is looked up and as attempts are counted: the same, whatever it was padded with."""
    return signing_in.tidy(_field(form, "login")[: passwords.LONGEST])


def _password_fault(form: Form) -> str | None:
    password = _field(form, "password")
    if not passwords.acceptable(password):
        return "invitation.length"
    return None if password == _field(form, "again") else "invitation.differ"
