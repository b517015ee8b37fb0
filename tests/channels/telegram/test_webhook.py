"""The webhook's door: who is let in, what is too much, and that it stays ours (20, 22, 23)."""

import asyncio
import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.channels.telegram import batch, intake
from bot.channels.telegram.strangers import MANY, MINUTE, Strangers
from bot.usecases.ports import NotCommitted
from tests.botapi import BotApiServer
from tests.botapi.samples import samples
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import agreed

SECRET = "x-telegram-bot-api-secret-token"
GOOD = {SECRET: "loopback-secret", "content-type": "application/json"}


@pytest.fixture
def bot(server: BotApiServer) -> Iterator[Running]:
    with running(server, webhook=True, clean=False) as started:
        server.wait_for(lambda: server.webhook_info["url"])
        yield started


def post(bot: Running, body: bytes, headers: list[tuple[str, str]] | dict[str, str]) -> int:
    url = f"http://127.0.0.1:{bot.port}/telegram"
    return httpx.post(url, content=body, headers=headers).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SECRET: ""},
        {SECRET: "loopback-secreT"},
        {SECRET: "loopback-secret-and-more"},
        [(SECRET, "loopback-secret"), (SECRET, "loopback-secret")],
        {SECRET: "terces-kcabpool"},
    ],
)
def test_without_the_one_right_secret_nothing_is_read(
    bot: Running, headers: list[tuple[str, str]] | dict[str, str]
) -> None:
    """Without, wrong, empty, doubled: 403 before the body: fault 22."""
    given = list(headers.items()) if isinstance(headers, dict) else headers
    assert post(bot, b"not even json", [*given, ("content-type", "application/json")]) == 403
    assert bot.service.intake.counts.taken == 0


def test_whoever_guesses_again_and_again_is_slowed_down_and_telegram_is_not(
    bot: Running, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a secret, many times: fault 22."""
    wrong = {SECRET: "a guess", "content-type": "application/json"}
    assert [post(bot, b"{}", wrong) for _ in range(MANY)] == [403] * MANY
    url = f"http://127.0.0.1:{bot.port}/telegram"
    for _ in range(2):
        answer = httpx.post(url, content=b"{}", headers=wrong)
        assert (answer.status_code, answer.headers["connection"]) == (429, "close")
    assert post(bot, b'{"update_id": 7, "telepathy": {}}', GOOD) == 200
    assert caplog.text.count("without its secret") == 1


def test_a_minute_later_a_passer_by_is_simply_refused() -> None:
    strangers = Strangers()
    assert [strangers.are_many(0.0) for _ in range(MANY + 1)][-2:] == [False, True]
    assert strangers.are_many(MINUTE - 1)
    assert not strangers.are_many(MINUTE)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"5", 400),
        (b"\xff\xfe", 400),
        (b"{}", 400),
        (b'{"update_id": "5"}', 400),
        (b"[" * 100_000, 400),
        (b" " * (1024 * 1024 + 1), 413),
    ],
)
def test_bodies_that_telegram_never_sends(bot: Running, body: bytes, status: int) -> None:
    """Empty, broken, deep and huge bodies: fault 23."""
    assert post(bot, body, GOOD) == status


def test_kinds_of_content(bot: Running) -> None:
    """Wrong content type and compressed bodies: fault 23."""
    assert post(bot, b"{}", {SECRET: "loopback-secret"}) == 415
    assert post(bot, b"a=b", GOOD | {"content-type": "text/plain"}) == 415
    assert post(bot, b"\x1f\x8b", GOOD | {"content-encoding": "gzip"}) == 415
    body = b'{"update_id": 7, "telepathy": {}}'
    assert post(bot, body, GOOD | {"content-type": "application/json; charset=utf-8"}) == 200


def test_lone_surrogates_and_nul_are_taken(bot: Running) -> None:
    """Characters no database stores: fault 23."""
    raw = json.dumps(samples()["message/text"]).replace("Hallo", "\\ud800\\u0000")
    assert post(bot, raw.encode(), GOOD) == 200


def test_a_large_body_without_a_length_is_cut_off(bot: Running) -> None:
    """A body that never ends is cut off: fault 23."""
    head = "".join(f"{name}: {value}\r\n" for name, value in GOOD.items())
    request = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{head}Transfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", bot.port), timeout=10) as connection:
        connection.sendall(request.encode())
        part = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        for _ in range(17):
            connection.sendall(part)
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_only_post_and_only_the_path(bot: Running) -> None:
    root = f"http://127.0.0.1:{bot.port}"
    assert httpx.get(f"{root}/telegram", headers=GOOD).status_code == 405
    assert httpx.post(f"{root}/other", headers=GOOD).status_code == 404


def test_200_comes_only_after_the_commit(bot: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """No commit, no 200: Telegram is asked to come again: fault 62."""

    def disk_full(*arguments: object) -> batch.Done:
        raise NotCommitted

    body = json.dumps(samples()["message/text"]).encode()
    with monkeypatch.context() as broken:
        broken.setattr(batch, "act", disk_full)
        answer = httpx.post(f"http://127.0.0.1:{bot.port}/telegram", content=body, headers=GOOD)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert post(bot, body, GOOD) == 200


def test_too_much_waiting_is_refused_for_a_moment(
    bot: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_WAITING", 0)
    assert post(bot, b'{"update_id": 5}', GOOD) == 503


def test_the_webhook_is_set_with_all_it_needs(server: BotApiServer, bot: Running) -> None:
    (call,) = server.calls_of("setWebhook")
    assert bot.service.health.webhook_repairs == 0
    assert call.params["secret_token"] == "loopback-secret"
    assert "my_chat_member" in call.params["allowed_updates"]
    assert not call.params.get("drop_pending_updates")


def test_a_stolen_webhook_is_repaired_and_told(
    server: BotApiServer, bot: Running, caplog: pytest.LogCaptureFixture
) -> None:
    """Set by a stranger or deleted: repaired and told: fault 20."""
    for stranger in ("https://thief.example/hook", ""):
        repairs = bot.service.health.webhook_repairs
        server.set_webhook_by_stranger(stranger)
        bot.eventually(lambda seen=repairs: bot.service.health.webhook_repairs > seen)  # type: ignore[misc]
        server.wait_for(lambda: str(bot.port) in server.webhook_info["url"])
    assert "somebody changed this bot's webhook" in caplog.text
    assert 60.0 in bot.pauses.asked
    amina = agreed(server)
    assert "Deutsch lernen" in amina.last().text


def test_a_message_and_a_press_at_once_are_both_answered(
    server: BotApiServer, bot: Running
) -> None:
    """A press and a message come on two connections: fault 12."""
    amina = agreed(server)
    amina.press("👤 Mit einem Menschen reden")
    amina.send("/privacy")
    server.wait_until_confirmed()
    bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)
    assert server.unanswered_presses() == []
    assert len(amina.screen().from_bot) == 2


def test_a_body_that_still_comes_when_the_server_ends_is_asked_for_again(bot: Running) -> None:
    """The server cancels what has not ended by then: fault 10."""
    (route,) = bot.service.webhook_routes()
    told: list[Any] = []

    async def cut_off() -> None:
        begun = asyncio.Event()

        async def receive() -> Any:
            begun.set()
            await asyncio.Event().wait()

        async def send(message: Any) -> None:
            told.append(message)

        headers = [(name.encode(), value.encode()) for name, value in GOOD.items()]
        scope = {"type": "http", "method": "POST", "path": "/telegram", "headers": headers}
        request = asyncio.ensure_future(route.app(scope, receive, send))
        await begun.wait()
        request.cancel()
        await request

    asyncio.run(cut_off())
    assert told[0]["status"] == 503
    assert (b"retry-after", b"10") in told[0]["headers"]
