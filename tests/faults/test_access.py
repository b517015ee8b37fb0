"""Who may see and do what at the desk, asked of every route there is (A1)."""

import asyncio
from collections.abc import Callable

import pytest

from bot.usecases import casework, reading
from tests.faults.access import QUEUES, ROLES, TABLE, Request, Town, routes_of, secret_of
from tests.faults.access_rules import SHARES, requests, run

LEAST = 5000


def test_every_route_of_every_application_is_in_the_table() -> None:
    """A new route without an entry fails here, also one below a new mount: fault 82."""
    town = Town()
    found = {path for app in (town.app, town.demo) for _, path in routes_of(app)}
    assert found == set(TABLE)


def test_everybody_asks_everything(record_property: Callable[[str, object], None]) -> None:
    """Every route, role, method and case; another team's is as one that never was.

    By URL, search, list, events, error text and form, with fields and methods nobody should
    have: fault 75, fault 77, fault 82. A share of the requests; the campaign asks all.
    """
    result = run(0)
    record_property("requests of everybody to everything", result.requests)
    assert result.faults == ()
    assert result.requests >= LEAST
    assert sum(1 for _ in requests(Town())) > (SHARES - 1) * result.requests


def test_whoever_may_see_a_case_sees_it() -> None:
    """The table is no wall without a door: each role reads exactly its teams' cases."""
    town = Town()

    async def seen(role: str) -> set[str]:
        shown = set()
        for code in town.codes:
            answer = await town.ask(Request(role, "GET", "/desk/tickets/{code}", code))
            if secret_of(code) in answer.body:
                assert answer.status == 200
                shown.add(code)
        return shown

    for role, teams in ROLES.items():
        wanted = {code for code, team in town.codes.items() if team in teams}
        assert asyncio.run(seen(role)) == wanted, role


@pytest.mark.parametrize("module", [reading, casework])
def test_a_hole_in_the_wall_would_be_found(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules see what they are there for: without the team in the query, they cry."""
    monkeypatch.setattr(module, "teams_of", lambda _: frozenset(QUEUES))
    assert run(1, 97).faults
