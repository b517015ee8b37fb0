"""The editors' pages of the playground: their content as it runs, or as it was refused.

Everything is read only and about content, never about people. Pages are made in a
thread and kept until the files change, so that nobody in the chat waits for them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Final, TypeVar

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.page.checking import Checking
from bot.channels.page.choices import Choices
from bot.channels.page.headers import HEADERS
from bot.channels.page.layout import laid_out
from bot.channels.page.workshop import Watched, Workshop
from bot.i18n.render import Renderer
from bot.model.editing import TopicView

T = TypeVar("T")

PAGES_KEPT: Final = 100
"""Finished pages of one state of the files."""

Values = Callable[[], Mapping[str, object]]
"""What a page shows. It may take a moment."""


@dataclass
class Editors:
    """The pages with their surroundings. `today` is the day in the region's time zone."""

    workshop: Workshop
    watched: Watched
    renderer: Renderer
    today: Callable[[], date]
    checking: Checking = field(init=False)
    _kept: dict[tuple[object, ...], str] = field(default_factory=dict)
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.checking = Checking(self.workshop)

    def routes(self) -> list[BaseRoute]:
        """Everything below /editors."""
        return [
            Route("/editors", self._findings),
            Route("/editors/topics", self._topics),
            Route("/editors/topics/{topic}", self._topic),
            Route("/editors/topics/{topic}/picture.svg", self._picture),
            Route("/editors/translations", self._translations),
            Route("/editors/overview", self._overview),
            Route("/editors/facts", self._facts),
            Route("/editors/checks", self._checks),
            Route("/editors/events", self._events),
        ]

    # --- pages ------------------------------------------------------------------------

    async def _findings(self, request: Request) -> Response:
        checked = await self.checking.findings(self.today())
        found = checked.findings or ()
        values = {
            "checked": checked,
            "errors": grouped((one.path, one) for one in found if one.blocks),
            "warnings": grouped((one.path, one) for one in found if not one.blocks),
            "number": sum(one.blocks for one in found),
            "others": sum(not one.blocks for one in found),
        }
        return _answer(self._laid_out("findings", self._choices(request), values))

    async def _topics(self, request: Request) -> Response:
        chosen = self._choices(request)
        return await self._page(
            request, "topics", lambda: {"listed": self.workshop.topics(chosen.speak)}
        )

    async def _topic(self, request: Request) -> Response:
        return await self._page(request, "topic", lambda: {"topic": self._seen(request)})

    async def _picture(self, request: Request) -> Response:
        """The picture alone, to be made larger with two fingers."""
        async with self._making:
            topic = await asyncio.to_thread(self._seen, request)
        return Response(topic.picture, media_type="image/svg+xml", headers=HEADERS)

    async def _translations(self, request: Request) -> Response:
        speak = self._choices(request).speak
        return await self._page(
            request, "translations", lambda: {"progress": self.workshop.translations(speak)}
        )

    async def _overview(self, request: Request) -> Response:
        language = self._choices(request).view.picture
        return await self._page(
            request, "overview", lambda: {"drawing": self.workshop.overview(language)}
        )

    async def _facts(self, request: Request) -> Response:
        chosen = self._choices(request)
        asked = (chosen.today, chosen.view.on, chosen.speak)
        return await self._page(request, "facts", lambda: {"facts": self.workshop.facts(*asked)})

    async def _checks(self, request: Request) -> Response:
        def values() -> Mapping[str, object]:
            return {"explained": grouped((e.heading, e) for e in self.workshop.explained())}

        return await self._page(request, "checks", values)

    async def _events(self, _: Request) -> Response:
        return EventSourceResponse(self._changes(), ping=15)

    async def _changes(self) -> AsyncIterator[ServerSentEvent]:
        """The edition at once, again when files have changed, and when a check has ended."""
        while True:
            waited = (self.watched.changed, self.checking.ended)
            edition = str(self.workshop.standing().edition)
            yield ServerSentEvent(event="edition", data=edition)
            waiting = [asyncio.create_task(one.wait()) for one in waited]
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in waiting:
                    one.cancel()

    # --- how they are made ------------------------------------------------------------

    def _choices(self, request: Request) -> Choices:
        return Choices.of(request, self.workshop.content(), self.today())

    def _seen(self, request: Request) -> TopicView:
        """The topic of the address. Raises HTTPException if there is none."""
        view = self._choices(request).view
        topic = self.workshop.topic(request.path_params["topic"], view)
        if topic is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return topic

    async def _page(self, request: Request, name: str, values: Values) -> Response:
        """The page, made in a thread or kept from before."""
        chosen = self._choices(request)
        mark = (self.workshop.standing(), request.url.path, chosen)

        def made() -> str:
            return self._laid_out(name, chosen, values())

        async with self._making:
            html = self._kept.get(mark)
            if html is None:
                html = await asyncio.to_thread(made)
                if len(self._kept) >= PAGES_KEPT:
                    self._kept.clear()
                self._kept[mark] = html
        return _answer(html)

    def _laid_out(self, name: str, chosen: Choices, values: Mapping[str, object]) -> str:
        around = (self.renderer, self.workshop.content(), self.workshop.standing())
        return laid_out(name, chosen, around, values)


def grouped(named: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """What comes with the same name together, all in their order."""
    groups: dict[str, list[T]] = {}
    for name, one in named:
        groups.setdefault(name, []).append(one)
    return groups


def _answer(html: str) -> Response:
    return HTMLResponse(html, headers=HEADERS)
