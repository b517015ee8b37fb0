"""The playground's page: a telephone on one side, the caseworkers' desk on the other.

What is pressed and typed goes through the same use case as an update of Telegram.
Only for trying out: whoever reaches this page may be any newcomer. Each page shows the
telephone its address names, so several newcomers can be played in several tabs.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.page.chats import Chat, Chats
from bot.channels.page.headers import HEADERS
from bot.engine.commands import SHOWN, command_of
from bot.i18n.languages import direction, native_name
from bot.i18n.render import Renderer
from bot.model.buttons import decode
from bot.model.phrases import Phrase
from bot.model.turns import CommandName, Event, Press, Toast, Typed
from bot.usecases.converse import Sender, converse, language_of
from bot.usecases.ports import Contents, Runner, Work
from bot.usecases.unit import Unit

COOKIE: Final = "telephone"
"""Names the telephone that was last in front of this browser."""

LONGEST_TEXT: Final = 4096
"""Characters of one message, as in Telegram; its clients send no more."""

LARGEST_FORM: Final = 64 * 1024
"""Bytes of a form; no form of this page comes near it."""

_ARRIVING: Final = 2.0
"""Seconds in which a page without script waits for the first message."""

_QUIET: Final = 0.25
"""Seconds without a further message after which it waits no longer."""

_LONGEST_NUMBER: Final = 9
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
        chat = self.chats.named(request.query_params.get("telephone", ""))
        if chat is None:
            last = self.chats.named(request.cookies.get(COOKIE, ""))
            return _to(last or self.chats.new("de"))
        html = self._render("playground.html", chat, languages=self.renderer.offered("de"))
        response = HTMLResponse(html, headers=HEADERS)
        _remember(response, chat)
        return response

    async def _chat(self, request: Request) -> Response:
        chat = self._named(request.query_params.get("telephone", ""))
        return HTMLResponse(self._render("chat.html", chat), headers=HEADERS)

    async def _events(self, request: Request) -> Response:
        chat = self._named(request.query_params.get("telephone", ""))
        return EventSourceResponse(_changes(chat), ping=15)

    def _named(self, name: str) -> Chat:
        chat = self.chats.named(name)
        if chat is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return chat

    def _render(self, template: str, chat: Chat, **values: object) -> str:
        def t(name: str, **gaps: int) -> str:
            return self.renderer.plain(Phrase(f"desk/playground.{name}#text", gaps), "de")

        page = _TEMPLATES.get_template(template)
        return page.render(
            t=t,
            chat=chat,
            commands=[f"/{name.value}" for name in (CommandName.START, *SHOWN)],
            longest=LONGEST_TEXT,
            direction=direction,
            native_name=native_name,
            **values,
        )

    # --- what the newcomer does ---------------------------------------------------------

    async def _press(self, request: Request) -> Response:
        form = await _form(request)
        chat = self._named(form.get("telephone", ""))
        action = decode(form.get("data", ""), self.contents.current().ids)
        pressed = Press(action, _number(form.get("message", "")))
        return await self._happens(request, chat, pressed)

    async def _type(self, request: Request) -> Response:
        form = await _form(request)
        chat = self._named(form.get("telephone", ""))
        words = form.get("words", "").replace("\0", "\ufffd")[:LONGEST_TEXT].strip()
        seen = chat.newest
        if not words:
            return await self._shown(request, chat, seen)
        self.chats.say(chat, words)
        return await self._happens(request, chat, _typed(words), seen)

    async def _new(self, request: Request) -> Response:
        """Put another newcomer with another telephone in front of the page."""
        form = await _form(request)
        return _to(self.chats.new(form.get("language", "")))

    async def _happens(
        self, request: Request, chat: Chat, event: Event, seen: int | None = None
    ) -> Response:
        """Carry out what the newcomer did; `seen` is the last message they had before."""
        before = chat.newest if seen is None else seen
        sender = Sender(chat.id, chat.language_code)

        def turn(work: Work) -> tuple[tuple[Toast, ...], str]:
            unit = self.unit(work)
            return converse(unit, sender, event), language_of(unit, sender)

        toasts, language = await self.runner.run(turn)
        self.chats.answer(chat, toasts[-1].phrase if toasts else None, language)
        self.sent()
        return await self._shown(request, chat, before)

    async def _shown(self, request: Request, chat: Chat, before: int) -> Response:
        """Nothing for a script, which hears of changes; the page again for a plain form.

        It is shown at the first message after `before`, once messages have arrived.
        """
        if _by_script(request):
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=HEADERS)
        await _settled(chat)
        first = next((bubble.id for bubble in chat.bubbles if bubble.id > before), chat.newest)
        return _to(chat, f"#m{first}")


def _typed(words: str) -> Event:
    if not words.startswith("/"):
        return Typed(words)
    name, _, argument = words.removeprefix("/").partition(" ")
    return command_of(name, argument.strip(), words)


# --- requests and answers -----------------------------------------------------------


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form of ours. Raises HTTPException for one from elsewhere."""
    if not _same_origin(request):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal():
        raise HTTPException(HTTPStatus.LENGTH_REQUIRED)
    if int(length) > LARGEST_FORM:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _number(text: str) -> int | None:
    """A message's id; None for what no page of ours sends."""
    small = len(text) <= _LONGEST_NUMBER and text.isascii() and text.isdecimal()
    return int(text) if small else None


def _same_origin(request: Request) -> bool:
    """Whether the form comes from this page: browsers name the origin of every POST."""
    _, _, host = request.headers.get("Origin", "").partition("://")
    return host != "" and host == request.headers.get("Host")


def _by_script(request: Request) -> bool:
    return request.headers.get("X-Requested-With") == "playground"


def _to(chat: Chat, place: str = "") -> Response:
    address = f"/?{urlencode({'telephone': chat.name})}{place}"
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER, headers=HEADERS)
    _remember(response, chat)
    return response


def _remember(response: Response, chat: Chat) -> None:
    response.set_cookie(COOKIE, chat.name, httponly=True, samesite="strict")


async def _settled(chat: Chat) -> None:
    """Wait until the messages have arrived, for a page that hears of none later."""
    patience = _ARRIVING
    try:
        while True:
            await asyncio.wait_for(chat.changed.wait(), patience)
            patience = _QUIET
    except TimeoutError:
        return


async def _changes(chat: Chat) -> AsyncIterator[ServerSentEvent]:
    """One event at once, then one for each change of the chat."""
    while True:
        changed = chat.changed
        yield ServerSentEvent(event="chat", data="changed")
        await changed.wait()
