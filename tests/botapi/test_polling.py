"""getUpdates: offsets, kinds, expiry, conflicts and the long poll."""

import asyncio

import pytest
from telegram.error import BadRequest, Conflict

from tests.botapi import BotApiServer, User
from tests.botapi.client import Client, said


def ids(client: Client, **params: object) -> list[int]:
    answer = client.api("getUpdates", **params)
    return [update["update_id"] for update in answer["result"]]


def test_updates_stay_until_an_offset_confirms_them(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    newcomer.send("2")
    newcomer.send("3")
    first, second, third = ids(client)
    assert ids(client, limit=1) == [first]
    assert ids(client, offset=second) == [second, third]
    assert server.pending() == 2
    assert ids(client, offset=first) == [second, third]
    assert ids(client, offset=third + 1) == []
    server.wait_until_confirmed()


def test_a_negative_offset_forgets_all_but_the_last(client: Client, newcomer: User) -> None:
    newcomer.send("2")
    last = ids(client)[-1]
    assert ids(client, offset=-1) == [last]
    assert ids(client) == [last]


def test_an_offset_far_beyond_the_end_confirms_nothing(client: Client, newcomer: User) -> None:
    (only,) = ids(client)
    assert ids(client, offset=only + 1000) == [only]


def test_update_ids_can_fall(server: BotApiServer, client: Client, newcomer: User) -> None:
    (before,) = ids(client)
    with pytest.raises(RuntimeError):
        server.restart_update_ids(17)
    assert ids(client, offset=before + 1) == []
    server.restart_update_ids(17)
    newcomer.send("again")
    assert ids(client, offset=before + 1) == [17]


def test_a_pushed_update_may_be_doubled_and_strange(server: BotApiServer, client: Client) -> None:
    update_id = server.push({"message": {"date": "yesterday"}})
    server.push({"message": {"date": "yesterday"}}, update_id=update_id)
    server.push({"brand_new_kind": 5})
    assert ids(client) == [update_id, update_id, update_id + 1]
    assert ids(client, offset=update_id + 1) == [update_id + 1]


def test_at_most_a_hundred_at_once(client: Client, newcomer: User) -> None:
    for number in range(120):
        newcomer.send(str(number))
    assert len(ids(client)) == 100


def test_rare_kinds_must_be_asked_for(server: BotApiServer, client: Client, newcomer: User) -> None:
    message = newcomer.send("x")
    newcomer.react(message, "👍")
    assert len(ids(client)) == 2
    assert len(ids(client, allowed_updates=["message", "message_reaction"])) == 2
    newcomer.react(message, None)
    newcomer.forge("x", message=message)
    assert len(ids(client)) == 3
    assert server.webhook_info["allowed_updates"] == ["message", "message_reaction"]


def test_presses_and_messages_expire(server: BotApiServer, client: Client, newcomer: User) -> None:
    newcomer.forge("x", message=1)
    assert len(ids(client)) == 2
    server.advance(151)
    assert len(ids(client)) == 1
    server.advance(86_400)
    assert ids(client) == []
    assert server.world.updates.expired == 2


def test_a_long_poll_ends_with_the_first_update(client: Client, newcomer: User) -> None:
    (old,) = ids(client)

    async def poll_and_write() -> list[int]:
        polling = asyncio.create_task(client.bot.get_updates(offset=old + 1, timeout=30))
        writing = asyncio.to_thread(newcomer.send, "hello")
        updates, _ = await asyncio.gather(polling, writing)
        return [update.update_id for update in updates]

    assert client.run(poll_and_write()) == [old + 1]


def test_a_long_poll_ends_empty_after_its_time(client: Client) -> None:
    assert client.run(client.bot.get_updates(timeout=1)) == ()


def test_the_older_of_two_long_polls_is_ended(server: BotApiServer, client: Client) -> None:
    async def two_polls() -> list[object]:
        older = asyncio.create_task(client.bot.get_updates(timeout=30))
        await asyncio.to_thread(server.wait_for, lambda: server.calls_of("getUpdates"))
        younger = asyncio.create_task(client.bot.get_updates(timeout=30))
        outcome = await asyncio.gather(older, return_exceptions=True)
        server.user().start()
        return [*outcome, await younger]

    conflict, updates = client.run(two_polls())
    assert isinstance(conflict, Conflict)
    assert "terminated by other getUpdates request" in str(conflict)
    assert isinstance(updates, tuple)
    assert len(updates) == 1
    server.assert_clean()


def test_a_webhook_excludes_polling(server: BotApiServer, client: Client) -> None:
    async def poll_and_set() -> None:
        polling = asyncio.create_task(client.bot.get_updates(timeout=30))
        await asyncio.to_thread(server.wait_for, lambda: server.calls_of("getUpdates"))
        await asyncio.to_thread(server.set_webhook_by_stranger, "http://127.0.0.1:9/hook")
        await polling

    with pytest.raises(Conflict, match=said("terminated by setWebhook request")):
        client.run(poll_and_set())
    with pytest.raises(Conflict, match="webhook is active"):
        client.run(client.bot.get_updates())
    client.run(client.bot.delete_webhook())
    assert client.run(client.bot.get_updates()) == ()


def test_unknown_kinds_of_updates_are_refused(server: BotApiServer, client: Client) -> None:
    with pytest.raises(BadRequest, match=said("allowed_updates")):
        client.run(client.bot.get_updates(allowed_updates=["mesage"]))
    assert len(server.violations) == 1
