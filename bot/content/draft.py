"""Content as it is being written, for tools that show it: whole or not.

A mistake somewhere else must not keep an editor from looking at a topic, so nothing
is checked here beyond what building needs. What may run is decided in `load.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.build import build
from bot.content.files import Files
from bot.content.load import offered_languages
from bot.content.problems import Problem, in_order
from bot.content.sources import Sources, read_sources
from bot.content.terms import with_terms
from bot.content.texts import SourceText
from bot.i18n.catalogue import Catalogues
from bot.i18n.render import Renderer
from bot.model.content import Content


@dataclass(frozen=True, slots=True)
class Draft:
    """One region's content as far as it could be built, with its wording.

    `content` is None if a region file, or something every region needs, is broken.
    """

    sources: Sources
    content: Content | None
    texts: Mapping[str, SourceText]
    renderer: Renderer
    problems: tuple[Problem, ...]

    def standing_in_the_way(self, topics: Iterable[str]) -> tuple[Problem, ...]:
        """The mistakes because of which these topics would be shown wrongly, or not at all."""
        beside = ("topics/", "regions/")
        wanted = tuple(f"topics/{name}.yaml" for name in topics)
        return tuple(
            problem
            for problem in self.problems
            if problem.path.endswith(wanted) or not any(part in problem.path for part in beside)
        )


def read_draft(
    content_dir: Path, locales_dir: Path, region: str, files: Files | None = None
) -> Draft:
    """Read and build one region's content with all translations there are.

    What `files` know already is not read again.
    """
    catalogues = Catalogues.load(locales_dir, offered_languages(locales_dir))
    sources = read_sources(content_dir, region, files)
    built = build(sources, catalogues.offered)
    zone = built.content.region.time_zone if built.content else "Europe/Berlin"
    german = {key: text.german for key, text in built.book.texts.items()}
    content = None if built.content is None else with_terms(built.content, built.book.texts)
    return Draft(
        sources=sources,
        content=content,
        texts=built.book.texts,
        renderer=Renderer(catalogues, german, zone),
        problems=in_order(
            problem for problem in (*sources.problems, *built.problems) if problem.blocks
        ),
    )
