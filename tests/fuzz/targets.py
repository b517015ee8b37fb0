"""What takes bytes from outside, each as a function that must not raise, hang or grow.

`TARGETS` names them. CI gives each a corpus and seeded random bytes, the campaign lets a
coverage-guided fuzzer look for more. A target raises only where the program broke a promise.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.channels.telegram.apart import update_in, updates_in
from bot.channels.telegram.incoming import Malformed, Me, incoming, private_sender, query_id, read
from bot.channels.telegram.throttle import Throttle
from bot.content import yamlfile
from bot.engine.commands import link_target
from bot.engine.spelling import number_in, words
from bot.engine.urgent import recognise
from bot.i18n import pofile
from bot.model.buttons import MAX_BYTES, decode, encode
from bot.model.content import Content
from bot.store.codec import DELIVERY
from bot.store.shapes import Unreadable
from tests.faults.machine_editions import editions

Target = Callable[[bytes], None]

_LARGEST: Final = 1024 * 1024
_PO: Final = Path("locales/xx/LC_MESSAGES/bot.po")


@cache
def _content() -> Content:
    return editions(0)[0].content


def callback(data: bytes) -> None:
    """Callback data of a button: what is read is what would be written, and nothing else."""
    text = data.decode(errors="surrogateescape")
    action = decode(text, _content().ids)
    if action is not None:
        assert decode(encode(action), _content().ids) == action
        assert len(encode(action)) <= MAX_BYTES
        assert text.isascii()


def deep_link(data: bytes) -> None:
    """What follows /start: a topic and a place of this county, or nothing."""
    topic, place = link_target(_content(), data.decode(errors="surrogateescape"))
    assert topic == "" or topic in _content().topics
    assert place == "" or any(place == town.id for town in _content().region.municipalities)


def content_yaml(data: bytes) -> None:
    """A file of an editor: a document, or problems that say where."""
    document, problems = yamlfile.parse("topics/x.yaml", data)
    assert (document is None) == bool(problems)
    assert all(problem.line >= 0 for problem in problems)
    assert len(problems) <= max(1, len(data))


def po(data: bytes) -> None:
    """A file of a translator; both ways of reading it agree."""
    text = data.decode(errors="replace")
    first, second = pofile.parse(text, _PO), pofile.line_by_line(text, _PO)
    assert first.entries == second.entries
    assert len(first.problems) == len(second.problems)


def update(data: bytes) -> None:
    """The body of a webhook: an update that is read, put aside or refused."""
    if len(data) > _LARGEST:
        return
    body = update_in(data.decode(errors="replace"))
    if body is None:
        return
    try:
        incoming(body)
    except Malformed:
        return
    private_sender(body)
    query_id(body)
    Throttle().admit(1, body, 0.0)
    try:
        read(body, _content().ids, Me(1, "lotse_bot"))
    except Malformed:
        return


def answer(data: bytes) -> None:
    """An answer to getUpdates that no JSON parser understands is taken apart."""
    updates_in(b'{"ok":true,"result":[' + data)


def typed(data: bytes) -> None:
    """Typed words: danger is recognised however they are written, a number is a number."""
    text = data.decode(errors="replace")[:4000]
    assert recognise(_content(), f"{text}\nMein Mann schlägt mich") is not None
    number = number_in(text)
    assert number is None or number >= 0
    words(text)


def stored(data: bytes) -> None:
    """A stored delivery that was damaged is unreadable, never another one."""
    try:
        DELIVERY.read(data)
    except Unreadable:
        return


def update_fields(data: bytes) -> None:
    """An update whose text, names and numbers are the bytes."""
    text = data.decode(errors="surrogateescape")
    number = int.from_bytes(data[:12], "big", signed=True)
    sender: dict[str, Any] = {"id": 5, "language_code": text}
    chat = {"id": number, "type": "private"}
    message = {"message_id": number, "from": sender, "chat": chat, "text": text, "caption": text}
    press = {"id": text, "from": sender, "data": text, "message": message}
    for body in ({"update_id": 1, "message": message}, {"update_id": 2, "callback_query": press}):
        update(json.dumps(body).encode())


TARGETS: Final[Mapping[str, Target]] = {
    one.__name__: one
    for one in (
        callback,
        deep_link,
        content_yaml,
        po,
        update,
        answer,
        typed,
        stored,
        update_fields,
    )
}
