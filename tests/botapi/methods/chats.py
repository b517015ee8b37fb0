"""Methods about chats, their members, and files."""

from tests.botapi.methods.requests import Handler, Request, chat_of, check_bot_is_member
from tests.botapi.rejections import bad, unlucky
from tests.botapi.schema import JsonObject
from tests.botapi.world import Chat

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024


def get_me(request: Request) -> JsonObject:
    """getMe."""
    return request.world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_guest_queries": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def get_chat(request: Request) -> JsonObject:
    """getChat: the chat with the fields that are always there."""
    chat = _visible_chat(request)
    full: JsonObject = chat.raw | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]].raw
    return full


def get_chat_member(request: Request) -> JsonObject:
    """getChatMember; a person who never was in the group but exists has left it."""
    chat = _visible_chat(request)
    user_id = request.params["user_id"]
    if user_id not in request.world.users and user_id != request.world.bot["id"]:
        raise bad("user not found")
    if chat.is_private:
        return {"status": "member", "user": request.world.users.get(user_id, request.world.bot)}
    return request.world.membership(chat, user_id)


def get_chat_administrators(request: Request) -> list[JsonObject]:
    """getChatAdministrators, without other bots."""
    chat = _group(request)
    return [
        member
        for member in chat.members.values()
        if member["status"] in ("creator", "administrator")
        and (request.get("return_bots") or not member["user"]["is_bot"])
    ]


def get_chat_member_count(request: Request) -> int:
    """getChatMemberCount."""
    members = _group(request).members.values()
    return sum(member["status"] not in ("left", "kicked") for member in members)


def leave_chat(request: Request) -> bool:
    """leaveChat; the bot hears of its own leaving."""
    chat = _group(request)
    bot = request.world.bot
    before = request.world.membership(chat, bot["id"])
    chat.members[bot["id"]] = after = {"status": "left", "user": bot}
    change = {"chat": chat.raw, "from": bot, "date": int(request.world.now())}
    change |= {"old_chat_member": before, "new_chat_member": after}
    request.world.tell("my_chat_member", change)
    return True


def get_file(request: Request) -> JsonObject:
    """getFile; its path is served below /file/bot<token>/."""
    stored = request.world.files.get(request.params["file_id"])
    if stored is None:
        raise bad("invalid file_id")
    if len(stored.data) > MAX_DOWNLOAD_BYTES:
        raise unlucky("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_id[-12:],
        "file_size": len(stored.data),
        "file_path": f"documents/{stored.file_id}",
    }


def _visible_chat(request: Request) -> Chat:
    chat = chat_of(request)
    if not chat.is_private:
        check_bot_is_member(request, chat)
    return chat


def _group(request: Request) -> Chat:
    chat = _visible_chat(request)
    if chat.is_private:
        raise bad("there are no members in the private chat")
    return chat


METHODS: dict[str, Handler] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "getFile": get_file,
}
