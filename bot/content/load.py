"""Content of one region from its folder: read, built and checked in one go.

`load` is what everything begins with; `holder.py` keeps the content that is
running, `commands.py` prints what was found.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.content.build import Built, build
from bot.content.checks import findings
from bot.content.extract import program_texts
from bot.content.files import Files
from bot.content.loaded import Loaded
from bot.content.material import FEW_WAYS, MANY_WAYS, Material, Translations, translations_of
from bot.content.problems import Code, Position, Problem, in_order, listed
from bot.content.sources import Sources, read_sources, runnable_ids
from bot.content.terms import with_terms
from bot.i18n.catalogue import Catalogues
from bot.i18n.languages import LANGUAGES
from bot.model.content import Content

PO_FILE = Code("po-file", "{what}", "mend the line; until then the message is not shown")
ABSTRACT = Code(
    "region-abstract",
    "`{name}` is only there to be extended and cannot be run",
    "run a region that people live in: {known}",
)


@dataclass(slots=True)
class Run:
    """What several loads one after the other share: files, translations, what was checked.

    `known_clean` says that these very files were checked before: only what keeps them
    from being read is found then.
    """

    files: Files = field(default_factory=Files)
    checked: set[object] = field(default_factory=set)
    translations: tuple[Catalogues | None, Translations] | None = None
    known_clean: bool = False

    def translations_of(self, catalogues: Catalogues | None) -> Translations:
        """The messages of `catalogues`; asked for the same ones, the same messages."""
        if self.translations is None or self.translations[0] is not catalogues:
            self.translations = (catalogues, translations_of(catalogues))
        return self.translations[1]


def load(
    content_dir: Path,
    region: str,
    catalogues: Catalogues | None = None,
    *,
    today: date | None = None,
    full: bool = False,
    to_run: bool = True,
    run: Run | None = None,
) -> Loaded:
    """Read `content_dir` for `region` and check it. Mistakes of editors never raise.

    Translations are checked if `catalogues` are given; the languages they
    offer are the content's. Without `today` nothing is overdue. A level that is
    only there to be extended can be checked, but not run. What an earlier load of the
    same `run` has found is not found again.
    """
    run = run or Run()
    languages = ("de",) if catalogues is None else catalogues.offered
    sources = read_sources(content_dir, region, run.files)
    built = build(sources, languages)
    found = [*sources.problems, *built.problems, *_po_problems(catalogues)]
    found += _abstract(sources, content_dir) if to_run else []
    if built.content is not None and not run.known_clean:
        material = Material(
            sources=sources,
            content=built.content,
            texts=built.book.texts,
            translations=run.translations_of(catalogues),
            program={} if catalogues is None else program_texts(catalogues),
            faulty=frozenset(problem.path for problem in found if problem.blocks),
            today=today,
            limit=MANY_WAYS if full else FEW_WAYS,
            checked=run.checked,
        )
        found += findings(material)
    blocked = any(problem.blocks for problem in found)
    content = None if blocked else _finished(built, to_run=to_run)
    return Loaded(content, in_order(found), MappingProxyType(built.book.texts))


def _finished(built: Built, *, to_run: bool) -> Content | None:
    """What was built, with all that only a running bot needs."""
    if built.content is None or not to_run:
        return built.content
    return with_terms(built.content, built.book.texts)


def offered_languages(locales_dir: Path) -> tuple[str, ...]:
    """German and every language that has a folder in `locales_dir`, in the usual order."""
    return tuple(
        code
        for code, language in LANGUAGES.items()
        if code == "de" or (locales_dir / language.folder / "LC_MESSAGES").is_dir()
    )


def _abstract(sources: Sources, content_dir: Path) -> list[Problem]:
    if not sources.abstract or not sources.regions:
        return []
    level = sources.regions[0]
    here, known = level.document.at("abstract"), listed(runnable_ids(content_dir))
    return [ABSTRACT.at(here, name=level.id, known=known)]


def _po_problems(catalogues: Catalogues | None) -> list[Problem]:
    found = () if catalogues is None else catalogues.problems
    return [
        PO_FILE.at(Position(str(problem.path), problem.line), what=problem.message)
        for problem in found
    ]
