"""What is checked before a store is handed out: schema, master key, and that it is no old state.

A backup that was put in place by hand is refused here: it holds people who were erased
since and messages that were sent since, and only `bot.store.restore` sees to both.
"""

import logging
from typing import Final

from sqlalchemy import Connection, delete, func, inspect, select, text, update
from sqlalchemy.exc import OperationalError

from bot.store.crypto import BadMasterKey, Key, MasterKey, MasterKeys, Tampered, Vault, Wrapping
from bot.store.engine import connect, sqlite_file
from bot.store.ledger_file import LedgerFile
from bot.store.migrate import check_schema
from bot.store.sql import held, ledger
from bot.store.tables import caseworkers, data_keys, notes, outbox
from bot.usecases.ports import NotCommitted

CHECK_VALUE: Final = "master key check value"
"""The note with the mark of the master key in use."""

CHECK_VALUE_BEFORE: Final = "master key check value before"
"""The note with the mark of the master key that is being exchanged; absent otherwise."""

BACKUP_MADE: Final = "backup made"
"""The note that only a backup has: when it was made."""

PROGRAM: Final = "program"
"""Owner of the data key from which pseudonyms follow."""

_OPENING: Final = 0x10_75_E1

log = logging.getLogger(__name__)


class OldState(Exception):
    """The database is an old state of itself: erased people and sent messages would come back."""


def check(connection: Connection, master: MasterKey, file: LedgerFile | None) -> Vault:
    """Raise WrongSchema, OldState or BadMasterKey, or return what the master key opens."""
    _wait_for_maintenance(connection)
    check_schema(connection)
    _refuse_backup(connection)
    vault = vault_of(connection, master)
    _drop_open_passwords(connection)
    if file is not None:
        _agree(connection, file)
    _release_the_dead(connection)
    _say_held(connection)
    return vault


def vault_of(connection: Connection, master: MasterKey) -> Vault:
    """The vault of this database, begun with `master` if it has none yet. Raises BadMasterKey."""
    in_use, before = note(connection, CHECK_VALUE), note(connection, CHECK_VALUE_BEFORE)
    secrets = (master.secret, *(() if master.other is None else (master.other,)))
    given = {Wrapping(secret).mark for secret in secrets}
    if in_use is None:
        return _begun(connection, master)
    if before is not None and {in_use, before} - given and given & {in_use, before}:
        raise BadMasterKey(
            f"{master.origin}: the master key was being exchanged and that was cut short; run "
            "`lotse db rotate-key NEWKEYFILE` again, or give both keys, one a line"
        )
    if in_use not in given:
        raise BadMasterKey(
            f"{master.origin}: not the master key this database was begun with, nor the one "
            "it was changed to; restore the right one from its backup"
        )
    masters = MasterKeys(master, in_use)
    return Vault(masters, _program_key(connection, masters))


def begun(url: str) -> bool:
    """Whether the database at `url` is there and something in it is sealed."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return False
    engine = connect(url, "lotse-look")
    try:
        with engine.connect() as connection:
            there = inspect(connection).has_table(notes.name)
            return there and note(connection, CHECK_VALUE) is not None
    except OperationalError as error:
        raise NotCommitted(type(error.orig).__name__) from None
    finally:
        engine.dispose()


def note(connection: Connection, key: str) -> str | None:
    return connection.execute(select(notes.c.value).where(notes.c.key == key)).scalar()


def put_note(connection: Connection, key: str, value: str | None) -> None:
    """Write a note of the program, or take it away."""
    connection.execute(delete(notes).where(notes.c.key == key))
    if value is not None:
        connection.execute(notes.insert(), [{"key": key, "value": value}])


def close_to_others(connection: Connection) -> list[str]:
    """Let nobody open a PostgreSQL database until the end of this transaction.

    Returns the names of the processes of this program that have it open already. On SQLite
    one process holds the folder (`bot.store.alone`).
    """
    if connection.dialect.name != "postgresql":
        return []
    connection.execute(text("SET LOCAL lock_timeout = '60s'"))
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(text(f"SET LOCAL {limit} = 0"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_OPENING})"))
    others = (
        "SELECT DISTINCT application_name FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database() AND application_name LIKE 'lotse-%'"
    )
    return sorted(connection.execute(text(others)).scalars())


def _wait_for_maintenance(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock_shared({_OPENING})"))


def _begun(connection: Connection, master: MasterKey) -> Vault:
    masters, program = MasterKeys(master), Key.new()
    row = {"owner": PROGRAM, "wrapped": masters.wrap(PROGRAM, program)}
    connection.execute(data_keys.insert(), [row])
    put_note(connection, CHECK_VALUE, masters.mark)
    return Vault(masters, program)


def _program_key(connection: Connection, masters: MasterKeys) -> Key:
    kept = select(data_keys.c.wrapped).where(data_keys.c.owner == PROGRAM)
    wrapped = connection.execute(kept).scalar()
    if wrapped is None:
        raise BadMasterKey(
            "the program's own key is missing from the database: without it nobody is found "
            "again; restore a backup with `lotse db restore FILE`"
        )
    try:
        return masters.unwrap(PROGRAM, wrapped)
    except Tampered:
        raise BadMasterKey(f"{masters.origin}: does not open the program's own key") from None


def _refuse_backup(connection: Connection) -> None:
    made = note(connection, BACKUP_MADE)
    if made is not None:
        raise OldState(
            f"this database is a backup of {made[:16]}: move it elsewhere and run "
            "`lotse db restore FILE`, which forgets again whoever was erased since"
        )


def _agree(connection: Connection, file: LedgerFile) -> None:
    """Refuse a database that knows less than its ledger file; else bring the file up to it."""
    known, kept = ledger.read(connection), set(file.read())
    if kept - set(known):
        raise OldState(
            f"people were erased of whom this database knows nothing ({file.path}): it is an "
            "older state, or a new one; run `lotse db backup FILE` and `lotse db restore FILE`"
        )
    file.append([entry for entry in known if entry not in kept])


def _drop_open_passwords(connection: Connection) -> None:
    """Drop hashes that an older program left in clear.

    Anybody who can write the file could have put them there: to seal them would vouch for them.
    """
    is_open = caseworkers.c.password_hash.is_not(None)
    dropped = connection.execute(update(caseworkers).where(is_open).values(password_hash=None))
    if dropped.rowcount:
        log.warning(
            "the passwords of %d caseworkers were not sealed and are dropped: invite them anew "
            "with `lotse desk user add`",
            dropped.rowcount,
        )


def _say_held(connection: Connection) -> None:
    query = select(func.count()).select_from(outbox).where(outbox.c.state == held.HELD)
    number = connection.execute(query).scalar_one()
    if number:
        log.warning("%d messages are held since a restore: see lotse db held", number)


def _release_the_dead(connection: Connection) -> None:
    """Deliveries held by processes that are gone may be taken at once."""
    if connection.dialect.name == "postgresql":
        named = (
            "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'lotse-%'"
        )
        alive = connection.execute(text(named)).scalars().all()
        gone = outbox.c.held_until.is_not(None) & outbox.c.holder.not_in(alive)
        connection.execute(update(outbox).where(gone).values(held_until=None))
