"""The cable to the Bot API: `telegram.Bot` with our own timeouts, errors and silence.

Calls go out as raw parameters and come back as raw JSON; no object is built where none is
needed. Every failure leaves as one of the three classes of `faults`. The token is in every URL,
so no error of the HTTP client passes through here with its text.
"""

import asyncio
import json
import logging
import re
from functools import cache
from typing import Any, Final, Protocol, final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from telegram import Bot
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from bot.channels.telegram.apart import updates_in
from bot.channels.telegram.breaker import Breaker
from bot.channels.telegram.faults import (
    NotSent,
    Refused,
    Uncertain,
    Why,
    refusal,
    transport_failure,
    why,
)
from bot.channels.telegram.health import Health
from bot.channels.telegram.wire import Wire

CALL_SECONDS: Final = 20.0
"""The whole of a call from first byte to last; a dripping answer does not get longer."""

CONNECTIONS: Final = 64
SILENCED: Final = ("httpx", "httpcore", "telegram")

log = logging.getLogger(__name__)
_OK: Final = range(200, 300)


def _parsed(payload: bytes) -> dict[str, Any]:
    """Return the answer's object; of updates that cannot be read, what stands for them.

    Raises:
        Uncertain: the body is no answer with a result, so nothing is known.

    """
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        updates = updates_in(payload)
        if updates is None:
            raise Uncertain("undecodable") from None
        return {"result": updates}
    if not isinstance(answer, dict) or "result" not in answer:
        raise Uncertain("no_result")
    return answer


@final
class LeanRequest(Wire):
    """Our own wire."""

    parse_json_payload = staticmethod(_parsed)


@final
class ProxiedRequest(HTTPXRequest):
    """The library's client, for counties whose way out is a proxy; its errors become ours."""

    parse_json_payload = staticmethod(_parsed)

    def __init__(self, connections: int, seconds: float) -> None:
        super().__init__(connection_pool_size=connections, read_timeout=seconds, pool_timeout=5.0)
        self._seconds = seconds

    async def do_request(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """Send one request.

        Raises:
            NotSent, Uncertain, Refused: see `faults`.

        """
        try:
            async with asyncio.timeout(self._seconds):
                status, body = await super().do_request(*arguments, **options)
        except TimeoutError:
            raise Uncertain("deadline") from None
        except NetworkError as error:
            raise transport_failure(error) from None
        if status in _OK:
            return status, body
        raise refusal(status, body)


def _request(root: str, connections: int, seconds: float) -> LeanRequest | ProxiedRequest:
    server = urlsplit(root)
    proxies = getproxies()
    proxied = server.scheme in proxies or "all" in proxies
    if proxied and not proxy_bypass(server.hostname or ""):
        return ProxiedRequest(connections, seconds)
    return LeanRequest(root, connections, seconds)


class Calls(Protocol):
    """Whatever makes calls of the Bot API as `Cable.call` does."""

    async def call(self, method: str, **parameters: object) -> Any: ...


class Cable:
    """Calls of one bot. `root` is the root URL of the Bot API, without the token."""

    def __init__(
        self,
        token: str,
        root: str,
        health: Health | None = None,
        *,
        poll_seconds: float = 50.0,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        silence()
        self.breaker = Breaker()
        self._health = health or Health()
        base = root.rstrip("/")
        self._pools = (
            _request(base, 1, poll_seconds + 15.0),
            _request(base, CONNECTIONS, call_seconds),
        )
        self._path = f"{urlsplit(base).path}/bot{token}"
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            get_updates_request=self._pools[0],
            request=self._pools[1],
        )

    async def call(self, method: str, **parameters: object) -> Any:
        """Call `method` and return the raw result; parameters that are None are left out.

        While the circuit is open nothing is sent; long polls have a patience of their own.

        Raises:
            NotSent, Uncertain, Refused: see `faults`.

        """
        if method == "getUpdates":
            return await self._request(method, parameters)
        now = asyncio.get_running_loop().time()
        if self.breaker.is_open:
            if not self.breaker.probe_due(now):
                raise NotSent("breaker")
            await self._counted("getMe", {})
        return await self._counted(method, parameters)

    async def _counted(self, method: str, parameters: dict[str, Any]) -> Any:
        try:
            result = await self._request(method, parameters)
        except (NotSent, Uncertain):
            now = asyncio.get_running_loop().time()
            self.breaker.failed(now, jitter=now % 1)
            raise
        except Refused:
            self.breaker.succeeded()
            raise
        self.breaker.succeeded()
        return result

    async def _request(self, method: str, parameters: dict[str, Any]) -> Any:
        try:
            result = await self._result(method, parameters)
        except Refused as refused:
            self._note_token(refused=why(refused) is Why.UNAUTHORIZED)
            raise
        self._note_token(refused=False)
        return result

    async def _result(self, method: str, parameters: dict[str, Any]) -> Any:
        pool = self._pools[0 if method == "getUpdates" else 1]
        if isinstance(pool, ProxiedRequest):
            return await self._bot.do_api_request(_endpoint(method), parameters)
        # Our own wire is asked itself: the way through the library doubles what a call costs.
        given = {name: value for name, value in parameters.items() if value is not None}
        _, payload = await pool.send("POST", f"{self._path}/{method}", given)
        return _parsed(payload)["result"]

    def _note_token(self, *, refused: bool) -> None:
        """Say once that the token is refused, and once that it is taken again."""
        if refused is self._health.token_refused:
            return
        self._health.token_refused = refused
        if refused:
            log.critical("Telegram refuses the bot's token: nothing is received or sent")
        else:
            log.warning("Telegram takes the bot's token again")

    async def close(self) -> None:
        for pool in self._pools:
            await pool.shutdown()


def silence() -> None:
    """Keep the client's loggers from writing URLs (with the token), texts and bodies."""
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.WARNING)


@cache
def _endpoint(method: str) -> str:
    """Spell `sendMessage` as `send_Message`.

    The library spells it back, and does not warn that it has a method of that name itself.
    """
    return re.sub(r"(?=[A-Z])", "_", method)


def message_id(result: object) -> int | None:
    """Return the id of the message in a result, or None if the result is no message."""
    found = result.get("message_id") if isinstance(result, dict) else None
    return found if isinstance(found, int) else None
