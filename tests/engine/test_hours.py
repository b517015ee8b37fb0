from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.hours import ALARM, ENOUGH, HORIZON, due, is_open, next_opening
from bot.model.content import Priority
from bot.model.region import Opening

BERLIN = "Europe/Berlin"
ZONE = ZoneInfo(BERLIN)


WEEK = tuple(Opening(day, time(8), time(16)) for day in range(5))
SPLIT = (Opening(0, time(8), time(12)), Opening(0, time(14), time(18)))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def never(day: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("priority", "now", "promised"),
    [
        (Priority.P1, at(23, 9), at(23, 16)),
        (Priority.P1, at(23, 14), at(23, 16)),
        (Priority.P1, at(23, 14, 1), at(24, 16)),
        (Priority.P1, at(23, 6), at(23, 16)),
        (Priority.P1, at(27, 15), at(30, 16)),
        (Priority.P1, at(28, 12), at(30, 16)),
        (Priority.P2, at(23, 9), at(24, 16)),
        (Priority.P2, at(27, 9), at(30, 16)),
        (Priority.P2, at(29, 23, 59), at(30, 16)),
    ],
)
def test_what_is_promised_on_an_ordinary_week(
    priority: Priority, now: datetime, promised: datetime
) -> None:
    assert due(priority, WEEK, now, BERLIN, never) == promised


@pytest.mark.parametrize("now", [at(23, 3), at(29, 23), at(25, 1, month=10), at(25, 4, month=10)])
def test_danger_is_never_later_than_a_quarter_of_an_hour(now: datetime) -> None:
    assert due(Priority.P0, WEEK, now, BERLIN, lambda _: True) - now == ALARM


def test_a_holiday_moves_the_promise_on() -> None:
    holidays = {date(2026, 12, 25), date(2026, 12, 28)}
    now = at(24, 15, month=12)
    assert due(Priority.P1, WEEK, now, BERLIN, holidays.__contains__) == at(29, 16, month=12)


def test_the_day_ends_when_its_last_opening_ends() -> None:
    assert due(Priority.P1, SPLIT, at(23, 11), BERLIN, never) == at(23, 18)
    assert due(Priority.P2, SPLIT, at(23, 11), BERLIN, never) == at(30, 18)


def test_wall_time_holds_when_the_clocks_change() -> None:
    sunday = datetime(2026, 10, 25, 1, 0, tzinfo=ZONE)
    assert due(Priority.P2, WEEK, sunday, BERLIN, never).astimezone(ZONE) == at(26, 16, month=10)
    saturday = datetime(2026, 3, 28, 20, 0, tzinfo=ZONE)
    monday = due(Priority.P2, WEEK, saturday, BERLIN, never).astimezone(ZONE)
    assert (monday.date(), monday.hour) == (date(2026, 3, 30), 16)


def test_a_queue_without_hours_keeps_office_hours() -> None:
    assert due(Priority.P1, (), at(23, 9), BERLIN, never) == at(23, 16)


def test_open_and_closed() -> None:
    assert is_open(SPLIT, at(23, 8), BERLIN, never)
    assert not is_open(SPLIT, at(23, 12), BERLIN, never)
    assert not is_open(SPLIT, at(23, 9), BERLIN, lambda _: True)
    assert next_opening(SPLIT, at(23, 9), BERLIN, never) == at(23, 14)
    assert next_opening(SPLIT, at(23, 15), BERLIN, never) == at(30, 8)
    assert next_opening(SPLIT, at(23, 9), BERLIN, lambda _: True) is None


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
openings = st.builds(
    Opening,
    st.integers(0, 6),
    st.sampled_from([time(0), time(7, 30), time(8)]),
    st.sampled_from([time(12), time(16), time(23, 59)]),
)
queues = st.lists(openings, max_size=6)
holidays = st.sets(st.dates(date(2026, 1, 1), date(2028, 2, 1)), max_size=40)


@given(st.sampled_from(Priority), queues, moments, holidays)
def test_a_promise_lies_ahead_and_within_the_hours(
    priority: Priority, some: list[Opening], now: datetime, days: set[date]
) -> None:
    promised = due(priority, some, now, BERLIN, days.__contains__)
    assert promised.tzinfo is UTC
    assert now < promised <= now + HORIZON
    if priority is Priority.P0 or promised == now + HORIZON:
        return
    assert is_open(some, promised - timedelta(minutes=1), BERLIN, days.__contains__)
    assert not is_open(some, promised, BERLIN, days.__contains__)
    if priority is Priority.P1:
        assert promised - now >= ENOUGH
    else:
        assert promised.astimezone(ZONE).date() > now.astimezone(ZONE).date()


@given(queues, moments, moments, holidays)
def test_who_comes_later_is_not_promised_earlier(
    some: list[Opening], one: datetime, other: datetime, days: set[date]
) -> None:
    first, second = sorted((one, other))
    for priority in Priority:
        earlier = due(priority, some, first, BERLIN, days.__contains__)
        assert earlier <= due(priority, some, second, BERLIN, days.__contains__)


@given(queues, moments, holidays)
def test_the_next_opening_is_a_moment_when_it_opens(
    some: list[Opening], now: datetime, days: set[date]
) -> None:
    opening = next_opening(some, now, BERLIN, days.__contains__)
    if opening is not None:
        assert opening > now
        assert is_open(some, opening, BERLIN, days.__contains__)
