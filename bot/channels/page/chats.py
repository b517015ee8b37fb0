"""The playground's telephones: what stands in each newcomer's chat now.

They live in memory, as messages live with Telegram: the outbox is what is durable.
How a chat looks is in the templates, what is done in it in `playground`.
"""

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from bot.i18n.render import Keyboard, Renderer
from bot.model.outbox import Act, Fate, Queued, Report
from bot.model.phrases import Phrase
from bot.model.turns import Message

MOST: Final = 200
"""Messages kept of one chat; older ones scroll out."""

_HIGHEST_ID: Final = 2**40
_NAME: Final = re.compile(r"([1-9][0-9]{0,12})\.([a-z]{2,3})")


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


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """What a press is answered with beside the messages; it soon fades."""

    id: int
    words: str
    language: str


@dataclass(slots=True)
class Chat:
    """One telephone: its messages, the last short answer, and what wakes its open pages.

    `number` counts the telephones of this process, for people; `id` is the chat's id as
    Telegram would have given it.
    """

    id: int
    language_code: str
    number: int
    bubbles: list[Bubble] = field(default_factory=list)
    toast: ShortAnswer | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def name(self) -> str:
        """What the page's address and the cookie call this telephone."""
        return f"{self.id}.{self.language_code}"

    @property
    def newest(self) -> int:
        """The id of the last message; 0 in an empty chat."""
        return self.bubbles[-1].id if self.bubbles else 0

    def touch(self) -> None:
        """Wake every page that shows this chat."""
        del self.bubbles[:-MOST]
        self.changed.set()
        self.changed = asyncio.Event()


class Chats:
    """All telephones of this process; a `ports.Carrier` for `Channel.CHAT`.

    A chat's id is drawn from 2**40, so that two people at one playground do not get the
    same telephone. It guards nothing and need not be harder to guess: whoever reaches a
    playground reads every case at its desk anyway, and it runs on the machine of the
    person who tries it.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._chats: dict[int, Chat] = {}
        self._ids = count(1)

    def new(self, language_code: str) -> Chat:
        """A telephone nobody has used yet, set to this language if it is offered."""
        return self._chat(secrets.randbelow(_HIGHEST_ID) + 1, language_code)

    def named(self, name: str) -> Chat | None:
        """The telephone with this `Chat.name`; None if no telephone can be called so.

        A restart forgets messages, not people: a telephone of before comes back empty.
        """
        match = _NAME.fullmatch(name)
        if match is None or int(match[1]) > _HIGHEST_ID:
            return None
        return self._chat(int(match[1]), match[2])

    def say(self, chat: Chat, words: str) -> None:
        """Show what the newcomer wrote."""
        chat.bubbles.append(Bubble(next(self._ids), words=words))
        chat.touch()

    def answer(self, chat: Chat, phrase: Phrase | None, language: str) -> None:
        """Show a short answer in place of the last one, or none."""
        words = self._renderer.plain(phrase, language) if phrase is not None else ""
        chat.toast = ShortAnswer(next(self._ids), words, language) if words else None
        chat.touch()

    async def send(self, queued: Queued) -> Report:
        """Put a delivery into its chat; an edit replaces the message it names."""
        delivery = queued.delivery
        if delivery.chat is None or delivery.message is None:
            return Report(queued.id, Fate.SENT)
        chat = self._chat(delivery.chat, delivery.language)
        edited = delivery.message_id if delivery.act is Act.EDIT else None
        there = next(
            (at for at, old in enumerate(chat.bubbles) if old.id == edited and not old.mine), None
        )
        number = chat.bubbles[there].id if there is not None else next(self._ids)
        bubble = self._bubble(number, delivery.message, delivery.language)
        if there is None:
            chat.bubbles.append(bubble)
        else:
            chat.bubbles[there] = bubble
        chat.touch()
        return Report(queued.id, Fate.SENT, number)

    def _chat(self, chat_id: int, language_code: str) -> Chat:
        if chat_id not in self._chats:
            offered = self._renderer.offered(language_code)
            known = language_code if language_code in dict(offered) else offered[0][0]
            self._chats[chat_id] = Chat(chat_id, known, len(self._chats) + 1)
        return self._chats[chat_id]

    def _bubble(self, number: int, message: Message, language: str) -> Bubble:
        return Bubble(
            number,
            html=self._renderer.web(message, language),
            keyboard=self._renderer.keyboard(message, language),
            language=language,
        )
