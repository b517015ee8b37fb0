"""What calls into the caseworkers' group tell of what it takes."""

import asyncio
from typing import Any

import pytest

from bot.channels.telegram.faults import Refused
from bot.channels.telegram.group_calls import GroupCalls
from bot.usecases.room_abilities import after

OUT = "Forbidden: bot is not a member of the supergroup chat"
RIGHTS = "Bad Request: not enough rights"
FORUM = "Bad Request: the chat is not a forum"


class Telegram:
    """Takes every call but those it is told to refuse."""

    def __init__(self) -> None:
        self.refuses = ""

    async def call(self, method: str, **_: object) -> Any:
        if self.refuses:
            raise Refused(403 if self.refuses == OUT else 400, self.refuses)
        return method


@pytest.mark.parametrize(
    ("calls", "trouble"),
    [
        ([], ""),
        (["sendMessage"], ""),
        (["sendMessage 403"], "unreachable"),
        (["sendMessage 403", "sendMessage"], ""),
        (["sendMessage 403", "editMessageText"], "unreachable"),
        (["editMessageText 403", "sendMessage"], ""),
        (["createForumTopic 403", "sendMessage"], ""),
        (["createForumTopic rights", "sendMessage"], "no_rights"),
        (["createForumTopic rights", "closeForumTopic"], "no_rights"),
        (["createForumTopic 403", "closeForumTopic"], ""),
        (["closeForumTopic rights", "createForumTopic"], "no_rights"),
        (["createForumTopic forum", "sendMessage"], "no_forum"),
        (["createForumTopic forum", "createForumTopic"], ""),
        (["deleteForumTopic rights", "createForumTopic"], "no_rights"),
        (["sendMessage rights", "editMessageText"], "no_rights"),
        (["sendMessage rights", "deleteForumTopic"], "no_rights"),
        (["editMessageText 403", "editMessageText same"], ""),
        (["sendMessage rights", "sendMessage thread"], "no_rights"),
        (["deleteForumTopic rights", "deleteForumTopic thread"], ""),
        (["closeForumTopic rights", "reopenForumTopic thread"], ""),
        (["sendMessage 403", "pinChatMessage"], "unreachable"),
    ],
)
def test_what_failed_counts_until_that_very_thing_is_done(calls: list[str], trouble: str) -> None:
    telegram = Telegram()
    group = GroupCalls(telegram)
    refusals = {"403": OUT, "rights": RIGHTS, "forum": FORUM, "": ""}
    refusals["thread"] = "Bad Request: message thread not found"
    refusals["same"] = "Bad Request: message is not modified"
    for call in calls:
        method, _, refusal = call.partition(" ")
        telegram.refuses = refusals[refusal]
        if refusal:
            with pytest.raises(Refused):
                asyncio.run(group.call(method))
        else:
            assert asyncio.run(group.call(method)) == method
    fails = after({}, group.heard())
    assert next(iter(fails.values()), "") == trouble
    assert group.heard() == []
