"""A clock that is wrong: far ahead, set back, changed for summer, with a second too many."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.content import Priority
from bot.model.outbox import SET_BACK, Fate, Report
from bot.model.records import Incoming
from bot.model.tickets import EventItem, Outcome, TextItem
from bot.usecases import casework, deadlines, notices
from bot.usecases.deadlines import CLEARING_EVERY, LARGEST_JUMP, MOST_ALARMS
from bot.usecases.notices import ALARM_AGAIN
from bot.usecases.ports import Store
from tests.store.examples import HOUR, MINUTE, NOW, delivery, words
from tests.usecases.county import ANNA, County

OPEN, CLOSED = "K7MX2Q", "K7MX2R"
SEEN = Incoming(4711, "callback:4711", {})
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@pytest.fixture
def county(store: Store) -> County:
    """An open case, a closed one, an update that was seen and a message that was sent."""
    county = County(store=store)
    county.ticket(OPEN, TextItem("Hallo"), person="busy")
    county.ticket(CLOSED, TextItem("Hallo"), person="idle")
    with county.unit() as unit:
        casework.close(unit, ANNA, CLOSED, None, Outcome.ADVISED)
        unit.work.updates.seen([SEEN], unit.now)
        deadlines.clear_soon(unit)
    assert run(county) == 1
    return county


def run(county: County) -> int:
    with county.unit() as unit:
        return deadlines.run_due(unit)


def stopped(county: County) -> str | None:
    with county.unit() as unit:
        return deadlines.why_stopped(unit)


def missing(county: County) -> list[str]:
    """What of the county is no longer stored."""
    with county.unit() as unit:
        work = unit.work
        there = {
            "the busy person": work.people.conversation("busy"),
            "the idle person": work.people.conversation("idle"),
            "text of the open case": work.tickets.items(OPEN),
            "text of the closed case": work.tickets.items(CLOSED),
            "the trail": work.tickets.audit_trail(CLOSED),
            "the seen update": not work.updates.unseen([SEEN]),
        }
    return [what for what, found in there.items() if not found]


@pytest.mark.parametrize("jump", [YEAR, 10 * YEAR, LARGEST_JUMP + HOUR, -DAY, -YEAR])
def test_a_clock_that_jumps_purges_nothing(county: County, jump: timedelta) -> None:
    """Ahead by a year or back by a day, on every store, for as long as it lasts: fault 71."""
    county.clock.go(jump)
    for _ in range(5):
        with county.unit() as unit:
            deadlines.clear_soon(unit)
        run(county)
        county.clock.go(CLEARING_EVERY)
    assert missing(county) == []
    assert stopped(county) == "clock"


def test_a_clock_that_is_right_again_needs_no_person(county: County) -> None:
    """Retention goes on by itself, and erases what is due by the right time only: fault 71."""
    county.clock.go(YEAR)
    run(county)
    assert stopped(county) == "clock"
    county.clock.go(HOUR - YEAR)
    with county.unit() as unit:
        deadlines.clear_soon(unit)
    run(county)
    assert stopped(county) is None
    assert missing(county) == []


@pytest.mark.parametrize(
    "change",
    [datetime(2026, 10, 25, 1, 0, tzinfo=UTC), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)],
    ids=["winter", "summer"],
)
def test_a_change_to_winter_or_summer_time_is_no_jump(store: Store, change: datetime) -> None:
    """Clearing goes on hour by hour, alarms keep their distance: fault 71."""
    county = County(store=store)
    county.clock.moment = change - 3 * HOUR
    alarmed(county)
    mails = []
    for _ in range(6 * 4):
        with county.unit() as unit:
            deadlines.clear(unit)
        run(county)
        assert stopped(county) is None
        mails.append(alarms(county))
        county.clock.go(timedelta(minutes=15))
    assert mails[-1] == MOST_ALARMS
    assert mails == sorted(mails)


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(seconds=20)])
def test_a_second_twice_is_no_jump(county: County, back: timedelta) -> None:
    """A leap second, or a clock that is put right by seconds: fault 71."""
    with county.unit() as unit:
        assert deadlines.clear(unit).stopped is None
    county.clock.go(-back)
    with county.unit() as unit:
        assert deadlines.clear(unit).stopped is None


@pytest.mark.parametrize("jump", [HOUR, DAY, YEAR, -HOUR, -DAY])
def test_an_alarm_is_not_doubled_when_the_clock_jumps(store: Store, jump: timedelta) -> None:
    """However often is looked, one reminder for one due time, and never too many: fault 71."""
    county = County(store=store)
    alarmed(county)
    county.clock.go(ALARM_AGAIN)
    run(county)
    assert alarms(county) == 1
    county.clock.go(jump)
    for _ in range(5):
        run(county)
    after = alarms(county)
    assert after == (2 if jump > timedelta() else 1)
    county.clock.go(-jump)
    for _ in range(3 * MOST_ALARMS):
        run(county)
        county.clock.go(ALARM_AGAIN)
    assert alarms(county) <= MOST_ALARMS


@pytest.mark.parametrize("back", [HOUR, DAY, YEAR])
def test_no_message_waits_for_the_time_a_wrong_clock_told(store: Store, back: timedelta) -> None:
    """Set back, the clock holds up neither what was put nor what is tried again: fault 71."""
    with store.transaction() as work:
        work.outbox.put([delivery(1, "put"), delivery(2, "again"), delivery(2, "next")], NOW)
        first = work.outbox.take(NOW, (), 9)
        again = next(one for one in first if words([one.delivery]) == ["again"])
        work.outbox.mark([Report(again.id, Fate.NOT_SENT, retry_at=NOW + MINUTE)], NOW)
    with store.transaction() as work:
        taken = work.outbox.take(NOW - back, (), 9)
        assert words([one.delivery for one in taken]) == ["put", "again"]
        work.outbox.mark([Report(one.id, Fate.SENT, message_id=1) for one in taken], NOW - back)
        left = work.outbox.take(NOW - back, (), 9)
        assert words([one.delivery for one in left]) == ["next"]


def test_a_message_waits_its_time_when_clocks_differ_by_seconds(store: Store) -> None:
    with store.transaction() as work:
        work.outbox.put([delivery(1, "again")], NOW)
        (one,) = work.outbox.take(NOW, (), 9)
        work.outbox.mark([Report(one.id, Fate.NOT_SENT, retry_at=NOW + HOUR)], NOW)
        assert work.outbox.take(NOW - SET_BACK, (), 9) == []
        assert work.outbox.take(NOW + MINUTE, (), 9) == []


def alarmed(county: County) -> None:
    due = county.clock.now() + ALARM_AGAIN
    ticket = county.ticket(OPEN, priority=Priority.P0, due=due, queue="protection", team="shelter")
    with county.unit() as unit:
        notices.opened(unit, ticket)


def alarms(county: County) -> int:
    """How often the alarm was repeated."""
    events = [item.body.event for item in county.items(OPEN) if isinstance(item.body, EventItem)]
    return events.count("alarm_repeated")
