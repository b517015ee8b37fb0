"""Calls that concern the caseworkers' group, and what they tell of it: what it takes and what not.

A bot may be allowed one thing there and not another: write, but make no topics; edit what stands
there, but write nothing. So what failed counts as failing until that very thing is done again.
"""

from typing import Any, Final

from bot.channels.telegram.cable import Calls
from bot.channels.telegram.faults import Refused, Why, why
from bot.usecases.room_topics import GROUP_FAILS

_TOPICS: Final = frozenset({"createForumTopic", "closeForumTopic", "reopenForumTopic"})
"""All need the same right."""


class GroupCalls:
    """`Calls` into the group. `trouble` is why it fails, empty if it does not.

    It is None before the first answer.
    """

    def __init__(self, calls: Calls) -> None:
        self.trouble: Why | str | None = None
        self._calls = calls
        self._failing: dict[str, Why] = {}

    async def call(self, method: str, **parameters: object) -> Any:
        """As `Cable.call`."""
        try:
            result = await self._calls.call(method, **parameters)
        except Refused as refused:
            reason = why(refused)
            if reason in GROUP_FAILS:
                self._failing[method] = reason
                self.trouble = reason
            elif reason is Why.NOT_MODIFIED:
                self._worked(method)
            raise
        self._worked(method)
        return result

    def _worked(self, method: str) -> None:
        """Forget what cannot be so any more. Editing works where writing does not."""
        proved = _TOPICS if method in _TOPICS else {method}
        reaches = method != "editMessageText"
        self._failing = {
            other: reason
            for other, reason in self._failing.items()
            if other not in proved and not (reaches and reason is Why.UNREACHABLE)
        }
        self.trouble = next(iter(self._failing.values()), "")
