"""A chat as a person sees it now: messages with their edits, buttons, the reply keyboard."""

from dataclasses import dataclass

from tests.botapi.schema import TYPES, JsonObject
from tests.botapi.world import Chat, Stored, World

_META = frozenset(
    {
        "message_id",
        "message_thread_id",
        "from",
        "sender_chat",
        "date",
        "chat",
        "edit_date",
        "is_topic_message",
        "reply_to_message",
        "reply_markup",
        "entities",
        "caption",
        "caption_entities",
        "has_protected_content",
        "forward_origin",
        "media_group_id",
        "author_signature",
        "via_bot",
    }
)
_KINDS = tuple(f.name for f in TYPES["Message"] if f.name not in _META)


@dataclass(frozen=True, slots=True)
class Button:
    """A button; `data` is set for callback buttons, `url` for links."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on the screen. `kind` is the name of its content field: text, document ..."""

    id: int
    kind: str
    text: str
    by_bot: bool
    rows: tuple[tuple[Button, ...], ...]
    thread_id: int | None
    edits: int
    raw: JsonObject
    file: bytes | None = None

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, row after row."""
        return tuple(button for row in self.rows for button in row)

    @property
    def labels(self) -> tuple[str, ...]:
        """The texts of the buttons."""
        return tuple(button.text for button in self.buttons)

    def button(self, what: str) -> Button | None:
        """Return the button with this label or callback data."""
        for button in self.buttons:
            if what in (button.text, button.data):
                return button
        return None


@dataclass(frozen=True, slots=True)
class Screen:
    """All messages that are not deleted, oldest first."""

    messages: tuple[Shown, ...]
    keyboard: tuple[tuple[str, ...], ...] = ()

    @property
    def last(self) -> Shown:
        """The newest message. LookupError when there is none."""
        return self.messages[-1]

    @property
    def from_bot(self) -> tuple[Shown, ...]:
        """The bot's messages only."""
        return tuple(message for message in self.messages if message.by_bot)

    @property
    def text(self) -> str:
        """All texts, one under the other."""
        return "\n".join(message.text for message in self.messages)

    def shows(self, text: str) -> bool:
        """Tell whether a message of the bot contains `text`."""
        return any(text in message.text for message in self.from_bot)

    def after(self, message_id: int) -> "Screen":
        """Return only what is newer than a message."""
        newer = tuple(message for message in self.messages if message.id > message_id)
        return Screen(newer, self.keyboard)

    def with_button(self, what: str) -> Shown | None:
        """Return the newest message that has a button with this label or callback data."""
        for message in reversed(self.messages):
            if message.button(what) is not None:
                return message
        return None

    def __str__(self) -> str:
        return "\n".join(
            f"#{message.id} {'bot' if message.by_bot else 'person'} [{message.kind}] "
            f"{message.text!r} {[[button.text for button in row] for row in message.rows]}"
            for message in self.messages
        )


def screen_of(world: World, chat: Chat, thread_id: int | None = None) -> Screen:
    """Return what is visible in a chat, or in one topic of it."""
    with world.changed:
        visible = [m for m in chat.messages.values() if not m.deleted]
        if thread_id is not None:
            visible = [m for m in visible if m.raw.get("message_thread_id") == thread_id]
        keyboard: JsonObject = {}
        for stored in visible:
            keyboard = stored.keyboard or keyboard
        rows = tuple(tuple(b["text"] for b in row) for row in keyboard.get("keyboard", ()))
        return Screen(tuple(_shown(world, stored) for stored in visible), rows)


def _shown(world: World, stored: Stored) -> Shown:
    raw = stored.raw
    markup = raw.get("reply_markup", {}).get("inline_keyboard", [])
    kind = next((name for name in _KINDS if name in raw), "")
    file = world.files.get(raw["document"]["file_id"]) if kind == "document" else None
    return Shown(
        id=stored.id,
        kind=kind,
        text=str(raw.get("text", raw.get("caption", ""))),
        by_bot=stored.by_bot,
        rows=tuple(tuple(_button(button) for button in row) for row in markup),
        thread_id=raw.get("message_thread_id"),
        edits=stored.edits,
        raw=raw,
        file=file.data if file is not None else None,
    )


def _button(raw: JsonObject) -> Button:
    return Button(raw["text"], raw.get("callback_data"), raw.get("url"))
