"""The commands for editors: content and translations, without database and Telegram.

Each calls one function of `bot.content` and prints what it returns; how findings are
worded is said there. A command imports what it needs when it runs: a bot that starts
reads no YAML. The other commands are in `bot.cli`.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.clock import SystemClock
from bot.content.printed import Form, Format, Listing, Printed

content = typer.Typer(no_args_is_help=True, help="The content that editors write.")
i18n = typer.Typer(no_args_is_help=True, help="The translations.")

ContentDir = Annotated[Path, typer.Option(envvar="LOTSE_CONTENT_DIR", help="Folder of the YAML.")]
LocalesDir = Annotated[Path, typer.Option(envvar="LOTSE_LOCALES_DIR", help="Folder of the PO.")]
DataDir = Annotated[Path, typer.Option(envvar="LOTSE_DATA_DIR", help="Folder of the data.")]
Region = Annotated[str | None, typer.Option(envvar="LOTSE_REGION", help="Default: all regions.")]
OneRegion = Annotated[
    str | None, typer.Option(envvar="LOTSE_REGION", help="Default: the first with offices.")
]
Language = Annotated[str, typer.Option("--lang", help="A language, for example de, en, uk or ar.")]

CONTENT = Path("content")
LOCALES = Path("locales")


@content.command("check")
def content_check(
    content_dir: ContentDir = CONTENT,
    locales_dir: LocalesDir = LOCALES,
    region: Region = None,
    full: Annotated[bool, typer.Option(help="Try 50,000 ways through a topic.")] = False,  # noqa: FBT002  # an option
    format_: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Everything, with file, line, column and remedy."""
    from bot.content import commands

    today = SystemClock().today()
    _print(commands.check(content_dir, locales_dir, region, today, full=full, format_=format_))


@content.command("try")
def content_try(
    topic: Annotated[str | None, typer.Argument(help="Default: choose from a list.")] = None,
    lang: Language = "de",
    place: Annotated[
        str | None, typer.Option(help="A municipality of the region, or outside.")
    ] = None,
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Amounts of this day.")
    ] = None,
    content_dir: ContentDir = CONTENT,
    locales_dir: LocalesDir = LOCALES,
    region: OneRegion = None,
) -> None:
    """Play a topic here, see why each card came or not, and get a test of it to paste."""
    from bot.content.trying import Wish, try_topic

    today = date.date() if date else SystemClock().today()
    wish = Wish(topic, lang, place, region, today)
    _print(try_topic((content_dir, locales_dir), wish, _typed(), typer.echo))


@content.command("test")
def content_test(
    topic: Annotated[str | None, typer.Option(help="Default: every topic.")] = None,
    content_dir: ContentDir = CONTENT,
    region: OneRegion = None,
) -> None:
    """Play the tests written beside the topics, and say why one fails."""
    from bot.content import testing

    _print(testing.run_tests(content_dir, region, topic))


@content.command("diff")
def content_diff(
    revision: Annotated[str, typer.Argument(help="A git revision: a branch, a tag, HEAD~1 ...")],
    content_dir: ContentDir = CONTENT,
    region: Region = None,
) -> None:
    """What changed since a revision, and what it does to people in the middle of a topic."""
    from bot.content import diff

    _print(diff.diff(content_dir, _runnable(content_dir, region), revision))


@content.command("graph")
def content_graph(
    topic: Annotated[str | None, typer.Argument(help="Default: all topics, as a table.")] = None,
    lang: Language = "de",
    format_: Annotated[
        Form | None, typer.Option("--format", help="Default: as the file is called, else svg.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where to; default: TOPIC.LANG.svg.")] = None,
    content_dir: ContentDir = CONTENT,
    locales_dir: LocalesDir = LOCALES,
    region: OneRegion = None,
) -> None:
    """Draw a topic: questions, conditions, cards and danger on one sheet."""
    from bot.content.drawing import graph

    _print(graph((content_dir, locales_dir), region, topic, lang, (format_, out)))


@content.command("stale")
def content_stale(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day; default: today.")
    ] = None,
    format_: Annotated[Listing, typer.Option("--format", help="How to print.")] = Listing.TEXT,
    lang: Annotated[str, typer.Option(help="Language of the lists: de or en.")] = "de",
    mail: Annotated[bool, typer.Option("--mail", help="Send each owner their list.")] = False,  # noqa: FBT002  # an option
    content_dir: ContentDir = CONTENT,
    locales_dir: LocalesDir = LOCALES,
    region: Region = None,
) -> None:
    """What is due for review, by owner: overdue, and within 30 and 60 days."""
    from bot.content.stale import stale

    day = on.date() if on else SystemClock().today()
    if mail:
        _print(_mailed((content_dir, locales_dir), region, day, lang))
    _print(stale(content_dir, locales_dir, region, day, (format_, lang)))


@content.command("schema")
def content_schema(
    out: Annotated[Path | None, typer.Option(help="Default: schema/ in the content.")] = None,
    content_dir: ContentDir = CONTENT,
) -> None:
    """Write JSON Schemas, with which editors complete and check YAML while typing."""
    from bot.content import schema_files

    _print(schema_files.write_schemas(content_dir, out))


@content.command("publish")
def content_publish(
    revision: Annotated[
        str | None, typer.Argument(help="A git revision; default: the files as they are.")
    ] = None,
    content_dir: ContentDir = CONTENT,
    locales_dir: LocalesDir = LOCALES,
    data_dir: DataDir = Path("data"),
    region: Region = None,
    list_: Annotated[bool, typer.Option("--list", help="Only list what was published.")] = False,  # noqa: FBT002  # an option
) -> None:
    """Check everything and let it run; an older revision takes the bot back to it."""
    from bot.content import publish

    store = publish.Store.of(data_dir)
    if list_:
        _print(publish.history(store.releases))
    folders = publish.Folders(content_dir, locales_dir)
    regions = _runnable(content_dir, region)
    _print(publish.publish(folders, store, regions, SystemClock().now(), revision))


@i18n.command("sync")
def i18n_sync(
    content_dir: ContentDir = CONTENT,
    locales_dir: LocalesDir = LOCALES,
    add: Annotated[list[str] | None, typer.Option(help="Begin this language.")] = None,
) -> None:
    """Bring the PO files up to the German texts."""
    from bot.content import commands

    _print(commands.sync_translations(content_dir, locales_dir, add or []))


@i18n.command("status")
def i18n_status(
    content_dir: ContentDir = CONTENT,
    locales_dir: LocalesDir = LOCALES,
    files: Annotated[bool, typer.Option("--files", help="Each topic and list by itself.")] = False,  # noqa: FBT002  # an option
    format_: Annotated[
        Format, typer.Option("--format", help="text, or json with all figures.")
    ] = Format.TEXT,
    picture: Annotated[Path | None, typer.Option(help="Draw it: an SVG to write.")] = None,
) -> None:
    """Translated, fuzzy, missing and unreviewed texts by language, and by topic."""
    from bot.content import commands

    said = commands.translation_status(
        content_dir, locales_dir, by_file=files, format_=format_, picture=picture
    )
    _print(said)


@i18n.command("weblate")
def i18n_weblate(
    repository: Annotated[str, typer.Argument(help="Where Weblate finds this repository.")],
    content_dir: ContentDir = CONTENT,
    locales_dir: LocalesDir = LOCALES,
) -> None:
    """Print the components for a Weblate server, one for each topic and list."""
    from bot.content import commands

    _print(commands.weblate_components(content_dir, locales_dir, repository))


def _typed() -> Iterator[str]:
    """Lines from the keyboard, each after a prompt that a pipe does not get."""
    prompt = sys.stdin.isatty()
    while True:
        if prompt:
            typer.echo("> ", nl=False)
        line = sys.stdin.readline()
        if not line:
            return
        yield line


def _mailed(folders: tuple[Path, Path], region: str | None, day: date, language: str) -> Printed:
    from bot import reminders
    from bot.content.stale import digests
    from bot.settings import SettingsError, read_settings

    content_dir, locales_dir = folders
    found = digests(content_dir, _runnable(content_dir, region), day)
    try:
        results = reminders.send(read_settings(), locales_dir, found, language)
    except SettingsError as error:
        return 2, error.faults
    except reminders.NoMailServer as error:
        return 2, [str(error)]
    return int(not all(sent for sent, _ in results)), [line for _, line in results]


def _runnable(content_dir: Path, region: str | None) -> Sequence[str]:
    from bot.content.sources import runnable_ids

    return runnable_ids(content_dir) if region is None else [region]


def _print(printed: Printed) -> NoReturn:
    code, lines = printed
    for line in lines:
        typer.echo(line)
    raise typer.Exit(code)
