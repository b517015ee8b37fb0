"""A light Bot API for measuring: answers every call, checks nothing, costs little.

The strict stand-in for Telegram is `tests.botapi`; this one only keeps a queue of updates for
whoever polls, answers calls in the shape of Telegram after a while, fails some of them if told to,
and tells who was sent what. It runs in a thread of its own.
"""

import asyncio
import json
import random  # noqa: TID251 - which calls fail, from a seed
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from tests.lines import listening

TOKEN: Final = "7600000001:a-token-for-measuring-0000000000000"
POLLED: Final = 100
_ME: Final = {"id": 7600000001, "is_bot": True, "first_name": "Lotse", "username": "lotse_bot"}
_NEW: Final = {"sendMessage", "editMessageText"}

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a newcomer sees: a message that is new or was changed."""

    chat: int
    message: int
    params: Params


@dataclass(frozen=True, slots=True)
class Weather:
    """How Telegram is today: seconds a call takes, and shares of calls that fail."""

    latency: float = 0.0
    refused: float = 0.0
    """429 with a pause of one second."""

    broken: float = 0.0
    """502, and nothing was done."""

    lost: float = 0.0
    """Done, but the answer does not arrive."""


class Telegram:
    """`watch` hears of every message shown, in the server's thread."""

    def __init__(
        self,
        watch: Callable[[Shown], None],
        weather: Weather = Weather(),
        seed: int = 0,
    ) -> None:
        self.port = 0
        self.calls = 0
        self.weather = weather
        self._watch = watch
        self._chance = random.Random(seed)  # noqa: S311
        self._updates: deque[tuple[int, str]] = deque()
        self._update_ids = count(time.monotonic_ns() // 1000)
        self._message_ids = count(1000)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="telegram", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def waiting(self) -> int:
        return len(self._updates)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def numbered(self, update: Mapping[str, Any]) -> dict[str, Any]:
        """The update with an id of its own."""
        return {"update_id": next(self._update_ids), **update}

    def queue(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """Let updates wait for whoever polls; from any thread."""
        for update in updates:
            whole = self.numbered(update)
            self._updates.append((whole["update_id"], json.dumps(whole)))
        self.loop.call_soon_threadsafe(self._rang.set)

    # --- in the server's thread ---------------------------------------------------------------

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._rang = asyncio.Event()
        async with listening(self._talk) as self.port:
            self._ready.set()
            await self._stop.wait()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                method, params = await _call(reader)
                answer = await self._answer(method, params)
                if answer is None:
                    return
                writer.write(answer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass  # the bot has ended, or the measurement has
        finally:
            writer.close()

    async def _answer(self, method: str, params: Params) -> bytes | None:
        """The answer as bytes; None cuts the line."""
        self.calls += 1
        if method == "getUpdates":
            return _http(f"[{','.join(await self._polled(params))}]")
        weather, fate = self.weather, self._chance.random()
        if weather.latency:
            await asyncio.sleep(weather.latency)
        if fate < weather.refused:
            told = {"parameters": {"retry_after": 1}, "description": "Too Many Requests"}
            return _refusal(429, told)
        if fate < weather.refused + weather.broken:
            return _refusal(502, {"description": "Bad Gateway"})
        result = self._done(method, params)
        if fate < weather.refused + weather.broken + weather.lost:
            return None
        return _http(json.dumps(result))

    def _done(self, method: str, params: Params) -> object:
        if method == "getMe":
            return _ME
        if method == "getWebhookInfo":
            return {
                "url": "",
                "has_custom_certificate": False,
                "pending_update_count": self.waiting,
            }
        if method not in _NEW:
            return True
        known = params.get("message_id")
        message = int(known) if known is not None else next(self._message_ids)
        shown = Shown(int(params["chat_id"]), message, params)
        self._watch(shown)
        chat = {"id": shown.chat, "type": "private"}
        return {"message_id": message, "date": 1_795_000_000, "chat": chat, "text": "."}

    async def _polled(self, params: Params) -> list[str]:
        offset = int(params.get("offset", 0))
        while self._updates and self._updates[0][0] < offset:
            self._updates.popleft()
        if not self._updates:
            self._rang.clear()
            try:
                async with asyncio.timeout(min(1.0, float(params.get("timeout", 0)))):
                    await self._rang.wait()
            except TimeoutError:
                return []
        some = min(POLLED, len(self._updates))
        return [self._updates[number][1] for number in range(some)]


async def _call(reader: asyncio.StreamReader) -> tuple[str, Params]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    lines = head.split("\r\n")
    sizes = (line.split(":")[1] for line in lines if line.lower().startswith("content-length:"))
    body = await reader.readexactly(int(next(sizes, "0")))
    method = lines[0].split()[1].rsplit("/", 1)[1].partition("?")[0]
    return method, json.loads(body) if body else {}


def _http(result: str, status: str = "200 OK") -> bytes:
    body = result if status != "200 OK" else f'{{"ok":true,"result":{result}}}'
    size = len(body.encode())
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    return (head + body).encode()


def _refusal(code: int, told: Mapping[str, object]) -> bytes:
    return _http(json.dumps({"ok": False, "error_code": code, **told}), f"{code} No")


@contextmanager
def telegram(
    watch: Callable[[Shown], None],
    weather: Weather = Weather(),
) -> Iterator[Telegram]:
    """A running Bot API, ended afterwards."""
    made = Telegram(watch, weather)
    made.start()
    try:
        yield made
    finally:
        made.stop()


# --- what people do -------------------------------------------------------------------------


def written(who: int, number: int, text: str, date: int) -> dict[str, Any]:
    """An update: somebody writes `text`."""
    person = {"id": who, "is_bot": False, "first_name": "N", "language_code": "de"}
    chat = {"id": who, "type": "private"}
    message = {"message_id": number, "date": date, "chat": chat, "from": person, "text": text}
    if text.startswith("/"):
        command = text.partition(" ")[0]
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
    return {"message": message}


def pressed(who: int, message: int, data: str, number: int, date: int) -> dict[str, Any]:
    """An update: somebody presses the button with `data` below a message."""
    person = {"id": who, "is_bot": False, "first_name": "N", "language_code": "de"}
    below = {"message_id": message, "date": date, "chat": {"id": who, "type": "private"}}
    press = {"id": f"{who}-{number}", "from": person, "chat_instance": "1", "data": data}
    return {"callback_query": {**press, "message": below}}
