"""How a command begins and ends: settings read, faults told in a line each, exit codes.

The commands themselves are in `bot.cli`, `bot.cli_db` and `bot.cli_content`.
"""

import gc
import sys
from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

import typer

from bot import logs
from bot.settings import Settings, SettingsError, read_settings

T = TypeVar("T")


GARBAGE: Final = 10_000
"""New objects before Python looks for garbage among them. A start makes 150,000 that stay;
looking every 700, as Python would, takes a tenth of its time."""


def load_less() -> None:
    """To be called before a command loads its parts: what none of them needs stays away."""
    gc.set_threshold(GARBAGE)
    # The HTTP client of python-telegram-bot would load its own command line, with colours: 3 MiB.
    # It does without where that cannot be imported, which is what None says.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]


def settings() -> Settings:
    """The settings of the environment; faults are told and end the command."""
    try:
        found = read_settings()
    except SettingsError as error:
        fail(error.faults)
    logs.set_up(found.log_level)
    return found


def mended(work: Callable[[], T]) -> T:
    """Do `work`; what a person can mend is told in a line and ends with code 2."""
    from bot.administration import NotPossible  # noqa: PLC0415 - nobody waits for what they do not use
    from bot.publishing import BrokenContent  # noqa: PLC0415

    try:
        return work()
    except BrokenContent as error:
        fail([*error.lines, str(error)])
    except NotPossible as error:
        fail([str(error)])
    except said() as error:
        fail([f"{type(error).__name__}: {error}"])


def said() -> tuple[type[Exception], ...]:
    """What a person can mend: told in a line each, without a traceback."""
    from bot.places import NoDatabase  # noqa: PLC0415
    from bot.store.alone import AlreadyRunning  # noqa: PLC0415
    from bot.store.crypto import BadMasterKey  # noqa: PLC0415
    from bot.store.ledger_file import BadLedger  # noqa: PLC0415
    from bot.store.lost import StoreLost  # noqa: PLC0415
    from bot.store.migrate import WrongSchema  # noqa: PLC0415
    from bot.store.reach import Unreachable  # noqa: PLC0415
    from bot.store.sound import Unsound  # noqa: PLC0415
    from bot.store.sql.opening import OldState  # noqa: PLC0415
    from bot.usecases.ports import NotCommitted  # noqa: PLC0415

    keys = (BadMasterKey, OldState, BadLedger)
    store = (WrongSchema, AlreadyRunning, Unsound, StoreLost, NotCommitted)
    away = (NoDatabase, Unreachable)
    return (SettingsError, *keys, *store, *away, OSError)


def fail(lines: list[str], code: int = 2) -> NoReturn:
    """Print `lines` as errors and end the command."""
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(code)
