"""Which updates were seen, and those nobody could handle, in a database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select

from bot.model.records import Incoming
from bot.store.codec import RAW_UPDATE
from bot.store.crypto import place
from bot.store.shredding import names
from bot.store.sql.rows import read, write
from bot.store.sql.transaction import Transaction
from bot.store.tables import attempts, quarantine, seen_updates

_KNOWN = select(seen_updates.c.update_id, seen_updates.c.natural).where(
    or_(
        seen_updates.c.update_id.in_(bindparam("numbers", expanding=True)),
        seen_updates.c.natural.in_(bindparam("names", expanding=True)),
    )
)
_SEEN = seen_updates.insert()


class SqlUpdates:
    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def unseen(self, updates: Sequence[Incoming]) -> list[Incoming]:
        naturals = {update.update_id: self._natural(update) for update in updates}
        names = [name for name in naturals.values() if name]
        sought = {"numbers": list(naturals), "names": names}
        known: set[int | str | None] = set()
        begun_anew = []
        for row in read(self._tx.connection, _KNOWN, sought):
            name = naturals.get(row.update_id)
            if name and row.natural and name != row.natural:
                begun_anew.append(row.update_id)
            else:
                known.add(row.update_id)
            known.add(row.natural)
        known.discard(None)
        if begun_anew:
            reused = seen_updates.c.update_id.in_(begun_anew)
            self._tx.connection.execute(delete(seen_updates).where(reused))
        fresh = []
        for update in updates:
            both = {update.update_id, naturals[update.update_id]} - {None}
            if known.isdisjoint(both):
                fresh.append(update)
            known |= both
        return fresh

    def seen(self, updates: Sequence[Incoming], now: datetime) -> None:
        # Plain inserts: where two replicas took in the same update, one of them fails
        # here with all it did, runs again, and finds the update seen.
        if updates:
            rows = [
                {"update_id": update.update_id, "natural": self._natural(update), "at": now}
                for update in updates
            ]
            write(self._tx.connection, _SEEN, rows)

    def quarantine(self, update: Incoming, reason: str, now: datetime) -> None:
        number = update.update_id
        key = self._tx.vault.own_key("quarantine")
        raw = key.seal(_where(number), RAW_UPDATE.write(update.body))
        row = {"update_id": number, "reason": reason, "at": now, "raw_sealed": raw}
        self._tx.upsert(quarantine, [row])

    def attempts(self, update_id: int) -> int:
        insert = self._tx.insert(attempts).values(update_id=update_id, count=1)
        counted = insert.on_conflict_do_update(
            index_elements=["update_id"], set_={"count": attempts.c.count + 1}
        ).returning(attempts.c.count)
        return int(self._tx.connection.execute(counted).scalar_one())

    def drop_old(self, moment: datetime) -> int:
        settled = select(seen_updates.c.update_id)
        self._tx.connection.execute(delete(attempts).where(attempts.c.update_id.in_(settled)))
        self._tx.connection.execute(delete(quarantine).where(quarantine.c.at < moment))
        old = delete(seen_updates).where(seen_updates.c.at < moment)
        return self._tx.connection.execute(old).rowcount

    def _natural(self, update: Incoming) -> str | None:
        """The natural key names a chat, so only its pseudonym is kept."""
        return self._tx.pseudonym("update", update.natural) if update.natural else None


def drop_raw(tx: Transaction, telegram_id: int) -> None:
    """Drop what nobody could handle as far as it names this account: it holds what was said."""
    key = tx.vault.own_key("quarantine")
    rows = tx.connection.execute(select(quarantine.c.update_id, quarantine.c.raw_sealed)).all()
    theirs = [
        number
        for number, sealed in rows
        if names(RAW_UPDATE.read(key.open(_where(number), sealed)), telegram_id)
    ]
    if theirs:
        tx.connection.execute(delete(quarantine).where(quarantine.c.update_id.in_(theirs)))


def _where(update_id: int) -> bytes:
    return place("quarantine", "raw", update_id, "", 1)
