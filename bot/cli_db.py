"""The commands for the database: schema, backup and restore, ledger, held messages, master key.

Each calls one function of `bot.maintenance` or `bot.administration` and prints what it
returns. The other commands are in `bot.cli`.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import command_line
from bot.command_line import fail, mended

db = typer.Typer(no_args_is_help=True, help="The database.")

BACKUPS_KEPT = 14
"""Days; the deletion concept of a county counts on it."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database's schema up to this program."""
    from bot import places

    settings = command_line.settings()
    mended(lambda: places.upgrade_database(settings))
    typer.echo("the database is up to date")


@db.command("clear")
def db_clear() -> None:
    """Erase what is kept no longer, although the guard against wrong clocks stopped it."""
    from bot import administration

    settings = command_line.settings()
    typer.echo(mended(lambda: administration.clear(settings)))


@db.command("backup")
def db_backup(
    place: Annotated[Path, typer.Argument(help="A new file, or a folder.")],
    keep: Annotated[
        int, typer.Option(help="Days; older backups in the folder go. 0 keeps all.")
    ] = BACKUPS_KEPT,
) -> None:
    """Write the whole database to one file, while the bot runs, and look it through."""
    from bot import maintenance

    settings = command_line.settings()
    code, lines = mended(lambda: maintenance.back_up(settings, place, keep, _progress))
    _print(lines)
    raise typer.Exit(code)


@db.command("restore")
def db_restore(
    file: Annotated[Path, typer.Argument(help="A file of `lotse db backup`.")],
    ledger: Annotated[
        list[Path] | None, typer.Option(help="A file of `lotse db ledger`; may be repeated.")
    ] = None,
    without_ledger: Annotated[  # noqa: FBT002  # an option
        bool, typer.Option("--without-ledger", help="Nothing tells who was erased since.")
    ] = False,
) -> None:
    """Put a backup back; people erased since stay erased, messages from then are held."""
    from bot import maintenance

    settings = command_line.settings()
    _print(
        mended(
            lambda: maintenance.put_back(
                settings, file, ledger or [], without_ledger=without_ledger, told=_progress
            )
        )
    )


@db.command("ledger")
def db_ledger(file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Write down who was erased, as pseudonyms, for a restore on another machine."""
    from bot import maintenance

    settings = command_line.settings()
    _print(mended(lambda: maintenance.write_ledger(settings, file)))


@db.command("held")
def db_held(
    send: Annotated[bool, typer.Option("--send", help="Send them after all.")] = False,  # noqa: FBT002  # an option
    drop: Annotated[bool, typer.Option("--drop", help="Give them up.")] = False,  # noqa: FBT002  # an option
) -> None:
    """Show the messages that a restore held back, because they may have been sent already."""
    from bot import maintenance

    if send and drop:
        fail(["either --send or --drop"])
    settings = command_line.settings()
    do = maintenance.show_held
    if send:
        do = maintenance.release_held
    elif drop:
        do = maintenance.drop_held
    _print(mended(lambda: do(settings)))


@db.command("verify")
def db_verify(
    end: Annotated[str, typer.Option(help="How the chain ended when it was noted before.")] = "",
) -> None:
    """Look whether an entry of the audit was changed or taken out."""
    from bot import administration

    settings = command_line.settings()
    lines, whole = mended(lambda: administration.verify_audit(settings, end))
    _print(lines)
    if not whole:
        fail(["somebody wrote the audit beside the program: keep this database as it is"], code=1)


@db.command("rotate-key")
def db_rotate_key(
    new: Annotated[Path, typer.Argument(help="File of the new master key; made if absent.")],
) -> None:
    """Exchange the master key; killed in the middle, run it again."""
    from bot import maintenance

    settings = command_line.settings()
    _print(mended(lambda: maintenance.exchange_key(settings, new)))


def erase(
    case: Annotated[str | None, typer.Argument(help="The number of a case of theirs.")] = None,
    telegram: Annotated[  # noqa: FBT002  # an option
        bool, typer.Option("--telegram", help="Read their Telegram id from the input instead.")
    ] = False,
) -> None:
    """Erase a newcomer for good: conversation, cases' contents, messages on their way."""
    from bot import administration

    if (case is None) is not telegram:
        fail(["write the number of a case, or --telegram and the id on the input"])
    settings = command_line.settings()
    if case is not None:
        _print(mended(lambda: administration.erase_by_case(settings, case)))
    else:
        # Never an argument: those stay in the shell's history and in the list of processes.
        typed = sys.stdin.readline()
        _print(mended(lambda: administration.erase_by_telegram(settings, typed)))


def _progress(line: str) -> None:
    typer.echo(line, err=True)


def _print(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
