"""Calls into the caseworkers' group, and what they tell of what the bot is able to do there.

What follows from that is in `bot.usecases.room_abilities`.
"""

from collections.abc import Sequence
from typing import Any, Final

from bot.channels.telegram.cable import Calls
from bot.channels.telegram.faults import Refused, Why, why
from bot.usecases.room_abilities import Ability, Tried
from bot.usecases.room_topics import GROUP_FAILS

_ABILITIES: Final = {
    "sendMessage": Ability.WRITE,
    "editMessageText": Ability.EDIT,
    "createForumTopic": Ability.TOPICS,
    "closeForumTopic": Ability.SWITCH,
    "reopenForumTopic": Ability.SWITCH,
    "deleteForumTopic": Ability.DELETE,
}

_ABOUT_TOPICS: Final = frozenset({"closeForumTopic", "reopenForumTopic", "deleteForumTopic"})


class GroupCalls:
    """`Calls` into the group."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._heard: list[Tried] = []

    async def call(self, method: str, **parameters: object) -> Any:
        """As `Cable.call`."""
        try:
            result = await self._calls.call(method, **parameters)
        except Refused as refused:
            reason = why(refused)
            if reason in GROUP_FAILS:
                self._hear(method, reason)
            elif reason is Why.NOT_MODIFIED or _is_so_anyway(method, reason):
                self._hear(method)
            raise
        self._hear(method)
        return result

    def heard(self) -> list[Tried]:
        """Return what was heard since the last time."""
        heard, self._heard = self._heard, []
        return heard

    def not_noted(self, heard: Sequence[Tried]) -> None:
        """Take back what could not be noted, for the next time."""
        self._heard[:0] = heard

    def _hear(self, method: str, reason: str = "") -> None:
        if method in _ABILITIES:
            self._heard.append((_ABILITIES[method], reason))


def _is_so_anyway(method: str, reason: Why) -> bool:
    """A topic that is gone need not be closed or deleted: nothing is left that could fail."""
    return reason is Why.THREAD_GONE and method in _ABOUT_TOPICS
