"""The caseworkers' group and its forum topics, in a database."""

from typing import Any

from sqlalchemy import ColumnElement, delete, select

from bot.model.records import Room, RoomTopic
from bot.store.crypto import place
from bot.store.sql.rows import read
from bot.store.sql.transaction import Transaction
from bot.store.tables import room_topics, rooms

_WHERE = place("rooms", "chat", 1, "", 1)
_CHAT = select(rooms.c.chat_sealed)


class SqlRooms:
    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._key = transaction.vault.own_key("room")
        self._known: list[Room | None] = []

    def room(self) -> Room | None:
        if not self._known:
            sealed = [row.chat_sealed for row in read(self._tx.connection, _CHAT, {})]
            self._known = [Room(int(self._key.open(_WHERE, one))) for one in sealed] or [None]
        return self._known[0]

    def bind(self, chat: int) -> None:
        if self.room() != Room(chat):
            self._tx.connection.execute(delete(room_topics))
        sealed = self._key.seal(_WHERE, str(chat).encode())
        self._tx.upsert(rooms, [{"id": 1, "chat_sealed": sealed}])
        self._known = [Room(chat)]

    def tickets(self) -> list[str]:
        known = select(room_topics.c.ticket).order_by(room_topics.c.ticket)
        return list(self._tx.connection.execute(known).scalars())

    def topic(self, ticket: str) -> RoomTopic | None:
        return self._found(room_topics.c.ticket == ticket)

    def by_thread(self, thread: int) -> RoomTopic | None:
        return self._found(room_topics.c.thread == thread)

    def adopt(self, topic: RoomTopic) -> RoomTopic:
        row = {"ticket": topic.ticket, "thread": topic.thread, "header": topic.header}
        # Who comes second waits here for the first, and then reads what that one made.
        self._tx.connection.execute(self._tx.insert(room_topics).on_conflict_do_nothing(), [row])
        return self.topic(topic.ticket) or topic

    def save(self, topic: RoomTopic) -> None:
        row = {"ticket": topic.ticket, "thread": topic.thread, "header": topic.header}
        self._tx.upsert(room_topics, [row])

    def drop(self, ticket: str) -> None:
        self._tx.connection.execute(delete(room_topics).where(room_topics.c.ticket == ticket))

    def _found(self, condition: ColumnElement[bool]) -> RoomTopic | None:
        row: Any = self._tx.connection.execute(select(room_topics).where(condition)).first()
        return RoomTopic(row.ticket, row.thread, row.header) if row else None
