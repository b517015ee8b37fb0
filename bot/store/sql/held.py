"""Deliveries held after a restore: whether they were sent since the backup, nobody knows.

They are shown by kind, and a person releases or drops them. What nobody decides about goes
like everything that is settled, a day later.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select, update

from bot.model.outbox import Act, Channel
from bot.store.crypto import Vault
from bot.store.sql.outbox import PENDING, opened
from bot.store.tables import outbox

HELD: Final = "held"

_held = outbox.c.state == HELD


@dataclass(frozen=True, slots=True)
class Held:
    """A held delivery: where it goes, and the ticket and item it brings, if any."""

    channel: Channel
    act: Act
    ticket: str | None
    item: int | None


def hold(connection: Connection, now: datetime) -> int:
    """Hold everything that is not settled; return how much it is."""
    unsettled = update(outbox).where(outbox.c.delivery_sealed.is_not(None))
    held = unsettled.values(state=HELD, changed=now, holder=None, held_until=None)
    return connection.execute(held).rowcount


def waiting(connection: Connection, vault: Vault) -> list[Held]:
    rows = connection.execute(select(outbox).where(_held).order_by(outbox.c.id)).all()
    deliveries = [opened(vault, row) for row in rows]
    return [Held(one.channel, one.act, one.ticket, one.item) for one in deliveries]


def release(connection: Connection, now: datetime) -> int:
    again = update(outbox).where(_held).values(state=PENDING, not_before=now, changed=now)
    return connection.execute(again).rowcount


def drop(connection: Connection) -> int:
    return connection.execute(delete(outbox).where(_held)).rowcount
