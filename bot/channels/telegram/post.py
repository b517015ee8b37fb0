"""Messages put into Telegram's calls: markup, buttons, parts of long ones.

Shared by the newcomers' chats and the caseworkers' room. What an error means for a delivery is
decided there.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from bot.channels.telegram.cable import Calls, message_id
from bot.channels.telegram.faults import Refused, Why, why
from bot.i18n.render import Keyboard, RenderedMessage, Renderer
from bot.model.turns import Message

LONGEST_PLAIN: Final = 4000
NO_PREVIEW: Final = {"is_disabled": True}

Arrived = Callable[[int], Awaitable[None]]
"""Is told how many parts of a message are there."""

log = logging.getLogger(__name__)


class Post:
    """Renders messages at the last moment and sends or edits them."""

    def __init__(
        self, cable: Calls, renderer: Renderer, overflow: Callable[[int], None] | None = None
    ) -> None:
        self.bad_markup = 0
        self._overflow = overflow
        self._cable = cable
        self._renderer = renderer

    async def send(
        self,
        chat: int,
        message: Message,
        language: str,
        *,
        thread: int | None = None,
        skip: int = 0,
        paid: int = 1,
        arrived: Arrived | None = None,
    ) -> int | None:
        """Send all parts but the first `skip`; return the id of the last, which has the buttons.

        `arrived` is told between two parts how many are there now: if the next one fails, the
        delivery goes on from there. `paid` is how many messages the limits have counted already;
        each further one is counted as it leaves.
        """
        newest = None
        parts = self._renderer.telegram(message, language)
        for number, part in enumerate(islice(parts, skip, None), skip + 1):
            call = {"chat_id": chat, "message_thread_id": thread, **_content(part)}
            if number - skip > paid and self._overflow is not None:
                self._overflow(chat)
            newest = await self._marked_up("sendMessage", call, message, language)
            if arrived is not None and number < len(parts):
                await arrived(number)
        return newest

    async def edit(
        self,
        chat: int,
        number: int,
        message: Message,
        language: str,
        arrived: Arrived | None = None,
    ) -> int | None:
        """Show `message` in place of message `number`; what does not fit there follows as new.

        Returns the id of the message that has the buttons. Raises as `send` does; a message
        that says so already is fine.
        """
        first, *rest = self._renderer.telegram(message, language)
        call = {"chat_id": chat, "message_id": number, **_content(first)}
        try:
            await self._marked_up("editMessageText", call, message, language)
        except Refused as refused:
            if why(refused) is not Why.NOT_MODIFIED:
                raise
        if not rest:
            return number
        if arrived is not None:
            await arrived(1)
        return await self.send(chat, message, language, skip=1, paid=0, arrived=arrived)

    async def _marked_up(
        self, method: str, call: Mapping[str, Any], message: Message, language: str
    ) -> int | None:
        """Make the call; if Telegram cannot read our markup, once more as plain text."""
        try:
            return message_id(await self._cable.call(method, **call))
        except Refused as refused:
            if why(refused) is not Why.BAD_MARKUP:
                raise
        self.bad_markup += 1
        log.error("Telegram refused our markup, the message goes out as plain text")
        text = self._renderer.mail(message, language)[:LONGEST_PLAIN]
        return message_id(
            await self._cable.call(method, **{**call, "text": text, "parse_mode": None})
        )


def _content(part: RenderedMessage) -> dict[str, Any]:
    return {
        "text": part.html,
        "parse_mode": "HTML",
        "link_preview_options": NO_PREVIEW,
        "reply_markup": _markup(part.keyboard),
    }


def _markup(keyboard: Keyboard) -> dict[str, Any] | None:
    rows = [
        [
            {"text": one.text, "callback_data": one.data}
            if one.url is None
            else {"text": one.text, "url": one.url}
            for one in row
            if one.url is None or _is_public(one.url)
        ]
        for row in keyboard
    ]
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _is_public(url: str) -> bool:
    """Whether Telegram takes a link: for a host without a dot it refuses the whole message."""
    host = urlsplit(url).hostname or ""
    return "." in host or ":" in host or host == "localhost"
