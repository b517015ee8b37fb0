"""Exchanging the master key: every data key is wrapped anew, nothing that it sealed is touched.

Pseudonyms stay as they are, because they follow from the program's own key, which is
wrapped like the others. The exchange goes on where a kill cut it short; until it is
finished a start needs both keys. Nobody may have the database open meanwhile.
"""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.store.alone import alone
from bot.store.crypto import BadMasterKey, MasterKey, Tampered, Wrapping
from bot.store.engine import connect, scrub, sqlite_file
from bot.store.migrate import check_schema
from bot.store.sql import opening
from bot.store.sql.opening import CHECK_VALUE, CHECK_VALUE_BEFORE
from bot.store.tables import data_keys

BATCH: Final = 500
"""Data keys wrapped anew in one transaction."""

_wrapped_anew = (
    update(data_keys)
    .where(data_keys.c.owner == bindparam("of"), data_keys.c.wrapped == bindparam("before"))
    .values(wrapped=bindparam("now"))
)


class NotRotated(Exception):
    """The master key could not be exchanged; the message says why."""


def rotate(url: str, old: MasterKey, new: MasterKey) -> int:
    """Wrap all data keys of the database at `url` with `new`; return how many there were to do.

    Raises NotRotated, BadMasterKey, WrongSchema or AlreadyRunning.
    """
    before, after = Wrapping(old.secret), Wrapping(new.secret)
    if before.mark == after.mark:
        raise NotRotated(f"{new.origin} holds the master key that is in use already")
    engine = connect(url, "lotse-rotate")
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        file = sqlite_file(url)
        if file is not None:
            stack.enter_context(alone(file.parent))
        with engine.begin() as connection:
            _begin(connection, old, (before.mark, after.mark))
        done, last = 0, ""
        while True:
            with engine.begin() as connection:
                rows = _next(connection, last)
                done += _wrap_anew(connection, rows, before, after)
                if not rows:
                    opening.put_note(connection, CHECK_VALUE_BEFORE, None)
                    break
            last = rows[-1].owner
        with engine.connect() as connection:
            scrub(connection)
    return done


def _begin(connection: Connection, old: MasterKey, marks: tuple[str, str]) -> None:
    """Note which key is being exchanged for which; from here on new rows use the new one."""
    before, after = marks
    running = opening.close_to_others(connection)
    if running:
        raise NotRotated(f"{len(running)} processes have the database open: stop them first")
    check_schema(connection)
    there = opening.note(connection, CHECK_VALUE)
    halfway = opening.note(connection, CHECK_VALUE_BEFORE)
    if there is None:
        raise NotRotated("nothing is sealed yet: simply start with the new key")
    if there == after and halfway in {before, None}:
        return
    if halfway is not None:
        raise NotRotated(
            "another exchange was cut short: finish it first, with the key file it was begun with"
        )
    if there != before:
        raise BadMasterKey(f"{old.origin}: not the master key of this database")
    opening.put_note(connection, CHECK_VALUE, after)
    opening.put_note(connection, CHECK_VALUE_BEFORE, before)


def _next(connection: Connection, last: str) -> Sequence[Row[Any]]:
    query = select(data_keys).where(data_keys.c.owner > last).order_by(data_keys.c.owner)
    return connection.execute(query.limit(BATCH)).all()


def _wrap_anew(
    connection: Connection,
    rows: Sequence[Row[Any]],
    before: Wrapping,
    after: Wrapping,
) -> int:
    changed = []
    for row in rows:
        if not _is(after, row.owner, row.wrapped):
            anew = after.wrap(row.owner, before.unwrap(row.owner, row.wrapped))
            changed.append({"of": row.owner, "before": row.wrapped, "now": anew})
    if changed:
        connection.execute(_wrapped_anew, changed)
    return len(changed)


def _is(wrapping: Wrapping, owner: str, wrapped: bytes) -> bool:
    with suppress(Tampered):
        wrapping.unwrap(owner, wrapped)
        return True
    return False
