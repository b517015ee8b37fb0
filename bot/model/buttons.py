"""Buttons and the codec of their callback data.

Callback data is short and stable: what to do, short hashes of content ids, a
number, a language. It carries no authority: who may do what follows from the
sender and the database. An unknown hash decodes to None, never to a guess.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2s
from typing import Final

from bot.model.phrases import Phrase

MAX_BYTES: Final = 64
"""Telegram's limit for callback_data."""

_SEPARATOR: Final = "."
_BELOW: Final = "!"
_PARTS: Final = 5
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_WRITTEN: Final = re.compile(r"[A-Za-z0-9_~.!-]+")
"""Every sign that `encode` writes. Nothing else gets as far as a database or a screen."""

_NUMBER: Final = re.compile(r"(?:[1-9a-z][0-9a-z]{0,9})?")


class Do(StrEnum):
    """What a button does. The values travel in callback data and never change."""

    LANGUAGE = "l"
    LANGUAGES = "L"
    LANGUAGE_MISSING = "lm"
    NOTICE = "n"
    NOTICE_MORE = "nm"
    AGREE = "na"
    READ_ONLY = "nr"
    HOME = "h"
    URGENT = "u"
    DANGER = "d"
    SAFE = "ds"
    NOT_SAFE = "dn"
    GROUP = "g"
    TOPIC = "t"
    GO_ON = "tg"
    ANSWER = "a"
    TOGGLE = "at"
    CHOSEN = "ac"
    BACK = "ab"
    REASK = "ar"
    REUSE = "au"
    CHANGE = "ax"
    RESULT = "r"
    CARD = "c"
    CARD_WORDS = "cw"
    QUESTION_WORDS = "aw"
    REPLY_WORDS = "kw"
    HERE = "H"
    HELPFUL = "y"
    UNHELPFUL = "z"
    PERSON = "p"
    QUEUE = "pq"
    NO_TEXT = "pt"
    LEAVE_OUT = "pl"
    LEAVE_OUT_TEXT = "px"
    LEAVING_OUT = "pe"
    SUMMARY = "ps"
    SEND = "py"
    NO_HANDOFF = "pn"
    CASES = "C"
    CASE = "k"
    LEAVE_CASE = "kl"
    RATE = "ke"
    NO_SENTENCE = "kn"
    ASKED = "kq"
    ASKED_TOGGLE = "kt"
    ASKED_CHOSEN = "kc"
    EXPORT = "ve"
    DELETE = "vd"
    DELETE_NOW = "vy"
    CLAIM = "sc"
    RELEASE = "sr"
    CLOSE = "sx"
    REOPEN = "so"
    REPLIES = "sl"
    REPLY = "sp"
    SEND_REPLY = "ss"
    QUESTIONS = "sq"
    TOPIC_QUESTIONS = "st"
    QUESTION = "sv"
    SEND_QUESTION = "sy"


_KINDS: Final = frozenset(do.value for do in Do)

LITERAL_TARGETS: Final = frozenset(
    {Do.CASE, Do.LEAVE_CASE, Do.RATE, Do.NO_SENTENCE}
    | {Do.ASKED, Do.ASKED_TOGGLE, Do.ASKED_CHOSEN}
    | {Do.CLAIM, Do.RELEASE, Do.CLOSE, Do.REOPEN, Do.REPLIES, Do.REPLY, Do.SEND_REPLY}
    | {Do.QUESTIONS, Do.TOPIC_QUESTIONS, Do.QUESTION, Do.SEND_QUESTION}
)
"""Actions whose target is a ticket code and travels as written, not hashed."""


@dataclass(frozen=True, slots=True)
class Action:
    """What pressing a button means.

    `target` is a content id (field, topic, card, queue, danger) or, for
    LITERAL_TARGETS, a ticket code. `value` is a content id. `number` is a question's
    meaning, a ticket's version or a rating. `language` is set before consent and in
    read-only mode, where no conversation is stored and the button carries it. `below`: the pressed
    message must stay as it is; what follows is sent below it.
    """

    do: Do
    target: str = ""
    value: str = ""
    number: int = 0
    language: str = ""
    below: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """One button: its label and either an action or a web address."""

    label: Phrase
    action: Action | None = None
    url: str | None = None


def short(content_id: str) -> str:
    """Return the six base64url characters that stand for `content_id` in callback data.

    36 bits: a collision among a county's few thousand ids is a finding of the
    content check, never an accident at run time.
    """
    return urlsafe_b64encode(blake2s(content_id.encode()).digest()[:5])[:6].decode()


def encode(action: Action) -> str:
    """Return callback data of at most `MAX_BYTES` bytes for `action`."""
    target = action.target
    if action.do not in LITERAL_TARGETS and target:
        target = short(target)
    value = short(action.value) if action.value else ""
    number = _base36(action.number) if action.number else ""
    kind = action.do.value + (_BELOW if action.below else "")
    parts = [kind, target, value, number, action.language]
    return _SEPARATOR.join(parts).rstrip(_SEPARATOR)


def decode(data: str, ids: Mapping[str, str]) -> Action | None:
    """Return the action behind `data`, or None if any part of it is unknown.

    `ids` maps short hashes to content ids (`Content.ids`). Any string may come in:
    buttons can be old, forged or damaged. Only what `encode` writes is read.
    """
    parts = data.split(_SEPARATOR)
    if len(parts) > _PARTS or len(data) > MAX_BYTES or not _WRITTEN.fullmatch(data):
        return None
    kind, target, value, number, language = parts + [""] * (_PARTS - len(parts))
    name = kind.removesuffix(_BELOW)
    if name not in _KINDS or not _NUMBER.fullmatch(number):
        return None
    do = Do(name)
    if do not in LITERAL_TARGETS and target:
        target = ids.get(target, "")
        if not target:
            return None
    if value:
        value = ids.get(value, "")
        if not value:
            return None
    count = int(number, 36) if number else 0
    return Action(do, target, value, count, language, below=kind.endswith(_BELOW))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits
