"""The HTML of the Bot API, parsed as strictly as Telegram does it.

Byte offsets in error messages are those of the UTF-8 text, as Telegram gives them. Markdown
is not simulated.
"""

import re
from dataclasses import dataclass

from tests.botapi.schema import JsonObject
from tests.botapi.text import Formatted, utf16_length

_ENTITY_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
}
_CHARACTER = re.compile(r"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|(lt|gt|amp|quot));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.-]*")
_SPACES = re.compile(r"\s*")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LINK = re.compile(
    r"(?:https?://)?[^\s/?#.]+(?:\.[^\s/?#.]+)+(?::\d+)?(?:[/?#]\S*)?\Z", re.IGNORECASE
)
_INTERNAL = re.compile(r"(?:tg|ton|mailto|tel):\S+\Z", re.IGNORECASE)
_LOOPBACK = re.compile(r"https?://(?:localhost|\[::1\])(?::\d+)?(?:[/?#]\S*)?\Z", re.IGNORECASE)


class MarkupError(Exception):
    """The text is no HTML that Telegram reads; the message is Telegram's."""


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    position: int


def is_link(url: str) -> bool:
    """Tell whether Telegram takes `url` as the target of a link or of a button."""
    return any(pattern.match(url) for pattern in (_LINK, _INTERNAL, _LOOPBACK))


def parse_html(source: str) -> Formatted:
    """Return text and entities.

    Raises:
        MarkupError: an unknown, unclosed, unopened or wrongly nested tag.
    """
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.result: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[JsonObject] = []

    def parse(self) -> Formatted:
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "<":
                if self.source.startswith("</", self.at):
                    self._end_tag()
                else:
                    self._start_tag()
            elif char == "&":
                self._character()
            else:
                self._put(char)
                self.at += 1
        if self.open:
            tag = self.open[-1].tag
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return Formatted("".join(self.result), tuple(self.entities))

    def _put(self, text: str) -> None:
        self.result.append(text)
        self.units += utf16_length(text)

    def _character(self) -> None:
        decoded, self.at = _character_at(self.source, self.at)
        self._put(decoded)

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _start_tag(self) -> None:
        begin = self.at
        name = _TAG_NAME.match(self.source, begin + 1)
        assert name is not None
        self.at = name.end()
        where = self._bytes(begin)
        if self.at >= len(self.source):
            raise MarkupError(f"Unclosed start tag at byte offset {where}")
        tag = name[0].lower()
        if tag not in _ENTITY_TYPES:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {where}')
        argument = self._attributes(tag, where)
        if tag == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.open.append(_Open(tag, argument, self.units, len(self.result)))

    def _attributes(self, tag: str, where: int) -> str:
        argument = ""
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                self.at += 1
                return argument
            name = _ATTRIBUTE_NAME.match(self.source, self.at)
            if self._peek() == "":
                raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {where}')
            if name is None or not name[0]:
                raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            self.at = name.end()
            argument = _argument(tag, name[0], self._value(tag, where)) or argument

    def _value(self, tag: str, where: int) -> str | None:
        self._skip_spaces()
        if self._peek() != "=":
            return None
        self.at += 1
        self._skip_spaces()
        if self._peek() == "":
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {where}')
        if self._peek() in "'\"":
            return self._quoted(where)
        bare = _BARE_VALUE.match(self.source, self.at)
        assert bare is not None
        if bare.end() < len(self.source) and not re.match(r"[\s>]", self.source[bare.end()]):
            offset = self._bytes(self.at)
            raise MarkupError(f"Unexpected end of name token at byte offset {offset}")
        self.at = bare.end()
        return bare[0].lower()

    def _quoted(self, where: int) -> str:
        quote = self._peek()
        self.at += 1
        value: list[str] = []
        while self._peek() != quote:
            if self._peek() == "":
                raise MarkupError(f"Unclosed start tag at byte offset {where}")
            if self._peek() == "&":
                decoded, self.at = _character_at(self.source, self.at)
            else:
                decoded, self.at = self._peek(), self.at + 1
            value.append(decoded)
        self.at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        where = self._bytes(self.at)
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {where}")
        name = _TAG_NAME.match(self.source, self.at + 2)
        assert name is not None
        self.at = name.end()
        self._skip_spaces()
        if self._peek() != ">":
            raise MarkupError(f"Unclosed end tag at byte offset {where}")
        self.at += 1
        opened = self.open.pop()
        if name[0] and name[0].lower() != opened.tag:
            raise MarkupError(
                f"Unmatched end tag at byte offset {where}, "
                f'expected "</{opened.tag}>", found "</{name[0]}>"'
            )
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self.units - opened.offset
        if length <= 0:
            return
        entity: JsonObject = {
            "type": _ENTITY_TYPES[opened.tag],
            "offset": opened.offset,
            "length": length,
        }
        if opened.tag == "a":
            target = opened.argument or "".join(self.result[opened.position :])
            if not is_link(target):
                return
            entity["url"] = target
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.argument
        elif opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "pre" and self._language_of(opened):
            return
        elif opened.tag == "code" and self.open and self.open[-1].tag == "pre":
            entity["type"] = "pre"
            if opened.argument:
                entity["language"] = opened.argument
        self.entities.append(entity)

    def _language_of(self, opened: _Open) -> bool:
        """Tell whether `<pre><code>` around the same text has already made one entity."""
        last = self.entities[-1] if self.entities else None
        span = (opened.offset, self.units - opened.offset)
        return bool(last and last["type"] == "pre" and (last["offset"], last["length"]) == span)

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _skip_spaces(self) -> None:
        spaces = _SPACES.match(self.source, self.at)
        assert spaces is not None
        self.at = spaces.end()


def _argument(tag: str, attribute: str, value: str | None) -> str:
    """Return what the attribute means for the tag; attributes without meaning are ignored."""
    match tag, attribute.lower():
        case "a", "href":
            return value or ""
        case "code", "class" if value and value.startswith("language-"):
            return value.removeprefix("language-")
        case "span", "class" if value and value.startswith("tg-"):
            return value.removeprefix("tg-")
        case "tg-emoji", "emoji-id":
            return value or ""
        case "blockquote", "expandable":
            return "expandable"
        case _:
            return ""


def _character_at(source: str, at: int) -> tuple[str, int]:
    """Return the character that a reference stands for; other ampersands are themselves."""
    match = _CHARACTER.match(source, at)
    if match is None:
        return "&", at + 1
    if match[3]:
        return _NAMED[match[3]], match.end()
    code = int(match[1], 16) if match[1] else int(match[2])
    if code == 0 or code >= 0x10FFFF or 0xD800 <= code < 0xE000:
        return "&", at + 1
    return chr(code), match.end()
