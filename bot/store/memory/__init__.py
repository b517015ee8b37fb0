"""The store in memory: same contract as the databases, for tests and for playing.

A transaction works on a copy of everything and swaps it in at the end, so an
exception leaves no trace. Nothing is encrypted: nothing outlives the process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from bot.store.memory.outbox import MemoryOutbox
from bot.store.memory.people import MemoryPeople
from bot.store.memory.program import MemoryFigures, MemoryJobs, MemoryNotes, MemoryProcesses
from bot.store.memory.rooms import MemoryRooms
from bot.store.memory.staff import MemoryStaff
from bot.store.memory.state import State
from bot.store.memory.tickets import MemoryTickets
from bot.store.memory.updates import MemoryUpdates
from bot.usecases import ports


@dataclass(slots=True)
class MemoryWork:
    """One unit of work on a copy of the state."""

    people: ports.People
    tickets: ports.Tickets
    outbox: ports.Outbox
    updates: ports.Updates
    staff: ports.Staff
    rooms: ports.Rooms
    jobs: ports.Jobs
    figures: ports.Figures
    notes: ports.Notes
    processes: ports.Processes


class MemoryStore:
    """Keeps everything until the process ends. Transactions run one at a time."""

    def __init__(self) -> None:
        self._state = State()
        self._one_at_a_time = Lock()

    @contextmanager
    def transaction(self) -> Iterator[MemoryWork]:
        with self._one_at_a_time:
            draft = self._state.copy()
            yield _work(draft)
            self._state = draft


def _work(state: State) -> MemoryWork:
    return MemoryWork(
        people=MemoryPeople(state),
        tickets=MemoryTickets(state),
        outbox=MemoryOutbox(state),
        updates=MemoryUpdates(state),
        staff=MemoryStaff(state),
        rooms=MemoryRooms(state),
        jobs=MemoryJobs(state),
        figures=MemoryFigures(state),
        notes=MemoryNotes(state),
        processes=MemoryProcesses(),
    )
