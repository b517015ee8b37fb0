"""The German texts of the content, collected while it is built.

Each text gets its message id here and keeps what translators need: a note, what
kind of text it is, how long it may be, and where it stands. Nothing is rendered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.content.problems import Position, Problem
from bot.content.schema import Text
from bot.content.yamlfile import Document, Path
from bot.model.paragraphs import Paragraph

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


class TextBook:
    """Collects texts in the order of the files, and problems found on the way."""

    def __init__(self) -> None:
        self.texts: dict[str, SourceText] = {}
        self.problems: list[Problem] = []

    def add(self, key: str, text: Text, kind: Kind, document: Document, path: Path) -> str:
        """Note a text and return its key. Its fallback gets a key of its own."""
        here = (
            document.at(*path, "text") if (*path, "text") in document.marks else document.at(*path)
        )
        limit = BUTTON_LIMIT if kind in BUTTONS else None
        self.texts[key] = SourceText(key, text.text.strip(), text.note, kind, limit, here)
        if text.without is not None:
            fallback = document.at(*path, "without")
            self.texts[f"{key}.without"] = SourceText(
                f"{key}.without", text.without.strip(), text.note, Kind.WITHOUT, None, fallback
            )
        return key

    def optional(
        self, key: str, text: Text | None, kind: Kind, document: Document, path: Path
    ) -> str | None:
        return None if text is None else self.add(key, text, kind, document, path)

    def paragraph(
        self, key: str, text: Text, kind: Kind, document: Document, path: Path
    ) -> Paragraph:
        """Note a text that may name facts and phones, and return it as a paragraph."""
        self.add(key, text, kind, document, path)
        return Paragraph(
            text=key,
            facts=tuple(named(text.text, "fact")),
            phones=tuple(named(f"{text.text} {text.without or ''}", "phone")),
            without=None if text.without is None else f"{key}.without",
        )

    def paragraphs(
        self, key: str, texts: list[Text], kind: Kind, document: Document, path: Path
    ) -> tuple[Paragraph, ...]:
        """Several texts under one name, numbered from 1."""
        several = (*path, 0) in document.marks
        return tuple(
            self.paragraph(
                f"{key}.{number}", text, kind, document, (*path, number - 1) if several else path
            )
            for number, text in enumerate(texts, start=1)
        )


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
