"""What the bot tells about itself, and calls that no bot should make."""

from typing import Any

import pytest
from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import BadRequest, InvalidToken

from tests.botapi import BotApiServer, User
from tests.botapi.client import Client, said


def test_commands_are_kept_by_scope_and_language(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    bot, scope = client.bot, BotCommandScopeAllPrivateChats()
    client.run(bot.set_my_commands([BotCommand("menu", "Menu")]))
    client.run(bot.set_my_commands([BotCommand("menu", "Menü")], scope=scope, language_code="de"))
    chat = BotCommandScopeChat(newcomer.id)
    client.run(bot.set_my_commands([BotCommand("menu", "قائمة")], scope=chat))
    found = client.run(bot.get_my_commands(scope=scope, language_code="de"))
    assert [command.description for command in found] == ["Menü"]
    assert client.run(bot.get_my_commands(scope=scope)) == ()
    client.run(bot.delete_my_commands(scope=chat))
    assert client.run(bot.get_my_commands(scope=chat)) == ()
    assert len(client.run(bot.get_my_commands())) == 1
    server.assert_clean()


@pytest.mark.parametrize(
    "params",
    [
        {"commands": [{"command": "Menu", "description": "x"}]},
        {"commands": [{"command": "me-nu", "description": "x"}]},
        {"commands": [{"command": "x" * 33, "description": "x"}]},
        {"commands": [{"command": "menu", "description": ""}]},
        {"commands": [{"command": "menu", "description": "x" * 257}]},
        {"commands": [{"command": "menu"}]},
        {"commands": [{"command": "menu", "description": "x"}] * 101},
        {"commands": [], "language_code": "prs"},
        {"commands": [], "scope": {"type": "chat", "chat_id": 1}},
        {"commands": [], "scope": {"type": "everybody"}},
        {},
    ],
)
def test_commands_that_telegram_refuses(
    server: BotApiServer, client: Client, params: dict[str, Any]
) -> None:
    assert client.api("setMyCommands", **params)["error_code"] == 400
    assert len(server.violations) == 1


def test_names_and_descriptions(server: BotApiServer, client: Client) -> None:
    bot = client.bot
    client.run(bot.set_my_name("Lotse"))
    client.run(bot.set_my_description("x" * 512, language_code="ar"))
    client.run(bot.set_my_short_description("x" * 120))
    assert client.run(bot.get_my_name("de")).name == "Lotse"
    assert client.run(bot.get_my_description()).description == ""
    assert len(client.run(bot.get_my_description("ar")).description) == 512
    server.assert_clean()
    for call in (
        bot.set_my_description("x" * 513),
        bot.set_my_short_description("x" * 121),
        bot.set_my_name("x" * 65),
    ):
        with pytest.raises(BadRequest, match=said("is too long")):
            client.run(call)


def test_the_menu_button(server: BotApiServer, client: Client, newcomer: User) -> None:
    button = {"type": "commands"}
    assert client.api("setChatMenuButton", chat_id=newcomer.id, menu_button=button)["ok"]
    assert client.api("getChatMenuButton", chat_id=newcomer.id)["result"] == button
    assert client.api("getChatMenuButton")["result"] == {"type": "default"}
    server.assert_clean()


def test_what_is_not_simulated_fails_loudly(
    server: BotApiServer, client: Client, newcomer: User
) -> None:
    assert client.api("sendDice", chat_id=newcomer.id)["error_code"] == 501
    answer = client.api("sendMessage", chat_id=newcomer.id, text="x", parse_mode="MarkdownV2")
    assert answer["error_code"] == 501
    answer = client.api("sendMessage", chat_id=newcomer.id, text="x", message_effect_id="1")
    assert answer["error_code"] == 501
    reply = {"message_id": 1, "quote": "x"}
    answer = client.api("sendMessage", chat_id=newcomer.id, text="x", reply_parameters=reply)
    assert answer["error_code"] == 501
    with pytest.raises(AssertionError, match="does not simulate sendDice"):
        server.assert_clean()


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("sendMessages", {}, 404),
        ("sendMessage", {"text": "x"}, 400),
        ("sendMessage", {"chat_id": [1], "text": "x"}, 400),
        ("sendMessage", {"chat_id": 1, "text": "x", "disable_web_page_preview": True}, 400),
        ("sendMessage", {"chat_id": 1, "text": 5}, 400),
        ("sendMessage", {"chat_id": 1, "text": "x", "protect_content": "yes"}, 400),
        ("deleteMessages", {"chat_id": 1, "message_ids": "[1,"}, 400),
        ("sendMessage", {"chat_id": 1, "text": "x", "parse_mode": "HTLM"}, 400),
        ("sendChatAction", {"chat_id": 1, "action": "sleeping"}, 400),
        ("editMessageText", {"chat_id": 1, "text": "x"}, 400),
    ],
)
def test_calls_that_no_bot_should_make(
    server: BotApiServer, client: Client, method: str, params: dict[str, Any], code: int
) -> None:
    server.user()
    assert client.api(method, **params)["error_code"] == code
    assert len(server.violations) == 1


def test_a_lone_surrogate_is_no_text(server: BotApiServer, client: Client, newcomer: User) -> None:
    answer = client.raw("sendMessage", f'{{"chat_id": {newcomer.id}, "text": "\\ud800"}}'.encode())
    assert "UTF-8" in answer["description"]
    assert "can't parse" in client.raw("sendMessage", b"[")["description"]
    assert len(server.violations) == 2


def test_a_wrong_token_is_refused(server: BotApiServer) -> None:
    server.token = "1:wrong"
    client = Client(server)
    with pytest.raises(InvalidToken):
        client.run(client.bot.get_me())
    client.close()
    assert len(server.violations) == 1
