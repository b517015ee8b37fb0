"""Content of one region from its folder: read, built and checked in one go.

`load` is what everything begins with; `ContentHolder` keeps the content that is
running and takes a new one only when it is clean. Commands are in `commands.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.content.build import build
from bot.content.problems import Problem, in_order
from bot.content.sources import read_sources
from bot.content.texts import SourceText
from bot.model.content import Content


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder gave. `content` is None as long as any problem is an error."""

    content: Content | None
    problems: tuple[Problem, ...]
    texts: Mapping[str, SourceText]

    @property
    def clean(self) -> bool:
        return not any(problem.blocks for problem in self.problems)


def load(content_dir: Path, region: str, languages: tuple[str, ...] = ("de",)) -> Loaded:
    """Read `content_dir` for `region`. Mistakes of editors never raise."""
    sources = read_sources(content_dir, region)
    built = build(sources, languages)
    problems = in_order((*sources.problems, *built.problems))
    loaded = Loaded(built.content, problems, MappingProxyType(built.book.texts))
    return loaded if loaded.clean else Loaded(None, problems, loaded.texts)
