"""What every answer says to browsers, whom the desk answers at all, and where it may lead."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.app import create_server
from bot.desk.security import known_names
from tests.desk.browser import LOOP, Visitor, signed_in
from tests.desk.served import parts_of
from tests.faults.access import GUARDS, Answer, asked
from tests.usecases.county import ANNA, County


def ask(app: Starlette, method: str, url: str, headers: Mapping[str, str] | None = None) -> Answer:
    given = {"host": "desk.example", **(headers or {})}
    return asyncio.run(asked(app, method, url, given, b""))


async def broken(_: WebRequest) -> Response:
    raise RuntimeError("Canary")


def test_mistakes_and_refusals_say_what_may_run_too() -> None:
    """Pages that are none, methods that are none, and what breaks: fault 79, fault 82."""
    app = create_server(parts_of(County()), [Route("/broken", broken)])
    for method, url, status in [
        ("GET", "/nowhere", 404),
        ("PUT", "/desk/sign-in", 405),
        ("GET", "/desk/static/nothing.css", 404),
        ("GET", "/desk/static/../app.py", 404),
        ("GET", "/healthz", 200),
    ]:
        answer = ask(app, method, url)
        assert answer.status == status, url
        for name, wanted in GUARDS.items():
            assert wanted in answer.header(name), (url, name)
        assert answer.header("cache-control") == "no-store"


def test_what_breaks_shows_nothing_of_itself() -> None:
    """An exception of ours is no page: fault 86."""
    app = create_server(parts_of(County()), [Route("/broken", broken)])
    answer = ask(app, "GET", "/broken")
    assert (answer.status, answer.body) == (500, "RuntimeError"), "raised for the server's log"
    visitor = Visitor(app)
    visitor.client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    page = visitor.get("/broken")
    assert (page.status_code, page.text) == (500, "500")
    for name, wanted in GUARDS.items():
        assert wanted in page.headers[name]


@pytest.mark.parametrize("url", ["/desk", "/desk/", "/", "/desk/tickets/K7MX2Q"])
@pytest.mark.parametrize("host", ["evil.example", "desk.example@evil.example", "evil.example:80"])
def test_no_redirect_leads_to_the_host_a_request_names(url: str, host: str) -> None:
    """Poisoned hosts and open redirects: fault 82."""
    app = create_server(parts_of(County()))
    forwarded = {"host": host, "x-forwarded-host": host, "forwarded": f"host={host}"}
    answer = ask(app, "GET", url, forwarded)
    assert answer.status == 303
    assert answer.header("location") in {"/desk/", "/desk/sign-in"}
    assert "evil" not in repr(answer)


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "/%2f%2fevil.example"])
def test_no_address_leads_elsewhere(path: str) -> None:
    county = County()
    guest = create_server(replace(parts_of(county), guest=lambda _: ANNA))
    for app in (guest, create_server(parts_of(county))):
        place = ask(app, "GET", f"/desk{path}").header("location")
        assert place.startswith("/desk/") or not place


@pytest.mark.parametrize("path", ["/healthz", "/desk/sign-in", "/desk/static/desk.css", "/"])
@pytest.mark.parametrize("cookies", [["x" * 4097], ["a=" + "\\" * 3000, "b=" + "x" * 2000]])
def test_cookies_longer_than_ours_are_not_read(path: str, cookies: list[str]) -> None:
    """Reading one of 60,000 bytes stood everything still for seconds: fault 77."""
    visitor = Visitor(create_server(parts_of(County())))
    headers = [("cookie", cookie) for cookie in cookies]
    answer = LOOP.run(visitor.client.get(path, headers=headers))
    assert answer.status_code == 431
    assert answer.headers["Content-Security-Policy"]
    short = LOOP.run(visitor.client.get(path, headers=[("cookie", "x" * 4096)]))
    assert short.status_code != 431


def test_only_our_names_are_answered_where_they_are_known() -> None:
    """A name of another site that is made to point here gets nothing, not a page: fault 81."""
    names = known_names("https://lotse.kreis.example", "0.0.0.0", guests=False)  # noqa: S104
    app = create_server(replace(parts_of(County()), hosts=names))
    for host in ("lotse.kreis.example", "LOTSE.kreis.example:443", "127.0.0.1:8080", "[::1]:1"):
        assert ask(app, "GET", "/healthz", {"host": host}).status == 200, host
    for host in ("evil.example", "lotse.kreis.example.evil.example", "", "[::", "a b"):
        answer = ask(app, "GET", "/desk/sign-in", {"host": host})
        assert (answer.status, answer.body) == (421, ""), host


def test_a_playground_on_this_machine_answers_this_machine_alone() -> None:
    local = known_names("", "127.0.0.1", guests=True)
    assert local == {"localhost", "127.0.0.1", "::1"}
    assert known_names("", "0.0.0.0", guests=True) == frozenset()  # noqa: S104 - a container's
    assert known_names("", "127.0.0.1", guests=False) == frozenset(), "a proxy may stand before"
    assert "10.1.2.3" in known_names("https://a.example", "10.1.2.3", guests=False)


def test_no_page_asks_for_anything_a_policy_would_stop() -> None:
    """No inline script, style or handler on any page, mistakes included: fault 79."""
    county = County()
    county.ticket("K7MX2Q")
    visitor = signed_in(create_server(parts_of(county)), "anna")
    for path in ("/desk/", "/desk/tickets/K7MX2Q", "/desk/tickets/NOSUCH", "/desk/nowhere"):
        html = visitor.get(path).text.lower()
        assert "<style" not in html
        assert " style=" not in html
        assert "javascript:" not in html
        assert not [part for part in html.split("<script")[1:] if "src=" not in part.split(">")[0]]
        assert not [at for at in (" onclick=", " onload=", " onerror=", "hx-on") if at in html]
