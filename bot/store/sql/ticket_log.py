"""What is said in tickets, who did what, and which tickets changed, in a database.

Only `tickets` uses this. Items are sealed with their ticket's key; audit entries
and changes hold no content and stay in clear.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select, update

from bot.model.records import AuditEntry, Change
from bot.model.tickets import Author, Item
from bot.store.codec import ITEM_BODY
from bot.store.crypto import place
from bot.store.sql import chain
from bot.store.sql.rows import change, write
from bot.store.sql.transaction import Transaction, ticket_key
from bot.store.tables import audit, changes, items, tickets

KEPT_CHANGES = 10_000
"""Desks ask every second; whoever fell behind by more than this reloads its list."""


_ITEMS = items.insert()
_CHANGES = changes.insert()
_newest = select(func.max(changes.c.id)).scalar_subquery()
_OLD_CHANGES = changes.delete().where(changes.c.id <= _newest - KEPT_CHANGES)


class TicketLog:
    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._added: list[tuple[str, Item]] = []
        self._entries: list[AuditEntry] = []
        self._changed: list[dict[str, str]] = []

    def touched(self) -> set[str]:
        """Codes of tickets to which something was added that is not written yet."""
        return {code for code, _ in self._added}

    def items(self, code: str, after: int = 0, most: int | None = None) -> tuple[Item, ...]:
        query = _said(code).where(items.c.number > after).order_by(items.c.number)
        return self._opened(code, self._tx.connection.execute(query.limit(most)).all())

    def newest_items(self, code: str, most: int) -> tuple[Item, ...]:
        query = _said(code).order_by(items.c.number.desc()).limit(most)
        return self._opened(code, self._tx.connection.execute(query).all()[::-1])

    def readable(self, code: str, before: int) -> int:
        found = _said(code).where(items.c.number < before)
        query = found.with_only_columns(func.count())
        return self._tx.connection.execute(query).scalar_one()

    def _opened(self, code: str, rows: Sequence[Row[Any]]) -> tuple[Item, ...]:
        self._tx.keys.fetch([ticket_key(code)])
        key = self._tx.keys.of(ticket_key(code)) if rows else None
        return tuple(
            Item(
                row.number,
                row.at,
                Author(row.author),
                ITEM_BODY.read(key.open(_where(code, row.number), row.body_sealed)),
                row.caseworker,
            )
            for row in rows
            if key is not None
        )

    def add(self, code: str, added: Sequence[Item]) -> None:
        self._added.extend((code, item) for item in added)

    def item_count(self, code: str) -> int:
        query = select(func.count()).select_from(items).where(items.c.ticket == code)
        return self._tx.connection.execute(query).scalar_one()

    def shred(self, code: str) -> None:
        self._tx.connection.execute(
            update(items).where(items.c.ticket == code).values(body_sealed=None)
        )

    def audit(self, entry: AuditEntry) -> None:
        self._entries.append(entry)

    def audit_trail(
        self, code: str, kinds: Collection[str] | None = None, since: datetime | None = None
    ) -> list[AuditEntry]:
        query = select(audit).where(audit.c.ticket == code)
        if kinds is not None:
            query = query.where(audit.c.what.in_(kinds))
        if since is not None:
            query = query.where(audit.c.at >= since)
        waiting = (
            entry
            for entry in self._waiting(code)
            if (kinds is None or entry.what in kinds) and (since is None or entry.at >= since)
        )
        return [*self._entries_of(query), *waiting]

    def newest_audit(self, code: str, most: int) -> list[AuditEntry]:
        # Not `id` itself: PostgreSQL might then look for the ticket through all that is newer.
        latest = select(audit.c.id).where(audit.c.ticket == code).order_by((audit.c.id + 0).desc())
        query = select(audit).where(audit.c.id.in_(latest.limit(most)))
        return [*self._entries_of(query), *self._waiting(code)][-most:]

    def audit_count(self, code: str) -> int:
        query = select(func.count()).select_from(audit).where(audit.c.ticket == code)
        return self._tx.connection.execute(query).scalar_one() + len(self._waiting(code))

    def _waiting(self, code: str) -> list[AuditEntry]:
        """The entries of a ticket that are not written yet."""
        return [entry for entry in self._entries if entry.ticket == code]

    def _entries_of(self, query: Select[Any]) -> list[AuditEntry]:
        return [
            AuditEntry(
                row.ticket, row.at, row.what, row.team, row.caseworker, json.loads(row.detail)
            )
            for row in self._tx.connection.execute(query.order_by(audit.c.id))
        ]

    def drop_audit(self, moment: datetime) -> int:
        """Forget who did what before `moment`, from the beginning to the first entry that stays.

        That is one of an open ticket, or the newest of all: what follows is chained to it.
        """
        worked_on = select(tickets.c.code).where(tickets.c.is_open)
        stays = or_(audit.c.at >= moment, audit.c.ticket.in_(worked_on))
        first = select(func.min(audit.c.id)).where(stays).scalar_subquery()
        newest = select(func.max(audit.c.id)).scalar_subquery()
        kept = self._tx.connection.execute(select(func.coalesce(first, newest))).scalar()
        return 0 if kept is None else chain.drop_before(self._tx, kept)

    def changed(self, team: str, code: str) -> None:
        self._changed.append({"team": team, "ticket": code})

    def changes(self, after: int, teams: Collection[str]) -> list[Change]:
        query = select(changes).where(changes.c.id > after, changes.c.team.in_(teams))
        rows = self._tx.connection.execute(query.order_by(changes.c.id))
        return [Change(row.id, row.team, row.ticket) for row in rows]

    def flush(self, teams: Mapping[str, str]) -> None:
        """Write the items; `teams` tells the team of every ticket they belong to."""
        added, self._added = self._added, []
        if added:
            rows = [self._row(code, item) for code, item in added]
            self._tx.keys.flush()
            write(self._tx.connection, _ITEMS, rows)
        for code in dict.fromkeys(code for code, _ in added):
            self.changed(teams[code], code)

    def finish(self) -> None:
        self._write_entries()
        changed, self._changed = self._changed, []
        if changed:
            self._tx.lock_table(changes)
            write(self._tx.connection, _CHANGES, changed)
            change(self._tx.connection, _OLD_CHANGES, {})

    def _write_entries(self) -> None:
        entries, self._entries = self._entries, []
        if entries:
            rows = [
                {
                    "ticket": entry.ticket,
                    "at": entry.at,
                    "what": entry.what,
                    "team": entry.team,
                    "caseworker": entry.caseworker,
                    "detail": json.dumps(dict(entry.detail)),
                }
                for entry in entries
            ]
            chain.append(self._tx, rows)

    def _row(self, code: str, item: Item) -> dict[str, object]:
        key = self._tx.keys.of(ticket_key(code))
        return {
            "ticket": code,
            "number": item.number,
            "at": item.at,
            "author": item.author.value,
            "caseworker": item.caseworker,
            "body_sealed": key.seal(_where(code, item.number), ITEM_BODY.write(item.body)),
        }


def _said(code: str) -> Select[Any]:
    """What is said in a ticket and was not shredded."""
    return select(items).where(items.c.ticket == code, items.c.body_sealed.is_not(None))


def _where(code: str, number: int) -> bytes:
    return place("items", "body", number, code, 1)
