"""Content of one region from its folder: read, built and checked in one go.

`load` is what everything begins with; `holder.py` keeps the content that is
running, `commands.py` prints what was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.content.build import build
from bot.content.checks import findings
from bot.content.extract import program_texts
from bot.content.material import FEW_WAYS, MANY_WAYS, Material, translations_of
from bot.content.problems import Code, Position, Problem, in_order
from bot.content.sources import read_sources
from bot.content.texts import SourceText
from bot.i18n.catalogue import Catalogues
from bot.i18n.languages import LANGUAGES
from bot.model.content import Content

PO_FILE = Code("po-file", "{what}", "mend the line; until then the message is not shown")


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


def load(
    content_dir: Path,
    region: str,
    catalogues: Catalogues | None = None,
    *,
    today: date | None = None,
    full: bool = False,
) -> Loaded:
    """Read `content_dir` for `region` and check it. Mistakes of editors never raise.

    Translations are checked if `catalogues` are given; the languages they
    offer are the content's. Without `today` nothing is overdue.
    """
    languages = ("de",) if catalogues is None else catalogues.offered
    sources = read_sources(content_dir, region)
    built = build(sources, languages)
    found = [*sources.problems, *built.problems, *_po_problems(catalogues)]
    if built.content is not None:
        material = Material(
            sources=sources,
            content=built.content,
            texts=built.book.texts,
            translations=translations_of(catalogues),
            program={} if catalogues is None else program_texts(catalogues),
            faulty=frozenset(problem.path for problem in found if problem.blocks),
            today=today,
            limit=MANY_WAYS if full else FEW_WAYS,
        )
        found += findings(material)
    problems = in_order(found)
    blocked = any(problem.blocks for problem in problems)
    texts = MappingProxyType(built.book.texts)
    return Loaded(None if blocked else built.content, problems, texts)


def offered_languages(locales_dir: Path) -> tuple[str, ...]:
    """German and every language that has a folder in `locales_dir`, in the usual order."""
    return tuple(
        code
        for code, language in LANGUAGES.items()
        if code == "de" or (locales_dir / language.folder / "LC_MESSAGES").is_dir()
    )


def _po_problems(catalogues: Catalogues | None) -> list[Problem]:
    found = () if catalogues is None else catalogues.problems
    return [
        PO_FILE.at(Position(str(problem.path), problem.line), what=problem.message)
        for problem in found
    ]
