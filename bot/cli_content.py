"""The commands for editors: content and translations, without database and Telegram.

Each calls one function of `bot.content` and prints what it returns; how findings are
worded is said there. The other commands are in `bot.cli`.
"""

from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.content import commands
from bot.content.commands import Format, Printed

content = typer.Typer(no_args_is_help=True, help="The content that editors write.")
i18n = typer.Typer(no_args_is_help=True, help="The translations.")

ContentDir = Annotated[Path, typer.Option(envvar="LOTSE_CONTENT_DIR", help="Folder of the YAML.")]
LocalesDir = Annotated[Path, typer.Option(envvar="LOTSE_LOCALES_DIR", help="Folder of the PO.")]
Region = Annotated[str | None, typer.Option(envvar="LOTSE_REGION", help="Default: all regions.")]

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
    today = SystemClock().today()
    _print(commands.check(content_dir, locales_dir, region, today, full=full, format_=format_))


@i18n.command("sync")
def i18n_sync(
    content_dir: ContentDir = CONTENT,
    locales_dir: LocalesDir = LOCALES,
    add: Annotated[list[str] | None, typer.Option(help="Begin this language.")] = None,
) -> None:
    """Bring the PO files up to the German texts."""
    _print(commands.sync_translations(content_dir, locales_dir, add or []))


@i18n.command("status")
def i18n_status(content_dir: ContentDir = CONTENT, locales_dir: LocalesDir = LOCALES) -> None:
    """Translated, fuzzy, missing and unreviewed texts by language."""
    _print(commands.translation_status(content_dir, locales_dir))


def _print(printed: Printed) -> None:
    code, lines = printed
    for line in lines:
        typer.echo(line)
    raise typer.Exit(code)
