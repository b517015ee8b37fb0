"""The German texts of the content, collected while it is built.

Each text gets its message id here.
"""

from bot.content.problems import Problem
from bot.content.schema import Text
from bot.content.texts import BUTTON_LIMIT, BUTTONS, Kind, SourceText, named
from bot.content.yamlfile import Document, Path
from bot.model.paragraphs import Paragraph


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
