"""The webhook: Telegram brings updates, and hears 200 only when they are committed.

The secret is compared before anything of the body is read. A watch asks every minute whether
the webhook is still ours and repairs it.
"""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.channels.telegram.apart import update_in
from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import NotSent, Refused, Uncertain, why
from bot.channels.telegram.health import WEBHOOK, Health
from bot.channels.telegram.incoming import Malformed
from bot.channels.telegram.intake import Intake, Overloaded
from bot.channels.telegram.kinds import ASKED_FOR
from bot.channels.telegram.strangers import MINUTE, Strangers
from bot.channels.telegram.watch import MANY_WAITING
from bot.usecases.mishaps import described
from bot.usecases.ports import Clock, NotCommitted, Runner

HEADER: Final = "x-telegram-bot-api-secret-token"
LARGEST: Final = 1024 * 1024
BODY_SECONDS: Final = 5.0
RETRY_AFTER: Final = "10"
"""Seconds: well below the 150 that Telegram keeps a press."""

WATCH_SECONDS: Final = 60.0
FAILING: Final = 180.0
"""Seconds: if Telegram failed to reach us this recently, and something waits, we are cut off."""

_JSON: Final = "application/json"
_TAKEN: Final = Response(status_code=200)

log = logging.getLogger(__name__)


Routes = list[Route]
"""What is to be served for Telegram to call."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where Telegram finds us: `url` from outside, `secret` of 1 to 256 base64url characters."""

    url: str
    secret: str
    connections: int = 40

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"


class Webhook:
    """Receives updates, and keeps the webhook set. `pause` waits that many seconds."""

    def __init__(
        self,
        cable: Cable,
        intake: Intake,
        runner: Runner,
        clock: Clock,
        health: Health,
        address: Address,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._cable = cable
        self._intake = intake
        self._runner = runner
        self._clock = clock
        self._health = health
        self._address = address
        self._pause = pause
        self._was_set = False
        self._strangers = Strangers()

    def routes(self) -> Routes:
        # An application, not a function: Starlette would wrap a function for each request.
        return [Route(self._address.path, _Door(self._receive), methods=["POST"])]

    # --- receiving --------------------------------------------------------------------------

    async def _receive(self, request: Request) -> Response:
        if not self._is_telegram(request):
            return self._refused()
        refusal = _refused_by_head(request)
        if refusal is not None:
            return Response(status_code=refusal)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        if self._health.full:
            return _later()
        return await self._submit(update)

    def _is_telegram(self, request: Request) -> bool:
        given = request.headers.getlist(HEADER)
        secret = given[0] if len(given) == 1 else ""
        return hmac.compare_digest(secret.encode(), self._address.secret.encode())

    def _refused(self) -> Response:
        """Nobody we know. Many of them lose the connection too: each try costs a new one."""
        if self._strangers.are_many(asyncio.get_running_loop().time()):
            return Response(
                status_code=429, headers={"Retry-After": f"{MINUTE:.0f}", "Connection": "close"}
            )
        return Response(status_code=403)

    async def _submit(self, update: dict[str, Any]) -> Response:
        try:
            await self._intake.submit(update)
        except Malformed:
            return Response(status_code=400)
        except (Overloaded, NotCommitted):
            return _later()
        self._health.last_success = self._clock.now()
        return _TAKEN

    # --- keeping it set ---------------------------------------------------------------------

    async def set(self) -> None:
        """Tell Telegram where we are; nothing that waits is dropped.

        Raises:
            NotSent, Uncertain, Refused: see `faults`.

        """
        await self._runner.run(lambda work: work.notes.put(WEBHOOK, self._address.url))
        await self._cable.call(
            "setWebhook",
            url=self._address.url,
            secret_token=self._address.secret,
            max_connections=self._address.connections,
            allowed_updates=ASKED_FOR,
        )

    async def watch(self, stop: asyncio.Event) -> None:
        """Look every minute until `stop` is set."""
        while not stop.is_set():
            await self.look()
            await self._pause(WATCH_SECONDS)

    async def look(self) -> None:
        """Ask Telegram once what it has noted, and repair what is not as we set it.

        Nothing that happens here ends the watch.
        """
        try:
            info = await self._cable.call("getWebhookInfo")
            self._health.waiting = int(info.get("pending_update_count", 0))
            if self._health.waiting > MANY_WAITING:
                log.error("%d updates wait at Telegram", self._health.waiting)
            if not self._is_ours(info):
                await self._repair()
            elif self._reaches_us(info):
                self._health.last_success = self._clock.now()
            self._was_set = True
        except Refused as refused:
            log.error("Telegram refuses to look after the webhook: %s", why(refused))  # noqa: TRY400
        except (NotSent, Uncertain) as failure:
            log.warning("the webhook could not be looked at: %s", failure)
        except Exception as error:  # noqa: BLE001 - the next look comes in a minute, whatever it was
            log.error("the webhook could not be looked after: %s", described(error))  # noqa: TRY400

    async def _repair(self) -> None:
        """Set the webhook; if it was set already, somebody took it and we say so."""
        await self.set()
        if self._was_set:
            self._health.webhook_repairs += 1
            log.error("somebody changed this bot's webhook: it is set anew")

    def _reaches_us(self, info: dict[str, Any]) -> bool:
        """Whether Telegram brings what it has: a silent night is no fault, a failing one is."""
        failed = info.get("last_error_date")
        if not self._health.waiting or not isinstance(failed, int):
            return True
        return abs(self._clock.now().timestamp() - failed) > FAILING

    def _is_ours(self, info: dict[str, Any]) -> bool:
        asked_for = set(info.get("allowed_updates", ()))
        return info.get("url") == self._address.url and asked_for == set(ASKED_FOR)


class _Door:
    """What is called for each request to the webhook's path."""

    def __init__(self, receive: Callable[[Request], Awaitable[Response]]) -> None:
        self._receive = receive

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._receive(Request(scope, receive))
        except asyncio.CancelledError:
            # The server ends and waits no longer. What was not confirmed comes again.
            response = _later()
        await response(scope, receive, send)


def _later() -> Response:
    """The update was not taken: Telegram keeps it and brings it again."""
    return Response(status_code=503, headers={"Retry-After": RETRY_AFTER})


def _refused_by_head(request: Request) -> int | None:
    """Judge what the head says about the body, before any of it is read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _JSON or request.headers.get("content-encoding", "identity") != "identity":
        return 415
    length = request.headers.get("content-length", "0")
    if not length.isdecimal():
        return 400
    return 413 if int(length) > LARGEST else None


async def _body(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is too large."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        return update_in(body.decode())
    except UnicodeDecodeError:
        return None
