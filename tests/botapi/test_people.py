"""What people do and see, what the bot hears of it, and that waiting needs no luck."""

import threading

import pytest

from tests.botapi import BotApiServer, User
from tests.botapi.client import Client
from tests.botapi.samples import samples


def test_kinds_of_messages_reach_the_bot(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    newcomer.sticker("🎉")
    newcomer.voice()
    newcomer.photo("caption", album="7")
    newcomer.document("passport.jpg")
    newcomer.location()
    newcomer.contact()
    newcomer.poll()
    changed = newcomer.send("first")
    newcomer.edit(changed, "second")
    updates = client.run(client.bot.get_updates())
    kinds = [type(u.message.effective_attachment).__name__ for u in updates if u.message]
    assert kinds == [
        "NoneType",
        "Sticker",
        "Voice",
        "tuple",
        "Document",
        "Location",
        "Contact",
        "Poll",
        "NoneType",
    ]
    assert updates[-1].edited_message is not None
    assert updates[-1].edited_message.text == "second"
    assert newcomer.screen().last.text == "second"
    assert server.pending() == len(updates)


def test_texts_carry_the_entities_that_clients_find(client: Client, newcomer: User) -> None:
    newcomer.send("😀 /help@lotse_test_bot see https://example.org/a me@example.org #tag @somebody")
    message = client.run(client.bot.get_updates())[-1].message
    assert message is not None
    found = {entity.type: text for entity, text in message.parse_entities().items()}
    assert found == {
        "bot_command": "/help@lotse_test_bot",
        "url": "https://example.org/a",
        "email": "me@example.org",
        "hashtag": "#tag",
        "mention": "@somebody",
    }


def test_clients_clean_and_limit_what_people_write(client: Client, newcomer: User) -> None:
    newcomer.send("  a\u202eb\x07\u2066c\u2069 ")
    message = client.run(client.bot.get_updates())[-1].message
    assert message is not None
    assert message.text == "ab \u2066c\u2069"
    for impossible in ("", " \n", "x" * 4097):
        with pytest.raises(AssertionError, match="no client"):
            newcomer.send(impossible)


def test_start_codes_and_language(client: Client, server: BotApiServer) -> None:
    user = server.user("Oksana", language_code="uk", username="oksana")
    user.start("A7")
    message = client.run(client.bot.get_updates())[-1].message
    assert message is not None
    assert message.from_user is not None
    assert (message.text, message.from_user.language_code) == ("/start A7", "uk")
    assert user.id > 2**32


def test_blocking_is_told_and_stops_writing(client: Client, newcomer: User) -> None:
    newcomer.block()
    with pytest.raises(AssertionError, match="blocked"):
        newcomer.send("x")
    with pytest.raises(AssertionError, match="already"):
        newcomer.block()
    newcomer.unblock()
    changes = [u.my_chat_member for u in client.run(client.bot.get_updates()) if u.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]


def test_forged_presses_point_at_messages_that_are_gone(client: Client, newcomer: User) -> None:
    newcomer.forge("\x00" * 64, message=4711)
    query = client.run(client.bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible


def test_a_reply_keyboard_is_seen_until_it_is_removed(client: Client, newcomer: User) -> None:
    keyboard = {"keyboard": [[{"text": "A"}, {"text": "B"}]]}
    client.api("sendMessage", chat_id=newcomer.id, text="x", reply_markup=keyboard)
    client.api("sendMessage", chat_id=newcomer.id, text="y")
    assert newcomer.screen().keyboard == (("A", "B"),)
    removal = {"remove_keyboard": True}
    client.api("sendMessage", chat_id=newcomer.id, text="z", reply_markup=removal)
    assert newcomer.screen().keyboard == ()


def test_waiting_ends_when_the_bot_acts(client: Client, newcomer: User) -> None:
    seen: list[str] = []
    waiter = threading.Thread(
        target=lambda: seen.append(newcomer.wait_for(lambda s: s.from_bot[1]).last.text)
    )
    waiter.start()
    client.run(client.bot.send_message(newcomer.id, "one"))
    client.run(client.bot.send_message(newcomer.id, "two"))
    waiter.join(5)
    assert seen == ["two"]


def test_waiting_in_vain_shows_the_screen(server: BotApiServer, newcomer: User) -> None:
    with pytest.raises(AssertionError, match="/start"):
        newcomer.wait_for_text("never", timeout=0.01)
    with pytest.raises(AssertionError, match="did not happen"):
        server.wait_until_confirmed(timeout=0.01)


def test_screens_are_asked_for_what_is_new(client: Client, newcomer: User) -> None:
    client.run(client.bot.send_message(newcomer.id, "old"))
    mark = newcomer.type("question")
    client.run(client.bot.send_message(newcomer.id, "new"))
    screen = newcomer.screen()
    assert screen.shows("old")
    assert not screen.after(mark).shows("old")
    assert screen.after(mark).text == "new"
    assert [message.by_bot for message in screen.messages] == [False, True, False, True]


def test_samples_can_be_pushed(server: BotApiServer, client: Client) -> None:
    for raw in samples().values():
        server.push(raw)
    assert len(client.api("getUpdates")["result"]) == 100
