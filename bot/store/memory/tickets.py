"""Tickets in memory: their items, audit trail, and the changes desks follow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.listing import Shown, Wanted, belongs, rank
from bot.model.records import AuditEntry, Change
from bot.model.tickets import Item, Ticket
from bot.store.memory.state import State
from bot.store.shredding import blank
from bot.usecases.ports import NotCommitted


class MemoryTickets:
    def __init__(self, state: State) -> None:
        self._state = state

    def load(self, codes: Collection[str], teams: Collection[str] | None) -> dict[str, Ticket]:
        found = (self._state.tickets[code] for code in codes if code in self._state.tickets)
        return {ticket.code: ticket for ticket in found if teams is None or ticket.team in teams}

    def of_people(self, persons: Collection[str]) -> dict[str, list[Ticket]]:
        theirs: dict[str, list[Ticket]] = {person: [] for person in persons}
        for ticket in sorted(self._state.tickets.values(), key=lambda t: (t.created, t.code)):
            if ticket.person in theirs:
                theirs[ticket.person].append(ticket)
        return theirs

    def listed(self, wanted: Wanted, limit: int, skip: int = 0) -> list[Ticket]:
        theirs = (one for one in self._state.tickets.values() if belongs(one, wanted))
        return sorted(theirs, key=rank)[skip : skip + limit]

    def counted(self, wanted: Wanted) -> Mapping[Shown, int]:
        everybodys = self._state.tickets.values()
        return {
            shown: sum(belongs(one, replace(wanted, shown=shown)) for one in everybodys)
            for shown in Shown
            if shown is not Shown.CLOSED
        }

    def save(self, ticket: Ticket) -> None:
        before = self._state.tickets.get(ticket.code, ticket)
        if before.created != ticket.created:
            raise NotCommitted("the code of a new ticket is taken")
        self._state.tickets[ticket.code] = ticket
        self._state.shredded.discard(ticket.code)
        for team in sorted({before.team, ticket.team}):
            self._changed(team, ticket.code)

    def items(self, code: str, after: int = 0, most: int | None = None) -> tuple[Item, ...]:
        found = self._state.items.get(code, ())
        return tuple(item for item in found if item.number > after)[:most]

    def newest_items(self, code: str, most: int) -> tuple[Item, ...]:
        return self._state.items.get(code, ())[-most:]

    def readable(self, code: str, before: int) -> int:
        return sum(item.number < before for item in self._state.items.get(code, ()))

    def add(self, code: str, items: Sequence[Item]) -> None:
        before = self._state.items.get(code, ())
        self._state.items[code] = tuple(sorted((*before, *items), key=lambda item: item.number))
        self._state.item_counts[code] = self.item_count(code) + len(items)
        self._state.shredded.discard(code)
        self._changed(self._state.tickets[code].team, code)

    def item_count(self, code: str) -> int:
        return self._state.item_counts.get(code, 0)

    def shred(self, code: str) -> None:
        ticket = self._state.tickets.get(code)
        if ticket is None:
            return
        self.save(blank(ticket))
        self._state.items[code] = ()
        self._state.shredded.add(code)

    def closed_before(self, moment: datetime) -> list[str]:
        closed = (
            (ticket.closed, ticket.code)
            for ticket in self._state.tickets.values()
            if ticket.closed is not None and ticket.code not in self._state.shredded
        )
        return [code for at, code in sorted(closed) if at < moment]

    def audit(self, entry: AuditEntry) -> None:
        self._state.audit.append(entry)

    def audit_trail(
        self, code: str, kinds: Collection[str] | None = None, since: datetime | None = None
    ) -> list[AuditEntry]:
        return [
            entry
            for entry in self._state.audit
            if entry.ticket == code
            and (kinds is None or entry.what in kinds)
            and (since is None or entry.at >= since)
        ]

    def newest_audit(self, code: str, most: int) -> list[AuditEntry]:
        return self.audit_trail(code)[-most:]

    def audit_count(self, code: str) -> int:
        return len(self.audit_trail(code))

    def drop_audit(self, moment: datetime) -> int:
        worked_on = {ticket.code for ticket in self._state.tickets.values() if ticket.open}
        entries = self._state.audit
        stays = [
            number
            for number, entry in enumerate(entries)
            if entry.at >= moment or entry.ticket in worked_on
        ]
        first = min(stays, default=max(0, len(entries) - 1))
        self._state.audit = entries[first:]
        return first

    def changes(self, after: int, teams: Collection[str]) -> list[Change]:
        return [
            change for change in self._state.changes if change.id > after and change.team in teams
        ]

    def _changed(self, team: str, code: str) -> None:
        last = self._state.changes[-1].id if self._state.changes else 0
        self._state.changes.append(Change(last + 1, team, code))
