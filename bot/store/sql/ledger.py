"""The ledger of erasures: a restored backup must not bring back who was erased since.

It holds pseudonyms only. Writing it is part of forgetting (`forgetting`); here it
is read before a restore and applied after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.tables import erasures, people


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody was erased: their pseudonym, and when."""

    telegram: str
    at: datetime


def read(connection: Connection) -> list[Erased]:
    rows = connection.execute(select(erasures).order_by(erasures.c.id))
    return [Erased(row.telegram, row.at) for row in rows]


def risen(connection: Connection, ledger: Iterable[Erased]) -> list[str]:
    """Persons whose conversation is older than their erasure: a backup brought them back."""
    latest: dict[str, datetime] = {}
    for entry in ledger:
        latest[entry.telegram] = max(entry.at, latest.get(entry.telegram, entry.at))
    query = select(people.c.person, people.c.telegram, people.c.seen)
    found = connection.execute(query.where(people.c.telegram.in_(latest)))
    return [row.person for row in found if row.seen <= latest[row.telegram]]
