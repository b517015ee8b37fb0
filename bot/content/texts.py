"""A German text of the content, with what translators need to know of it.

A note, what kind of text it is, how long it may be, and where it stands. Texts are collected
in `textbook.py`; nothing is rendered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.content.problems import Position

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
BUTTON_LIMIT = 40
MESSAGE_LIMIT = 4096


class Kind(StrEnum):
    """What a text is. The value is what translators read in the comment."""

    TOPIC = "topic, a button"
    CARD = "title of a card, a button"
    QUESTION = "question"
    WHY = "why we ask"
    OPTION = "answer, a button"
    SUMMARY = "line of the summary for the caseworker"
    BODY = "advice"
    WITHOUT = "advice, when the amount or date is not known"
    STEP = "own next step"
    REASON = "why this topic too"
    KEYWORDS = "words newcomers type, separated by commas"
    GROUP = "group of topics, a button"
    PAPER = "thing to bring"
    ROLE = "kind of office"
    PHONE = "name of a phone number"
    FACT = "name of an amount or date, for editors"
    DANGER = "kind of danger, a button"
    FIRST_MESSAGE = "first message in danger"
    HINT = "hint in danger"
    SECTION = "heading over replies or questions, for caseworkers"
    REPLY_TITLE = "name of a reply, for caseworkers"
    REPLY = "reply of a caseworker"
    SLOT = "gap of a reply, for caseworkers"
    EXPLANATION = "explanation of a German word"
    OFFICE_NOTE = "note about an office"
    QUEUE = "name of a team's queue"
    NIGHT = "what happens outside working hours"
    PLACE = "name of a town, a button"
    PROGRAM = "text of the program"


BUTTONS = frozenset({Kind.GROUP, Kind.TOPIC, Kind.CARD, Kind.OPTION, Kind.DANGER, Kind.PLACE})


@dataclass(frozen=True, slots=True)
class SourceText:
    """A German text with its message id; `limit` in characters, None: as long as a message."""

    key: str
    german: str
    note: str | None
    kind: Kind
    limit: int | None
    position: Position

    @property
    def domain(self) -> str:
        """The PO domain: the file id in front of the key."""
        return self.key.partition("/")[0]


def placeholders(text: str) -> Iterator[str]:
    """What stands between braces, in order: `fact:minimum_wage`, `phone:police`, `date`."""
    for match in PLACEHOLDER.finditer(text):
        yield match.group(1)


def named(text: str, kind: str) -> list[str]:
    """The ids of one kind of placeholder, each once."""
    found = [
        name.removeprefix(f"{kind}:") for name in placeholders(text) if name.startswith(f"{kind}:")
    ]
    return list(dict.fromkeys(found))
