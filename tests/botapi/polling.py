"""getUpdates: the long poll, and the bell that wakes whoever waits inside the event loop."""

import asyncio

from tests.botapi.methods.requests import Request
from tests.botapi.methods.webhooks import set_allowed
from tests.botapi.rejections import Blame, Rejected
from tests.botapi.schema import JsonObject
from tests.botapi.world import World

MAX_UPDATES = 100
MAX_TIMEOUT = 50
_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete it"
_OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


class Bell:
    """Carries changes of the world, made by any thread, into the event loop."""

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.event = asyncio.Event()
        world.listeners.append(self.ring)

    def ring(self) -> None:
        """Wake all who wait for the present event."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        self.event.set()
        self.event = asyncio.Event()


class Poller:
    """Answers getUpdates; of two waiting polls only the younger one survives."""

    def __init__(self, world: World, bell: Bell) -> None:
        self._world = world
        self._bell = bell
        self._newest = 0

    async def get_updates(self, request: Request) -> list[JsonObject]:
        """Return updates as soon as there are some, at the latest after the timeout.

        Raises:
            Rejected: 409, a webhook is set or another long poll has begun.
        """
        limit = min(max(request.get("limit") or MAX_UPDATES, 1), MAX_UPDATES)
        timeout = min(max(request.get("timeout") or 0, 0), MAX_TIMEOUT)
        with self._world.change():
            self._check_webhook(_WEBHOOK)
            set_allowed(self._world.updates, request.get("allowed_updates"))
            self._world.updates.confirm(request.get("offset") or 0)
            found = self._waiting(limit)
        if found or not timeout:
            return found
        return await self._wait(limit, timeout)

    async def _wait(self, limit: int, seconds: float) -> list[JsonObject]:
        self._newest += 1
        mine = self._newest
        self._bell.ring()
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            event = self._bell.event
            if mine != self._newest:
                raise _conflict(_OTHER_POLL)
            with self._world.changed:
                self._check_webhook("terminated by setWebhook request")
                found = self._waiting(limit)
            remaining = deadline - asyncio.get_running_loop().time()
            if found or remaining <= 0:
                return found
            try:
                async with asyncio.timeout(remaining):  # wait_for can swallow a cancellation
                    await event.wait()
            except TimeoutError:
                return []

    def _waiting(self, limit: int) -> list[JsonObject]:
        self._world.updates.expire()
        return [entry.raw for entry in self._world.updates.entries[:limit]]

    def _check_webhook(self, description: str) -> None:
        if self._world.webhook is not None:
            raise _conflict(description)


def _conflict(description: str) -> Rejected:
    return Rejected(409, f"Conflict: {description}", blame=Blame.WORLD)
