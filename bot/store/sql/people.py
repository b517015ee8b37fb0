"""Conversations in a database: found by pseudonym, sealed with the person's own key.

Saves are buffered, so a batch of updates costs one statement however many people
wrote. Forgetting somebody touches other tables too and is in `forgetting`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, literal, select

from bot.model.conversation import Conversation
from bot.model.outbox import chat_lane
from bot.store.codec import CONVERSATION
from bot.store.crypto import place
from bot.store.sql.rows import read
from bot.store.sql.transaction import Transaction, person_key
from bot.store.tables import data_keys, people

_ROWS = select(people, data_keys.c.wrapped).join(
    data_keys, data_keys.c.owner == literal("person:") + people.c.person
)
_BY_TELEGRAM = _ROWS.where(people.c.telegram.in_(bindparam("telegram", expanding=True)))
_BY_PERSON = _ROWS.where(people.c.person == bindparam("person"))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The names under which somebody who is being erased appears in other tables."""

    person: str
    telegram_id: int
    telegram: str
    lane: str


class SqlPeople:
    def __init__(
        self, transaction: Transaction, forget: Callable[[Forgotten, datetime], None]
    ) -> None:
        self._tx = transaction
        self._forget = forget
        self._versions: dict[str, int] = {}
        self._saved: dict[int, tuple[Conversation, datetime]] = {}

    def load(self, telegram_ids: Collection[int]) -> dict[int, Conversation]:
        self.flush()
        pseudonyms = {self._pseudonym(known): known for known in telegram_ids}
        self._tx.lock(pseudonyms)
        found = self._opened(_BY_TELEGRAM, {"telegram": list(pseudonyms)})
        known = {pseudonyms[row.telegram]: conversation for row, conversation in found}
        for pseudonym in pseudonyms:
            self._versions.setdefault(pseudonym, 0)
        return known

    def save(self, telegram_id: int, conversation: Conversation, now: datetime) -> None:
        self._saved[telegram_id] = (conversation, now)

    def conversation(self, person: str) -> tuple[int, Conversation] | None:
        self.flush()
        if self._tx.postgres:
            pseudonym = select(people.c.telegram).where(people.c.person == person)
            self._tx.lock(self._tx.connection.execute(pseudonym).scalars())
        for row, conversation in self._opened(_BY_PERSON, {"person": person}):
            where = place("people", "telegram", row.telegram, person, 1)
            key = self._tx.keys.of(person_key(person))
            return int(key.open(where, row.telegram_sealed)), conversation
        return None

    def forget(self, person: str, now: datetime) -> None:
        known = self.conversation(person)
        if known is not None:
            telegram_id, _ = known
            pseudonym = self._pseudonym(telegram_id)
            lane = self._tx.pseudonym("lane", chat_lane(telegram_id))
            self._forget(Forgotten(person, telegram_id, pseudonym, lane), now)
            self._versions[pseudonym] = 0

    def idle_since(self, moment: datetime) -> list[str]:
        self.flush()
        query = select(people.c.person).where(people.c.seen < moment).order_by(people.c.seen)
        return list(self._tx.connection.execute(query).scalars())

    def flush(self) -> None:
        saved, self._saved = self._saved, {}
        if saved:
            self._meet(saved)
            rows = [self._row(who, what, seen) for who, (what, seen) in saved.items()]
            self._tx.keys.flush()
            self._tx.upsert(people, rows)

    def _meet(self, telegram_ids: Iterable[int]) -> None:
        """Learn version and key of people who are saved without having been loaded."""
        pseudonyms = {self._pseudonym(telegram_id) for telegram_id in telegram_ids}
        strangers = sorted(pseudonyms - self._versions.keys())
        if strangers:
            for row in read(self._tx.connection, _BY_TELEGRAM, {"telegram": strangers}):
                self._versions[row.telegram] = row.version
                self._tx.keys.met(person_key(row.person), row.wrapped)

    def _opened(
        self, query: Select[Any], names: Mapping[str, Any]
    ) -> Iterable[tuple[Row[Any], Conversation]]:
        for row in read(self._tx.connection, query, names):
            self._versions[row.telegram] = row.version
            owner, sealed = person_key(row.person), row.conversation_sealed
            where = place("people", "conversation", row.telegram, row.person, row.version)
            known = self._tx.fresh.conversation(row.telegram, where, sealed)
            if known is None:
                key = self._tx.keys.met(owner, row.wrapped)
                known = key, CONVERSATION.read(key.open(where, sealed))
                self._tx.fresh.keep_conversation(row.telegram, where, sealed, *known)
            self._tx.keys.know(owner, known[0])
            yield row, known[1]

    def _row(
        self, telegram_id: int, conversation: Conversation, seen: datetime
    ) -> dict[str, object]:
        pseudonym, person = self._pseudonym(telegram_id), conversation.person
        key = self._tx.keys.of(person_key(person))
        version = self._versions[pseudonym] = self._versions.get(pseudonym, 0) + 1
        inside = place("people", "conversation", pseudonym, person, version)
        sealed = key.seal(inside, CONVERSATION.write(conversation))
        self._tx.fresh.keep_conversation(pseudonym, inside, sealed, key, conversation)
        address = place("people", "telegram", pseudonym, person, 1)
        return {
            "person": person,
            "telegram": pseudonym,
            "telegram_sealed": key.seal(address, str(telegram_id).encode()),
            "conversation_sealed": sealed,
            "version": version,
            "seen": seen,
        }

    def _pseudonym(self, telegram_id: int) -> str:
        return self._tx.pseudonym("tg", telegram_id)
