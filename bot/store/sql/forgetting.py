"""Forgetting somebody: which rows go, which stay, and what is remembered of it.

The rule of every table is written beside it in `bot.store.tables`.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, or_

from bot.model.outbox import room_lane
from bot.store.ledger_file import Erased
from bot.store.sql.outbox import SqlOutbox
from bot.store.sql.people import Forgotten
from bot.store.sql.tickets import SqlTickets
from bot.store.sql.transaction import Transaction, person_key
from bot.store.sql.updates import drop_raw
from bot.store.tables import erasures, jobs, outbox, people


class Forgetting:
    """Erases a person from every table within one unit of work."""

    def __init__(self, transaction: Transaction, tickets: SqlTickets, waiting: SqlOutbox) -> None:
        self._tx = transaction
        self._tickets = tickets
        self._waiting = waiting

    def __call__(self, who: Forgotten, now: datetime) -> None:
        self._waiting.flush()
        execute = self._tx.connection.execute
        execute(delete(outbox).where(or_(outbox.c.person == who.person, outbox.c.lane == who.lane)))
        drop_raw(self._tx, who.telegram_id)
        execute(delete(jobs).where(jobs.c.key == who.person))
        for ticket in self._tickets.of_people([who.person])[who.person]:
            self._tickets.save(replace(ticket, person=None))
            self._tickets.shred(ticket.code)
            self._waiting.drop_lane(room_lane(ticket.code))
        self._tx.keys.drop(person_key(who.person))
        execute(delete(people).where(people.c.person == who.person))
        execute(erasures.insert(), [{"telegram": who.telegram, "at": now}])
        self._tx.forgotten.append(Erased(who.telegram, now))
        self._tx.erased = True
