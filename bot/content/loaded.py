"""What reading a content folder gives: content, findings and the German texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.content.problems import Problem
from bot.content.texts import SourceText
from bot.model.content import Content


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder gave. `content` is None as long as any problem is an error.

    `texts` are the German texts by message id, in the order of the files.
    """

    content: Content | None
    problems: tuple[Problem, ...]
    texts: Mapping[str, SourceText]

    @property
    def german(self) -> dict[str, str]:
        """The German texts by message id, as catalogues want them."""
        return {key: text.german for key, text in self.texts.items()}

    @property
    def formerly(self) -> dict[str, str]:
        """Beginnings of message ids before a renaming, and what they are today."""
        renames = {} if self.content is None else self.content.renames
        return {
            f"{_domain(old)}/{kind}{old.partition('.')[2]}": (
                f"{_domain(new)}/{kind}{new.partition('.')[2]}"
            )
            for old, new in renames.items()
            for kind in ("", "card.")
        }


def _domain(field: str) -> str:
    owner = field.partition(".")[0]
    return {"person": "people", "ask": "questions"}.get(owner, owner)
