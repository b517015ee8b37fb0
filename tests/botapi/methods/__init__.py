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

__all__ = ["METHODS", "Handler", "Request"]
