from dataclasses import replace
from datetime import date

from sqlalchemy import insert

from bot.model.records import Job, JobKind, Room, RoomTopic
from bot.store.tables import jobs
from bot.usecases.ports import Store
from tests.databases import opened
from tests.store.examples import HOUR, NOW

DAY = date(2026, 11, 22)


def test_a_job_is_due_at_its_time(store: Store) -> None:
    late = Job(JobKind.DUE, "A", NOW)
    early = Job(JobKind.RETENTION, "", NOW - HOUR)
    with store.transaction() as work:
        for job in (late, early, Job(JobKind.DUE, "B", NOW + HOUR)):
            work.jobs.put(job)
    with store.transaction() as work:
        assert work.jobs.due(NOW, 9) == [early, late]
        assert work.jobs.due(NOW, 1) == [early]
        work.jobs.done(early)
        assert work.jobs.due(NOW, 9) == [late]


def test_a_job_is_replaced_by_its_like(store: Store) -> None:
    with store.transaction() as work:
        work.jobs.put(Job(JobKind.DUE, "A", NOW))
        work.jobs.put(Job(JobKind.DUE, "A", NOW + HOUR))
        work.jobs.put(Job(JobKind.DUE, "A", NOW))
    with store.transaction() as work:
        assert work.jobs.due(NOW, 9) == [Job(JobKind.DUE, "A", NOW)]


def test_a_job_put_again_meanwhile_is_not_done(store: Store) -> None:
    again = Job(JobKind.RETENTION, "", NOW + HOUR)
    with store.transaction() as work:
        work.jobs.put(again)
        assert not work.jobs.done(Job(JobKind.RETENTION, "", NOW))
        assert work.jobs.due(NOW + HOUR, 9) == [again]


def test_a_job_is_done_once(store: Store) -> None:
    job = Job(JobKind.DUE, "A", NOW)
    with store.transaction() as work:
        work.jobs.put(job)
        assert work.jobs.done(job), "also one that was put by this unit"
        assert not work.jobs.done(job)
        work.jobs.put(job)
    with store.transaction() as work:
        assert work.jobs.done(job)
    with store.transaction() as work:
        assert not work.jobs.done(job)


def test_only_the_very_job_is_moved(store: Store) -> None:
    job, anew = Job(JobKind.DUE, "A", NOW), Job(JobKind.DUE, "A", NOW + 2 * HOUR)
    with store.transaction() as work:
        work.jobs.put(job)
        work.jobs.move(job, NOW + HOUR)
        assert work.jobs.due(NOW + 9 * HOUR, 9) == [Job(JobKind.DUE, "A", NOW + HOUR)]
        work.jobs.put(anew)
        work.jobs.move(job, NOW + HOUR)
        assert work.jobs.due(NOW + 9 * HOUR, 9) == [anew]
        work.jobs.done(anew)
        work.jobs.move(anew, NOW + HOUR)
        assert work.jobs.due(NOW + 9 * HOUR, 9) == [], "what is done does not come back"


def test_later_jobs_of_a_kind_are_hastened_and_no_others(store: Store) -> None:
    room, other = Job(JobKind.ROOM, "A", NOW + HOUR), Job(JobKind.DUE, "A", NOW + HOUR)
    due, waiting = Job(JobKind.ROOM, "B", NOW - HOUR), Job(JobKind.ROOM, "C", NOW + 2 * HOUR)
    with store.transaction() as work:
        for job in (room, other, due):
            work.jobs.put(job)
    with store.transaction() as work:
        work.jobs.put(Job(JobKind.ROOM, "D", NOW + HOUR))
        work.jobs.hasten(JobKind.ROOM, NOW)
        work.jobs.put(waiting)
    with store.transaction() as work:
        now = [replace(room, at=NOW), Job(JobKind.ROOM, "D", NOW)]
        assert work.jobs.due(NOW + 9 * HOUR, 9) == [due, *now, other, waiting]


def test_jobs_of_a_newer_program_hide_no_other(url: str) -> None:
    """They are earlier than what is known, and more than are looked for at once."""
    known = Job(JobKind.DUE, "A", NOW)
    with opened(url) as store:
        assert no_kinds_unknown(store)
        with store.transaction() as work:
            work.jobs.put(known)
        newer = [{"kind": "newer", "key": str(one), "at": NOW - HOUR} for one in range(9)]
        with store._engine.begin() as connection:
            connection.execute(insert(jobs), newer)
        with store.transaction() as work:
            assert work.jobs.due(NOW, 3) == [known]
            assert work.jobs.unknown() == ["newer"]


def no_kinds_unknown(store: Store) -> bool:
    with store.transaction() as work:
        for kind in JobKind:
            work.jobs.put(Job(kind, "B", NOW + HOUR))
        return work.jobs.unknown() == []


def test_figures_add_up_over_days(store: Store) -> None:
    for number in (1, 2):
        with store.transaction() as work:
            work.figures.add(DAY, "started", number)
            work.figures.add(DAY, "started", number)
            work.figures.add(DAY, "handed_over", 1)
            work.figures.add(date(2026, 11, 23), "started", 10)
    with store.transaction() as work:
        assert work.figures.between(DAY, DAY) == {"started": 6, "handed_over": 2}
        assert work.figures.between(DAY, date(2026, 11, 23)) == {"started": 26, "handed_over": 2}
        assert work.figures.between(date(2026, 11, 24), date(2026, 11, 25)) == {}
        work.figures.add(DAY, "started", 1)
        assert work.figures.between(DAY, DAY)["started"] == 7


def test_notes_keep_the_last_value(store: Store) -> None:
    with store.transaction() as work:
        assert work.notes.get("offset") is None
        work.notes.put("offset", "7")
        work.notes.put("offset", "8")
    with store.transaction() as work:
        assert work.notes.get("offset") == "8"


def test_topics_of_another_group_are_forgotten(store: Store) -> None:
    with store.transaction() as work:
        work.rooms.bind(-100)
        work.rooms.save(RoomTopic("A", 5, 50))
        work.rooms.bind(-100)
        assert work.rooms.topic("A") == RoomTopic("A", 5, 50), "the same group once more"
        work.rooms.bind(-200)
        assert work.rooms.topic("A") is None
        assert work.rooms.by_thread(5) is None


def test_the_room_is_the_one_bound_last(store: Store) -> None:
    with store.transaction() as work:
        assert work.rooms.room() is None
        work.rooms.bind(-100)
        work.rooms.bind(-(10**12))
    with store.transaction() as work:
        assert work.rooms.room() == Room(-(10**12))


def test_topics_are_found_by_ticket_and_thread(store: Store) -> None:
    with store.transaction() as work:
        work.rooms.save(RoomTopic("A", 5))
        work.rooms.save(RoomTopic("B", 6, 60))
        work.rooms.save(RoomTopic("A", 7, 70))
    with store.transaction() as work:
        assert work.rooms.topic("A") == RoomTopic("A", 7, 70)
        assert work.rooms.by_thread(7) == RoomTopic("A", 7, 70)
        assert work.rooms.by_thread(5) is None
        assert work.rooms.topic("C") is None
        work.rooms.drop("A")
        assert work.rooms.topic("A") is None
        assert work.rooms.by_thread(6) == RoomTopic("B", 6, 60)


def test_the_first_topic_of_a_ticket_is_adopted_and_no_other(store: Store) -> None:
    with store.transaction() as work:
        assert work.rooms.adopt(RoomTopic("A", 5)) == RoomTopic("A", 5)
        work.rooms.save(RoomTopic("A", 5, 50))
        assert work.rooms.adopt(RoomTopic("A", 6)) == RoomTopic("A", 5, 50)
    with store.transaction() as work:
        assert work.rooms.by_thread(6) is None
