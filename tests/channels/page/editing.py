"""The editors' pages over content of the tests: requests as a browser sends them, no port.

The real content is read once and never written; the small one is a folder to break.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import httpx
from starlette.applications import Starlette

from bot.channels.page.editors import Editors
from bot.content.load import offered_languages
from bot.content.running import Running
from bot.content.showing.workshop import Workshop
from bot.i18n.catalogue import Catalogues
from bot.i18n.compose import raise_fault
from bot.i18n.render import Renderer
from bot.model.editing import Standing
from bot.publishing import Publishing
from tests.channels.page.playing import ORIGIN
from tests.content.folder import Folder
from tests.content.picture.drafts import REGION, ROOT, content_of, county

TODAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@dataclass
class Still:
    """A folder in which nothing changes."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Moment:
    """A clock that is moved by hand."""

    moment: datetime = MORNING

    def now(self) -> datetime:
        return self.moment


@cache
def wording() -> Renderer:
    """The program's texts; one that is missing raises."""
    locales = ROOT / "locales"
    return Renderer(Catalogues.load(locales, offered_languages(locales)), {}, report=raise_fault)


@cache
def real_workshop() -> Workshop:
    """The model county's content, running as it is saved."""
    draft = county()
    texts, renderer = draft.texts, draft.renderer
    now = Running(Standing(1, MORNING), (), content_of(draft), texts, renderer)
    return Workshop(ROOT / "content", ROOT / "locales", REGION, lambda: now)


def real() -> Editors:
    return Editors(real_workshop(), Still(), wording(), lambda: TODAY)


class Editing:
    """A small folder that an editor saves in, and the pages that show it."""

    def __init__(self, place: Path) -> None:
        self.folder = Folder(place)
        self.clock = Moment()
        content, locales = self.folder.content, self.folder.locales
        self.publishing = Publishing(content, locales, "kreis", clock=self.clock, for_editors=True)
        workshop = Workshop(content, locales, "kreis", self.publishing.running)
        self.editors = Editors(workshop, self.publishing, wording(), lambda: TODAY)


Get = Callable[..., Awaitable[httpx.Response]]


def look(editors: Editors, story: Callable[[Get], Awaitable[None]]) -> None:
    """Run a story in front of the pages; `get` takes what follows /editors, and the query."""

    async def run() -> None:
        transport = httpx.ASGITransport(Starlette(routes=editors.routes()))
        headers = {"Accept-Language": "de-DE,de;q=0.9"}
        async with httpx.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=headers
        ) as browser:

            async def get(path: str = "", **query: str) -> httpx.Response:
                return await browser.get(f"/editors{path}", params=query)

            await story(get)

    asyncio.run(run())


def seen(editors: Editors, path: str = "", **query: str) -> str:
    """The HTML of one page."""
    pages: list[str] = []

    async def story(get: Get) -> None:
        answer = await get(path, **query)
        assert answer.status_code == httpx.codes.OK
        pages.append(answer.text)

    look(editors, story)
    return pages[0]
