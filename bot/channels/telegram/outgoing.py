"""Deliveries into chats: menus, messages, the list of commands; and what their errors mean.

The row says what to do, Telegram what became of it. The caseworkers' group is in `room`.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import NotSent, Refused, Uncertain, Why, retry_at, why
from bot.channels.telegram.post import Arrived, Post
from bot.engine.commands import SHOWN
from bot.i18n.render import Renderer
from bot.model.outbox import Act, Delivery, Fate, Queued, Report
from bot.model.phrases import Phrase
from bot.model.turns import Message
from bot.usecases.deliver import TOO_MANY
from bot.usecases.ports import Clock

PAUSE_WITHOUT_NUMBER: Final = 5
PAUSE_WITHOUT_TOKEN: Final = timedelta(seconds=60)


class ChatSender:
    """A `ports.Carrier` for `Channel.CHAT`."""

    def __init__(
        self,
        cable: Cable,
        renderer: Renderer,
        clock: Clock,
        overflow: Callable[[str], None] | None = None,
        keep: Callable[[int, int], Awaitable[None]] | None = None,
    ) -> None:
        """`overflow` counts messages beyond a delivery's first (`Dispatcher.overflow`).

        `keep` commits how many messages of a row are there, so that a kill repeats none of them.
        """
        more = None if overflow is None else (lambda chat: overflow(str(chat)))
        self.post = Post(cable, renderer, more)
        self._cable = cable
        self._renderer = renderer
        self._clock = clock
        self._keep = keep
        self._parts: dict[int, int] = {}

    async def send(self, queued: Queued) -> Report:
        try:
            message_id = await self._carry_out(queued)
        except (NotSent, Uncertain, Refused) as failure:
            report = failed(queued, failure, self._clock)
        else:
            report = Report(queued.id, Fate.SENT, message_id)
        if report.fate in {Fate.SENT, Fate.DEAD}:
            self._parts.pop(queued.id, None)
        return report

    async def _carry_out(self, queued: Queued) -> int | None:
        delivery = queued.delivery
        if delivery.chat is None:
            raise ValueError("a delivery into a chat names the chat")
        if delivery.act is Act.COMMANDS:
            await self._set_commands(delivery.chat, delivery.language)
            return None
        if delivery.act is Act.DELETE:
            await self._take_back(delivery.chat, delivery.message_id)
            return None
        if delivery.message is None:
            raise ValueError(f"{delivery.act} needs a message")
        try:
            return await self._say(queued, delivery.chat, delivery.message)
        except Refused as refused:
            if refused.migrated_to is None:
                raise
            return await self._say(queued, refused.migrated_to, delivery.message)

    async def _say(self, queued: Queued, chat: int, message: Message) -> int | None:
        delivery, arrived = queued.delivery, self._arrived(queued.id)
        there = max(queued.parts, self._parts.get(queued.id, 0))
        if delivery.act is Act.EDIT and delivery.message_id is not None and not there:
            try:
                return await self.post.edit(
                    chat, delivery.message_id, message, delivery.language, arrived
                )
            except Refused as refused:
                if why(refused) is not Why.MESSAGE_GONE:
                    raise
        return await self.post.send(
            chat,
            message,
            delivery.language,
            skip=there,
            paid=0 if delivery.act is Act.EDIT and delivery.message_id is not None else 1,
            arrived=arrived,
        )

    async def _take_back(self, chat: int, number: int | None) -> None:
        """Delete a message, or the chat's own list of commands; what is gone is as wished."""
        if number is None:
            scope = {"type": "chat", "chat_id": chat}
            await self._cable.call("deleteMyCommands", scope=scope)
            return
        try:
            await self._cable.call("deleteMessage", chat_id=chat, message_id=number)
        except Refused as refused:
            if why(refused) is not Why.MESSAGE_GONE:
                raise

    def _arrived(self, row: int) -> Arrived:
        async def note(parts: int) -> None:
            self._parts[row] = parts
            if self._keep is not None:
                await self._keep(row, parts)

        return note

    async def _set_commands(self, chat: int, language: str) -> None:
        scope = {"type": "chat", "chat_id": chat}
        await self._cable.call(
            "setMyCommands", commands=command_list(self._renderer, language), scope=scope
        )


def command_list(renderer: Renderer, language: str) -> list[dict[str, Any]]:
    """Return the commands with their descriptions as setMyCommands takes them."""
    return [
        {"command": name.value, "description": renderer.plain(Phrase(key), language)[:256]}
        for name, key in SHOWN.items()
    ]


def failed(queued: Queued, failure: NotSent | Uncertain | Refused, clock: Clock) -> Report:
    """Return the fate of an attempt that raised."""
    now = clock.now()
    again = retry_at(now, queued.attempts, queued.id)
    if isinstance(failure, NotSent):
        return Report(queued.id, Fate.NOT_SENT, retry_at=again, reason=str(failure))
    if isinstance(failure, Uncertain):
        return Report(queued.id, Fate.UNKNOWN, retry_at=again, reason=str(failure))
    reason = why(failure)
    match reason:
        case Why.TOO_MANY:
            pause = timedelta(seconds=failure.retry_after or PAUSE_WITHOUT_NUMBER)
            return Report(queued.id, Fate.NOT_SENT, retry_at=now + pause, reason=TOO_MANY)
        case Why.UNAUTHORIZED | Why.CONFLICT:
            later = now + PAUSE_WITHOUT_TOKEN
            return Report(queued.id, Fate.NOT_SENT, retry_at=later, reason=reason)
        case Why.UNREACHABLE:
            gone = _is_private(queued.delivery)
            return Report(queued.id, Fate.DEAD, unreachable=gone, reason=reason)
        case _:
            return Report(queued.id, Fate.DEAD, reason=reason)


def _is_private(delivery: Delivery) -> bool:
    return delivery.chat is not None and delivery.chat > 0
