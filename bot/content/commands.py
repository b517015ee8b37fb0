"""What `lotse content ...` and `lotse i18n ...` do, as functions of folders and a day.

Each returns an exit code and the lines to print; options and colours are `bot.cli`'s.
Exit code 1 means that something blocks publishing; warnings do not.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from bot.content.build import build
from bot.content.extract import extracted, program_texts
from bot.content.files import Files
from bot.content.load import Run, load, offered_languages
from bot.content.picture.progress import progress_svg
from bot.content.printed import Format, Printed
from bot.content.problems import Code, Position, Problem, Severity, in_order, listed
from bot.content.sources import nearest_ids, read_sources, region_ids
from bot.content.status import by_file as files_of
from bot.content.status import status, table, table_by_file
from bot.content.sync import sync
from bot.content.texts import SourceText
from bot.content.weblate import components
from bot.i18n.catalogue import Catalogues
from bot.i18n.languages import LANGUAGES

NO_REGION = Code("region-unknown", "there is no region `{name}`", "write one of: {known}")


def check(
    content_dir: Path,
    locales_dir: Path,
    region: str | None,
    today: date,
    *,
    full: bool = False,
    format_: Format = Format.TEXT,
) -> Printed:
    """Check one region's content, or every region's, with all translations."""
    problems = found_in(content_dir, locales_dir, region, today, full=full)
    failed = any(problem.blocks for problem in problems)
    return int(failed), _FORMATS[format_](problems)


def found_in(
    content_dir: Path,
    locales_dir: Path,
    region: str | None,
    today: date,
    *,
    full: bool = False,
    run: Run | None = None,
) -> list[Problem]:
    """What `check` finds, errors first. Files that `run` knows already are not read again."""
    known = region_ids(content_dir)
    if region is not None and region not in known:
        return [NO_REGION.at(Position(str(content_dir)), name=region, known=listed(known))]
    if not known:
        return [NO_REGION.at(Position(str(content_dir)), name="*", known=listed(known))]
    catalogues = Catalogues.load(locales_dir, offered_languages(locales_dir))
    found: list[Problem] = []
    run = run or Run()
    for each in [region] if region else nearest_ids(content_dir, run.files):
        loaded = load(content_dir, each, catalogues, today=today, full=full, to_run=False, run=run)
        found += loaded.problems
    return sorted(in_order(found), key=lambda problem: problem.severity is Severity.WARNING)


def sync_translations(content_dir: Path, locales_dir: Path, add: Iterable[str] = ()) -> Printed:
    """Bring all PO files up to the German texts; `add` begins further languages.

    Nothing is written while the content cannot be read as a whole: texts of a broken
    file would be taken for removed ones.
    """
    unknown = [language for language in add if language not in LANGUAGES]
    if unknown:
        return 1, [f"no such language: {listed(unknown)}; known: {listed(LANGUAGES, 40)}"]
    texts, problems = _all_texts(content_dir)
    if problems or not texts:
        return 1, [*map(str, problems), "nothing was written"]
    languages = dict.fromkeys((*offered_languages(locales_dir), *add))
    catalogues = Catalogues.load(locales_dir, ())
    domains = extracted({**program_texts(catalogues), **texts})
    changed = sync(locales_dir, (each for each in languages if each != "de"), domains)
    return 0, [*(str(path) for path in changed), f"{len(changed)} files changed"]


def translation_status(
    content_dir: Path,
    locales_dir: Path,
    *,
    by_file: bool = False,
    format_: Format = Format.TEXT,
    picture: Path | None = None,
) -> Printed:
    """How far the languages are, as a table or for programs; `picture` is an SVG to write."""
    texts, problems = _all_texts(content_dir)
    catalogues = Catalogues.load(locales_dir, offered_languages(locales_dir))
    every = {**program_texts(catalogues), **texts}
    files = files_of(catalogues, every)
    lines = table_by_file(files) if by_file else table(status(catalogues, every))
    if format_ is Format.JSON:
        rows = [{**asdict(line), "share": line.share} for each in files.values() for line in each]
        lines = [json.dumps(rows, indent=1)]
    if picture is not None:
        picture.write_text(progress_svg(files), "utf-8")
        lines.append(str(picture))
    return int(bool(problems)), [*map(str, problems), *lines]


def weblate_components(content_dir: Path, locales_dir: Path, repository: str) -> Printed:
    """What a Weblate server imports to offer every file to translators."""
    texts, problems = _all_texts(content_dir)
    if problems:
        return 1, [*map(str, problems), "nothing was listed"]
    catalogues = Catalogues.load(locales_dir, ())
    every = {**program_texts(catalogues), **texts}
    domains = dict.fromkeys(text.domain for text in every.values())
    return 0, [components(domains, repository).rstrip()]


def _all_texts(content_dir: Path) -> tuple[Mapping[str, SourceText], list[Problem]]:
    """The German texts of every region, and what keeps files from being read."""
    texts: dict[str, SourceText] = {}
    problems: list[Problem] = []
    files = Files()
    for region in region_ids(content_dir):
        sources = read_sources(content_dir, region, files)
        built = build(sources, ("de",))
        texts |= built.book.texts
        problems += sources.problems if built.content else (*sources.problems, *built.problems)
    return texts, [problem for problem in in_order(problems) if problem.blocks]


def _as_text(problems: list[Problem]) -> list[str]:
    errors = sum(problem.blocks for problem in problems)
    summary = f"{errors} errors, {len(problems) - errors} warnings"
    lines = [f"{problem}" if problem.blocks else f"{problem} (warning)" for problem in problems]
    return [*lines, summary]


def _as_github(problems: list[Problem]) -> list[str]:
    """Annotations of a workflow run; their own signs are escaped as GitHub wants it."""
    return [
        f"::{problem.severity} file={_property(problem.path)},line={problem.line},"
        f"col={problem.column},title={_property(problem.code)}"
        f"::{_data(f'{problem.message} -> {problem.remedy}')}"
        for problem in problems
    ]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _as_json(problems: list[Problem]) -> list[str]:
    rows = [
        {
            "path": problem.path,
            "line": problem.line,
            "column": problem.column,
            "code": problem.code,
            "severity": problem.severity.value,
            "message": problem.message,
            "remedy": problem.remedy,
        }
        for problem in problems
    ]
    return [json.dumps(rows, ensure_ascii=False, indent=1)]


_FORMATS: Mapping[Format, Callable[[list[Problem]], list[str]]] = {
    Format.TEXT: _as_text,
    Format.GITHUB: _as_github,
    Format.JSON: _as_json,
}
