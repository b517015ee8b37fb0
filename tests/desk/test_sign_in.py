from dataclasses import replace

import httpx
import pytest

from bot.desk import passwords
from bot.desk.app import create_server
from bot.usecases import attempts, signing_in
from bot.usecases.attempts import FAILURES_OF_A_LOGIN, FAILURES_OF_AN_ADDRESS, WINDOW
from bot.usecases.signing_in import IDLE
from tests.desk.browser import ORIGIN, Visitor, signed_in
from tests.desk.served import PASSWORD, parts_of
from tests.usecases.county import ANNA, County

WRONG = "Anmeldename oder Passwort stimmt nicht."


@pytest.fixture
def county() -> County:
    return County()


@pytest.fixture
def visitor(county: County) -> Visitor:
    return Visitor(create_server(parts_of(county)))


def test_nobody_sees_a_page_without_signing_in(visitor: Visitor) -> None:
    page = visitor.get("/desk/tickets/K7MX2Q")
    assert page.url.path == "/desk/sign-in"
    live = visitor.get("/desk/", {"HX-Request": "true"}, follow=False)
    assert (live.status_code, live.headers["HX-Redirect"]) == (401, "/desk/sign-in")


def test_signing_in_and_out(visitor: Visitor) -> None:
    page = visitor.sign_in(" Anna ")
    assert page.url.path == "/desk/"
    assert "Anna Berger" in page.text
    assert visitor.post("/desk/sign-out").url.path == "/desk/sign-in"
    assert visitor.get("/desk/").url.path == "/desk/sign-in"


def test_the_session_is_a_strict_cookie_with_a_fresh_id(county: County) -> None:
    """A planted session is replaced: fault 77."""
    visitor = Visitor(create_server(parts_of(county)))
    visitor.client.cookies.set("desk", "planted", domain="testserver.local", path="/")
    answer = visitor.sign_in("anna", follow=False)
    cookie = answer.headers["set-cookie"]
    assert "planted" not in cookie
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/"))
    first = visitor.client.cookies["desk"]
    visitor.sign_in("anna")
    assert visitor.client.cookies["desk"] != first
    with county.unit() as unit:
        assert signing_in.current(unit, first) is None


def test_with_https_the_cookie_belongs_to_this_host_alone(county: County) -> None:
    """The cookie is this host's: fault 77."""
    app = create_server(replace(parts_of(county), https=True))
    visitor = Visitor(app)
    visitor.client.base_url = httpx.URL("https://testserver")
    answer = visitor.sign_in("anna", follow=False)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-desk=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("anna", "falsch"),
        ("nobody", PASSWORD),
        ("no\0body", PASSWORD),
        ("", ""),
        ("off", PASSWORD),
        ("anna", "x" * 999),
    ],
)
def test_every_failure_reads_the_same(
    county: County, visitor: Visitor, login: str, password: str
) -> None:
    """No failure tells whether an account exists: fault 78."""
    with county.unit() as unit:
        unit.work.staff.save(replace(ANNA, id="off", login="off", active=False), "hash")
    page = visitor.sign_in(login, password)
    assert page.status_code == 401
    assert WRONG in page.text
    assert visitor.get("/desk/").url.path == "/desk/sign-in"


def test_guessing_becomes_slow_for_a_login_from_anywhere(county: County) -> None:
    """Guessing one login from many places: fault 78."""
    app = create_server(parts_of(county))
    for number in range(FAILURES_OF_A_LOGIN):
        assert Visitor(app, f"10.0.0.{number}").sign_in("anna", "falsch").status_code == 401
    assert Visitor(app, "10.0.9.9").sign_in("anna").status_code == 429
    assert Visitor(app, "10.0.9.9").sign_in("ben").status_code == 200
    county.clock.go(WINDOW)
    assert Visitor(app, "10.0.9.9").sign_in("anna").status_code == 200


@pytest.mark.parametrize("between", [" " * 196, "\t" * 400, " \u2003" * 150])
def test_a_login_that_is_padded_is_counted_as_what_it_is(county: County, between: str) -> None:
    """Whatever is cut or stripped, attempts are counted by what is looked up: fault 78."""
    app = create_server(parts_of(county))
    for number in range(FAILURES_OF_A_LOGIN):
        padded = f"anna{between}x{number}"
        assert Visitor(app, f"10.0.0.{number}").sign_in(padded, "falsch").status_code == 401
    for login in ("anna", f"anna{between}y", f" anna{between}"):
        assert Visitor(app, "10.0.9.9").sign_in(login).status_code == 429


def test_guessing_becomes_slow_for_an_address_over_many_logins(county: County) -> None:
    """Guessing many logins from one place: fault 78."""
    app = create_server(parts_of(county))
    for number in range(FAILURES_OF_AN_ADDRESS):
        Visitor(app).sign_in(f"guess-{number}", "falsch")
    assert Visitor(app).sign_in("ben").status_code == 429
    assert Visitor(app, "10.0.9.9").sign_in("ben").status_code == 200


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("2001:db8:1:2:{0:x}::1", True),
        ("2001:db8:1:2::{0:x}%eth0", True),
        ("::ffff:10.0.0.7", True),
        ("2001:db8:1:{0:x}::1", False),
        ("10.0.1.{0}", False),
    ],
)
def test_a_whole_network_of_one_household_is_one_address(
    county: County, address: str, refused: bool
) -> None:
    """Whoever has one IPv6 address has 2**64 of them: fault 78."""
    with county.unit() as unit:
        begun = [
            attempts.begin(unit, f"nobody{number}", address.format(number))
            for number in range(1, FAILURES_OF_AN_ADDRESS + 2)
        ]
    assert None not in begun[:-1]
    assert (begun[-1] is None) is refused


def test_when_very_many_sign_in_at_once_the_last_are_asked_to_come_again(
    county: County, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits behind guesses, and what was not looked at is not counted: fault 78."""
    monkeypatch.setattr(passwords, "MOST_WAITING", 0)
    for _ in range(FAILURES_OF_A_LOGIN + 1):
        page = visitor.sign_in("anna")
        assert page.status_code == 429
        assert "Gerade melden sich sehr viele an" in page.text
    monkeypatch.undo()
    assert visitor.sign_in("anna").url.path == "/desk/"


def test_a_session_ends_when_nothing_is_done_and_when_the_account_is_switched_off(
    county: County, visitor: Visitor
) -> None:
    visitor.sign_in("anna")
    county.clock.go(IDLE)
    assert visitor.get("/desk/").url.path == "/desk/sign-in"
    visitor.sign_in("anna")
    with county.unit() as unit:
        unit.work.staff.save(replace(ANNA, active=False), None)
    assert visitor.get("/desk/").url.path == "/desk/sign-in"


def test_an_invitation_sets_a_password_once(county: County, visitor: Visitor) -> None:
    """A used link is gone: fault 78."""
    with county.unit() as unit:
        signing_in.invite(unit, ANNA, "link")
    visitor.get("/desk/invite/link")
    short = visitor.post("/desk/invite/link", {"password": "kurz", "again": "kurz"})
    assert "Mindestens 12 Zeichen" in short.text
    new = "noch ein langer Satz"
    differ = visitor.post("/desk/invite/link", {"password": new, "again": new + "x"})
    assert "verschieden" in differ.text
    done = visitor.post("/desk/invite/link", {"password": new, "again": new})
    assert "Ihr Passwort ist gespeichert" in done.text
    assert visitor.sign_in("anna", new).url.path == "/desk/"
    visitor.get("/desk/invite/link")
    again = visitor.post("/desk/invite/link", {"password": new, "again": new})
    assert again.status_code == 410


FOREIGN = (
    "https://evil.example",
    "null",
    "http://testserver.evil.example",
    "http://[",
    "",
)


def test_forms_of_other_sites_change_nothing(county: County) -> None:
    """Foreign origins and guessed tokens: fault 77."""
    county.ticket("K7MX2Q")
    visitor = signed_in(create_server(parts_of(county)), "anna")
    visitor.get("/desk/tickets/K7MX2Q")
    token, claim = visitor.token(), "/desk/tickets/K7MX2Q/claim"
    for origin in FOREIGN:
        assert visitor.send(claim, {"csrf": token}, Origin=origin).status_code == 403
    for guess in ("", "guess", token + "x"):
        assert visitor.send(claim, {"csrf": guess}, Origin=ORIGIN).status_code == 403
    assert visitor.send(claim, {}, Origin=ORIGIN).status_code == 403
    assert county.now_is("K7MX2Q").claimed_by is None
    assert visitor.send(claim, {"csrf": token}, Origin=ORIGIN).status_code == 200
    assert county.now_is("K7MX2Q").claimed_by == "anna"


def test_a_sign_in_form_of_another_site_is_not_accepted(visitor: Visitor) -> None:
    """Nobody is signed in by another site: fault 77."""
    visitor.get("/desk/sign-in")
    form = {"login": "anna", "password": PASSWORD}
    assert visitor.post("/desk/sign-in", form, Origin="http://evil").status_code == 403
    visitor.client.cookies.clear()
    assert visitor.post("/desk/sign-in", form).status_code == 403


def test_a_form_of_any_size_costs_no_more_than_it_may(county: County) -> None:
    visitor = signed_in(create_server(parts_of(county)), "anna")
    large = visitor.post("/desk/tickets/K7MX2Q/note", {"note": "x" * 70_000})
    assert large.status_code == 403
    visitor.get("/desk/")
    many = {f"field{number}": "x" for number in range(300)}
    assert visitor.post("/desk/tickets/K7MX2Q/note", many).status_code == 403


def test_every_answer_says_what_may_run_and_that_pages_are_not_kept(county: County) -> None:
    """Strict policy, nothing kept in caches: fault 79, fault 82."""
    visitor = signed_in(create_server(parts_of(county)), "anna")
    for path in ("/desk/", "/desk/sign-in", "/desk/nowhere", "/desk/static/desk.css"):
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        kept = path.startswith("/desk/static/")
        assert headers["Cache-Control"] == ("public, max-age=600" if kept else "no-store")


def test_the_playground_signs_its_guest_in_and_may_frame_the_desk(county: County) -> None:
    parts = replace(parts_of(county), framed=True, guest=lambda _: ANNA)
    visitor = Visitor(create_server(parts))
    page = visitor.get("/desk/?show=new")
    assert (page.status_code, page.url.path, page.url.query) == (200, "/desk/", b"show=new")
    assert "Anna Berger" in page.text
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    visitor.client.cookies.clear()
    elsewhere = visitor.get("/desk//evil.example/", follow=False)
    assert not elsewhere.headers.get("location", "/x").startswith("//")


def test_health_says_alive_and_ready(county: County) -> None:
    parts = parts_of(county)
    assert Visitor(create_server(parts)).get("/healthz").json() == {"alive": True, "ready": True}
    tired = Visitor(create_server(replace(parts, ready=lambda: False))).get("/healthz")
    assert (tired.status_code, tired.json()["ready"]) == (503, False)


def test_pages_speak_english_to_who_asks_for_it(county: County) -> None:
    visitor = Visitor(create_server(parts_of(county)))
    page = visitor.get("/desk/sign-in", {"Accept-Language": "en-GB,de;q=0.5"})
    assert '<html lang="en"' in page.text
    assert "Sign in" in page.text
    with county.unit() as unit:
        unit.work.staff.save(replace(ANNA, language="en"), None)
    assert "Cases of my teams" in visitor.sign_in("anna").text
