"""The watch over Telegram's sending limits: what is too fast is counted, not refused."""

from tests.botapi import BotApiServer, FloodLimits
from tests.botapi.client import Client
from tests.botapi.flood import FloodWatch


def limits_broken(watch: FloodWatch) -> list[str]:
    return [warning.limit for warning in watch.warnings]


def test_a_chat_may_have_a_burst_and_then_one_a_second() -> None:
    watch = FloodWatch(FloodLimits(burst=3))
    for _ in range(3):
        watch.sent(1, is_group=False, at=100.0)
    for second in range(101, 200):
        watch.sent(1, is_group=False, at=float(second))
    assert limits_broken(watch) == []
    watch.sent(1, is_group=False, at=199.5)
    assert limits_broken(watch) == ["per chat"]
    watch.sent(1, is_group=False, at=200.0)
    assert limits_broken(watch) == ["per chat"]


def test_all_chats_together_get_thirty_in_any_second() -> None:
    watch = FloodWatch(FloodLimits())
    for chat in range(30):
        watch.sent(chat, is_group=False, at=100.0 + chat / 100)
    watch.sent(99, is_group=False, at=101.0)
    assert limits_broken(watch) == []
    watch.sent(98, is_group=False, at=101.0)
    assert limits_broken(watch) == ["per second"]


def test_a_group_gets_twenty_in_any_minute() -> None:
    watch = FloodWatch(FloodLimits())
    for number in range(21):
        watch.sent(-7, is_group=True, at=100.0 + 3 * number)
    assert limits_broken(watch) == []
    watch.sent(-7, is_group=True, at=161.5)
    assert limits_broken(watch) == ["per group and minute"]


def test_the_server_watches_every_message_and_refuses_none() -> None:
    with BotApiServer(flood=FloodLimits(per_chat=0.0, burst=1)) as server:
        client, user = Client(server), server.user()
        user.start()
        for text in ("1", "2"):
            client.run(client.bot.send_message(user.id, text))
        client.close()
        assert [(w.limit, w.chat_id) for w in server.flood_warnings] == [("per chat", user.id)]
        assert [message.text for message in server.sent_to(user.id)] == ["1", "2"]
        server.assert_clean()
