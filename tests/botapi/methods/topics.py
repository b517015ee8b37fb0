"""Forum topics as the bot manages them.

Telegram tells the bot of its own creating, editing, closing and reopening by service
messages; of deleting it tells nobody.
"""

from tests.botapi.methods.requests import Handler, Request, check_right, writable_chat
from tests.botapi.rejections import bad, unlucky
from tests.botapi.schema import JsonObject
from tests.botapi.text import utf16_length
from tests.botapi.world import Chat, Topic, World

MAX_NAME = 128
ICON_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


def open_topic(world: World, chat: Chat, name: str, color: int, sender: JsonObject) -> Topic:
    """Make a topic and tell of it; used by the bot's method and by members."""
    by_bot = sender["id"] == world.bot["id"]
    created = {"forum_topic_created": {"name": name, "icon_color": color}}
    stored = world.put(chat, created, by_bot=by_bot, sender=sender)
    stored.raw |= {"message_thread_id": stored.id, "is_topic_message": True}
    topic = chat.topics[stored.id] = Topic(stored.id, name, color, by_bot)
    world.tell_message(stored)
    return topic


def topic_service(
    world: World, chat: Chat, topic: Topic, content: JsonObject, sender: JsonObject
) -> None:
    """Write a service message into a topic and tell of it."""
    by_bot = sender["id"] == world.bot["id"]
    stored = world.put(chat, content, by_bot=by_bot, sender=sender, thread=topic.id)
    world.tell_message(stored)


def delete_topic(chat: Chat, topic: Topic) -> None:
    """Delete a topic with all its messages; there is no update about that."""
    topic.deleted = True
    for stored in chat.messages.values():
        if stored.raw.get("message_thread_id") == topic.id:
            stored.deleted = True


def create_forum_topic(request: Request) -> JsonObject:
    """createForumTopic."""
    chat = _forum(request)
    check_right(request, chat, "can_manage_topics", "not enough rights to create a topic")
    name = _name(request.params["name"])
    color = request.get("icon_color") or ICON_COLORS[0]
    if color not in ICON_COLORS:
        raise bad("invalid icon color specified")
    topic = open_topic(request.world, chat, name, color, request.world.bot)
    return {"message_thread_id": topic.id, "name": name, "icon_color": color}


def edit_forum_topic(request: Request) -> bool:
    """editForumTopic, the name."""
    chat = _forum(request)
    topic = _managed(request, chat)
    name = _name(request.params["name"]) if "name" in request.params else topic.name
    if name == topic.name:
        raise unlucky("TOPIC_NOT_MODIFIED")
    topic.name = name
    _service(request, chat, topic, {"forum_topic_edited": {"name": name}})
    return True


def close_forum_topic(request: Request) -> bool:
    """closeForumTopic."""
    chat = _forum(request)
    topic = _managed(request, chat)
    if topic.closed:
        raise unlucky("TOPIC_NOT_MODIFIED")
    topic.closed = True
    _service(request, chat, topic, {"forum_topic_closed": {}})
    return True


def reopen_forum_topic(request: Request) -> bool:
    """reopenForumTopic."""
    chat = _forum(request)
    topic = _managed(request, chat)
    if not topic.closed:
        raise unlucky("TOPIC_NOT_MODIFIED")
    topic.closed = False
    _service(request, chat, topic, {"forum_topic_reopened": {}})
    return True


def delete_forum_topic(request: Request) -> bool:
    """deleteForumTopic."""
    chat = _forum(request)
    check_right(request, chat, "can_delete_messages", "not enough rights to delete the topic")
    delete_topic(chat, _topic(request, chat))
    return True


def unpin_all_forum_topic_messages(request: Request) -> bool:
    """unpinAllForumTopicMessages."""
    chat = _forum(request)
    topic = _topic(request, chat)
    messages = chat.messages
    chat.pinned[:] = [
        i for i in chat.pinned if messages[i].raw.get("message_thread_id") != topic.id
    ]
    return True


def _forum(request: Request) -> Chat:
    chat = writable_chat(request)
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    return chat


def _managed(request: Request, chat: Chat) -> Topic:
    """Return the topic of a call that needs a right, but in topics the bot made itself."""
    topic = _topic(request, chat)
    if not topic.by_bot:
        check_right(request, chat, "can_manage_topics", "not enough rights to manage the topic")
    return topic


def _topic(request: Request, chat: Chat) -> Topic:
    topic = chat.topics.get(request.params["message_thread_id"])
    if topic is None:
        raise bad("message thread not found")
    if topic.deleted:
        raise unlucky("message thread not found")
    return topic


def _name(name: str) -> str:
    if not 1 <= utf16_length(name.strip()) <= MAX_NAME:
        raise bad("TOPIC_TITLE_EMPTY" if not name.strip() else "topic name is too long")
    return name.strip()


def _service(request: Request, chat: Chat, topic: Topic, content: JsonObject) -> None:
    topic_service(request.world, chat, topic, content, request.world.bot)


METHODS: dict[str, Handler] = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
    "unpinAllForumTopicMessages": unpin_all_forum_topic_messages,
}
