"""The chain of the audit: each entry carries a mark made of itself and the mark before it.

Marks are HMACs under the master key, so whoever can write the database but has no key can
neither change an entry nor take one out unseen. Marks over both ends stand among the notes, so
nothing can be cut off either. Entries that a program without the chain wrote have no mark of
their own; the next one covers them. Why there is no more than this is in the decision on reading
without need.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, select

from bot.store.crypto import Vault
from bot.store.sql.rows import read, write
from bot.store.sql.transaction import Transaction
from bot.store.tables import audit, notes

HEAD: Final = "audit/head"
"""The note with a mark over the last mark."""

BEGIN: Final = "audit/begin"
"""The note with the mark that the first kept entry follows, and a mark over it."""

_BEGINNING: Final = ""
_MOST_FINDINGS: Final = 20
_BEFORE_ALL: Final = -1
_ENTRIES: Final = audit.insert()
_NO_END: Final = 2**63 - 1
_NEWEST: Final = (
    select(audit.c.chain)
    .where(audit.c.id < bindparam("before"))
    .order_by(audit.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look along the chain found. `last` names the chain's present end in 12 letters,
    `passed` tells whether the chain came by the end that was asked for.

    `unmarked` entries are older than the chain, or newer than its last mark and not yet
    covered. `findings` are numbers of entries that do not follow from the one before; 0 if
    the end is not the one that was noted, -1 if the beginning is not.
    """

    entries: int
    unmarked: int
    last: str
    findings: tuple[int, ...]
    passed: bool = True


def append(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write `rows` of the audit with their marks; writers take turns until commit."""
    tx.lock_table(audit)
    mark = _mark_of_last(tx)
    marked = []
    for row in rows:
        mark = _next(tx.vault, mark, row)
        marked.append({**row, "chain": mark})
    write(tx.connection, _ENTRIES, marked)
    tx.upsert(notes, [{"key": HEAD, "value": tx.vault.lookup("audit head", mark)}])


def drop_before(tx: Transaction, kept: int) -> int:
    """Forget the entries before the one with the id `kept`; return how many there were."""
    tx.lock_table(audit)
    mark = _mark_of_last(tx, kept)
    dropped = tx.connection.execute(delete(audit).where(audit.c.id < kept)).rowcount
    if dropped:
        value = f"{mark} {tx.vault.lookup('audit begin', mark)}"
        tx.upsert(notes, [{"key": BEGIN, "value": value}])
    return dropped


def verify(connection: Connection, vault: Vault, end: str = "") -> Verdict:
    """Follow the whole chain from its beginning; `end` are the first letters of a mark."""
    begin = _begin(connection, vault)
    findings = [] if begin is not None else [_BEFORE_ALL]
    mark = marked = begin or _BEGINNING
    entries = unmarked = 0
    passed = marked.startswith(end)
    for row in connection.execute(select(audit).order_by(audit.c.id)):
        entries += 1
        mark = _next(vault, mark, row._asdict())
        if row.chain is None:
            unmarked += 1
        else:
            if row.chain != mark:
                findings.append(row.id)
            mark = marked = row.chain
            passed = passed or marked.startswith(end)
    if _note(connection, HEAD) != (vault.lookup("audit head", marked) if marked else None):
        findings.append(0)
    return Verdict(entries, unmarked, marked[:12], tuple(findings[:_MOST_FINDINGS]), passed)


def _mark_of_last(tx: Transaction, before: int = _NO_END) -> str:
    """The mark of the last entry `before` an id; what has no mark of its own is followed along."""
    for last in read(tx.connection, _NEWEST, {"before": before}):
        if last.chain is not None:
            return str(last.chain)
    among = audit.c.id < before
    marked = select(func.max(audit.c.id)).where(among, audit.c.chain.is_not(None))
    after = audit.c.id >= func.coalesce(marked.scalar_subquery(), 0)
    mark = _begin(tx.connection, tx.vault) or _BEGINNING
    for row in tx.connection.execute(select(audit).where(among, after).order_by(audit.c.id)):
        mark = row.chain if row.chain is not None else _next(tx.vault, mark, row._asdict())
    return mark


def _begin(connection: Connection, vault: Vault) -> str | None:
    """The mark before the first kept entry, "" if nothing was forgotten; None if it is forged."""
    noted = _note(connection, BEGIN)
    if noted is None:
        return _BEGINNING
    mark, _, over = noted.partition(" ")
    return mark if over == vault.lookup("audit begin", mark) else None


def _note(connection: Connection, key: str) -> str | None:
    return connection.execute(select(notes.c.value).where(notes.c.key == key)).scalar()


def _next(vault: Vault, mark: str, row: Mapping[str, Any]) -> str:
    said = [str(row[name] or "") for name in ("ticket", "what", "team", "caseworker", "detail")]
    at = row["at"].astimezone(UTC).isoformat()
    return vault.lookup("audit", json.dumps([mark, at, *said]))
