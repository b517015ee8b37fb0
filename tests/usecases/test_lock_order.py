"""Who works on a case and what goes on by itself lock things in one order, and so never each other.

PostgreSQL would end one of two that wait for each other, after a second in which both stand still.
"""

import threading
from collections.abc import Callable

from bot.model.outbox import Act, Channel, Delivery, Fate, Report
from bot.model.records import Job, JobKind
from bot.usecases import deadlines
from bot.usecases.errands import Errand, Sent
from bot.usecases.ports import Store, Work
from bot.usecases.unit import Unit
from tests.databases import opened
from tests.store.test_locking import waiting_for_a_lock
from tests.usecases.county import NOW, County

CODE = "K7MX2Q"
DUE = Job(JobKind.DUE, CODE, NOW)


class Meeting:
    """Something happens to a case while somebody works on it, in another process."""

    def __init__(self, url: str, one: Store, other: Store) -> None:
        self.county = County(store=one)
        self.county.ticket(CODE)
        self._url = url
        self._other = other
        self._failed: list[BaseException] = []

    def go(self, works: Callable[[Work], object], happens: Callable[[Unit], object]) -> None:
        """`works` goes on when `happens` waits for the case; neither may be ended."""

        def beside() -> None:
            try:
                with self._other.transaction() as work:
                    happens(self.county.unit_of(work))
            except BaseException as error:  # noqa: BLE001 - told by the test's own thread
                self._failed.append(error)

        with self.county.store.transaction() as work:
            assert work.tickets.load((CODE,), None)
            thread = threading.Thread(target=beside)
            thread.start()
            while not waiting_for_a_lock(self._url):
                assert thread.is_alive(), self._failed
            works(work)
        thread.join()
        assert self._failed == []


def test_a_job_that_is_due_while_its_case_is_worked_on(postgres_url: str) -> None:
    with opened(postgres_url) as one, opened(postgres_url) as other:
        meeting = Meeting(postgres_url, one, other)
        with meeting.county.unit() as unit:
            unit.work.jobs.put(DUE)
        meeting.go(lambda work: work.jobs.put(DUE), lambda unit: deadlines.carry_out(unit, [DUE]))


def test_what_was_sent_of_a_case_is_marked_while_the_case_is_worked_on(postgres_url: str) -> None:
    answer = Delivery(Channel.CHAT, Act.SEND, "de", chat=7, ticket=CODE, item=1)
    with opened(postgres_url) as one, opened(postgres_url) as other:
        meeting = Meeting(postgres_url, one, other)
        with meeting.county.unit() as unit:
            unit.work.outbox.put((answer,), NOW)
        with meeting.county.unit() as unit:
            (row,) = unit.work.outbox.take(NOW, (), 9)
        errand = Errand((Sent(row, Report(row.id, Fate.SENT, 1)),), frozenset(), 0)
        meeting.go(lambda work: work.outbox.drop_lane(answer.lane), errand.carry_out)
