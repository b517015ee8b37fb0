"""What a county's IT does with the database as a whole: backup, restore, ledger, master key.

Each function returns the lines to print. How it is done is in `bot.store`; accounts and
people are `bot.administration`'s.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import places
from bot.administration import NotPossible
from bot.clock import SystemClock
from bot.settings import Settings
from bot.store import backup as backups
from bot.store.backup import Backup, NoBackup
from bot.store.crypto import MasterKey, MasterKeys, load_or_create_master_key
from bot.store.ledger_file import Erased, LedgerFile
from bot.store.restore import NotRestored, restore
from bot.store.rotation import NotRotated, rotate
from bot.store.sql import SqlStore, open_store

Told = Callable[[str], None]


def back_up(settings: Settings, place: Path, days: int, told: Told) -> tuple[int, list[str]]:
    """Write a backup to a file or into a folder; in a folder, remove those older than `days`.

    Returns the exit code, 1 if something is to be looked at, and what to print.
    """
    places.need_database(settings)
    try:
        made = backups.back_up(places.database_url(settings), place, SystemClock().now(), told)
    except NoBackup as error:
        raise NotPossible(str(error)) from None
    people, tickets = made.rows.get("people", 0), made.rows.get("tickets", 0)
    about = f"{made.size:,} bytes, schema {made.revision}, {people} people, {tickets} cases"
    code, line = _about_key(settings, made)
    lines = [f"{made.path}: whole, {about}", line]
    if place.is_dir():
        lines += _swept(place, made)
    if place.is_dir() and days > 0:
        code_, removed = _tidied(place, made, days)
        return max(code, code_), [*lines, *removed]
    return code, lines


def put_back(
    settings: Settings, file: Path, ledgers: Sequence[Path], *, without_ledger: bool, told: Told
) -> list[str]:
    """Restore the backup in `file`; whoever was erased since is erased again."""
    beside = LedgerFile(places.ledger_path(settings))
    known: list[Erased] = [*beside.read()]
    for one in ledgers:
        if not one.is_file():
            raise NotPossible(f"there is no file {one}")
        known += LedgerFile(one).read()
    sure = bool(ledgers) or without_ledger or beside.path.exists()
    key, now = _present_key(settings), SystemClock().now()
    if key is None:
        raise NotPossible("the master key is missing: put it in place first, see docs/settings.md")
    url = places.database_url(settings)
    try:
        done = restore(url, file, key, known if sure else None, now, told)
    except (NotRestored, NoBackup) as error:
        raise NotPossible(str(error)) from None
    lines = [
        f"restored: the state of {done.backup.made:%Y-%m-%d %H:%M} UTC",
        f"erased again: {done.forgotten} people",
        f"held, because they may have been sent since: {done.held} messages (lotse db held)",
    ]
    if done.kept is not None:
        lines.append(f"the old database is kept as {done.kept}: delete it when all is well")
    return lines


def write_ledger(settings: Settings, file: Path) -> list[str]:
    """Write the ledger of erasures to `file`, for a restore on another machine."""
    if file.exists():
        raise NotPossible(f"{file} is there already")
    with _store(settings) as store:
        erased = store.erased()
    ledger = LedgerFile(file)
    ledger.append(erased)
    file.touch(mode=0o600)
    return [f"{file}: {len(erased)} erasures, pseudonyms only"]


def show_held(settings: Settings) -> list[str]:
    """What a restore held back, by kind, and which cases' answers are among it."""
    with _store(settings) as store:
        held = store.held()
    kinds = Counter(f"{one.channel.value} {one.act.value}" for one in held)
    cases = sorted({one.ticket for one in held if one.ticket and one.item})
    lines = [f"{number} x {kind}" for kind, number in sorted(kinds.items())]
    if cases:
        lines.append(f"from cases: {', '.join(cases)}")
    return lines or ["nothing is held"]


def release_held(settings: Settings) -> list[str]:
    """Send what was held after all."""
    with _store(settings) as store:
        return [f"to be sent: {store.release_held(SystemClock().now())} messages"]


def drop_held(settings: Settings) -> list[str]:
    """Give up what was held."""
    with _store(settings) as store:
        return [f"given up: {store.drop_held()} messages"]


def exchange_key(settings: Settings, file: Path) -> list[str]:
    """Wrap all data keys with the master key in `file`, which is made if it is not there."""
    places.need_database(settings)
    old = _present_key(settings)
    if old is None:
        raise NotPossible("the master key in use is missing, so there is none to exchange")
    new = load_or_create_master_key(file)
    if new.other is not None:
        raise NotPossible(f"{file}: one key, not two")
    try:
        done = rotate(places.database_url(settings), old, new)
    except NotRotated as error:
        raise NotPossible(str(error)) from None
    return [
        f"{done} keys are wrapped with the master key in {file}",
        f"now put it in the place of the old one ({old.origin}), which the next start refuses",
        "keep the old key for as long as backups from before are kept, and apart from them",
    ]


def _store(settings: Settings) -> SqlStore:
    places.need_database(settings)
    places.upgrade_database(settings)
    url, key = places.database_url(settings), places.master_key(settings)
    return open_store(url, key, places.ledger_path(settings), "lotse-maintenance")


def _present_key(settings: Settings) -> MasterKey | None:
    """The master key, if there is one; none is made."""
    path = places.key_path(settings)
    if settings.master_key is None and not path.exists():
        return None
    return places.master_key(settings)


def _about_key(settings: Settings, made: Backup) -> tuple[int, str]:
    if made.key is None:
        return 0, "nothing in it is sealed yet"
    key = _present_key(settings)
    if key is None:
        return 1, "the master key is not in it, and missing here: without it nobody can read it"
    if MasterKeys(key, made.key).mark != made.key:
        return 1, f"the master key is not in it, and the one here does not open it: {key.origin}"
    return 0, (
        f"the master key is not in it: it is in {key.origin}. Without it nobody can read the "
        "backup; keep a copy, and not beside the backup"
    )


def _swept(folder: Path, made: Backup) -> list[str]:
    """Remove what killed backups left, however long backups are kept: it restores nothing."""
    left = backups.abandoned(folder, made.made)
    for path in left:
        path.unlink(missing_ok=True)
    return [f"removed: {path} (left by a backup that was cut short)" for path in left]


def _tidied(folder: Path, made: Backup, days: int) -> tuple[int, list[str]]:
    try:
        old = backups.expired(folder, made, days)
    except NoBackup as error:
        return 1, [str(error)]
    for path in old:
        path.unlink()
    return 0, [f"removed: {path} (older than {days} days)" for path in old]
