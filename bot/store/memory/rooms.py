"""The caseworkers' group and its forum topics, in memory."""

from bot.model.records import Room, RoomTopic
from bot.store.memory.state import State


class MemoryRooms:
    def __init__(self, state: State) -> None:
        self._state = state

    def room(self) -> Room | None:
        return self._state.rooms[0] if self._state.rooms else None

    def bind(self, chat: int) -> None:
        if self.room() != Room(chat):
            self._state.topics.clear()
        self._state.rooms = [Room(chat)]

    def tickets(self) -> list[str]:
        return sorted(self._state.topics)

    def topic(self, ticket: str) -> RoomTopic | None:
        return self._state.topics.get(ticket)

    def by_thread(self, thread: int) -> RoomTopic | None:
        return next((t for t in self._state.topics.values() if t.thread == thread), None)

    def adopt(self, topic: RoomTopic) -> RoomTopic:
        return self._state.topics.setdefault(topic.ticket, topic)

    def save(self, topic: RoomTopic) -> None:
        self._state.topics[topic.ticket] = topic

    def drop(self, ticket: str) -> None:
        self._state.topics.pop(ticket, None)
