"""What the bot tells about itself: commands, names, descriptions, menu button."""

import re
from collections.abc import Callable

from tests.botapi.methods.requests import Handler, Request
from tests.botapi.rejections import bad
from tests.botapi.schema import JsonObject
from tests.botapi.text import utf16_length
from tests.botapi.world import Profile

MAX_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}\Z")
_LANGUAGE = re.compile(r"([a-z]{2})?\Z")

Texts = Callable[[Profile], dict[str, str]]


def set_my_commands(request: Request) -> bool:
    """setMyCommands."""
    commands = request.params["commands"]
    if len(commands) > MAX_COMMANDS:
        raise bad("too many commands specified")
    for command in commands:
        if not _COMMAND.match(command["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(command["description"].strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    request.world.profile.commands[_scope(request), _language(request)] = commands
    return True


def delete_my_commands(request: Request) -> bool:
    """deleteMyCommands."""
    request.world.profile.commands.pop((_scope(request), _language(request)), None)
    return True


def get_my_commands(request: Request) -> list[JsonObject]:
    """getMyCommands: exactly those of the scope and language."""
    return request.world.profile.commands.get((_scope(request), _language(request)), [])


def set_chat_menu_button(request: Request) -> bool:
    """setChatMenuButton."""
    button = request.get("menu_button") or {"type": "default"}
    if "chat_id" not in request.params:
        request.world.profile.menu_button = button
        return True
    chat = request.world.chats.get(request.params["chat_id"])
    if chat is None or not chat.is_private:
        raise bad("chat not found")
    chat.menu_button = button
    return True


def get_chat_menu_button(request: Request) -> JsonObject:
    """getChatMenuButton."""
    chat = request.world.chats.get(request.get("chat_id") or 0)
    return (chat and chat.menu_button) or request.world.profile.menu_button


def _scope(request: Request) -> str:
    """Return the scope as a key; the chat it names must exist."""
    scope = request.get("scope") or {"type": "default"}
    chat_id = scope.get("chat_id")
    if chat_id is not None and chat_id not in request.world.chats:
        raise bad("chat not found")
    return ":".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)


def _language(request: Request) -> str:
    code = request.get("language_code") or ""
    if not _LANGUAGE.match(code):
        raise bad("invalid language code specified")
    return str(code)


def _setter(name: str, limit: int, texts: Texts) -> Handler:
    def handle(request: Request) -> bool:
        text = (request.get(name) or "").strip()
        language = _language(request)
        if utf16_length(text) > limit:
            raise bad(f"{name} is too long")
        texts(request.world.profile)[language] = text
        return True

    return handle


def _getter(name: str, texts: Texts) -> Handler:
    def handle(request: Request) -> JsonObject:
        known = texts(request.world.profile)
        return {name: known.get(_language(request)) or known.get("", "")}

    return handle


METHODS: dict[str, Handler] = {
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyName": _setter("name", 64, lambda profile: profile.names),
    "getMyName": _getter("name", lambda profile: profile.names),
    "setMyDescription": _setter("description", 512, lambda profile: profile.descriptions),
    "getMyDescription": _getter("description", lambda profile: profile.descriptions),
    "setMyShortDescription": _setter(
        "short_description", 120, lambda profile: profile.short_descriptions
    ),
    "getMyShortDescription": _getter(
        "short_description", lambda profile: profile.short_descriptions
    ),
}
