"""The chain of the audit: each entry carries a mark made of itself and the mark before it.

Marks are HMACs under the master key, so whoever can write the database but has no key can
neither change an entry nor take one out unseen. A mark over the last one stands among the
notes, so the end cannot be cut off either. Entries that a program without the chain wrote
have no mark of their own; the next one covers them. Why there is no more than this is in
the decision on reading without need.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from bot.store.crypto import Vault
from bot.store.sql.transaction import Transaction
from bot.store.tables import audit, notes

HEAD: Final = "audit/head"
"""The note with the mark over the last mark."""

_BEGINNING: Final = ""
_MOST_FINDINGS: Final = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look along the chain found. `last` names the chain's present end in 12 letters.

    `unmarked` entries are older than the chain, or newer than its last mark and not yet
    covered. `findings` are numbers of entries that do not follow from the one before, and 0
    if the end is not the one that was noted.
    """

    entries: int
    unmarked: int
    last: str
    findings: tuple[int, ...]


def append(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write `rows` of the audit with their marks; writers take turns until commit."""
    tx.lock_table(audit)
    mark = _before(tx)
    marked = []
    for row in rows:
        mark = _next(tx.vault, mark, row)
        marked.append({**row, "chain": mark})
    tx.connection.execute(audit.insert(), marked)
    tx.upsert(notes, [{"key": HEAD, "value": _head(tx.vault, mark)}])


def verify(connection: Connection, vault: Vault) -> Verdict:
    """Follow the whole chain from its beginning."""
    mark, marked, entries, unmarked = _BEGINNING, _BEGINNING, 0, 0
    findings = []
    for row in connection.execute(select(audit).order_by(audit.c.id)):
        entries += 1
        mark = _next(vault, mark, row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        if row.chain is None:
            unmarked += 1
        else:
            if row.chain != mark:
                findings.append(row.id)
            mark = marked = row.chain
    noted = connection.execute(select(notes.c.value).where(notes.c.key == HEAD)).scalar()
    if noted != (_head(vault, marked) if marked else None):
        findings.append(0)
    return Verdict(entries, unmarked, marked[:12], tuple(findings[:_MOST_FINDINGS]))


def _before(tx: Transaction) -> str:
    """The mark that the next entry follows; entries without one are gone along."""
    last = tx.connection.execute(select(audit).order_by(audit.c.id.desc()).limit(1)).first()
    if last is None:
        return _BEGINNING
    if last.chain is not None:
        return str(last.chain)
    begun = select(func.max(audit.c.id)).where(audit.c.chain.is_not(None)).scalar_subquery()
    after = select(audit).where(audit.c.id >= func.coalesce(begun, 0)).order_by(audit.c.id)
    return _along(tx.vault, tx.connection.execute(after))


def _along(vault: Vault, rows: Iterable[Row[Any]]) -> str:
    mark = _BEGINNING
    for row in rows:
        found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
        mark = row.chain if row.chain is not None else _next(vault, mark, found)
    return mark


def _next(vault: Vault, mark: str, row: Mapping[str, Any]) -> str:
    said = [str(row[name] or "") for name in ("ticket", "what", "team", "caseworker", "detail")]
    at = row["at"].astimezone(UTC).isoformat()
    return vault.lookup("audit", json.dumps([mark, at, *said]))


def _head(vault: Vault, mark: str) -> str:
    return vault.lookup("audit head", mark)
