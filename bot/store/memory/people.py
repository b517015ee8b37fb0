"""Conversations in memory, and what it means to forget somebody."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.model.conversation import Conversation
from bot.model.outbox import chat_lane, room_lane
from bot.store.memory.state import State, Talk
from bot.store.memory.tickets import MemoryTickets
from bot.store.shredding import names


class MemoryPeople:
    def __init__(self, state: State) -> None:
        self._state = state

    def load(self, telegram_ids: Collection[int]) -> dict[int, Conversation]:
        talks = self._state.talks
        return {known: talks[known].conversation for known in telegram_ids if known in talks}

    def save(self, telegram_id: int, conversation: Conversation, now: datetime) -> None:
        self._state.talks[telegram_id] = Talk(conversation, now)

    def conversation(self, person: str) -> tuple[int, Conversation] | None:
        for telegram_id, talk in self._state.talks.items():
            if talk.conversation.person == person:
                return telegram_id, talk.conversation
        return None

    def forget(self, person: str, now: datetime) -> None:
        found = self.conversation(person)
        if found is None:
            return
        telegram_id, _ = found
        del self._state.talks[telegram_id]
        self._state.erased.append((telegram_id, now))
        tickets = MemoryTickets(self._state)
        theirs = tickets.of_people([person])[person]
        rooms = {room_lane(ticket.code) for ticket in theirs}
        self._state.outbox = {
            row.id: row
            for row in self._state.outbox.values()
            if row.lane != chat_lane(telegram_id)
            and (row.delivery is None or row.delivery.person != person)
            and row.lane not in rooms
        }
        self._state.jobs = {k: job for k, job in self._state.jobs.items() if job.key != person}
        self._state.quarantine = {
            number: kept
            for number, kept in self._state.quarantine.items()
            if not names(kept[0].body, telegram_id)
        }
        for ticket in theirs:
            tickets.save(replace(ticket, person=None))
            tickets.shred(ticket.code)

    def idle_since(self, moment: datetime) -> list[str]:
        idle = [talk for talk in self._state.talks.values() if talk.seen < moment]
        return [talk.conversation.person for talk in sorted(idle, key=lambda talk: talk.seen)]
