"""Who may see and do what at the desk, asked of every route there is (A1)."""

import asyncio
from collections.abc import Callable
from urllib.parse import quote

import pytest

from bot.usecases import casework, reading
from tests.faults.access import (
    METHODS,
    QUEUES,
    ROLES,
    TABLE,
    Kind,
    Request,
    Town,
    routes_of,
    secret_of,
)
from tests.faults.access_rules import SHARES, requests, run, unguarded

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


async def _played(town: Town) -> list[str]:
    faults = []
    for path, kind in TABLE.items():
        for method in METHODS if kind is Kind.PLAY else ():
            if path.startswith("/editors") and method in {"GET", "HEAD"}:
                continue  # pages of content, for which there is no workshop here
            request = Request("nobody", method, path)
            answer = await town.ask(request, town.demo)
            faults += [f"{request}: {fault}" for fault in unguarded(request, answer)]
            if answer.status >= 500:
                faults.append(f"{request}: {answer.status}")
    return faults


def test_the_playground_guards_its_answers_like_the_desk() -> None:
    """Every route and method, mistakes and streams included: fault 79, fault 82."""
    assert asyncio.run(_played(Town())) == []


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"{{7*7}}"


def test_nothing_a_request_brings_becomes_markup() -> None:
    """In path, query, form, cookie or header, on any route, for anybody: fault 79."""
    town = Town()
    names = ("q", "show", "done", "ticket", "reply", "login", "queue", "note", "text", "version")
    form = tuple((name, HOSTILE) for name in names)
    headers = (("accept-language", HOSTILE), ("x-forwarded-host", HOSTILE), ("hx-request", "1"))

    async def bodies() -> list[str]:
        found = []
        for role in ("nobody", "of integration"):
            for path, kind in TABLE.items():
                for method in ("GET", "POST") if kind in {Kind.OPEN, Kind.MINE, Kind.CASE} else ():
                    for target in (next(iter(town.codes)), quote(HOSTILE)):
                        town.put_back()
                        asked = Request(role, method, path, target, form, headers)
                        found.append((await town.ask(asked)).body)
        return found

    shown = asyncio.run(bodies())
    assert len(shown) > 100
    assert any("alert(1)" in body for body in shown), "some pages show what was typed"
    for body in shown:
        assert "<script>alert" not in body
        assert "<img src=x" not in body
