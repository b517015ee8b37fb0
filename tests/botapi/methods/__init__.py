"""What each method of the Bot API does, one module a family.

`METHODS` is the table of all that are simulated. A handler gets a `Request` whose parameters
have the right types, runs under the world's lock and returns the result or raises `Rejected`.
getUpdates waits, so it is carried out in `tests.botapi.polling`.
"""

from tests.botapi.methods import chats, editing, profile, queries, sending, topics, webhooks
from tests.botapi.methods.requests import Handler, Request

METHODS: dict[str, Handler] = {
    **sending.METHODS,
    **editing.METHODS,
    **queries.METHODS,
    **chats.METHODS,
    **topics.METHODS,
    **profile.METHODS,
    **webhooks.METHODS,
}

NOT_SIMULATED = frozenset(
    {
        "allow_paid_broadcast",
        "business_connection_id",
        "certificate",
        "direct_messages_topic_id",
        "heading",
        "horizontal_accuracy",
        "icon_custom_emoji_id",
        "inline_message_id",
        "ip_address",
        "live_period",
        "message_effect_id",
        "proximity_alert_radius",
        "rich_message",
        "suggested_post_parameters",
        "video_start_timestamp",
    }
)
"""Parameters whose effect is not simulated; a call with one of them fails."""

__all__ = ["METHODS", "NOT_SIMULATED", "Handler", "Request"]
