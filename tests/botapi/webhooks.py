"""Delivery of updates to the bot's webhook, in Telegram's order and with its patience.

Updates of one queue (a chat; or a user's presses) go one at a time, the next only after a
2xx; different queues go at the same time. Waiting is scaled by `pace` so that tests need not.
"""

import asyncio
from dataclasses import dataclass

import aiohttp

from tests.botapi.polling import Bell
from tests.botapi.updates import Entry
from tests.botapi.world import Webhook, World

MAX_RETRY_AFTER = 3600
_MAX_DELAY = 60
_REQUEST_SECONDS = 60
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt; `status` is 0 when no HTTP answer came."""

    update_id: int
    status: int


class Dispatcher:
    """Runs in the event loop as long as the server does."""

    def __init__(self, world: World, bell: Bell, pace: float) -> None:
        self.deliveries: list[Delivery] = []
        self._world = world
        self._bell = bell
        self._pace = pace
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        timeout = aiohttp.ClientTimeout(total=_REQUEST_SECONDS)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
            try:
                while True:
                    event = self._bell.event
                    self._start_due(session)
                    await self._rest(event)
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start_due(self, session: aiohttp.ClientSession) -> None:
        with self._world.changed:
            hook = self._world.webhook
            due = self._due(hook) if hook is not None else []
            for entry in due:
                entry.in_flight = True
        for entry in due:
            assert hook is not None
            task = asyncio.create_task(self._deliver(session, hook, entry))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _due(self, hook: Webhook) -> list[Entry]:
        self._world.updates.expire()
        now = asyncio.get_running_loop().time()
        due: list[Entry] = []
        seen: set[int] = set()
        loaded = self._loaded(hook)
        free = hook.max_connections - sum(entry.in_flight for entry in loaded)
        for entry in loaded:
            if entry.key in seen:
                continue
            seen.add(entry.key)
            if not entry.in_flight and entry.not_before <= now and len(due) < free:
                due.append(entry)
        return due

    def _loaded(self, hook: Webhook) -> list[Entry]:
        """Return the updates Telegram looks at; as many stuck ones stop all delivery."""
        return self._world.updates.entries[: 2 * hook.max_connections]

    async def _rest(self, event: asyncio.Event) -> None:
        """Wait for a change or for the next entry whose back-off ends."""
        now = asyncio.get_running_loop().time()
        with self._world.changed:
            hook = self._world.webhook
            loaded = self._loaded(hook) if hook is not None else []
            ends = [entry.not_before for entry in loaded if entry.not_before > now]
        try:
            async with asyncio.timeout(min(ends) - now if ends else None):
                await event.wait()
        except TimeoutError:
            return

    async def _deliver(self, session: aiohttp.ClientSession, hook: Webhook, entry: Entry) -> None:
        headers = {_SECRET_HEADER: hook.secret_token} if hook.secret_token else {}
        status, retry_after, body = 0, None, b""
        try:
            async with session.post(
                hook.url, json=entry.raw, headers=headers, allow_redirects=False
            ) as answer:
                status, retry_after = answer.status, answer.headers.get("Retry-After")
                body = await answer.read()
            error = f"Wrong response from the webhook: {status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as problem:
            status, error = 0, f"Connection failed: {type(problem).__name__}"
        with self._world.change():
            self.deliveries.append(Delivery(entry.update_id, status))
            entry.in_flight = False
            if 200 <= status < 300:
                self._forget(entry)
                self._check_body(body)
            else:
                hook.last_error_date = int(self._world.now())
                hook.last_error_message = error
                self._postpone(entry, retry_after)

    def _forget(self, entry: Entry) -> None:
        """Drop an update unless somebody dropped all of them meanwhile."""
        if entry in self._world.updates.entries:
            self._world.updates.forget([entry])

    def _check_body(self, body: bytes) -> None:
        if b'"method"' in body:
            description = "a method in the answer to a webhook: its result would be lost"
            self._world.journal.violation("webhook", description, {})

    def _postpone(self, entry: Entry, retry_after: str | None) -> None:
        """Back off: at once, then 2, 4, 8 ... 60 s, or as the bot wishes; give up when dead."""
        delay = 0 if entry.attempts == 0 else min(2**entry.attempts, _MAX_DELAY)
        if retry_after is not None and retry_after.isdigit():
            delay = min(int(retry_after), MAX_RETRY_AFTER)
        entry.attempts += 1
        if self._world.now() + delay > entry.expires:
            self._forget(entry)
            self._world.updates.expired += 1
        entry.not_before = asyncio.get_running_loop().time() + delay * self._pace
