"""Another team's ticket is as unknown as one that never was: on every route there is.

Routes are read from the application. A new one without an entry here fails.
"""

from dataclasses import replace

import pytest
from starlette.routing import Mount, Route

from bot.desk.app import create_desk, create_server
from bot.model.tickets import State, TextItem
from tests.desk.browser import Visitor, signed_in
from tests.desk.served import parts_of
from tests.usecases.county import ANNA, JULE, LEVEL, SLOTS, County, handed_over

SECRET = "Geheimes Anliegen"

REPLY = {"kind": "reply", "reply": "appointment", **{f"slot.{k}": v for k, v in SLOTS.items()}}
ANSWERS: list[dict[str, str]] = [
    {"kind": "text", "text": "Hallo"},
    {"kind": "card", "card": "language_courses.integration"},
    {"kind": "question", "question": LEVEL.id},
    {"kind": "text", "text": ""},
    {**REPLY, "slot.time": "?"},
    {**REPLY, "change": "yes"},
    {"kind": "text", "change": "yes"},
    {"kind": "?"},
    REPLY,
]

FORMS: dict[tuple[str, str], list[dict[str, str]]] = {
    ("GET", "/tickets/{code}"): [{}],
    ("GET", "/tickets/{code}/replies"): [{}, {"q": "termin"}],
    ("GET", "/tickets/{code}/reply"): [{"reply": "appointment"}, {"reply": "?"}],
    ("POST", "/tickets/{code}/claim"): [{}, {"version": "1"}, {"version": "99"}],
    ("POST", "/tickets/{code}/release"): [{}, {"version": "99"}],
    ("POST", "/tickets/{code}/reopen"): [{}, {"version": "99"}],
    ("POST", "/tickets/{code}/resend"): [{}, {"version": "99"}],
    ("POST", "/tickets/{code}/note"): [{"note": "Hallo"}, {"note": ""}],
    ("POST", "/tickets/{code}/close"): [{"outcome": "advised"}, {"outcome": "?"}],
    ("POST", "/tickets/{code}/pass-on"): [
        {"queue": "language", "why": "Bitte"},
        {"queue": "?", "why": ""},
    ],
    ("POST", "/tickets/{code}/preview"): ANSWERS,
    ("POST", "/tickets/{code}/send"): ANSWERS,
}
"""What is sent to each route that names a ticket; good forms, bad forms, stale forms."""

WITHOUT_TICKET = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/again/{code}"),
    ("POST", "/sign-out"),
    ("GET", "/invite/{token}"),
    ("POST", "/invite/{token}"),
    ("GET", "/"),
    ("GET", "/events"),
    ("GET", "/standing"),
    ("GET", "/{elsewhere:path}"),
    ("POST", "/{elsewhere:path}"),
}

STATES = [(state, None if state is State.NEW else "anna") for state in State]


def county_with(state: State, holder: str | None) -> County:
    county = County()
    closed = county.clock.now() if state is State.CLOSED else None
    county.ticket(
        "THEIRS",
        *handed_over(),
        TextItem(SECRET),
        state=state,
        claimed_by=holder,
        closed=closed,
    )
    county.ticket("OWN", person="person-2", team="jobcenter", queue="work")
    return county


def ask(visitor: Visitor, method: str, path: str, form: dict[str, str]) -> tuple[int, str]:
    """Status and body, without the code that was asked for."""
    if method == "GET":
        query = "&".join(f"{name}={value}" for name, value in form.items())
        answer = visitor.get(f"{path}?{query}")
    else:
        visitor.get("/desk/")
        answer = visitor.post(path, form)
    return answer.status_code, answer.text


def test_every_route_has_an_entry() -> None:
    """A route nobody thought of fails here: fault 75."""
    desk = create_desk(parts_of(County()))
    routes = {
        (method, route.path)
        for route in desk.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert routes == set(FORMS) | WITHOUT_TICKET
    assert [mount.path for mount in desk.routes if isinstance(mount, Mount)] == ["/static"]


@pytest.mark.parametrize(("state", "holder"), STATES)
def test_another_teams_ticket_answers_as_one_that_never_was(
    state: State, holder: str | None
) -> None:
    """Every route, good and bad forms: fault 75, fault 82."""
    county = county_with(state, holder)
    visitor = signed_in(create_server(parts_of(county)), JULE.login)
    before = county.now_is("THEIRS"), county.items("THEIRS"), county.trail("THEIRS")
    for (method, path), forms in FORMS.items():
        for form in forms:
            theirs = ask(visitor, method, f"/desk{path.format(code='THEIRS')}", form)
            never = ask(visitor, method, f"/desk{path.format(code='NOSUCH')}", form)
            assert theirs == never, (method, path, form)
            assert theirs[0] == 404
            assert SECRET not in theirs[1]
    assert (county.now_is("THEIRS"), county.items("THEIRS"), county.trail("THEIRS")) == before


@pytest.mark.parametrize("shown", ["open", "new", "mine", "overdue", "closed", "?"])
def test_no_list_names_another_teams_ticket(shown: str) -> None:
    """No list names it: fault 75."""
    county = county_with(State.NEW, None)
    visitor = signed_in(create_server(parts_of(county)), JULE.login)
    page = visitor.get(f"/desk/?show={shown}")
    assert page.status_code == 200
    assert "THEIRS" not in page.text


def test_a_case_that_was_passed_on_is_gone_for_the_team_before() -> None:
    """Passed on means gone: fault 75."""
    county = county_with(State.CLAIMED, "anna")
    visitor = signed_in(create_server(parts_of(county)), "anna")
    visitor.get("/desk/tickets/THEIRS")
    done = visitor.post(
        "/desk/tickets/THEIRS/pass-on", {"queue": "work", "why": "Es geht um Arbeit."}
    )
    assert (done.status_code, done.url.path) == (200, "/desk/")
    assert "weitergegeben" in done.text
    assert visitor.get("/desk/tickets/THEIRS").status_code == 404


def test_a_team_that_is_taken_away_is_gone_with_the_next_request() -> None:
    """An open session loses a team at once: fault 76."""
    county = county_with(State.NEW, None)
    visitor = signed_in(create_server(parts_of(county)), "anna")
    assert visitor.get("/desk/tickets/THEIRS").status_code == 200
    with county.unit() as unit:
        unit.work.staff.save(replace(ANNA, teams=frozenset()), None)
    assert visitor.get("/desk/tickets/THEIRS").status_code == 404
