"""Floods: one who writes very much holds up nobody, many are all answered: fault 53."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.telegram import throttle
from bot.channels.telegram.throttle import BURST, RATE, Pass, Throttle
from bot.model.outbox import Channel
from bot.usecases import room
from bot.usecases.room import REFUSALS_TOLD, Door
from bot.usecases.room_events import BindRoom, RoomArrival
from tests.faults.floods import FLOODER, many_write_at_once, one_writes_too_much
from tests.usecases.county import County


def test_one_who_writes_two_hundred_messages_in_ten_seconds(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Heard as far as a person can mean it, told once, and nobody waits for it: fault 53."""
    flooded = one_writes_too_much(0, tmp_path)
    record_property("one person's flood: p99 of the others", f"{flooded.p99 * 1000:.0f} ms")
    assert flooded.waits == {FLOODER: 1}
    assert 0 < flooded.answers[FLOODER] <= BURST + 10 * RATE
    assert flooded.throttled == 200 - flooded.answers[FLOODER]
    others = {who: number for who, number in flooded.answers.items() if who != FLOODER}
    assert len(others) == 50
    assert set(others.values()) == {1}


def test_very_many_within_a_minute_are_all_answered(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Everybody once, nobody is told to wait; five thousand in the campaign: fault 53."""
    flooded = many_write_at_once(0, tmp_path, people=700)
    record_property("700 people in a minute: p99", f"{flooded.p99 * 1000:.0f} ms")
    assert flooded.waits == {}
    assert len(flooded.answers) == 700
    assert set(flooded.answers.values()) == {1}
    assert flooded.throttled == 0


def test_the_throttle_forgets_the_longest_silent_of_very_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Memory is bounded, whoever writes; who just wrote is remembered: fault 53."""
    monkeypatch.setattr(throttle, "_REMEMBERED", 100)
    guard = Throttle(burst=2, rate=0)
    for person in range(5000):
        assert guard.admit(person, {"message": {"date": 1000}}, 1000.0) is Pass.YES
        assert len(guard._people) <= 100
    for person in (4999, 4901):
        assert guard.admit(person, {"message": {"date": 1000}}, 1000.0) is Pass.YES
        assert guard.admit(person, {"message": {"date": 1000}}, 1000.0) is Pass.NO_AND_SAY_SO


def test_a_strange_group_that_goes_on_trying_talks_to_nobody() -> None:
    """Two hundred codes in somebody else's group make three messages: fault 53, fault 57."""
    county, door = County(), Door()
    for number in range(200):
        wanted = BindRoom(f"guess-{number}", forum=True)
        with county.unit() as unit:
            room.receive(unit, RoomArrival(-100_1, 7, None, wanted), door)
    assert len(county.deliveries(Channel.CHAT)) == REFUSALS_TOLD
    with county.unit() as unit:
        assert unit.work.rooms.room() is None
        unit.work.staff.put_link("right", "anna", "room", unit.now.replace(year=2027))
        room.receive(unit, RoomArrival(-100_1, 7, None, BindRoom("right", forum=True)), door)
        bound = unit.work.rooms.room()
    assert bound is not None
    assert bound.chat == -100_1
