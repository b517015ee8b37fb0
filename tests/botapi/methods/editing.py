"""Methods that change, delete, pin or mark messages that exist."""

from tests.botapi.keyboards import inline_keyboard
from tests.botapi.methods.requests import (
    Handler,
    Request,
    check_right,
    formatted,
    message_of,
    required_text,
    text_fields,
    writable_chat,
)
from tests.botapi.methods.sending import MAX_CAPTION, MAX_TEXT
from tests.botapi.rejections import NotSimulated, bad, unlucky
from tests.botapi.schema import REACTIONS, JsonObject
from tests.botapi.world import Chat, Stored

DELETABLE_SECONDS = 48 * 3600
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
_TEXT = ("text", "entities")
_CAPTION = ("caption", "caption_entities")


def edit_message_text(request: Request) -> JsonObject:
    """editMessageText. Without reply_markup the buttons go, as at Telegram."""
    if "text" not in request.params:
        raise NotSimulated("editMessageText without text")
    stored = _own_message(request)
    text = text_fields("text", required_text(request, MAX_TEXT))
    if "text" not in stored.raw:
        raise bad("there is no text in the message to edit")
    return _replace(request, stored, _TEXT, text)


def edit_message_caption(request: Request) -> JsonObject:
    """editMessageCaption."""
    stored = _own_message(request)
    if not {"document", "photo"} & stored.raw.keys():
        raise bad("there is no caption in the message to edit")
    caption = formatted(request, "caption", "caption_entities", MAX_CAPTION)
    return _replace(request, stored, _CAPTION, text_fields("caption", caption))


def edit_message_reply_markup(request: Request) -> JsonObject:
    """editMessageReplyMarkup."""
    return _replace(request, _own_message(request), (), {})


def delete_message(request: Request) -> bool:
    """deleteMessage."""
    chat = writable_chat(request)
    _delete(request, chat, message_of(request, chat, "to delete"))
    return True


def delete_messages(request: Request) -> bool:
    """deleteMessages: ids that do not exist are skipped."""
    chat = writable_chat(request)
    ids = request.params["message_ids"]
    if not 1 <= len(ids) <= 100:
        raise bad("message identifiers are not specified or too many")
    for message_id in ids:
        stored = chat.messages.get(message_id)
        if stored is not None and not stored.deleted:
            _delete(request, chat, stored)
    return True


def set_message_reaction(request: Request) -> bool:
    """setMessageReaction: at most one ordinary emoji."""
    chat = writable_chat(request)
    stored = message_of(request, chat, "to react")
    reactions = request.get("reaction") or []
    if len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(r["type"] != "emoji" or r["emoji"] not in REACTIONS for r in reactions):
        raise bad("REACTION_INVALID")
    stored.reactions = tuple(reactions)
    return True


def pin_chat_message(request: Request) -> bool:
    """pinChatMessage; the service message about it reaches the bot as an update."""
    chat = writable_chat(request)
    stored = message_of(request, chat, "to pin")
    check_right(request, chat, "can_pin_messages", "not enough rights to manage pinned messages")
    if stored.id in chat.pinned:
        return True
    chat.pinned.append(stored.id)
    pinned = {k: v for k, v in stored.raw.items() if k != "reply_to_message"}
    thread = stored.raw.get("message_thread_id")
    service = request.world.put(chat, {"pinned_message": pinned}, by_bot=True, thread=thread)
    request.world.tell_message(service)
    return True


def unpin_chat_message(request: Request) -> bool:
    """unpinChatMessage; without an id the message pinned last."""
    chat = writable_chat(request)
    check_right(request, chat, "can_pin_messages", "not enough rights to manage pinned messages")
    wanted = request.get("message_id") or (chat.pinned[-1] if chat.pinned else None)
    if wanted not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(wanted)
    return True


def unpin_all_chat_messages(request: Request) -> bool:
    """unpinAllChatMessages."""
    chat = writable_chat(request)
    check_right(request, chat, "can_pin_messages", "not enough rights to manage pinned messages")
    chat.pinned.clear()
    return True


def _own_message(request: Request) -> Stored:
    if "message_id" not in request.params:
        raise bad("message identifier is not specified")
    chat = writable_chat(request)
    stored = message_of(request, chat, "to edit")
    is_service = not {"text", "document", "photo", "location", "venue", "contact"} & set(stored.raw)
    if not stored.by_bot or is_service:
        raise bad("message can't be edited")
    return stored


def _replace(
    request: Request, stored: Stored, names: tuple[str, ...], fields: JsonObject
) -> JsonObject:
    markup = inline_keyboard(request.get("reply_markup"))
    kept = {k: v for k, v in stored.raw.items() if k not in (*names, "reply_markup")}
    after = kept | fields | ({"reply_markup": markup} if markup else {})
    if after == stored.raw:
        raise unlucky(_NOT_MODIFIED)
    stored.raw = after | {"edit_date": int(request.world.now())}
    stored.edits += 1
    return stored.raw


def _delete(request: Request, chat: Chat, stored: Stored) -> None:
    if chat.is_private:
        if request.world.now() - stored.raw["date"] > DELETABLE_SECONDS:
            raise unlucky("message can't be deleted for everyone")
    elif not stored.by_bot and not request.world.bot_may(chat, "can_delete_messages"):
        raise unlucky("message can't be deleted")
    stored.deleted = True


METHODS: dict[str, Handler] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
