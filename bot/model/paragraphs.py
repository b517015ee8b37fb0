"""A text of the content with the facts and numbers it names.

How it is said on a given day is decided in `bot.engine.advice`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A body sentence group. With an expired fact, `without` is shown instead (or nothing)."""

    text: str
    facts: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    without: str | None = None
