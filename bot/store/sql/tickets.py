"""Tickets in a database: what is searched in clear, what is personal sealed.

Saves are buffered and written in one go; what is said in a ticket, its audit trail
and the changes that desks follow are in `ticket_log`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, literal, select, update

from bot.model.content import Priority
from bot.model.listing import Shown, Wanted
from bot.model.records import AuditEntry, Change
from bot.model.tickets import Item, Outcome, State, Ticket
from bot.store.codec import PERSONAL, Personal
from bot.store.crypto import place
from bot.store.shredding import blank
from bot.store.sql import ticket_lists
from bot.store.sql.rows import read, write
from bot.store.sql.ticket_log import TicketLog
from bot.store.sql.transaction import Transaction, ticket_key
from bot.store.tables import data_keys, tickets
from bot.usecases.ports import NotCommitted

_ROWS = select(tickets, data_keys.c.wrapped).outerjoin(
    data_keys, data_keys.c.owner == literal("ticket:") + tickets.c.code
)
_OF_PEOPLE = _ROWS.where(tickets.c.person.in_(bindparam("persons", expanding=True)))
_BY_CODE = _ROWS.where(tickets.c.code.in_(bindparam("codes", expanding=True)))
_OF_TEAMS = _BY_CODE.where(tickets.c.team.in_(bindparam("teams", expanding=True)))
_LOCKED = {
    query: {False: ordered, True: ordered.with_for_update(of=tickets)}
    for query in (_OF_PEOPLE, _BY_CODE, _OF_TEAMS)
    for ordered in (query.order_by(tickets.c.code),)
}
_NEW = tickets.insert()
_NOBODY = Personal("", None, None, None)


class SqlTickets:
    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._log = TicketLog(transaction)
        self._known: dict[str, Ticket] = {}
        self._saved: dict[str, Ticket] = {}
        self._met: set[str] = set()
        self._shredded: set[str] = set()

    def load(self, codes: Collection[str], teams: Collection[str] | None) -> dict[str, Ticket]:
        self.flush()
        if teams is None:
            found = self._locked(_BY_CODE, {"codes": list(codes)})
        else:
            found = self._locked(_OF_TEAMS, {"codes": list(codes), "teams": list(teams)})
        return {ticket.code: ticket for ticket in found}

    def of_people(self, persons: Collection[str]) -> dict[str, list[Ticket]]:
        strangers = [person for person in persons if person not in self._met]
        if strangers:
            self.flush()
            self._locked(_OF_PEOPLE, {"persons": strangers})
            self._met.update(strangers)
        theirs: dict[str, list[Ticket]] = {person: [] for person in persons}
        for ticket in {**self._known, **self._saved}.values():
            if ticket.person in theirs:
                theirs[ticket.person].append(ticket)
        for found in theirs.values():
            found.sort(key=lambda ticket: (ticket.created, ticket.code))
        return theirs

    def listed(self, wanted: Wanted, limit: int, skip: int = 0) -> list[Ticket]:
        self.flush()
        codes = ticket_lists.page(self._tx.connection, wanted, limit, skip)
        rows = self._tx.connection.execute(_ROWS.where(tickets.c.code.in_(codes)))
        found = {row.code: self._ticket(row) for row in rows}
        return [found[code] for code in codes if code in found]

    def counted(self, wanted: Wanted) -> Mapping[Shown, int]:
        self.flush()
        return ticket_lists.counted(self._tx.connection, wanted)

    def save(self, ticket: Ticket) -> None:
        self._saved[ticket.code] = ticket

    def items(self, code: str, after: int = 0, most: int | None = None) -> tuple[Item, ...]:
        self.flush()
        return self._log.items(code, after, most)

    def newest_items(self, code: str, most: int) -> tuple[Item, ...]:
        self.flush()
        return self._log.newest_items(code, most)

    def readable(self, code: str, before: int) -> int:
        self.flush()
        return self._log.readable(code, before)

    def add(self, code: str, items: Sequence[Item]) -> None:
        self._log.add(code, items)

    def item_count(self, code: str) -> int:
        self.flush()
        return self._log.item_count(code)

    def shred(self, code: str) -> None:
        self.flush()
        ticket = self.load([code], None).get(code)
        if ticket is None:
            return
        self._tx.keys.drop(ticket_key(code))
        self._tx.erased = True
        self._known[code] = blank(ticket)
        self._shredded.add(code)
        self._tx.connection.execute(
            update(tickets)
            .where(tickets.c.code == code)
            .values(personal_sealed=None, shredded=True)
        )
        self._log.shred(code)
        self._log.changed(ticket.team, code)

    def closed_before(self, moment: datetime) -> list[str]:
        self.flush()
        old = select(tickets.c.code).where(tickets.c.closed < moment, ~tickets.c.shredded)
        query = old.order_by(tickets.c.closed, tickets.c.code)
        return list(self._tx.connection.execute(query).scalars())

    def audit(self, entry: AuditEntry) -> None:
        self._log.audit(entry)

    def audit_trail(
        self, code: str, kinds: Collection[str] | None = None, since: datetime | None = None
    ) -> list[AuditEntry]:
        return self._log.audit_trail(code, kinds, since)

    def newest_audit(self, code: str, most: int) -> list[AuditEntry]:
        return self._log.newest_audit(code, most)

    def audit_count(self, code: str) -> int:
        return self._log.audit_count(code)

    def drop_audit(self, moment: datetime) -> int:
        self.flush()
        return self._log.drop_audit(moment)

    def changes(self, after: int, teams: Collection[str]) -> list[Change]:
        self.finish()
        return self._log.changes(after, teams)

    def flush(self) -> None:
        """Write tickets and items; the trail and the changes wait for `finish`."""
        saved, self._saved = self._saved, {}
        touched = self._log.touched()
        self._meet({*saved, *touched})
        for ticket in saved.values():
            self._note_change(ticket)
        fresh = [ticket for ticket in saved.values() if ticket.code not in self._known]
        known = [ticket for ticket in saved.values() if ticket.code in self._known]
        rows = [_columns(ticket) | self._sealed(ticket) for ticket in (*fresh, *known)]
        self._tx.keys.flush()
        if fresh:
            write(self._tx.connection, _NEW, rows[: len(fresh)])
        self._tx.upsert(tickets, rows[len(fresh) :])
        self._known |= saved
        self._shredded -= saved.keys()
        self._revive(self._shredded & touched)
        self._log.flush({code: ticket.team for code, ticket in self._known.items()})

    def finish(self) -> None:
        """Write everything that waited; called last, since others wait for it from here on."""
        self.flush()
        self._log.finish()

    def _meet(self, codes: Collection[str]) -> None:
        """Learn the tickets that are written without having been loaded."""
        unknown = sorted(code for code in codes if code not in self._known)
        if unknown:
            self._locked(_BY_CODE, {"codes": unknown})

    def _note_change(self, ticket: Ticket) -> None:
        before = self._known.get(ticket.code, ticket)
        if before.created != ticket.created:
            # Codes are short enough to be spoken, so chance may draw one twice.
            raise NotCommitted("the code of a new ticket is taken")
        for team in sorted({before.team, ticket.team}):
            self._log.changed(team, ticket.code)

    def _revive(self, codes: Collection[str]) -> None:
        """Something new is said in shredded tickets: they will have to be shredded again."""
        if codes:
            again = update(tickets).where(tickets.c.code.in_(codes)).values(shredded=False)
            self._tx.connection.execute(again)
            self._shredded -= set(codes)

    def _locked(self, query: Select[Any], names: Mapping[str, Any]) -> list[Ticket]:
        """The tickets of `query`, locked in the order of their codes."""
        rows = read(self._tx.connection, _LOCKED[query][self._tx.postgres], names)
        self._shredded |= {row.code for row in rows if row.shredded}
        found = [self._ticket(row) for row in rows]
        self._known |= {ticket.code: ticket for ticket in found}
        return found

    def _ticket(self, row: Row[Any]) -> Ticket:
        personal = _NOBODY
        if row.wrapped is not None and row.personal_sealed is not None:
            key = self._tx.keys.met(ticket_key(row.code), row.wrapped)
            personal = PERSONAL.read(key.open(_where(row.code, row.version), row.personal_sealed))
        ticket = _read(row, personal)
        return blank(ticket) if personal is _NOBODY else ticket

    def _sealed(self, ticket: Ticket) -> dict[str, object]:
        key = self._tx.keys.of(ticket_key(ticket.code))
        personal = Personal(ticket.language, ticket.topic, ticket.danger, ticket.municipality)
        where = _where(ticket.code, ticket.version)
        return {"personal_sealed": key.seal(where, PERSONAL.write(personal))}


def _where(code: str, version: int) -> bytes:
    return place("tickets", "personal", code, code, version)


def _columns(ticket: Ticket) -> dict[str, object]:
    return {
        "code": ticket.code,
        "queue": ticket.queue,
        "team": ticket.team,
        "priority": ticket.priority.value,
        "state": ticket.state.value,
        "is_open": ticket.open,
        "version": ticket.version,
        "created": ticket.created,
        "changed": ticket.changed,
        "due": ticket.due,
        "closed": ticket.closed,
        "person": ticket.person,
        "content": ticket.content,
        "claimed_by": ticket.claimed_by,
        "outcome": ticket.outcome.value if ticket.outcome else None,
        "rating": ticket.rating,
        "reachable": ticket.reachable,
        "shredded": False,
    }


def _read(row: Row[Any], personal: Personal) -> Ticket:
    return Ticket(
        code=row.code,
        queue=row.queue,
        team=row.team,
        priority=Priority(row.priority),
        state=State(row.state),
        version=row.version,
        created=row.created,
        changed=row.changed,
        due=row.due,
        language=personal.language,
        person=row.person,
        content=row.content,
        topic=personal.topic,
        danger=personal.danger,
        municipality=personal.municipality,
        claimed_by=row.claimed_by,
        closed=row.closed,
        outcome=Outcome(row.outcome) if row.outcome else None,
        rating=row.rating,
        reachable=row.reachable,
    )
