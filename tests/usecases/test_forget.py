"""Erasing a person: what is gone, what stays for the figures, and who is told."""

import pytest

from bot.model.tickets import Outcome, State
from bot.store.memory import MemoryStore
from bot.usecases.forget import forget
from tests.playing.house import House
from tests.playing.newcomer import Newcomer

SECRET = "Mein Kind heisst Mira"


@pytest.fixture
def newcomer() -> Newcomer:
    """Somebody with an open case and a message that still waits to be sent."""
    one = Newcomer(House(MemoryStore()))
    one.send("/start")
    for label in ("Deutsch", "bot/agree#text", "bot/to_a_person#text"):
        one.press(label)
    one.press("musterkreis/queue.school#title")
    one.type(SECRET)
    one.press("bot/summary.send#text")
    return one


def test_deleting_withdraws_the_case_and_leaves_its_figures(newcomer: Newcomer) -> None:
    """Erased with an open case: fault 85."""
    house = newcomer.house
    with house.unit() as unit:
        person = unit.work.people.load([7001])[7001].person
        (before,) = unit.work.tickets.of_people([person])[person]
    newcomer.send("/delete")
    newcomer.press("bot/delete.yes#text")
    with house.unit() as unit:
        assert unit.work.people.load([7001]) == {}
        assert unit.work.tickets.of_people([person]).get(person, []) == []
        after = unit.work.tickets.load([before.code], None)[before.code]
        trail = [entry.what for entry in unit.work.tickets.audit_trail(before.code)]
        items = unit.work.tickets.items(before.code)
        assert unit.work.figures.between(unit.today, unit.today)["forgotten"] == 1
    assert (after.state, after.outcome) == (State.CLOSED, Outcome.WITHDRAWN)
    assert (after.person, after.danger, after.municipality) == (None, None, None)
    assert (after.code, after.queue, after.created) == (before.code, "school", before.created)
    assert trail == ["opened", "withdrawn"]
    assert SECRET not in repr(items)
    assert newcomer.last.keys == ["bot/deleted.title#text", "bot/deleted.text#text"]


def test_who_comes_back_is_a_stranger(newcomer: Newcomer) -> None:
    """Erased twice, then /start: fault 85."""
    house = newcomer.house
    with house.unit() as unit:
        before = unit.work.people.load([7001])[7001].person
    newcomer.send("/delete")
    newcomer.press("bot/delete.yes#text")
    newcomer.press_again()
    assert newcomer.last.keys[0] == "bot/deleted.title#text"
    newcomer.send("/status")
    assert newcomer.last.keys == ["bot/nothing_stored#text"]
    newcomer.send("/start")
    for label in ("Deutsch", "bot/agree#text", "bot/my_cases#text"):
        newcomer.press(label)
    with house.unit() as unit:
        assert unit.work.people.load([7001])[7001].person != before
    assert "bot/cases.none#text" in newcomer.last.keys


def test_forgetting_nobody_harms_nobody(newcomer: Newcomer) -> None:
    with newcomer.house.unit() as unit:
        forget(unit, "nobody")
        assert len(unit.work.people.load([7001])) == 1
