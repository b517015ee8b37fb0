"""A newcomer with a phone: sees messages, presses buttons by their label, types.

Presses go by the callback data of the shown button, so a label that is not on the
screen cannot be pressed.
"""

from dataclasses import dataclass, field
from html import unescape
from itertools import count
from re import sub

from bot.i18n.render import Keyboard
from bot.model.buttons import decode
from bot.model.outbox import Act
from bot.model.turns import (
    Attached,
    Attachment,
    Command,
    CommandName,
    Event,
    Press,
    Toast,
    Typed,
)
from bot.usecases.converse import Sender, converse
from tests.playing.house import House

_ids = count(1000)


@dataclass
class Shown:
    """A message as it stands in the chat now."""

    id: int
    text: str
    keyboard: Keyboard

    @property
    def labels(self) -> list[str]:
        return [plain(button.text) for row in self.keyboard for button in row]


@dataclass
class Newcomer:
    """Someone with a phone set to `language_code`."""

    house: House
    telegram_id: int = 7001
    language_code: str = "de"
    chat: list[Shown] = field(default_factory=list)
    toasts: list[Toast] = field(default_factory=list)
    new: list[Shown] = field(default_factory=list)

    def send(self, command: str) -> None:
        """Send a command such as `/start work`."""
        name, _, argument = command.removeprefix("/").partition(" ")
        known = {one.value: one for one in CommandName}
        self.cause(Command(known.get(name), argument))

    def type(self, text: str, *, edited: bool = False) -> None:
        self.cause(Typed(text, edited=edited))

    def attach(self, kind: Attachment, caption: str = "", album: str | None = None) -> None:
        self.cause(Attached(kind, caption, album))

    def press(self, label: str, message: Shown | None = None) -> None:
        """Press the button whose label contains `label`, in the newest message that has one."""
        candidates = [message] if message else list(reversed(self.chat))
        for shown in candidates:
            for row in shown.keyboard:
                for button in row:
                    if label in plain(button.text) and button.data is not None:
                        self.press_data(button.data, shown.id)
                        return
        raise AssertionError(f"no button {label!r} on {[s.labels for s in self.chat[-3:]]}")

    def press_data(self, data: str, message_id: int) -> None:
        ids = self.house.texts.content.ids
        self.cause(Press(decode(data, ids), message_id))

    def cause(self, event: Event) -> None:
        with self.house.unit() as unit:
            self.toasts = list(converse(unit, Sender(self.telegram_id, self.language_code), event))
        self.receive()

    def receive(self) -> list[Shown]:
        """Take what has been sent to this chat; `new` holds what is new or changed."""
        self.new = []
        for delivery, number in self.house.sent(_ids):
            if delivery.chat != self.telegram_id or delivery.message is None:
                continue
            parts = self.house.texts.renderer.telegram(delivery.message, delivery.language)
            for index, part in enumerate(parts):
                shown = Shown(number if index == 0 else next(_ids), plain(part.html), part.keyboard)
                if delivery.act is Act.EDIT and index == 0:
                    self.chat = [shown if old.id == number else old for old in self.chat]
                else:
                    self.chat.append(shown)
                self.new.append(shown)
        return self.new

    @property
    def last(self) -> Shown:
        return self.chat[-1]


def plain(html: str) -> str:
    """Text as people read it: without tags and direction marks."""
    return sub("[\u2066-\u2069\u200e\u200f]", "", unescape(sub(r"<[^>]+>", "", html)))
