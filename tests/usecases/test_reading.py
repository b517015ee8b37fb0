from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.content import Priority
from bot.model.listing import Shown, overdue
from bot.model.tickets import State
from bot.usecases import reading, refusals
from bot.usecases.reading import READING, View
from tests.usecases.county import ANNA, BEN, JULE, RUTH, County, handed_over

CODE = "K7MX2Q"


def look(county: County, by: object = ANNA) -> View:
    with county.unit() as unit:
        view = reading.read(unit, by, CODE)  # type: ignore[arg-type]
    assert isinstance(view, View)
    return view


def codes(county: County, shown: Shown, by: object = ANNA) -> list[str]:
    with county.unit() as unit:
        return [ticket.code for ticket in reading.listed(unit, by, shown)[0]]  # type: ignore[arg-type]


def test_looking_is_an_entry_of_the_trail_once_in_a_while() -> None:
    county = County()
    county.ticket(CODE, *handed_over())
    view = look(county)
    assert len(view.items) == 3
    assert [entry.what for entry in view.audit] == ["opened", "read"]
    look(county)
    county.clock.go(READING)
    look(county)
    assert county.trail(CODE) == ["opened", "read", "read"]


def test_who_looks_too_is_shown_to_the_others() -> None:
    county = County()
    county.ticket(CODE)
    since = county.clock.now()
    assert look(county, BEN).others == ()
    county.clock.go(timedelta(minutes=5))
    (glance,) = look(county).others
    assert (glance.name, glance.since) == ("Ben Çelik", since)
    county.clock.go(READING)
    assert look(county).others == ()


def test_another_teams_case_is_unknown_and_leaves_no_trace() -> None:
    """Reading another team's case: fault 75."""
    county = County()
    county.ticket(CODE)
    with county.unit() as unit:
        assert reading.read(unit, JULE, CODE) == refusals.UNKNOWN_CASE
        assert reading.read(unit, JULE, "NOSUCH") == refusals.UNKNOWN_CASE
        assert reading.read(unit, replace(ANNA, active=False), CODE) == refusals.UNKNOWN_CASE
    assert county.trail(CODE) == ["opened"]


def test_lists_hold_what_their_names_say() -> None:
    county = County()
    late = county.clock.now() - timedelta(hours=1)
    county.ticket("NEW", due=late)
    county.ticket("MINE", state=State.CLAIMED, claimed_by=ANNA.id)
    county.ticket("BENS", state=State.WAITING_FOR_US, claimed_by=BEN.id, due=late)
    county.ticket("WAITS", state=State.WAITING_FOR_NEWCOMER, claimed_by=ANNA.id, due=late)
    county.ticket("SHUT", state=State.CLOSED, claimed_by=ANNA.id, closed=late, due=late)
    county.ticket("THEIRS", team="jobcenter", queue="work")
    assert set(codes(county, Shown.OPEN)) == {"NEW", "MINE", "BENS", "WAITS"}
    assert codes(county, Shown.NEW) == ["NEW"]
    assert set(codes(county, Shown.MINE)) == {"MINE", "WAITS"}
    assert set(codes(county, Shown.OVERDUE)) == {"NEW", "BENS"}
    assert codes(county, Shown.CLOSED) == ["SHUT"]
    assert codes(county, Shown.OPEN, JULE) == ["THEIRS"]
    assert codes(county, Shown.OPEN, replace(ANNA, active=False)) == []


def test_what_is_most_urgent_stands_on_top() -> None:
    county = County()
    now = county.clock.now()
    county.ticket("LATER", due=now + timedelta(hours=9))
    county.ticket("SOONER", due=now + timedelta(hours=3))
    county.ticket("WAITS", state=State.WAITING_FOR_NEWCOMER, claimed_by="ben", due=now)
    county.ticket("TODAY", priority=Priority.P1, due=now + timedelta(days=3))
    county.ticket("DANGER", priority=Priority.P0, team="shelter", queue="protection")
    order = ["TODAY", "SOONER", "LATER", "WAITS"]
    assert codes(county, Shown.OPEN) == order
    assert codes(county, Shown.OPEN, RUTH) == ["DANGER", *order]


@pytest.mark.parametrize("state", State)
def test_only_our_own_silence_is_late(state: State) -> None:
    county = County()
    ticket = county.ticket(CODE, state=state, due=county.clock.now() - timedelta(seconds=1))
    ours = state in {State.NEW, State.CLAIMED, State.WAITING_FOR_US}
    assert overdue(ticket, county.clock.now()) is ours
    assert not overdue(ticket, ticket.due)
