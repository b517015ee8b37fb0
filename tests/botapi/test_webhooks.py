"""Delivery to a webhook: the secret, the two queues, patience, and what ends it."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from telegram.error import BadRequest

from tests.botapi import BotApiServer, User
from tests.botapi.client import Client, said

Answer = tuple[int, dict[str, str], bytes]
OK: Answer = (200, {}, b"")


@dataclass
class Receiver:
    """A bot's webhook: remembers what came and answers as the test wishes."""

    respond: Callable[[dict[str, Any]], Answer] = lambda _: OK
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.bodies.append(body)
            made.secrets.append(self.headers["X-Telegram-Bot-Api-Secret-Token"])
            status, headers, answer = made.respond(body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{listening.server_address[1]}/hook"
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    yield made
    listening.shutdown()
    listening.server_close()
    thread.join()


def test_updates_arrive_with_the_secret(
    server: BotApiServer, client: Client, newcomer: User, receiver: Receiver
) -> None:
    client.run(client.bot.set_webhook(receiver.url, secret_token="s3cret-token"))
    newcomer.send("hello")
    server.wait_until_confirmed()
    assert [body["message"]["text"] for body in receiver.bodies] == ["/start", "hello"]
    assert receiver.secrets == ["s3cret-token", "s3cret-token"]
    server.assert_clean()


def test_one_at_a_time_in_a_queue_and_presses_overtake(
    server: BotApiServer, client: Client, newcomer: User, receiver: Receiver
) -> None:
    held = threading.Event()

    def hold_messages(body: dict[str, Any]) -> Answer:
        if "message" in body:
            held.wait(5)
        return OK

    receiver.respond = hold_messages
    client.run(client.bot.set_webhook(receiver.url))
    newcomer.send("second")
    newcomer.forge("x", message=1)
    server.wait_for(lambda: len(server.deliveries) == 1)
    kinds = [next(k for k in body if k != "update_id") for body in receiver.bodies]
    assert sorted(kinds) == ["callback_query", "message"]
    held.set()
    server.wait_until_confirmed()
    assert [b["message"]["text"] for b in receiver.bodies if "message" in b] == ["/start", "second"]


def test_failed_deliveries_are_repeated_until_taken(
    server: BotApiServer, client: Client, newcomer: User, receiver: Receiver
) -> None:
    answers = iter([(500, {}, b""), (403, {}, b""), (503, {"Retry-After": "1"}, b""), OK])
    receiver.respond = lambda _: next(answers)
    client.run(client.bot.set_webhook(receiver.url))
    server.wait_until_confirmed()
    assert [delivery.status for delivery in server.deliveries] == [500, 403, 503, 200]
    info = client.run(client.bot.get_webhook_info())
    assert info.last_error_message is not None
    assert "503" in info.last_error_message


def test_a_press_dies_when_the_bot_asks_for_too_much_patience(
    server: BotApiServer, client: Client, newcomer: User, receiver: Receiver
) -> None:
    client.run(client.bot.get_updates(offset=-1))
    client.run(client.bot.set_webhook(receiver.url, drop_pending_updates=True))
    receiver.respond = lambda _: (503, {"Retry-After": "200"}, b"")
    newcomer.forge("x", message=1)
    server.wait_until_confirmed()
    assert [delivery.status for delivery in server.deliveries] == [503]
    assert server.world.updates.expired == 1


def test_connections_are_limited(server: BotApiServer, client: Client, receiver: Receiver) -> None:
    lock, held = threading.Lock(), threading.Event()
    under_way = most = 0

    def count(_: dict[str, Any]) -> Answer:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            if under_way == 2:
                held.set()
        held.wait(5)
        with lock:
            under_way -= 1
        return OK

    receiver.respond = count
    client.run(client.bot.set_webhook(receiver.url, max_connections=2))
    for _ in range(6):
        server.user().start()
    server.wait_until_confirmed()
    assert most == 2


def test_a_dead_webhook_keeps_updates_waiting(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    client.run(client.bot.set_webhook("http://127.0.0.1:9/nobody"))
    server.wait_for(lambda: len(server.deliveries) >= 2)
    assert {delivery.status for delivery in server.deliveries} == {0}
    assert server.pending() == 1


def test_a_method_in_the_answer_is_a_violation(
    server: BotApiServer, client: Client, newcomer: User, receiver: Receiver
) -> None:
    receiver.respond = lambda _: (200, {}, b'{"method": "sendMessage"}')
    client.run(client.bot.set_webhook(receiver.url))
    server.wait_until_confirmed()
    with pytest.raises(AssertionError, match="answer to a webhook"):
        server.assert_clean()


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"url": "http://example.org/hook"}, "HTTPS URL must be provided"),
        ({"url": "https://example.org:8080/hook"}, "only on ports"),
        ({"url": "https://example.org/", "secret_token": "a b"}, "illegal characters"),
        ({"url": "https://example.org/", "max_connections": 101}, "max_connections"),
    ],
)
def test_webhooks_that_telegram_refuses(
    server: BotApiServer, client: Client, params: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BadRequest, match=said(complaint)):
        client.run(client.bot.set_webhook(**params))
    assert len(server.violations) == 1
