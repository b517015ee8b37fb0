"""The playground over a house of the tests: requests as a browser sends them, real deliveries.

No port and no Chromium here: what needs those is in `tests/browser`.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from html import unescape

import httpx
from starlette.applications import Starlette

from bot.channels.page.chats import Chat, Chats
from bot.channels.page.playground import Playground
from bot.model.content import Content
from bot.model.outbox import Channel, Queued, Report
from bot.store.runner import ThreadRunner
from bot.usecases.ports import Work
from tests.playing.house import House

ORIGIN = "http://testserver"
PLAIN_FORM = {"Origin": ORIGIN}
BY_SCRIPT = {**PLAIN_FORM, "X-Requested-With": "playground"}


class Playing:
    """A playground and the browser in front of it."""

    def __init__(self, house: House, runner: ThreadRunner) -> None:
        self.house = house
        self.chats = Chats(house.texts.renderer)
        self._runner = runner
        self._delivering: list[asyncio.Task[None]] = []
        page = Playground(
            self.chats, runner, house.unit_of, self, house.texts.renderer, self._deliver_soon
        )
        transport = httpx.ASGITransport(Starlette(routes=page.routes()))
        self.browser = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    def current(self) -> Content:
        return self.house.texts.content

    async def open(self, language: str) -> Chat:
        """Take a new telephone into the hand, as the page's button does."""
        answer = await self.post("new", language=language)
        assert answer.status_code == httpx.codes.SEE_OTHER
        chat = self.chats.named(self.browser.cookies["telephone"])
        assert chat is not None
        return chat

    async def post(
        self, what: str, headers: dict[str, str] = BY_SCRIPT, **fields: str
    ) -> httpx.Response:
        """Send a form and wait until what follows from it has been delivered."""
        answer = await self.browser.post(f"/playground/{what}", data=fields, headers=headers)
        await self.settled()
        return answer

    async def type(self, chat: Chat, words: str) -> None:
        answer = await self.post("type", telephone=chat.name, words=words)
        assert answer.status_code == httpx.codes.NO_CONTENT

    async def press(self, chat: Chat, key: str) -> None:
        """Press the newest button labelled with the text `key` in the chat's language, or so."""
        for bubble in reversed(chat.bubbles):
            label = self.house.texts.renderer.text(key, bubble.language) or key
            for button in (button for row in bubble.keyboard for button in row):
                if label in bare(button.text):
                    await self.press_data(chat, str(bubble.id), button.data or "")
                    return
        raise AssertionError(f"no button {key} in {[bubble.html for bubble in chat.bubbles]}")

    async def press_data(self, chat: Chat, message: str, data: str) -> None:
        answer = await self.post("press", telephone=chat.name, message=message, data=data)
        assert answer.status_code == httpx.codes.NO_CONTENT

    async def settled(self) -> None:
        """Wait until every delivery has been made."""
        while self._delivering:
            await self._delivering.pop()

    def _deliver_soon(self) -> None:
        self._delivering.append(asyncio.create_task(self._deliver()))

    async def _deliver(self) -> None:
        now = self.house.now

        def take(work: Work) -> list[Queued]:
            return work.outbox.take(now, (), 64)

        def mark(work: Work) -> None:
            work.outbox.mark(reports, now)

        while rows := await self._runner.run(take):
            reports = [await self._report(row) for row in rows]
            await self._runner.run(mark)

    async def _report(self, row: Queued) -> Report:
        assert row.delivery.channel is Channel.CHAT
        return await self.chats.send(row)


@asynccontextmanager
async def _playing() -> AsyncIterator[Playing]:
    house = House()
    runner = ThreadRunner(house.store, 1)
    playing = Playing(house, runner)
    try:
        yield playing
        await playing.settled()
    finally:
        await playing.browser.aclose()
        runner.close()


def play(story: Callable[[Playing], Awaitable[None]]) -> None:
    """Run a story in front of a fresh playground."""

    async def run() -> None:
        async with _playing() as playing:
            await story(playing)

    asyncio.run(run())


def bare(text: str) -> str:
    """Text as people read it: without tags and direction marks."""
    return re.sub("[\u2066-\u2069\u200e\u200f]", "", unescape(re.sub("<[^>]+>", "", text)))
