"""What is due is done by one process, whoever else looks at the same moment."""

import threading
from datetime import timedelta

import pytest

from bot.model.records import Job, JobKind
from bot.usecases import deadlines
from bot.usecases.ports import Store
from tests.databases import opened
from tests.usecases.county import NOW, County

CODE = "K7MX2Q"
DUE = Job(JobKind.DUE, CODE, NOW)


@pytest.mark.parametrize("one_by_one", [False, True])
def test_two_replicas_that_meet_do_a_job_once(postgres_url: str, *, one_by_one: bool) -> None:
    """An alarm that is sent twice is used up twice as fast."""
    meeting = threading.Barrier(2)

    def replica(store: Store) -> None:
        with store.transaction() as work:
            unit = county.unit_of(work)
            jobs = deadlines.due(unit)
            meeting.wait()
            if not one_by_one:
                deadlines.carry_out(unit, jobs)
        if one_by_one:
            with store.transaction() as work:
                deadlines.carry_out(county.unit_of(work), jobs)

    with opened(postgres_url) as one, opened(postgres_url) as two:
        county = County(store=one)
        county.ticket(CODE)
        county.clock.go(timedelta(days=5))
        with county.unit() as unit:
            unit.work.jobs.put(DUE)
        threads = [threading.Thread(target=replica, args=(store,)) for store in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with county.unit() as unit:
            trail = [entry.what for entry in unit.work.tickets.audit_trail(CODE)]
        assert trail.count("overdue") == 1
