"""Methods that make new messages."""

from tests.botapi.keyboards import reply_markup
from tests.botapi.methods.requests import (
    Handler,
    Request,
    chat_of,
    formatted,
    message_of,
    required_text,
    text_fields,
    thread_of,
    writable_chat,
)
from tests.botapi.rejections import NotSimulated, bad, unlucky
from tests.botapi.schema import Json, JsonObject, Upload
from tests.botapi.world import Chat, Stored, StoredFile

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_FILE_BYTES = 50 * 1024 * 1024
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
_COPIED = (
    "text",
    "entities",
    "caption",
    "caption_entities",
    "document",
    "photo",
    "location",
    "venue",
    "contact",
    "sticker",
    "voice",
    "video",
    "audio",
)


def send_message(request: Request) -> JsonObject:
    """sendMessage."""
    chat = writable_chat(request)
    return _send(request, chat, text_fields("text", required_text(request, MAX_TEXT)))


def send_document(request: Request) -> JsonObject:
    """sendDocument."""
    chat = writable_chat(request)
    stored = _file(request, "document")
    document = {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_id[-12:],
        "file_name": stored.name,
        "mime_type": stored.content_type,
        "file_size": len(stored.data),
    }
    return _send(request, chat, {"document": document} | _caption(request))


def send_photo(request: Request) -> JsonObject:
    """sendPhoto; the picture itself is not looked at."""
    chat = writable_chat(request)
    stored = _file(request, "photo")
    size = {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_id[-12:],
        "width": 320,
        "height": 320,
        "file_size": len(stored.data),
    }
    return _send(request, chat, {"photo": [size]} | _caption(request))


def send_location(request: Request) -> JsonObject:
    """sendLocation, without live locations."""
    return _send(request, writable_chat(request), {"location": _location(request)})


def send_venue(request: Request) -> JsonObject:
    """sendVenue."""
    chat = writable_chat(request)
    location = _location(request)
    venue = {"location": location, "title": request.get("title"), "address": request.get("address")}
    return _send(request, chat, {"location": location, "venue": venue})


def send_contact(request: Request) -> JsonObject:
    """sendContact."""
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: request.params[name] for name in names if name in request.params}
    return _send(request, writable_chat(request), {"contact": contact})


def copy_message(request: Request) -> JsonObject:
    """copyMessage: the content of a message anew, without a link to its source."""
    chat = writable_chat(request)
    source = message_of(request, chat_of(request, "from_chat_id"), "to copy")
    content = _content_of(source, "copied")
    if "caption" in request.params:
        content = {k: v for k, v in content.items() if not k.startswith("caption")}
        content |= _caption(request)
    return {"message_id": _send(request, chat, content)["message_id"]}


def forward_message(request: Request) -> JsonObject:
    """forwardMessage."""
    chat = writable_chat(request)
    source = message_of(request, chat_of(request, "from_chat_id"), "to forward")
    origin = {"type": "user", "sender_user": source.raw["from"], "date": source.raw["date"]}
    return _send(request, chat, _content_of(source, "forwarded") | {"forward_origin": origin})


def send_chat_action(request: Request) -> bool:
    """sendChatAction."""
    if request.get("action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    chat = writable_chat(request)
    thread_of(request, chat)
    chat.actions.append(request.params["action"])
    return True


def _send(request: Request, chat: Chat, content: JsonObject) -> JsonObject:
    thread = thread_of(request, chat)
    markup = request.get("reply_markup")
    shown = reply_markup(markup)
    if request.get("protect_content"):
        content = content | {"has_protected_content": True}
    if shown is not None:
        content = content | {"reply_markup": shown}
    reply_to = _replied(request, chat)
    stored = request.world.put(chat, content, by_bot=True, thread=thread, reply_to=reply_to)
    stored.keyboard = markup if markup and "inline_keyboard" not in markup else None
    request.world.record_sent(chat, stored)
    return stored.raw


def _replied(request: Request, chat: Chat) -> Stored | None:
    wanted = request.get("reply_parameters")
    if wanted is None:
        return None
    if strange := wanted.keys() - {"message_id", "chat_id", "allow_sending_without_reply"}:
        raise NotSimulated(f"replies with {', '.join(sorted(strange))}")
    if wanted.get("chat_id", chat.id) != chat.id:
        raise NotSimulated("replies to another chat")
    stored = chat.messages.get(wanted["message_id"])
    if stored is not None and not stored.deleted:
        return stored
    if wanted.get("allow_sending_without_reply"):
        return None
    raise (bad if stored is None else unlucky)("message to be replied not found")


def _caption(request: Request) -> JsonObject:
    return text_fields("caption", formatted(request, "caption", "caption_entities", MAX_CAPTION))


def _file(request: Request, name: str) -> StoredFile:
    given: Json = request.params[name]
    if isinstance(given, Upload):
        if not given.data:
            raise bad("file must be non-empty")
        if len(given.data) > MAX_FILE_BYTES:
            raise bad("Request Entity Too Large")
        return request.world.new_file(given.filename, given.content_type, given.data)
    known = request.world.files.get(given)
    if known is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return known


def _location(request: Request) -> JsonObject:
    latitude, longitude = request.params["latitude"], request.params["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong location specified")
    return {"latitude": latitude, "longitude": longitude}


def _content_of(source: Stored, verb: str) -> JsonObject:
    content = {name: source.raw[name] for name in _COPIED if name in source.raw}
    if not content:
        raise bad(f"message can't be {verb}")
    return content


METHODS: dict[str, Handler] = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "sendChatAction": send_chat_action,
}
