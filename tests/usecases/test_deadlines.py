from datetime import timedelta

from bot.model.content import Priority
from bot.model.outbox import Channel
from bot.model.records import Job, JobKind
from bot.model.tickets import EventItem, Outcome, State, TextItem
from bot.usecases import casework, deadlines, notices
from bot.usecases.deadlines import ALWAYS_FEW, CLEARING_EVERY, LARGEST_JUMP, MOST_ALARMS, Cleared
from bot.usecases.notices import ALARM_AGAIN
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
