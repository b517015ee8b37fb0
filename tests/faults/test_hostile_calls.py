"""Calls that only look like Telegram's, and presses that came too late to be answered."""

import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from bot.channels.telegram import webhook
from tests.botapi import BotApiServer, Fault
from tests.channels.telegram.office import office
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import PERSON, agreed

SECRET = "x-telegram-bot-api-secret-token"
GOOD = {SECRET: "loopback-secret", "content-type": "application/json"}


@pytest.fixture
def bot(server: BotApiServer) -> Iterator[Running]:
    with running(server, webhook=True, clean=False) as started:
        server.wait_for(lambda: server.webhook_info["url"])
        yield started


def head(**more: str) -> bytes:
    fields = {"Host": "x", **GOOD, **more}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST /telegram HTTP/1.1\r\n{lines}\r\n".encode()


def answer_to(bot: Running, *pieces: bytes, pause: float = 0.0) -> tuple[bytes, float]:
    """The first line of the answer, and how long it took to come."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", bot.port), timeout=60) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        answer = connection.recv(200)
    return answer.partition(b"\r\n")[0], time.monotonic() - began


def test_a_body_that_drips_is_not_waited_for(bot: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """fault 23: a body has a few seconds as a whole, however busily it trickles."""
    assert webhook.BODY_SECONDS <= 5.0
    monkeypatch.setattr(webhook, "BODY_SECONDS", 0.3)
    drips = [b"1\r\n{\r\n"] * 8
    line, _ = answer_to(bot, head(**{"Transfer-Encoding": "chunked"}), *drips, pause=0.1)
    assert b"408" in line
    assert bot.service.intake.counts.taken == 0


def test_a_gigabyte_is_refused_by_its_head(bot: Running) -> None:
    """fault 23: nothing of it is read."""
    line, seconds = answer_to(bot, head(**{"Content-Length": str(2**30)}))
    assert b"413" in line
    assert seconds < 5


def test_a_bomb_is_not_opened(bot: Running) -> None:
    """fault 23: nobody who is Telegram compresses."""
    line, _ = answer_to(
        bot, head(**{"Content-Encoding": "gzip", "Content-Length": "20"}), b"\x1f\x8b" + b"0" * 18
    )
    assert b"415" in line


def test_without_the_secret_the_body_is_not_even_waited_for(bot: Running) -> None:
    """fault 22: 403 by the head alone, and neighbours are served meanwhile."""
    line, _ = answer_to(bot, head(**{SECRET: "wrong", "Content-Length": "1000"}))
    assert b"403" in line
    body = b'{"update_id": 7, "telepathy": {}}'
    url = f"http://127.0.0.1:{bot.port}/telegram"
    assert httpx.post(url, content=body, headers=GOOD).status_code == 200


def test_a_press_too_old_to_be_answered_has_its_effect_all_the_same(server: BotApiServer) -> None:
    """fault 35: the refusal is counted, not tried again, and holds up nobody."""
    with running(server, clean=False, house=office()) as bot:
        amina = agreed(server)
        server.wait_until_confirmed(60)
        calls = len(server.calls_of("answerCallbackQuery"))
        fault = Fault.refusal(400, "Bad Request: query is too old and response timeout expired")
        server.faults.next("answerCallbackQuery", fault)
        amina.press(PERSON)
        amina.wait_for(lambda screen: screen.with_button("Sprache und Kurse"), 60)
        bot.eventually(lambda: bot.service._answers.failures == 1, 60)
        amina.press("Sprache und Kurse").wait_answered(60)
        assert len(server.calls_of("answerCallbackQuery")) == calls + 2
