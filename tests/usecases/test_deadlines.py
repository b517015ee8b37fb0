from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.content import Priority
from bot.model.conversation import Consent, Conversation
from bot.model.outbox import Channel
from bot.model.records import Job, JobKind, Session
from bot.model.tickets import EventItem, Outcome, State, TextItem
from bot.usecases import casework, deadlines, notices, room_abilities
from bot.usecases.deadlines import ALWAYS_FEW, CLEARING_EVERY, LARGEST_JUMP, MOST_ALARMS, Cleared
from bot.usecases.notices import ALARM_AGAIN
from bot.usecases.ports import Store
from bot.usecases.room_abilities import Ability
from bot.usecases.unit import Policy
from tests.usecases.county import ANNA, County

CODE = "K7MX2Q"


def run(county: County) -> int:
    with county.unit() as unit:
        return deadlines.run_due(unit)


def clear(county: County, *, sure: bool = False) -> Cleared:
    with county.unit() as unit:
        return deadlines.clear(unit, sure=sure)


def events(county: County) -> list[str]:
    return [item.body.event for item in county.items(CODE) if isinstance(item.body, EventItem)]


def opened(county: County, priority: Priority) -> None:
    due = county.clock.now() + ALARM_AGAIN
    ticket = county.ticket(CODE, priority=priority, due=due, queue="protection", team="shelter")
    with county.unit() as unit:
        notices.opened(unit, ticket)


def test_an_alarm_nobody_takes_on_is_repeated_and_not_for_ever() -> None:
    county = County()
    opened(county, Priority.P0)
    assert len(county.deliveries(Channel.MAIL)) == 1
    for _ in range(MOST_ALARMS + 3):
        county.clock.go(ALARM_AGAIN)
        run(county)
    assert len(county.deliveries(Channel.MAIL)) == 1 + MOST_ALARMS
    assert events(county) == ["alarm_repeated"] * MOST_ALARMS


def test_an_alarm_somebody_took_on_is_not_repeated_but_marked_late() -> None:
    county = County()
    opened(county, Priority.P0)
    with county.unit() as unit:
        ruth = next(one for one in unit.work.staff.all() if one.id == "ruth")
        casework.claim(unit, ruth, CODE, None)
    for _ in range(3):
        county.clock.go(ALARM_AGAIN)
        run(county)
    assert len(county.deliveries(Channel.MAIL)) == 1
    assert events(county) == ["claimed", "overdue"]


def test_a_late_answer_is_marked_once_and_nobodys_page_becomes_stale() -> None:
    county = County()
    opened(county, Priority.P1)
    version = county.now_is(CODE).version
    for _ in range(3):
        county.clock.go(ALARM_AGAIN)
        run(county)
    assert events(county) == ["overdue"]
    assert county.now_is(CODE).version == version
    assert county.deliveries(Channel.MAIL) == []


def test_a_job_that_a_replica_did_meanwhile_is_not_done_again(store: Store) -> None:
    """Both saw that it is due; one sends the alarm again, and the trail tells it once."""
    county = County(store=store)
    opened(county, Priority.P0)
    county.clock.go(ALARM_AGAIN)
    with county.unit() as unit:
        seen = deadlines.due(unit)
    assert run(county) == 1
    with county.unit() as unit:
        assert deadlines.carry_out(unit, seen) == 0
    assert events(county) == ["alarm_repeated"]


def test_a_job_set_anew_meanwhile_is_not_put_off() -> None:
    """Neither is its right time lost, nor is it done early."""
    county = County()
    failed = Job(JobKind.DUE, CODE, county.clock.now())
    anew = replace(failed, at=failed.at + ALARM_AGAIN)
    with county.unit() as unit:
        unit.work.jobs.put(anew)
        deadlines.put_off(unit, failed)
        assert unit.work.jobs.due(anew.at, 9) == [anew]


def test_what_waits_for_the_newcomer_or_is_closed_is_not_late() -> None:
    for state in (State.WAITING_FOR_NEWCOMER, State.CLOSED):
        county = County()
        county.ticket(CODE, state=state)
        with county.unit() as unit:
            unit.work.jobs.put(Job(JobKind.DUE, CODE, county.clock.now()))
            unit.work.jobs.put(Job(JobKind.DUE, "NOSUCH", county.clock.now()))
        county.clock.go(timedelta(days=3))
        assert run(county) == 2
        assert events(county) == []


def test_idle_conversations_are_forgotten_but_not_beside_an_open_case() -> None:
    county = County()
    county.ticket("OPEN", person="busy")
    county.ticket(CODE, TextItem("Hallo"), person="idle")
    with county.unit() as unit:
        casework.close(unit, ANNA, CODE, None, Outcome.ADVISED)
    assert clear(county) == Cleared()
    pass_time(county, timedelta(days=31))
    with county.unit() as unit:
        assert unit.work.people.conversation("busy") is not None
        assert unit.work.people.conversation("idle") is None
    assert county.now_is(CODE).person is None
    assert county.now_is("OPEN").person == "busy"


def test_text_of_closed_cases_is_shredded_after_its_time() -> None:
    county = County()
    county.ticket(CODE, TextItem("Hallo"))
    county.ticket("OPEN", TextItem("Hallo"))
    with county.unit() as unit:
        casework.close(unit, ANNA, CODE, None, Outcome.ADVISED)
    pass_time(county, timedelta(days=89))
    assert county.items(CODE)
    pass_time(county, timedelta(days=2))
    assert not any(isinstance(item.body, TextItem) for item in county.items(CODE))
    assert county.items("OPEN")
    assert county.now_is(CODE).outcome is Outcome.ADVISED


def pass_time(county: County, span: timedelta) -> None:
    """Let days go by as they do: the clearing looks in all the while."""
    end = county.clock.now() + span
    while county.clock.now() < end:
        county.clock.go(timedelta(days=1))
        assert clear(county).stopped is None


def test_a_clock_that_jumps_erases_nothing_until_a_person_says_so() -> None:
    """A year ahead or a day back erases nobody: fault 71."""
    for jump in (timedelta(days=365), LARGEST_JUMP + timedelta(seconds=1), -timedelta(days=1)):
        county = County()
        county.ticket(CODE, person="idle")
        with county.unit() as unit:
            casework.close(unit, ANNA, CODE, None, Outcome.ADVISED)
        clear(county)
        county.clock.go(jump)
        assert clear(county) == Cleared(stopped="clock")
        assert clear(county).stopped == "clock"
        with county.unit() as unit:
            assert unit.work.people.conversation("idle") is not None
            assert deadlines.why_stopped(unit) == "clock"
        assert clear(county, sure=True).stopped is None
        with county.unit() as unit:
            assert deadlines.why_stopped(unit) is None


def test_more_than_a_usual_share_at_once_erases_nobody() -> None:
    """Too large a share stops until somebody looked: fault 71."""
    county = County()
    for number in range(ALWAYS_FEW + 1):
        county.ticket(f"C{number}", person=f"person-{'x' * number}")
    with county.unit() as unit:
        for number in range(ALWAYS_FEW + 1):
            casework.close(unit, ANNA, f"C{number}", None, Outcome.ADVISED)
    county.clock.go(timedelta(days=31))
    assert clear(county) == Cleared(stopped="share")
    assert clear(county, sure=True).forgotten == ALWAYS_FEW + 1


def test_a_clock_set_back_by_seconds_or_a_changed_hour_stops_nothing() -> None:
    """fault 71: replicas differ by seconds, and summer time is no jump of a clock in UTC."""
    for step in (-timedelta(seconds=2), -CLEARING_EVERY, timedelta(hours=2), LARGEST_JUMP):
        county = County()
        clear(county)
        county.clock.go(step)
        assert clear(county) == Cleared()


def test_after_an_outage_of_days_more_may_go_at_once() -> None:
    """fault 71: in two and a half days an eighth of the people may have fallen silent."""
    for outage, stopped in ((timedelta(days=2.5), None), (timedelta(hours=12), "share")):
        county = County()
        nearly = county.clock.now() - county.policy.idle_conversation + timedelta(hours=1)
        people(county, 24, seen=nearly)
        people(county, 176, seen=county.clock.now())
        assert clear(county) == Cleared()
        county.clock.go(outage)
        done = clear(county)
        assert (done.forgotten, done.stopped) == (0 if stopped else 24, stopped)


def test_after_three_days_of_outage_a_person_has_to_look_once() -> None:
    """fault 71: nothing goes, it is noted why, and after `lotse db clear` all goes on by itself."""
    county = County()
    people(county, 3, seen=county.clock.now())
    clear(county)
    county.clock.go(LARGEST_JUMP + timedelta(minutes=1))
    for _ in range(3):
        assert clear(county).stopped == "clock"
        county.clock.go(CLEARING_EVERY)
    assert clear(county, sure=True) == Cleared()
    county.clock.go(CLEARING_EVERY)
    assert clear(county) == Cleared()
    with county.unit() as unit:
        assert deadlines.why_stopped(unit) is None


def test_a_county_in_which_everybody_fell_silent_is_cleared() -> None:
    """Few may go however large their share is: an idle county needs nobody to look."""
    county = County()
    people(county, ALWAYS_FEW, seen=county.clock.now())
    clear(county)
    pass_time(county, timedelta(days=30))
    assert clear(county) == Cleared()
    pass_time(county, timedelta(days=1))
    with county.unit() as unit:
        assert unit.work.people.idle_since(unit.now) == []


def test_links_and_sessions_that_ran_out_are_dropped() -> None:
    county = County()
    now = county.clock.now()
    with county.unit() as unit:
        for hours in (1, 3):
            until = now + timedelta(hours=hours)
            unit.work.staff.put_link(f"link-{hours}", ANNA.id, "any", until)
            unit.work.staff.put_session(Session(f"session-{hours}", ANNA.id, now, until, "csrf"))
    clear(county)
    county.clock.go(timedelta(hours=2))
    with county.unit() as unit:
        assert unit.work.staff.drop_expired(unit.now - timedelta(hours=2)) == 0
        deadlines.clear(unit)
        assert unit.work.staff.drop_expired(unit.now) == 0
        assert unit.work.staff.drop_expired(unit.now + timedelta(hours=2)) == 2


def people(county: County, count: int, *, seen: datetime) -> None:
    """So many more newcomers who said something last at `seen`."""
    with county.unit() as unit:
        first = len(unit.work.people.idle_since(unit.now + timedelta(days=999)))
        for number in range(first, first + count):
            consent = Consent("hash", "uk", seen)
            unit.work.people.save(9000 + number, Conversation(f"p-{number}", "uk", consent), seen)


def test_clearing_comes_by_itself_again_and_again() -> None:
    county = County()
    with county.unit() as unit:
        deadlines.clear_soon(unit)
        deadlines.clear_soon(unit)
    done = [run(county)]
    for _ in range(3):
        county.clock.go(CLEARING_EVERY)
        done.append(run(county))
    assert done == [1, 1, 1, 1]


@pytest.mark.parametrize("fails", [True, False])
def test_an_alarm_into_a_group_that_takes_nothing_is_not_used_up(*, fails: bool) -> None:
    """It goes on until somebody can read it: fault 41."""
    county = County(Policy(room=True, mail=False))
    with county.unit() as unit:
        unit.work.rooms.bind(-100123)
        room_abilities.note(unit.work, {Ability.WRITE: "unreachable"} if fails else {})
    opened(county, Priority.P0)
    for _ in range(MOST_ALARMS + 3):
        county.clock.go(ALARM_AGAIN)
        run(county)
    alarms = [one for one in county.deliveries(Channel.ROOM) if one.ticket is None]
    assert len(alarms) == 1 + MOST_ALARMS + (3 if fails else 0)
