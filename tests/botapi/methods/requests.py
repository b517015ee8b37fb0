"""One call of the bot with its parameters, and the questions that many methods ask of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.botapi.markup import MarkupError, parse_html
from tests.botapi.rejections import Blame, NotSimulated, Rejected, bad, forbidden, unlucky
from tests.botapi.schema import Json, JsonObject
from tests.botapi.text import MAX_ENTITIES, Formatted, is_invisible, settle, utf16_length
from tests.botapi.world import Chat, Stored, World


@dataclass(frozen=True, slots=True)
class Request:
    """A call whose parameters are known and of the right types."""

    world: World
    method: str
    params: JsonObject

    def get(self, name: str) -> Json:
        """Return a parameter or None."""
        return self.params.get(name)


Handler = Callable[[Request], Json]


def chat_of(request: Request, name: str = "chat_id") -> Chat:
    """Return the chat that a parameter names, whether or not the bot may write there."""
    if name not in request.params:
        raise bad(f"{name} is empty")
    chat_id = request.params[name]
    chats = request.world.chats
    if isinstance(chat_id, str):
        wanted = chat_id.removeprefix("@").lower()
        found = [c for c in chats.values() if str(c.raw.get("username", "")).lower() == wanted]
        chat = found[0] if found and not found[0].is_private else None
    else:
        chat = chats.get(chat_id)
    if chat is None:
        raise bad("chat not found")
    if chat.migrated_to is not None:
        raise Rejected(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            blame=Blame.WORLD,
            parameters={"migrate_to_chat_id": chat.migrated_to},
        )
    return chat


def writable_chat(request: Request, name: str = "chat_id") -> Chat:
    """Return the chat that a parameter names if the bot may write there."""
    chat = chat_of(request, name)
    if chat.is_private:
        _check_person(request, chat)
    else:
        check_bot_is_member(request, chat)
    return chat


def _check_person(request: Request, chat: Chat) -> None:
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        is_known = any(chat.id in group.members for group in request.world.chats.values())
        if not is_known:
            raise bad("chat not found")
        raise Rejected(403, "Forbidden: bot can't initiate conversation with a user")


def check_bot_is_member(request: Request, chat: Chat) -> None:
    """Refuse what only a member of the group may do."""
    kind = chat.raw["type"]
    if chat.deleted:
        raise forbidden("the group chat was deleted")
    status = request.world.membership(chat, request.world.bot["id"])["status"]
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {kind} chat")
    if status == "restricted":
        raise unlucky("not enough rights to send text messages to the chat")


def check_right(request: Request, chat: Chat, right: str, description: str) -> None:
    """Refuse what needs an administrator's right in a group."""
    if chat.is_private:
        return
    if not request.world.bot_may(chat, right):
        raise unlucky(description)


def message_of(request: Request, chat: Chat, what: str, name: str = "message_id") -> Stored:
    """Return the message that a parameter names.

    A message that once existed and was deleted is nobody's fault; an invented id is.
    """
    stored = chat.messages.get(request.params[name])
    if stored is None:
        raise bad(f"message {what} not found")
    if stored.deleted:
        raise unlucky(f"message {what} not found")
    return stored


def thread_of(request: Request, chat: Chat) -> int | None:
    """Return the topic to write into; None is the chat itself or its General topic."""
    thread = request.get("message_thread_id")
    if thread is None:
        return None
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad("message thread not found")
    if topic.deleted:
        raise unlucky("message thread not found")
    if topic.closed:
        raise unlucky("TOPIC_CLOSED")
    return topic.id


def formatted(request: Request, name: str, entities_name: str, limit: int) -> Formatted:
    """Return a text parameter with its entities, parsed and cleaned; it may be empty."""
    text = request.get(name) or ""
    mode = request.get("parse_mode")
    if mode and mode.lower() == "html":
        try:
            parsed = parse_html(text)
        except MarkupError as error:
            raise bad(f"can't parse entities: {error}") from error
    elif mode and mode.lower() in ("markdown", "markdownv2"):
        raise NotSimulated(f"parse_mode {mode}")
    elif mode:
        raise bad("unsupported parse_mode")
    else:
        parsed = Formatted(text, tuple(request.get(entities_name) or ()))
        _check_entities(parsed)
    result = settle(parsed)
    if utf16_length(result.text) > limit:
        raise bad("message is too long" if name == "text" else f"message {name} is too long")
    if len(result.entities) > MAX_ENTITIES:
        kept = f"only the first {MAX_ENTITIES} of {len(result.entities)} entities are kept"
        request.world.journal.violation(request.method, kept, request.params)
    return Formatted(result.text, result.entities[:MAX_ENTITIES])


def _check_entities(parsed: Formatted) -> None:
    length = utf16_length(parsed.text)
    for entity in parsed.entities:
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        if begin < 0 or entity["length"] <= 0 or end > length:
            raise bad("can't parse entities: entity is outside the text")


def required_text(request: Request, limit: int) -> Formatted:
    """Return the text of a message, which must not be empty."""
    result = formatted(request, "text", "entities", limit)
    if is_invisible(result.text):
        raise bad("message text is empty")
    return result


def text_fields(name: str, value: Formatted) -> JsonObject:
    """Return text and entities as fields of a Message; `name` is text or caption."""
    entities = "entities" if name == "text" else "caption_entities"
    fields: JsonObject = {name: value.text} if value.text else {}
    return fields | ({entities: list(value.entities)} if value.entities else {})
