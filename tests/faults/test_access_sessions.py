"""Sessions that end, passwords that are guessed, cases two people want: on several replicas."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from inspect import signature

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from bot.desk import passwords
from bot.desk.app import create_server
from bot.desk.parts import Parts
from bot.usecases import attempts, casework, signing_in
from bot.usecases.attempts import FAILURES_OF_A_LOGIN, FAILURES_OF_AN_ADDRESS, WINDOW
from bot.usecases.refusals import Refused
from bot.usecases.signing_in import INVITATION, WORKING_DAY
from tests.desk.browser import Visitor
from tests.desk.served import PASSWORD, PASSWORD_HASH, parts_of, served
from tests.faults.access import HOST, Answer, asked
from tests.faults.access_replicas import Replica, get, post, replicas, run_races, sign_in
from tests.usecases.county import ANNA, BEN, County, handed_over

CASE = "/desk/tickets/K7MX2Q"
SOON = 60.0
"""Seconds a loaded machine may need; the program itself looks every second."""


@pytest.fixture(params=["sqlite", "postgres"])
def both(request: pytest.FixtureRequest) -> Iterator[list[Replica]]:
    with replicas(request.getfixturevalue(f"{request.param}_url")) as made:
        made[0].ticket("K7MX2Q", *handed_over())
        yield made


# --- out at once: fault 76 -------------------------------------------------------------------


def switched_off(county: County) -> None:
    with county.unit() as unit:
        signing_in.switch_off(unit, ANNA)


def taken_from_the_team(county: County) -> None:
    with county.unit() as unit:
        unit.work.staff.save(replace(ANNA, teams=frozenset({"jobcenter"})), None)


def signed_out(county: County) -> None:
    with county.unit() as unit:
        unit.work.staff.end_sessions(ANNA.id)


async def stream(replica: Replica, token: str, first: Callable[[], None]) -> str:
    """Listen at the events until they end by themselves; `first` is done once they began."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/desk/events",
        "root_path": "",
        "query_string": b"ticket=K7MX2Q",
        "headers": [(b"host", HOST.encode()), (b"cookie", f"desk={token}".encode())],
        "client": ("10.0.0.1", 5),
    }
    heard: list[bytes] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        heard.append(message.get("body", b""))
        if len(heard) == 2:
            await asyncio.to_thread(first)

    await asyncio.wait_for(replica.app(scope, receive, send), SOON)
    return b"".join(heard).decode()


@pytest.mark.parametrize("how", [switched_off, signed_out])
def test_whoever_is_out_is_out_at_the_next_request_and_stream_of_any_replica(
    both: list[Replica], how: Callable[[County], None]
) -> None:
    """Done on one replica, in force on the other, for pages, forms and events: fault 76.

    A page is looked up in the store at each request, a stream once a second: far below the
    five seconds that are promised.
    """
    one, other = both
    token = sign_in(other, ANNA)
    assert asyncio.run(get(other.app, token, CASE)).status == 200
    heard = asyncio.run(stream(other, token, lambda: how(one)))
    assert "changed" in heard
    for replica in both:
        for answer in (
            asyncio.run(get(replica.app, token, CASE)),
            asyncio.run(post(replica.app, token, f"{CASE}/claim", {})),
        ):
            assert answer.header("location") == "/desk/sign-in"
    assert one.now_is().claimed_by is None
    assert signature(Parts).parameters["poll_seconds"].default <= 1.0


def test_a_team_that_is_taken_away_is_gone_on_every_replica(both: list[Replica]) -> None:
    """Nothing of the team is left but the session: fault 76."""
    one, other = both
    token = sign_in(other, ANNA)
    assert asyncio.run(get(other.app, token, CASE)).status == 200
    taken_from_the_team(one)
    for answer in (
        asyncio.run(get(other.app, token, CASE)),
        asyncio.run(post(other.app, token, f"{CASE}/claim", {})),
    ):
        assert answer.status == 404
    assert "K7MX2Q" not in asyncio.run(get(other.app, token, "/desk/")).body
    with one.unit() as unit:
        changes = unit.work.tickets.changes(0, {"integration"})
        me = unit.work.staff.by_id("anna")
        assert changes
        assert me is not None
        refused = casework.claim(unit, me, "K7MX2Q", None)
    assert isinstance(refused, Refused)


# --- sessions: fault 77 ----------------------------------------------------------------------


def test_signing_out_ends_this_session_and_a_new_password_every_one() -> None:
    """Two browsers of one person: fault 77."""
    county = County()
    app = served(county)
    first, second = Visitor(app), Visitor(app, "10.0.0.2")
    for visitor in (first, second):
        visitor.sign_in("anna")
    stolen = first.client.cookies["desk"]
    first.post("/desk/sign-out")
    first.client.cookies.set("desk", stolen, domain="testserver.local", path="/")
    assert first.get("/desk/").url.path == "/desk/sign-in", "a kept cookie is worth nothing"
    assert second.get("/desk/").url.path == "/desk/"
    with county.unit() as unit:
        signing_in.invite(unit, ANNA, "link")
        assert signing_in.accept(unit, "link", "hash") is not None
    assert second.get("/desk/").url.path == "/desk/sign-in"


def test_a_session_that_somebody_planted_never_becomes_a_good_one() -> None:
    """Neither the session's cookie nor the form's: fault 77."""
    county = County()
    visitor = Visitor(served(county))
    for name in ("desk", "csrf"):
        visitor.client.cookies.set(name, "planted", domain="testserver.local", path="/")
    visitor.sign_in("anna")
    assert visitor.client.cookies["desk"] != "planted"
    assert visitor.token() not in {"", "planted"}, "forms of a session carry its own token"
    with county.unit() as unit:
        assert signing_in.current(unit, "planted") is None


def test_under_https_every_cookie_is_bound_to_the_host() -> None:
    """No neighbouring host plants or reads one: fault 77."""
    app = create_server(replace(parts_of(County()), https=True))
    answer = ask(app, "/desk/sign-in")
    cookies = [value for name, value in answer.headers if name == "set-cookie"]
    assert len(cookies) == 1
    assert cookies[0].startswith("__Host-csrf=")
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookies[0].split("; "))
    assert "domain" not in cookies[0].lower()


def test_a_session_that_ended_is_not_brought_back_by_a_page_that_was_loading() -> None:
    """Renewing comes after the end: fault 77."""
    county = County()
    token = sign_in(county, ANNA)
    with county.unit() as unit:
        late = signing_in.current(unit, token)
        assert late is not None
        unit.work.staff.end_session(token)
        unit.work.staff.prolong(token, unit.now + WORKING_DAY)
        assert signing_in.current(unit, token) is None


def ask(app: Starlette, url: str) -> Answer:
    return asyncio.run(asked(app, "GET", url, {"host": HOST}, b""))


# --- guessing: fault 78 ----------------------------------------------------------------------


def test_a_hundred_guesses_at_once_on_two_replicas_are_five(both: list[Replica]) -> None:
    """Counted before they are looked at, by all replicas together: fault 78."""

    def begin(replica: Replica, number: int) -> Awaitable[str | None]:
        return replica.runner.run(
            lambda work: attempts.begin(replica.unit_of(work), "anna", f"10.0.{number}.1")
        )

    async def at_once() -> list[str | None]:
        return await asyncio.gather(*(begin(both[n % 2], n) for n in range(60)))

    for replica in both:
        replica._chance.number = 1000 * both.index(replica)  # ids differ as real ones do
    looked_at = [one for one in asyncio.run(at_once()) if one is not None]
    assert len(looked_at) == FAILURES_OF_A_LOGIN


def test_a_restart_forgets_no_guess_and_a_quarter_of_an_hour_does(both: list[Replica]) -> None:
    """Fault 78."""
    one, other = both
    for number in range(FAILURES_OF_AN_ADDRESS):
        with one.unit() as unit:
            assert attempts.begin(unit, f"guess-{number}", "10.0.0.1")
    with other.unit() as unit:
        assert attempts.begin(unit, "ben", "10.0.0.1") is None
        assert attempts.begin(unit, "ben", "10.0.0.2")
    other.clock.go(WINDOW)
    with other.unit() as unit:
        assert attempts.begin(unit, "ben", "10.0.0.1")


def test_a_whole_office_signs_in_from_one_address() -> None:
    """What succeeds is no failure: fault 78."""
    county = County()
    for number in range(3 * FAILURES_OF_AN_ADDRESS):
        with county.unit() as unit:
            attempt = attempts.begin(unit, f"login-{number}", "10.0.0.1")
            assert attempt is not None
            attempts.succeeded(unit, f"login-{number}", attempt)


NOBODY = [("nobody", PASSWORD), ("off", PASSWORD), ("new", PASSWORD), ("anna", "ein falsches")]


def test_no_answer_and_no_work_tells_which_logins_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown, switched off, without a password, wrong: one answer, one hash each: fault 78."""
    county = County()
    app = served(county)
    with county.unit() as unit:
        off = replace(BEN, id="off", login="off", active=False)
        unit.work.staff.save(off, PASSWORD_HASH)
        unit.work.staff.save(replace(BEN, id="new", login="new"), None)
    compared: list[str] = []
    real = passwords._verified

    def counted(known_hash: str, password: str) -> bool:
        compared.append(known_hash)
        return real(known_hash, password)

    monkeypatch.setattr(passwords, "_verified", counted)
    answers = set()
    for login, password in NOBODY:
        visitor = Visitor(app)
        page = visitor.sign_in(login, password)
        body = page.text.replace(f'value="{login}"', "").replace(visitor.token(), "")
        answers.add((page.status_code, body, page.headers["content-length"] and ""))
    assert len(answers) == 1
    assert len(compared) == len(NOBODY)
    assert compared[:3] == [passwords._NOBODYS_HASH] * 3


def test_nobody_has_a_hash_made_without_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is dear: it is done for invited people only, and two at a time: fault 78."""

    async def never(_: str) -> str:
        raise AssertionError("hashed for a stranger")

    monkeypatch.setattr(passwords, "hashed", never)
    visitor = Visitor(served(County()))
    visitor.get("/desk/invite/guess")
    answer = visitor.post("/desk/invite/guess", {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 410
    assert passwords._FEW._max_workers == 2


def test_a_link_ends_by_use_by_time_by_a_newer_one_and_with_the_account() -> None:
    """Reused, late, replaced, of somebody who is gone: fault 78."""
    county = County()
    with county.unit() as unit:
        for token in ("old", "new"):
            signing_in.invite(unit, ANNA, token)
        assert not signing_in.invited(unit, "old")
        assert signing_in.accept(unit, "old", "hash") is None
        assert signing_in.invited(unit, "new")
        assert signing_in.accept(unit, "new", "hash") is not None
        assert signing_in.accept(unit, "new", "hash") is None
        signing_in.invite(unit, ANNA, "late")
    county.clock.go(INVITATION - timedelta(seconds=1))
    with county.unit() as unit:
        assert signing_in.invited(unit, "late")
    county.clock.go(timedelta(seconds=1))
    with county.unit() as unit:
        assert not signing_in.invited(unit, "late")
        signing_in.invite(unit, ANNA, "before")
        unit.work.staff.put_link("code", ANNA.id, "room", unit.now + INVITATION)
        signing_in.switch_off(unit, ANNA)
        signing_in.invite(unit, ANNA, "again")
        assert signing_in.accept(unit, "before", "hash") is None
        assert unit.work.staff.take_link("code", "room", unit.now) is None
        assert signing_in.accept(unit, "again", "hash") is not None


def test_looking_at_an_invitation_does_not_use_it_up() -> None:
    """Mail programs look at links before people do: fault 78."""
    county = County()
    with county.unit() as unit:
        signing_in.invite(unit, ANNA, "link")
    visitor = Visitor(served(county))
    seen = {visitor.get(f"/desk/invite/{token}").status_code for token in ("link", "link", "x")}
    assert seen == {200}, "and nobody learns which link is good"
    done = visitor.post("/desk/invite/link", {"password": PASSWORD, "again": PASSWORD})
    assert done.url.path == "/desk/sign-in"


# --- two take one case: fault 83 -------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_of_two_who_take_a_case_at_once_one_has_it(
    database: str, request: pytest.FixtureRequest
) -> None:
    """On two replicas, with the same version before their eyes: fault 83."""
    url = request.getfixturevalue(f"{database}_url")
    races = run_races(0, url, cases=10)
    assert (races.cases, races.wrong) == (10, 0)
