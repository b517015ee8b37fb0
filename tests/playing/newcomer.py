"""A newcomer with a phone: sees messages, presses buttons, types.

Everything that is sent is rendered in the newcomer's language and fails the test if
any text or value is missing. A button that is not on a screen cannot be pressed, and
its callback data goes through the codec.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from re import sub

from bot.i18n.render import RenderedMessage
from bot.model.buttons import Action, Button, decode, encode
from bot.model.outbox import Act, Delivery
from bot.model.phrases import Phrase
from bot.model.turns import (
    Attached,
    Attachment,
    Command,
    CommandName,
    Event,
    Message,
    Press,
    Toast,
    Typed,
)
from bot.model.wording import AS_WRITTEN
from bot.usecases.converse import Sender, converse
from tests.playing.house import House


@dataclass(frozen=True)
class Shown:
    """A message as it stands in the chat now."""

    id: int
    message: Message
    parts: tuple[RenderedMessage, ...]
    language: str
    edited: bool = False

    @property
    def text(self) -> str:
        return "\n".join(plain(part.html) for part in self.parts)

    @property
    def keys(self) -> list[str]:
        """The message ids of its paragraphs."""
        return [block.phrase.key for block in self.message.blocks]

    @property
    def labels(self) -> list[list[str]]:
        """The message ids (or written names) of its buttons, row by row."""
        return [[label_of(button.label) for button in row] for row in self.message.keyboard]

    def buttons(self) -> Iterator[tuple[Button, str]]:
        """Each button with its label as people read it."""
        rendered = self.parts[-1].keyboard
        for row, shown in zip(self.message.keyboard, rendered, strict=True):
            for button, one in zip(row, shown, strict=True):
                yield button, plain(one.text)


@dataclass
class Newcomer:
    """Someone with a phone set to `language_code`. `beside` came without a message to read."""

    house: House
    telegram_id: int = 7001
    language_code: str = "de"
    chat: list[Shown] = field(default_factory=list)
    toasts: list[Toast] = field(default_factory=list)
    new: list[Shown] = field(default_factory=list)
    pressed: tuple[str, int | None] = ("", None)
    beside: list[tuple[Delivery, int]] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: count(1000))

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
        """Press the newest button with this label: its message id, or words it contains."""
        for shown in [message] if message else reversed(self.chat):
            for button, words in shown.buttons():
                if button.action and (label == label_of(button.label) or label in words):
                    self.press_action(button.action, shown.id)
                    return
        raise AssertionError(f"no button {label!r} among {[s.labels for s in self.chat[-3:]]}")

    def press_action(self, action: Action, message_id: int | None) -> None:
        self.press_data(encode(action), message_id)

    def press_again(self) -> None:
        """Press the same button of the same message once more, as impatient fingers do."""
        self.press_data(*self.pressed)

    def press_data(self, data: str, message_id: int | None) -> None:
        self.pressed = (data, message_id)
        self.cause(Press(decode(data, self.house.texts.content.ids), message_id))

    def cause(self, event: Event) -> None:
        self.house.pass_time(seconds=1)
        with self.house.unit() as unit:
            self.toasts = list(converse(unit, Sender(self.telegram_id, self.language_code), event))
        self.receive()

    def receive(self) -> list[Shown]:
        """Take what has been sent to this chat; `new` holds what is new or changed."""
        self.new = []
        for delivery, number in self.house.sent(self._ids):
            if delivery.chat != self.telegram_id:
                continue
            if delivery.message is None:
                self.beside.append((delivery, number))
                continue
            parts = self.house.texts.renderer.telegram(delivery.message, delivery.language)
            edited = delivery.act is Act.EDIT
            shown = Shown(number, delivery.message, parts, delivery.language, edited)
            if edited:
                self.chat = [shown if old.id == number else old for old in self.chat]
            else:
                self.chat.append(shown)
            self.new.append(shown)
        return self.new

    @property
    def last(self) -> Shown:
        return self.chat[-1]


def label_of(label: Phrase) -> str:
    """The message id that tells buttons apart: without number, mark and sign."""
    inner = label.values.get("label")
    if isinstance(inner, Phrase):
        return label_of(inner)
    if label.key == AS_WRITTEN:
        return str(label.values["text"])
    return label.key


def plain(html: str) -> str:
    """Text as people read it: without tags and direction marks."""
    return sub("[\u2066-\u2069\u200e\u200f]", "", unescape(sub(r"<[^>]+>", "", html)))
