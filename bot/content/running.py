"""What runs now, for those who show it to editors."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.content.problems import Problem
from bot.content.texts import SourceText
from bot.i18n.render import Renderer
from bot.model.content import Content
from bot.model.editing import Standing


@dataclass(frozen=True, slots=True)
class Running:
    """What runs now. `problems` are those of the files that were looked at last."""

    standing: Standing
    problems: tuple[Problem, ...]
    content: Content
    texts: Mapping[str, SourceText]
    renderer: Renderer
