"""Every kind of update and of message that Telegram has, and what kind of answer it gets.

The tables are complete for the Bot API that python-telegram-bot 22.8 knows; a test fails when
the library learns a new one. Reading the values out of an update is in `incoming`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from bot.model.turns import Attachment


class Kind(StrEnum):
    """How an update is read."""

    MESSAGE = "message"
    EDITED = "edited"
    PRESS = "press"
    OWN_STANDING = "own_standing"
    MEMBER = "member"
    SILENT = "silent"


UPDATES: Final[Mapping[str, Kind]] = {
    "message": Kind.MESSAGE,
    "edited_message": Kind.EDITED,
    "callback_query": Kind.PRESS,
    "my_chat_member": Kind.OWN_STANDING,
    "chat_member": Kind.MEMBER,
    "message_reaction": Kind.SILENT,
    # We are no channel, sell nothing, offer no inline mode and manage nobody's account: none of
    # these is asked for, and if one comes nevertheless there is nobody who waits for a word.
    "message_reaction_count": Kind.SILENT,
    "channel_post": Kind.SILENT,
    "edited_channel_post": Kind.SILENT,
    "inline_query": Kind.SILENT,
    "chosen_inline_result": Kind.SILENT,
    "shipping_query": Kind.SILENT,
    "pre_checkout_query": Kind.SILENT,
    "purchased_paid_media": Kind.SILENT,
    "poll": Kind.SILENT,
    "poll_answer": Kind.SILENT,
    "chat_join_request": Kind.SILENT,
    "chat_boost": Kind.SILENT,
    "removed_chat_boost": Kind.SILENT,
    "business_connection": Kind.SILENT,
    "business_message": Kind.SILENT,
    "edited_business_message": Kind.SILENT,
    "deleted_business_messages": Kind.SILENT,
    "managed_bot": Kind.SILENT,
    "guest_message": Kind.SILENT,
}

ASKED_FOR: Final = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
)
"""`allowed_updates`: named one by one, because some come only to who asks for them."""

CONTENTS: Final[Mapping[str, Attachment]] = {
    # What a message is, most telling field first: a venue also has a location.
    "venue": Attachment.LOCATION,
    "location": Attachment.LOCATION,
    "contact": Attachment.CONTACT,
    "poll": Attachment.POLL,
    "dice": Attachment.GAME,
    "game": Attachment.GAME,
    "sticker": Attachment.STICKER,
    "animation": Attachment.VIDEO,
    "live_photo": Attachment.PHOTO,
    "photo": Attachment.PHOTO,
    "video": Attachment.VIDEO,
    "video_note": Attachment.VIDEO,
    "voice": Attachment.VOICE,
    "audio": Attachment.VOICE,
    "document": Attachment.DOCUMENT,
    "passport_data": Attachment.DOCUMENT,
    "paid_media": Attachment.OTHER,
    "story": Attachment.OTHER,
    "checklist": Attachment.OTHER,
    "rich_message": Attachment.OTHER,
    "invoice": Attachment.OTHER,
    "giveaway": Attachment.OTHER,
    "giveaway_winners": Attachment.OTHER,
    "gift": Attachment.OTHER,
    "unique_gift": Attachment.OTHER,
    "users_shared": Attachment.OTHER,
    "chat_shared": Attachment.OTHER,
    "web_app_data": Attachment.OTHER,
    "successful_payment": Attachment.OTHER,
}

SERVICE: Final = frozenset(
    # What happened to a chat or an earlier message. Nobody said anything, nobody is answered.
    {
        "boost_added",
        "channel_chat_created",
        "chat_background_set",
        "chat_owner_changed",
        "chat_owner_left",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "connected_website",
        "delete_chat_photo",
        "direct_message_price_changed",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "gift_upgrade_sent",
        "giveaway_completed",
        "giveaway_created",
        "group_chat_created",
        "left_chat_member",
        "managed_bot_created",
        "message_auto_delete_timer_changed",
        "migrate_from_chat_id",
        "migrate_to_chat_id",
        "new_chat_members",
        "new_chat_photo",
        "new_chat_title",
        "paid_message_price_changed",
        "pinned_message",
        "poll_option_added",
        "poll_option_deleted",
        "proximity_alert_triggered",
        "refunded_payment",
        "suggested_post_approval_failed",
        "suggested_post_approved",
        "suggested_post_declined",
        "suggested_post_paid",
        "suggested_post_refunded",
        "supergroup_chat_created",
        "video_chat_ended",
        "video_chat_participants_invited",
        "video_chat_scheduled",
        "video_chat_started",
        "write_access_allowed",
    }
)


def attachment(message: Mapping[str, Any]) -> Attachment:
    """Return what a message without text is; a kind of the future is OTHER."""
    return next((kind for name, kind in CONTENTS.items() if name in message), Attachment.OTHER)


def service(message: Mapping[str, Any]) -> str | None:
    """Return which service message this is, or None if somebody said something."""
    return next((name for name in message if name in SERVICE), None)
