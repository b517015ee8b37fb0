"""The ledger of erasures in the database: a restored backup must not bring back who was erased.

It holds pseudonyms only. Writing it is part of forgetting (`forgetting`); its copy beside
the database is `bot.store.ledger_file`.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from bot.store.ledger_file import Erased
from bot.store.tables import erasures, people


def read(connection: Connection) -> list[Erased]:
    rows = connection.execute(select(erasures).order_by(erasures.c.id))
    return [Erased(row.telegram, row.at) for row in rows]


def add_missing(connection: Connection, entries: Iterable[Erased]) -> list[Erased]:
    """Write the entries this database does not know yet, and return them."""
    known = set(read(connection))
    missing = [entry for entry in dict.fromkeys(entries) if entry not in known]
    if missing:
        rows = [{"telegram": entry.telegram, "at": entry.at} for entry in missing]
        connection.execute(erasures.insert(), rows)
    return missing


def persons(connection: Connection, pseudonyms: Iterable[str]) -> list[str]:
    """The persons of whom there is something under one of these pseudonyms."""
    query = select(people.c.person, people.c.telegram)
    wanted = set(pseudonyms)
    return [row.person for row in connection.execute(query) if row.telegram in wanted]
