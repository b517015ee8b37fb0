"""Fake people: they write, press, edit and block, and see what the bot did to their screen.

All methods are synchronous and may be called from any thread. People in groups are in
`tests.botapi.groups`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.botapi.schema import JsonObject
from tests.botapi.screen import Screen, Shown, screen_of
from tests.botapi.text import Formatted, is_invisible, settle, utf16_length
from tests.botapi.world import Chat, Query, Stored, World

PATIENCE = 30.0
"""Seconds that `wait_for` waits unless told otherwise."""
MAX_TEXT = 4096
_ENTITIES = re.compile(
    r"(?P<url>https?://\S+)|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w+)?)"
    r"|(?<!\w)(?P<mention>@\w{4,32})|(?<!\w)(?P<hashtag>#\w+)"
)


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button."""

    world: World
    query: Query

    @property
    def answer(self) -> JsonObject | None:
        """The parameters of answerCallbackQuery, None as long as the button spins."""
        return self.query.answer

    def wait_answered(self, timeout: float = PATIENCE) -> JsonObject:
        """Return the answer as soon as there is one."""
        with self.world.changed:
            if not self.world.changed.wait_for(lambda: self.query.answer is not None, timeout):
                raise AssertionError(f"press of {self.query.data!r} was not answered")
        assert self.query.answer is not None
        return self.query.answer


class Actor:
    """Somebody who writes into one chat, or into one topic of it."""

    def __init__(
        self, world: World, chat: Chat, raw: JsonObject, thread_id: int | None = None
    ) -> None:
        self.world = world
        self.chat = chat
        self.raw = raw
        self.id = int(raw["id"])
        self.thread_id = thread_id
        self.extra: JsonObject = {}

    def send(self, text: str, *, reply_to: int | None = None) -> int:
        """Write a text; the client refuses empty and overlong ones. Returns the message id."""
        return self.post(_text_content(text), reply_to=reply_to)

    def type(self, text: str) -> int:
        """Write a text, as `send` does; reads better where a prompt is answered."""
        return self.send(text)

    def sticker(self, emoji: str = "👍") -> int:
        """Send a sticker."""
        sticker = self._file("sticker.webp") | {"type": "regular", "width": 512, "height": 512}
        sticker |= {"is_animated": False, "is_video": False, "emoji": emoji}
        return self.post({"sticker": sticker})

    def voice(self, seconds: int = 3) -> int:
        """Send a voice message."""
        return self.post({"voice": self._file("voice.ogg") | {"duration": seconds}})

    def photo(self, caption: str = "", *, album: str = "") -> int:
        """Send a photo; those with the same `album` belong together."""
        size = self._file("photo.jpg") | {"width": 1280, "height": 960}
        content: JsonObject = {"photo": [size | {"width": 90, "height": 67}, size]}
        content |= {"caption": caption} if caption else {}
        return self.post(content | ({"media_group_id": album} if album else {}))

    def document(
        self, name: str = "letter.pdf", data: bytes = b"%PDF-1.7", caption: str = ""
    ) -> int:
        """Send a file."""
        document = self._file(name, data) | {"file_name": name, "mime_type": "application/pdf"}
        return self.post({"document": document} | ({"caption": caption} if caption else {}))

    def location(self, latitude: float = 50.1, longitude: float = 8.7) -> int:
        """Send a location."""
        return self.post({"location": {"latitude": latitude, "longitude": longitude}})

    def contact(self, phone_number: str = "+491110000", first_name: str = "Amina") -> int:
        """Send a contact."""
        return self.post({"contact": {"phone_number": phone_number, "first_name": first_name}})

    def poll(self, question: str = "When?", options: tuple[str, ...] = ("now", "later")) -> int:
        """Send a poll."""
        rows = [
            {"text": text, "voter_count": 0, "persistent_id": str(number)}
            for number, text in enumerate(options)
        ]
        poll = {"id": str(self.world.random.getrandbits(60)), "question": question}
        flags = ("is_closed", "allows_multiple_answers", "allows_revoting", "members_only")
        fields = dict.fromkeys(flags, False) | {"is_anonymous": True, "type": "regular"}
        return self.post({"poll": poll | {"options": rows, "total_voter_count": 0} | fields})

    def post(self, content: JsonObject, *, reply_to: int | None = None) -> int:
        """Send a message with any content fields and return its id."""
        with self.world.change():
            self._before_acting()
            replied = self.chat.messages[reply_to] if reply_to is not None else None
            stored = self.world.put(
                self.chat,
                content | self.extra,
                sender=self._sender(),
                thread=self.thread_id,
                reply_to=replied,
            )
            if self._reaches_bot(stored):
                self.world.tell_message(stored)
            return stored.id

    def edit(self, message_id: int, text: str) -> None:
        """Change a text of one's own."""
        with self.world.change():
            stored = self._own(message_id)
            kept = {k: v for k, v in stored.raw.items() if k not in ("text", "entities")}
            stored.raw = kept | _text_content(text) | {"edit_date": int(self.world.now())}
            stored.edits += 1
            if self._reaches_bot(stored):
                self.world.tell("edited_message", stored.raw)

    def delete(self, message_id: int) -> None:
        """Delete a message of one's own; the bot is not told."""
        with self.world.change():
            self._own(message_id).deleted = True

    def react(self, message_id: int, emoji: str | None) -> None:
        """Set or take back a reaction."""
        after = [{"type": "emoji", "emoji": emoji}] if emoji else []
        with self.world.change():
            stored = self.chat.messages[message_id]
            change = {"chat": self.chat.raw, "message_id": message_id, "user": self.raw}
            change |= {"date": int(self.world.now()), "old_reaction": list(stored.reactions)}
            stored.reactions = tuple(after)
            self.world.tell("message_reaction", change | {"new_reaction": after})

    def press(self, what: str, *, message: int | None = None) -> Press:
        """Press the button with this label or callback data.

        The newest message that has it, or the one with the id `message`. Links cannot be
        pressed. A label of the reply keyboard is typed with `send`.
        """
        screen = self.screen()
        shown: Shown | None
        if message is None:
            shown = screen.with_button(what)
        else:
            shown = next((m for m in screen.messages if m.id == message), None)
        button = shown.button(what) if shown is not None else None
        if shown is None or button is None:
            raise AssertionError(f"no button {what!r} on the screen:\n{screen}")
        if button.data is None:
            raise AssertionError(f"button {what!r} is a link to {button.url}")
        return self.forge(button.data, message=shown.id)

    def forge(self, data: str, *, message: int) -> Press:
        """Send a press with any data for any message id, deleted or invented ones too."""
        with self.world.change():
            self._before_acting()
            number = str(self.world.random.getrandbits(62))
            query = Query(number, self.id, self.chat.id, message, data, self.world.now())
            self.world.queries[number] = query
            raw: JsonObject = {"id": number, "from": self.raw, "message": self._shown(message)}
            instance = str(self.world.random.getrandbits(62))
            self.world.tell("callback_query", raw | {"chat_instance": instance, "data": data})
        return Press(self.world, query)

    def screen(self) -> Screen:
        """Return the chat as it is seen now."""
        return screen_of(self.world, self.chat, self.thread_id)

    def last(self) -> Shown:
        """Return the bot's newest message. LookupError when there is none."""
        return self.screen().from_bot[-1]

    def wait_for(self, seen: Callable[[Screen], object], timeout: float = PATIENCE) -> Screen:
        """Wait until `seen` is true of the screen and return that screen.

        A LookupError inside `seen` means not yet. AssertionError shows the screen at the end.
        """
        found: list[Screen] = []

        def is_there() -> bool:
            screen = self.screen()
            try:
                fits = bool(seen(screen))
            except LookupError:
                fits = False
            if fits:
                found.append(screen)
            return fits

        with self.world.changed:
            if not self.world.changed.wait_for(is_there, timeout):
                raise AssertionError(f"not seen within {timeout} s:\n{self.screen()}")
        return found[0]

    def wait_for_text(self, text: str, timeout: float = PATIENCE) -> Screen:
        """Wait until a message of the bot contains `text`."""
        return self.wait_for(lambda screen: screen.shows(text), timeout)

    def _sender(self) -> JsonObject | None:
        return self.raw

    def _before_acting(self) -> None:
        """Refuse what a person in this state cannot do."""

    def _reaches_bot(self, stored: Stored) -> bool:
        return True

    def _own(self, message_id: int) -> Stored:
        stored = self.chat.messages[message_id]
        if stored.by_bot or stored.raw.get("from", {}).get("id") != self.id:
            raise AssertionError(f"message {message_id} is not of this person")
        return stored

    def _shown(self, message_id: int) -> JsonObject:
        stored = self.chat.messages.get(message_id)
        if stored is None or stored.deleted:
            return {"chat": self.chat.raw, "message_id": message_id, "date": 0}
        return stored.raw

    def _file(self, name: str, data: bytes = b"file") -> JsonObject:
        stored = self.world.new_file(name, "application/octet-stream", data)
        unique = stored.file_id[-12:]
        return {"file_id": stored.file_id, "file_unique_id": unique, "file_size": len(data)}


class User(Actor):
    """A person in the private chat with the bot."""

    @property
    def chat_id(self) -> int:
        """The id of the private chat, which is the person's own id."""
        return self.chat.id

    def start(self, code: str = "") -> int:
        """Press START, or open a link with a code."""
        return self.send(f"/start {code}".strip())

    def block(self) -> None:
        """Block the bot."""
        self._change_block(blocked=True)

    def unblock(self) -> None:
        """Take the block back."""
        self._change_block(blocked=False)

    def deactivate(self) -> None:
        """Delete the account; the bot is not told."""
        with self.world.change():
            self.chat.deactivated = True

    def _change_block(self, *, blocked: bool) -> None:
        bot = self.world.bot
        member: JsonObject = {"status": "member", "user": bot}
        kicked: JsonObject = {"status": "kicked", "user": bot, "until_date": 0}
        with self.world.change():
            if self.chat.blocked == blocked:
                raise AssertionError("the bot is in that state already")
            self.chat.blocked = blocked
            before, after = (member, kicked) if blocked else (kicked, member)
            change = {"chat": self.chat.raw, "from": self.raw, "date": int(self.world.now())}
            change |= {"old_chat_member": before, "new_chat_member": after}
            self.world.tell("my_chat_member", change)

    def _before_acting(self) -> None:
        if self.chat.blocked or self.chat.deactivated:
            raise AssertionError("a person who blocked the bot cannot write to it")
        self.chat.started = True


def _text_content(text: str) -> JsonObject:
    settled = settle(Formatted(text))
    if is_invisible(settled.text) or utf16_length(settled.text) > MAX_TEXT:
        raise AssertionError("no client sends an empty text or one of more than 4096 units")
    entities = [
        {
            "type": match.lastgroup,
            "offset": utf16_length(settled.text[: match.start()]),
            "length": utf16_length(match[0]),
        }
        for match in _ENTITIES.finditer(settled.text)
    ]
    return {"text": settled.text} | ({"entities": entities} if entities else {})
