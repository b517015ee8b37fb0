"""The playground's page: a telephone on one side, the caseworkers' desk on the other.

What is pressed and typed goes through the same use case as an update of Telegram.
Only for trying out: whoever reaches this page may be any newcomer.
"""

import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.page.chats import Chat, Chats
from bot.i18n.languages import direction
from bot.i18n.render import Renderer
from bot.model.buttons import decode
from bot.model.phrases import Phrase
from bot.model.turns import Command, CommandName, Event, Press, Typed
from bot.usecases.converse import Sender, converse
from bot.usecases.ports import Contents, Runner, Work
from bot.usecases.unit import Unit

COOKIE: Final = "telephone"
SHOWN_COMMANDS: Final = (
    CommandName.START,
    CommandName.MENU,
    CommandName.LANGUAGE,
    CommandName.PERSON,
    CommandName.STATUS,
    CommandName.PRIVACY,
    CommandName.EXPORT,
    CommandName.DELETE,
    CommandName.HELP,
)
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self'; font-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_FOLDER: Final = Path(__file__).parent
_TEMPLATES: Final = Environment(
    loader=PackageLoader("bot.channels.page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Playground:
    """The page with its surroundings. `sent` is called when the outbox has something new."""

    chats: Chats
    runner: Runner
    unit: Callable[[Work], Unit]
    contents: Contents
    renderer: Renderer
    sent: Callable[[], None]

    def routes(self) -> list[BaseRoute]:
        """Everything the playground serves; the desk is mounted beside it."""
        return [
            Route("/", self._page),
            Route("/playground/chat", self._chat),
            Route("/playground/events", self._events),
            Route("/playground/press", self._press, methods=["POST"]),
            Route("/playground/type", self._type, methods=["POST"]),
            Route("/playground/new", self._new, methods=["POST"]),
            Mount("/playground/static", StaticFiles(directory=_FOLDER / "static")),
        ]

    # --- pages ------------------------------------------------------------------------

    async def _page(self, request: Request) -> Response:
        chat = self._telephone(request)
        languages = self.renderer.offered("")
        html = self._render("playground.html", chat=chat, languages=languages)
        response = HTMLResponse(html, headers=_HEADERS)
        _remember(response, chat)
        return response

    async def _chat(self, request: Request) -> Response:
        return HTMLResponse(
            self._render("chat.html", chat=self._telephone(request)), headers=_HEADERS
        )

    async def _events(self, request: Request) -> Response:
        return EventSourceResponse(_changes(self._telephone(request)), ping=15)

    def _render(self, template: str, **values: object) -> str:
        def t(name: str) -> str:
            return self.renderer.plain(Phrase(f"desk/playground.{name}#text"), "de")

        commands = [f"/{name.value}" for name in SHOWN_COMMANDS]
        page = _TEMPLATES.get_template(template)
        return page.render(t=t, commands=commands, direction=direction, **values)

    # --- what the newcomer does ---------------------------------------------------------

    async def _press(self, request: Request) -> Response:
        if not _same_origin(request):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        form = await request.form()
        chat = self._telephone(request)
        number = str(form.get("message", ""))
        action = decode(str(form.get("data", "")), self.contents.current().ids)
        await self._happens(chat, Press(action, int(number) if number.isdigit() else None))
        return _done(request, chat)

    async def _type(self, request: Request) -> Response:
        if not _same_origin(request):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        form = await request.form()
        chat = self._telephone(request)
        words = str(form.get("words", "")).strip()
        if words:
            self.chats.say(chat, words)
            await self._happens(chat, _typed(words))
        return _done(request, chat)

    async def _new(self, request: Request) -> Response:
        """Put another newcomer with another telephone in front of the page."""
        if not _same_origin(request):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        form = await request.form()
        chat = self.chats.chat(secrets.randbelow(2**40) + 1, str(form.get("language", ""))[:16])
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        _remember(response, chat)
        return response

    async def _happens(self, chat: Chat, event: Event) -> None:
        sender = Sender(chat.id, chat.language_code)
        toasts = await self.runner.run(lambda work: converse(self.unit(work), sender, event))
        chat.toast = " ".join(self.renderer.plain(one.phrase, chat.language_code) for one in toasts)
        chat.touch()
        self.sent()

    def _telephone(self, request: Request) -> Chat:
        number, _, code = request.cookies.get(COOKIE, "").partition(".")
        known = int(number) if number.isdigit() else secrets.randbelow(2**40) + 1
        return self.chats.chat(known, code or "de")


def _typed(words: str) -> Event:
    if not words.startswith("/"):
        return Typed(words)
    name, _, argument = words.removeprefix("/").partition(" ")
    known = {command.value: command for command in CommandName}
    return Command(known.get(name), argument.strip())


def _remember(response: Response, chat: Chat) -> None:
    value = f"{chat.id}.{chat.language_code}"
    response.set_cookie(COOKIE, value, httponly=True, samesite="strict")


def _done(request: Request, chat: Chat) -> Response:
    """Nothing for a script, which hears of the change; the page again for a plain form."""
    if request.headers.get("X-Requested-With") == "playground":
        response = Response(status_code=HTTPStatus.NO_CONTENT)
    else:
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    _remember(response, chat)
    return response


def _same_origin(request: Request) -> bool:
    """Whether the form comes from this page: browsers name the origin of every POST."""
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.url.scheme}://{request.url.netloc}"


async def _changes(chat: Chat) -> AsyncIterator[ServerSentEvent]:
    """One event at once, then one for each change of the chat."""
    while True:
        changed = chat.changed
        yield ServerSentEvent(event="chat", data="changed")
        await changed.wait()
