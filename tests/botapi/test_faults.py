"""Injected faults: what the client sees, whether the call had its effect, and who is blamed."""

import pytest
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TimedOut

from tests.botapi import ANY, BotApiServer, Fault, User
from tests.botapi.client import Client


@pytest.mark.parametrize(
    ("fault", "error", "is_done"),
    [
        (Fault.flood(7), RetryAfter, False),
        (Fault.server_error(502), NetworkError, False),
        (Fault.server_error(500, done=True), NetworkError, True),
        (Fault.html_error(503), NetworkError, False),
        (Fault.drop_before(), NetworkError, False),
        (Fault.drop_after(), NetworkError, True),
        (Fault.truncated(), NetworkError, True),
        (Fault.hang(0.05), NetworkError, False),
        (Fault.hang(30.0, done=True), TimedOut, True),
        (Fault.refusal(400, "Bad Request: CHAT_WRITE_FORBIDDEN"), BadRequest, False),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_fault_hits_the_next_call_only(
    server: BotApiServer,
    client: Client,
    newcomer: User,
    fault: Fault,
    error: type[Exception],
    is_done: bool,
) -> None:
    server.faults.next("sendMessage", fault)
    with pytest.raises(error):
        client.run(client.bot.send_message(newcomer.id, "1", read_timeout=0.5))
    assert [message.text for message in server.sent] == (["1"] if is_done else [])
    client.run(client.bot.send_message(newcomer.id, "2"))
    assert server.sent[-1].text == "2"
    call = server.calls_of("sendMessage")[0]
    assert (call.fault, call.executed) == (fault.name, is_done)
    assert server.faults.pending() == 0
    server.assert_clean()


def test_a_slow_answer_arrives_in_the_end(client: Client, server: BotApiServer) -> None:
    server.faults.next("getMe", Fault.drip(0.0001))
    assert client.run(client.bot.get_me()).username == "lotse_test_bot"


def test_flood_tells_how_long_to_wait(server: BotApiServer, client: Client, newcomer: User) -> None:
    server.faults.next(ANY, Fault.flood(7), chat_id=newcomer.id)
    other = server.user()
    other.start()
    client.run(client.bot.send_message(other.id, "x"))
    answer = client.api("sendMessage", chat_id=newcomer.id, text="x")
    assert answer["parameters"] == {"retry_after": 7}
    server.faults.next(ANY, Fault.flood(None))
    assert "parameters" not in client.api("getMe")


def test_faults_by_chance_are_the_same_for_the_same_seed() -> None:
    def statuses() -> list[str]:
        with BotApiServer(seed=5) as server:
            server.faults.sometimes(0.5, [Fault.server_error(502)], methods=["getMe"])
            client = Client(server)
            for _ in range(20):
                client.api("getMe")
            client.close()
            return [call.fault for call in server.calls]

    first = statuses()
    assert first == statuses()
    assert set(first) == {"", "refusal 502"}


def test_a_revoked_token_is_refused(server: BotApiServer, client: Client) -> None:
    server.faults.revoke_token()
    with pytest.raises(InvalidToken):
        client.run(client.bot.get_me())
    server.assert_clean()
    server.faults.restore_token()
    client.run(client.bot.get_me())


def test_latency_delays_answers(server: BotApiServer, client: Client) -> None:
    server.faults.latency(0.05, 0.05)
    client.api("getMe")
    client.api("getMe")
    first, second = server.calls_of("getMe")
    assert second.at - first.at >= 0.05
