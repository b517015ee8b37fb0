"""A floor: the least a durable bot can do in Python, to compare a whole bot with.

Bare ASGI, texts and keyboards made beforehand, one look-up a turn, state in the store that
BENCH_FLOOR names. An update is confirmed when its state is durable; calls follow.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import orjson
import uvicorn

from tests.benchmarks.floors.pool import Pool
from tests.benchmarks.floors.stores import FLOORS, Change, Row, Store
from tests.benchmarks.peers import reference

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TEXTS: Final = [orjson.dumps(reference.text(step)) for step in range(1, reference.STEPS + 1)]
KEYBOARDS: Final = [
    orjson.dumps(
        {
            "inline_keyboard": [
                [{"text": label, "callback_data": data} for label, data in row]
                for row in reference.buttons(step)
            ]
        }
    )
    for step in range(1, reference.STEPS + 1)
]
SECRET: Final = (b"x-telegram-bot-api-secret-token", reference.SECRET.encode())


def turn(data: str | None) -> Change:
    """What a press with `data` does, or /start (None)."""

    def change(row: Row | None) -> Row | None:
        if data is None:
            return 1, b"{}"
        if row is None or not 0 < row[0] < reference.STEPS:
            return None
        step, kept = row
        if data.partition(":")[0] != reference.EXPECTED[step - 1]:
            return None
        answers = orjson.loads(kept)
        answers[reference.KEYS[step - 1]] = data
        return step + 1, orjson.dumps(answers)

    return change


class Floor:
    """The ASGI application."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if SECRET not in scope["headers"]:
            await _answer(send, 403)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message["body"]
            more = message.get("more_body", False)
        calls = await self._take(orjson.loads(body))
        await _answer(send, 200)
        for sending in [self._pool.post(method, call) for method, call in calls]:
            await sending

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._store.open()
        self._pool = Pool(reference.API, reference.TOKEN)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _take(self, update: dict[str, Any]) -> list[tuple[str, bytes]]:
        """Make the update durable and return the calls that follow."""
        query = update.get("callback_query")
        if query is None:
            person = update["message"]["from"]["id"]
            await self._store.step(person, turn(None))
            return [("sendMessage", b'{"chat_id":%d,%b}' % (person, _content(1)))]
        person = query["from"]["id"]
        row = await self._store.step(person, turn(query["data"]))
        calls = [("answerCallbackQuery", b'{"callback_query_id":"%b"}' % query["id"].encode())]
        if row is not None:
            number = query["message"]["message_id"]
            edit = b'{"chat_id":%d,"message_id":%d,%b}' % (person, number, _content(row[0]))
            calls.append(("editMessageText", edit))
        return calls


def _content(step: int) -> bytes:
    return b'"text":%b,"reply_markup":%b' % (TEXTS[step - 1], KEYBOARDS[step - 1])


async def _answer(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def main() -> None:
    """Serve the webhook until SIGTERM."""
    floor = Floor(FLOORS[os.environ["BENCH_FLOOR"]]())
    uvicorn.run(
        floor,
        host="127.0.0.1",
        port=reference.PORT,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
