"""The playground's chats: what stands on each newcomer's telephone now.

They live in memory, as messages live with Telegram: the outbox is what is durable.
"""

import asyncio
from dataclasses import dataclass, field
from itertools import count

from bot.i18n.render import Keyboard, Renderer
from bot.model.outbox import Act, Fate, Queued, Report
from bot.model.turns import Message

MOST = 200
"""Messages kept of one chat; older ones scroll out."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message in a chat. `html` is safe; the newcomer's own text is in `words`."""

    id: int
    html: str = ""
    words: str = ""
    keyboard: Keyboard = ()
    language: str = ""

    @property
    def mine(self) -> bool:
        return bool(self.words)


@dataclass(slots=True)
class Chat:
    """One telephone: its messages, the last toast, and what wakes its open page."""

    id: int
    language_code: str
    bubbles: list[Bubble] = field(default_factory=list)
    toast: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def touch(self) -> None:
        """Wake every page that shows this chat."""
        del self.bubbles[:-MOST]
        self.changed.set()
        self.changed = asyncio.Event()


class Chats:
    """All telephones of this process; a `ports.Sender` for `Channel.CHAT`."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._chats: dict[int, Chat] = {}
        self._ids = count(1)

    def chat(self, chat_id: int, language_code: str = "") -> Chat:
        """The chat with this id; it begins empty."""
        if chat_id not in self._chats:
            self._chats[chat_id] = Chat(chat_id, language_code)
        return self._chats[chat_id]

    def say(self, chat: Chat, words: str) -> None:
        """Show what the newcomer wrote or pressed."""
        chat.bubbles.append(Bubble(next(self._ids), words=words))
        chat.touch()

    async def send(self, queued: Queued) -> Report:
        """Put a delivery into its chat; an edit replaces the message it names."""
        delivery = queued.delivery
        if delivery.chat is None or delivery.message is None:
            return Report(queued.id, Fate.SENT)
        chat = self.chat(delivery.chat)
        edited = delivery.message_id if delivery.act is Act.EDIT else None
        there = next((n for n, old in enumerate(chat.bubbles) if old.id == edited), None)
        number = chat.bubbles[there].id if there is not None else next(self._ids)
        bubble = self._bubble(number, delivery.message, delivery.language)
        if there is None:
            chat.bubbles.append(bubble)
        else:
            chat.bubbles[there] = bubble
        chat.touch()
        return Report(queued.id, Fate.SENT, number)

    def _bubble(self, number: int, message: Message, language: str) -> Bubble:
        return Bubble(
            number,
            html=self._renderer.web(message, language),
            keyboard=self._renderer.keyboard(message, language),
            language=language,
        )
