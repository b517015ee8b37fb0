"""The outbox in a database: each lane in order, lanes by rank.

A row is pending until its fate is marked, so whatever was in flight when the
process was killed is simply sent again. Several replicas may take from one
outbox: on PostgreSQL a taken row is held for its process for a while.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from bot.model.outbox import SET_BACK, Act, Delivery, Fate, Queued, Rank, Report
from bot.store.codec import DELIVERY
from bot.store.crypto import Vault, place
from bot.store.sql.rows import change, read, write
from bot.store.sql.transaction import Transaction
from bot.store.tables import Moment, outbox

PENDING: Final = "pending"

HELD: Final = timedelta(seconds=60)
"""Longer than any attempt to send may take: who holds a row longer is gone."""

_pending = outbox.c.state == PENDING
_settled = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), _pending)
    .values(
        state=bindparam("fate"),
        message_id=bindparam("message"),
        attempts=outbox.c.attempts + 1,
        changed=bindparam("when"),
        held_until=None,
        delivery_sealed=None,
    )
)
_again = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), _pending)
    .values(
        not_before=bindparam("retry"),
        attempts=outbox.c.attempts + 1,
        changed=bindparam("when"),
        held_until=None,
    )
)
# Somebody who only reads leaves no row behind, not even an empty one.
_nobodys = (outbox.c.person.is_(None), outbox.c.state != PENDING)
_settled_nobodys = delete(outbox).where(
    outbox.c.id.in_(bindparam("rows", expanding=True)), *_nobodys
)
_older_edits = delete(outbox).where(
    _pending,
    outbox.c.act == Act.EDIT.value,
    # By its lane, or SQLite would look through everything that waits.
    outbox.c.lane.in_(bindparam("lanes", expanding=True)),
    tuple_(outbox.c.lane, outbox.c.message_id).in_(bindparam("edited", expanding=True)),
)
_older_headers = delete(outbox).where(
    _pending,
    outbox.c.act == Act.HEADER.value,
    outbox.c.lane.in_(bindparam("lanes", expanding=True)),
)
# Another replica may be sending it right now; then the new one must wait.
_free = outbox.c.held_until.is_(None)
_outdated = {
    False: (_older_edits, _older_headers),
    True: (_older_edits.where(_free), _older_headers.where(_free)),
}
_held = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)))
    .values(holder=bindparam("who"), held_until=bindparam("until"))
)
_returned = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)), outbox.c.holder == bindparam("who"))
    .values(held_until=None)
)
_put = outbox.insert()


def _next(postgres: bool) -> Select[Any]:  # noqa: FBT001 - the two databases differ in this
    """What may be sent now: the first row of each lane that is not busy, by rank."""
    now = bindparam("now", type_=Moment)
    earlier = outbox.alias()
    first_of_lane = ~exists().where(
        earlier.c.lane == outbox.c.lane,
        earlier.c.state == PENDING,
        earlier.c.id < outbox.c.id,
    )
    query = (
        select(outbox)
        .where(_pending, outbox.c.lane.not_in(bindparam("busy", expanding=True)))
        .where(or_(outbox.c.not_before <= now, outbox.c.changed > bindparam("set_back")))
        .where(first_of_lane)
        .order_by(outbox.c.rank, outbox.c.id)
        .limit(bindparam("most"))
    )
    if not postgres:
        return query
    until, mine = outbox.c.held_until, outbox.c.holder == bindparam("holder")
    free = or_(until.is_(None), until <= now, until > bindparam("given_up"))
    return query.where(or_(mine, free)).with_for_update(skip_locked=True)


_next_rows = {postgres: _next(postgres) for postgres in (False, True)}
_first_rows = {
    postgres: query.where(
        outbox.c.rank <= Rank.NORMAL,
        or_(outbox.c.rank <= Rank.PROMPT, outbox.c.lane.not_in(bindparam("later", expanding=True))),
    )
    for postgres, query in _next_rows.items()
}


class SqlOutbox:
    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._key = transaction.vault.own_key("outbox")
        self._put: dict[object, tuple[str, Delivery, datetime]] = {}

    def put(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        for delivery in deliveries:
            lane = self._tx.pseudonym("lane", delivery.lane)
            place = (lane, *delivery.shows) if delivery.shows else object()
            self._put.pop(place, None)
            self._put[place] = (lane, delivery, now)

    def take(
        self, now: datetime, busy: Collection[str], limit: int, later: Collection[str] = ()
    ) -> list[Queued]:
        self.flush()
        sought: dict[str, object] = {
            "now": now,
            "set_back": now + SET_BACK,
            "busy": list(busy),
            "most": limit,
        }
        if self._tx.postgres:
            sought |= {"holder": self._tx.holder, "given_up": now + HELD + SET_BACK}
        query = _next_rows[self._tx.postgres]
        if later:
            query, sought["later"] = _first_rows[self._tx.postgres], list(later)
        rows = read(self._tx.connection, query, sought)
        if self._tx.postgres and rows:
            mine = {"rows": [row.id for row in rows], "who": self._tx.holder, "until": now + HELD}
            change(self._tx.connection, _held, mine)
        return [self._queued(row) for row in rows]

    def give_back(self, rows: Sequence[int]) -> None:
        if self._tx.postgres:
            change(self._tx.connection, _returned, {"rows": list(rows), "who": self._tx.holder})

    def mark(self, reports: Sequence[Report], now: datetime) -> Collection[int]:
        self.flush()
        gone: Collection[int] = ()
        settled = [report for report in reports if report.fate in (Fate.SENT, Fate.DEAD)]
        again = [report for report in reports if report.fate in (Fate.NOT_SENT, Fate.UNKNOWN)]
        if settled:
            rows = [
                {"row": r.id, "fate": r.fate.value, "message": r.message_id, "when": now}
                for r in settled
            ]
            if write(self._tx.connection, _settled, rows) < len(rows):
                gone = self._gone([r.id for r in settled])
        if again:
            rows = [{"row": r.id, "retry": r.retry_at or now, "when": now} for r in again]
            write(self._tx.connection, _again, rows)
        self._give_up([r.id for r in settled if r.fate is Fate.DEAD and r.unreachable], now)
        if settled:
            change(self._tx.connection, _settled_nobodys, {"rows": [r.id for r in settled]})
        return gone

    def _gone(self, rows: Sequence[int]) -> Collection[int]:
        there = self._tx.connection.execute(select(outbox.c.id).where(outbox.c.id.in_(rows)))
        return set(rows) - set(there.scalars())

    def part(self, row: int, parts: int) -> None:
        there = update(outbox).where(outbox.c.id == row, _pending).values(parts=parts)
        self._tx.connection.execute(there)

    def waiting(self, lane: str | None = None) -> int:
        self.flush()
        query = select(func.count()).select_from(outbox).where(_pending)
        if lane is not None:
            query = query.where(outbox.c.lane == self._tx.pseudonym("lane", lane))
        return self._tx.connection.execute(query).scalar_one()

    def arrived(self, lane: str) -> list[int]:
        self.flush()
        there = outbox.c.lane == self._tx.pseudonym("lane", lane)
        # Locked, all of them: who is about to mark one of these rows has to be waited for.
        query = select(outbox.c.state, outbox.c.message_id).where(there).order_by(outbox.c.id)
        rows = self._tx.connection.execute(query.with_for_update()).all()
        sent = {row.message_id for row in rows if row.state == Fate.SENT.value}
        return sorted(number for number in sent if number is not None)

    def drop_lane(self, lane: str) -> None:
        self.flush()
        there = outbox.c.lane == self._tx.pseudonym("lane", lane)
        self._tx.connection.execute(delete(outbox).where(there))
        self._tx.erased = True

    def drop_items(self, lane: str) -> int | None:
        self.flush()
        there = outbox.c.lane == self._tx.pseudonym("lane", lane)
        rows = self._tx.connection.execute(select(outbox).where(_pending, there)).all()
        items = {row.id: self._queued(row).delivery.item for row in rows}
        dropped = {row: item for row, item in items.items() if item is not None}
        if dropped:
            self._tx.connection.execute(delete(outbox).where(outbox.c.id.in_(dropped)))
        return min(dropped.values(), default=None)

    def drop_old(self, moment: datetime) -> int:
        old = delete(outbox).where(outbox.c.state != PENDING, outbox.c.changed < moment)
        dropped = self._tx.connection.execute(old).rowcount
        # Rows of nobody went when they were settled: what the log holds of them goes now.
        self._tx.erased = True
        return dropped

    def trim(self, most: int) -> int:
        self.flush()
        crowded = select(outbox.c.lane).where(_pending).group_by(outbox.c.lane)
        lanes = crowded.having(func.count() > most)
        waiting = select(outbox).where(_pending, outbox.c.lane.in_(lanes)).order_by(outbox.c.id)
        if self._tx.postgres:
            waiting = waiting.where(outbox.c.held_until.is_(None)).with_for_update(skip_locked=True)
        rows = self._tx.connection.execute(waiting).all()
        left = Counter(row.lane for row in rows)
        pointless = []
        for row in rows:
            if left[row.lane] > most and self._queued(row).delivery.fleeting:
                left[row.lane] -= 1
                pointless.append(row.id)
        if pointless:
            self._tx.connection.execute(delete(outbox).where(outbox.c.id.in_(pointless)))
        return len(pointless)

    def flush(self) -> None:
        put, self._put = list(self._put.values()), {}
        if not put:
            return
        for rank in (Rank.URGENT, Rank.PROMPT):
            lanes = {lane for lane, delivery, _ in put if delivery.rank is rank}
            if lanes:
                slower = (outbox.c.lane.in_(lanes), outbox.c.rank > rank)
                hurried = update(outbox).where(_pending, *slower).values(rank=rank)
                self._tx.connection.execute(hurried)
        self._drop_outdated(put)
        rows = []
        hurry: dict[str, Rank] = {}
        for lane, delivery, now in reversed(put):
            # What stands before an urgent or prompt delivery in its lane must hurry as well.
            rank = min(delivery.rank, hurry.get(lane, delivery.rank))
            if rank < Rank.NORMAL:
                hurry[lane] = rank
            rows.append(self._row(lane, delivery, now, rank))
        write(self._tx.connection, _put, rows[::-1])

    def _drop_outdated(self, put: Sequence[tuple[str, Delivery, datetime]]) -> None:
        older_edits, older_headers = _outdated[self._tx.postgres]
        edited = [(lane, d.message_id) for lane, d, _ in put if d.shows and d.act is Act.EDIT]
        if edited:
            lanes = [lane for lane, _ in edited]
            change(self._tx.connection, older_edits, {"lanes": lanes, "edited": edited})
        headed = [lane for lane, d, _ in put if d.act is Act.HEADER]
        if headed:
            change(self._tx.connection, older_headers, {"lanes": headed})

    def _give_up(self, ids: Sequence[int], now: datetime) -> None:
        """The person takes no messages: nothing else of that lane is tried."""
        if ids:
            lanes = select(outbox.c.lane).where(outbox.c.id.in_(ids))
            rest = update(outbox).where(_pending, outbox.c.lane.in_(lanes))
            dead = rest.values(state=Fate.DEAD.value, changed=now, delivery_sealed=None)
            self._tx.connection.execute(dead)
            self._tx.connection.execute(delete(outbox).where(outbox.c.lane.in_(lanes), *_nobodys))

    def _row(
        self, lane: str, delivery: Delivery, now: datetime, rank: Rank
    ) -> Mapping[str, object]:
        where = _where(lane, delivery.person)
        sealed = self._key.seal(where, DELIVERY.write(delivery))
        self._tx.fresh.keep_delivery(where, sealed, delivery)
        return {
            "lane": lane,
            "state": PENDING,
            "rank": rank,
            "not_before": now,
            "attempts": 0,
            "act": delivery.act.value,
            "person": delivery.person,
            "message_id": delivery.message_id,
            "changed": now,
            "delivery_sealed": sealed,
        }

    def _queued(self, row: Row[Any]) -> Queued:
        fresh = self._tx.fresh.delivery(_where(row.lane, row.person), row.delivery_sealed)
        delivery = fresh or opened(self._tx.vault, row)
        return Queued(row.id, row.lane, delivery, row.attempts, row.parts, row.rank)


def opened(vault: Vault, row: Row[Any]) -> Delivery:
    """The delivery of a row that is not settled."""
    plain = vault.own_key("outbox").open(_where(row.lane, row.person), row.delivery_sealed)
    return DELIVERY.read(plain)


def _where(lane: str, person: str | None) -> bytes:
    return place("outbox", "delivery", lane, person or "", 1)
