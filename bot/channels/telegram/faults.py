"""What can happen to a call of the Bot API, in classes that decide what is done next.

The one question that matters after a failure is whether the message may have arrived. A
transport that never left is `NotSent`, everything unclear is `Uncertain`, and an answer of the
Bot API is `Refused` with what it said. What a sender does about it is in `outgoing` and `room`.
"""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from telegram.error import NetworkError, TelegramError

NOT_SENT_CAUSES: Final = frozenset(
    {"PoolTimeout", "ConnectError", "ConnectTimeout", "ProxyError", "UnsupportedProtocol"}
)
"""Transport errors after which no byte of the request can have arrived."""

LONGEST_DELAY: Final = timedelta(seconds=60)
SERVER_ERRORS: Final = 500


class NotSent(TelegramError):
    """The request certainly did not reach Telegram. `str()` is a short code."""


class Uncertain(TelegramError):
    """The request may or may not have had its effect. `str()` is a short code."""


class Refused(TelegramError):
    """Telegram answered no. `description` is Telegram's own wording, never a message's text."""

    def __init__(
        self,
        status: int,
        description: str,
        retry_after: int | None = None,
        migrated_to: int | None = None,
    ) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.migrated_to = migrated_to


class Why(StrEnum):
    """Why Telegram refused; the value is the short code that reports and figures carry."""

    TOO_MANY = "too_many"
    UNAUTHORIZED = "unauthorized"
    CONFLICT = "conflict"
    MIGRATED = "migrated"
    UNREACHABLE = "unreachable"
    NOT_MODIFIED = "not_modified"
    MESSAGE_GONE = "message_gone"
    BAD_MARKUP = "bad_markup"
    OLD_QUERY = "old_query"
    THREAD_GONE = "thread_gone"
    THREAD_CLOSED = "thread_closed"
    NO_FORUM = "no_forum"
    NO_RIGHTS = "no_rights"
    PERMANENT = "permanent"


_BY_STATUS: Final = {
    401: Why.UNAUTHORIZED,
    404: Why.UNAUTHORIZED,
    409: Why.CONFLICT,
    429: Why.TOO_MANY,
}

_BY_WORDS: Final = (
    ("not enough rights", Why.NO_RIGHTS),
    ("administrator rights", Why.NO_RIGHTS),
    ("chat_admin_required", Why.NO_RIGHTS),
    ("chat_restricted", Why.NO_RIGHTS),
    ("chat_write_forbidden", Why.NO_RIGHTS),
    ("have no rights to send", Why.NO_RIGHTS),
    ("not a forum", Why.NO_FORUM),
    ("channel_forum_missing", Why.NO_FORUM),
    ("message thread not found", Why.THREAD_GONE),
    ("topic_deleted", Why.THREAD_GONE),
    ("topic_id_invalid", Why.THREAD_GONE),
    ("topic_closed", Why.THREAD_CLOSED),
    ("not modified", Why.NOT_MODIFIED),
    ("topic_not_modified", Why.NOT_MODIFIED),
    ("message to edit not found", Why.MESSAGE_GONE),
    ("message can't be edited", Why.MESSAGE_GONE),
    ("message_id_invalid", Why.MESSAGE_GONE),
    ("message to pin not found", Why.MESSAGE_GONE),
    ("message to delete not found", Why.MESSAGE_GONE),
    ("message can't be deleted", Why.MESSAGE_GONE),
    ("can't parse entities", Why.BAD_MARKUP),
    ("query is too old", Why.OLD_QUERY),
    ("query id is invalid", Why.OLD_QUERY),
    ("query_id_invalid", Why.OLD_QUERY),
    ("chat not found", Why.UNREACHABLE),
    ("user not found", Why.UNREACHABLE),
    ("peer_id_invalid", Why.UNREACHABLE),
    ("user_is_blocked", Why.UNREACHABLE),
    ("input_user_deactivated", Why.UNREACHABLE),
)


def why(refused: Refused) -> Why:
    """Return the class of a refusal: by its parameters, its status, then its wording."""
    if refused.migrated_to is not None:
        return Why.MIGRATED
    if refused.status in _BY_STATUS:
        return _BY_STATUS[refused.status]
    words = refused.description.lower()
    found = next((reason for part, reason in _BY_WORDS if part in words), None)
    if found is not None:
        return found
    return Why.UNREACHABLE if refused.status == 403 else Why.PERMANENT  # noqa: PLR2004


def refusal(status: int, body: bytes) -> TelegramError:
    """Return the error that an HTTP answer other than 2xx stands for.

    A server error says nothing about the effect, nor does a body that is no answer of the Bot
    API (a proxy's page): both are `Uncertain`. A refusal by status alone stays a refusal.
    """
    if status >= SERVER_ERRORS:
        return Uncertain(f"server_{status}")
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        known = status in _BY_STATUS
        return Refused(status, "") if known else Uncertain(f"undecodable_{status}")
    parameters = answer.get("parameters")
    if not isinstance(parameters, dict):
        parameters = {}
    return Refused(
        status,
        str(answer.get("description", "")),
        _whole(parameters.get("retry_after")),
        _whole(parameters.get("migrate_to_chat_id")),
    )


def transport_failure(error: NetworkError) -> TelegramError:
    """Return the class of an error of the HTTP client, named by its cause alone."""
    cause = type(error.__cause__ or error).__name__
    return NotSent(cause) if cause in NOT_SENT_CAUSES else Uncertain(cause)


def retry_at(now: datetime, attempts: int, salt: int) -> datetime:
    """Return when to try again: 1, 2, 4 ... 60 seconds, spread by up to a quarter.

    `salt` (the row's id) spreads rows that failed together; the same row always gets the same
    time.
    """
    delay = min(timedelta(seconds=2 ** min(attempts, 6)), LONGEST_DELAY)
    return now + delay * (1 + (salt * 7919 % 256) / 1024)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
