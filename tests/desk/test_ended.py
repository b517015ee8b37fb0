"""When a session has ended: open pages do not keep it alive, and nothing written is lost."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from bot.desk.app import create_server
from bot.model.tickets import NoteItem
from bot.usecases.reading import READ, READING
from bot.usecases.signing_in import IDLE
from tests.desk.browser import LOOP, ORIGIN, Visitor, signed_in
from tests.desk.served import CASE, PASSWORD, parts_of
from tests.usecases.county import ANNA, County

LINE = {"HX-Request": "true", "X-Refresh": "line"}
REFRESHES = {
    "page": "/desk/",
    "case": CASE,
    "standing": "/desk/standing",
}


def refresh(visitor: Visitor, part: str) -> tuple[int, str]:
    headers = {"HX-Request": "true", "X-Refresh": part}
    answer = visitor.client.get(REFRESHES[part], headers=headers, follow_redirects=False)
    page = LOOP.run(answer)
    return page.status_code, page.text


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms but the token."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found if name != "csrf"}


@pytest.mark.parametrize("part", list(REFRESHES))
def test_a_page_that_refreshes_itself_keeps_no_session_alive(
    county: County, anna: Visitor, part: str
) -> None:
    """Half an hour without anybody, whatever an open page asks for: fault 77."""
    for _ in range(2):
        county.clock.go(IDLE / 2 - timedelta(seconds=1))
        assert refresh(anna, part)[0] == 200
    county.clock.go(timedelta(seconds=2))
    assert anna.get("/desk/").url.path == "/desk/sign-in"


def test_whoever_does_something_stays_signed_in(county: County, anna: Visitor) -> None:
    for _ in range(3):
        county.clock.go(IDLE - timedelta(seconds=1))
        assert anna.get(CASE, {"HX-Request": "true"}).status_code == 200


def test_a_page_that_refreshes_itself_is_no_look_at_the_case(county: County, anna: Visitor) -> None:
    def looks() -> int:
        return sum(what == READ for what in county.trail("K7MX2Q"))

    before = looks()
    county.clock.go(READING)
    assert refresh(anna, "case")[0] == 200
    assert looks() == before
    anna.get(CASE)
    assert looks() == before + 1


def test_the_case_leaves_the_screen_with_the_session(county: County, anna: Visitor) -> None:
    assert "Dienstag" in refresh(anna, "case")[1]
    county.clock.go(IDLE)
    status, part = refresh(anna, "case")
    assert status == 200
    assert 'id="case"' in part
    assert "Ihre Sitzung ist zu Ende" in part
    assert "K7MX2Q" not in part
    assert "hx-get" not in part
    # Other parts neither show the sign-in in the place of theirs nor take a page away.
    assert refresh(anna, "standing") == (204, "")
    assert refresh(anna, "page")[0] == 401


def test_an_open_line_of_an_ended_session_lets_the_page_look_once_more(
    county: County, anna: Visitor
) -> None:
    """A tab that was in the background connects anew, and must learn that it is over."""
    county.clock.go(IDLE)
    line = anna.get("/desk/events", LINE)
    assert line.headers["Content-Type"].startswith("text/event-stream")
    assert line.text.endswith("event: changed\ndata: now\n\n")
    assert "retry: 60000" in line.text, "pages without a part of their own would ask all the time"


WRITTEN = [
    ("note", {"note": 'Ruft <b>morgen</b> an & fragt "nach".\nZweite Zeile'}),
    ("preview", {"kind": "text", "text": "Guten Tag!\nDer Kurs beginnt."}),
    ("pass-on", {"queue": "work", "why": "Es geht um Arbeit."}),
]


@pytest.mark.parametrize(("action", "written"), WRITTEN)
def test_what_was_written_is_kept_over_the_sign_in(
    county: County, anna: Visitor, action: str, written: dict[str, str]
) -> None:
    items = county.items("K7MX2Q")
    county.clock.go(IDLE)
    page = anna.post(f"{CASE}/{action}", {"version": "3", **written})
    assert "Was Sie geschrieben haben, ist noch da" in page.text
    page = anna.post("/desk/sign-in", {**hidden(page.text), "login": "anna", "password": "falsch"})
    assert page.status_code == 401
    page = anna.post("/desk/sign-in", {**hidden(page.text), "login": "anna", "password": PASSWORD})
    assert "Sie sind wieder angemeldet" in page.text
    assert "Fall K7MX2Q" in page.text
    page = anna.post(f"{CASE}/preview", {**hidden(page.text), "change": "1"})
    assert page.status_code == 200
    [text] = [value for name, value in written.items() if name in {"note", "text", "why"}]
    assert text in unescape(page.text)
    assert county.items("K7MX2Q") == items


def test_a_reply_with_gaps_is_kept_with_what_was_filled_in(county: County, anna: Visitor) -> None:
    county.clock.go(IDLE)
    reply = {"kind": "reply", "reply": "appointment", "slot.room": "12"}
    page = anna.post(f"{CASE}/preview", reply)
    page = anna.post("/desk/sign-in", {**hidden(page.text), "login": "anna", "password": PASSWORD})
    assert hidden(page.text) == reply
    page = anna.post(f"{CASE}/preview", {**hidden(page.text), "change": "1"})
    assert 'value="12"' in page.text


def test_what_two_windows_keep_is_kept_by_both(county: County, anna: Visitor) -> None:
    """Signing in with one uses up the token of the other, not its text."""
    token = anna.token()
    county.clock.go(IDLE)
    form = {"csrf": token, "kind": "text"}
    windows = []
    for text in ("Erster langer Text", "Zweiter langer Text"):
        kept = anna.send(f"{CASE}/preview", {**form, "text": text}, Origin=ORIGIN)
        windows.append(
            dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', kept.text))
        )
    login = {"login": "anna", "password": PASSWORD}
    for fields in windows:
        page = anna.send("/desk/sign-in", {**fields, **login}, Origin=ORIGIN)
        assert fields["kept-text"] in page.text
    again = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
    page = anna.send("/desk/sign-in", {**again, **login}, Origin=ORIGIN)
    assert page.status_code == 200
    assert "Zweiter langer Text" in page.text


def test_a_press_is_not_kept(county: County, anna: Visitor) -> None:
    county.clock.go(IDLE)
    assert anna.post(f"{CASE}/release", {"version": "3"}).url.path == "/desk/sign-in"
    assert anna.post(f"{CASE}/note", {"note": ""}).url.path == "/desk/sign-in"


def test_a_form_from_elsewhere_is_not_kept(county: County, anna: Visitor) -> None:
    """Nobody's sentence comes to stand in a caseworker's form: fault 77."""
    county.clock.go(IDLE)
    for path in (f"{CASE}/note", "/desk/again/K7MX2Q"):
        page = anna.send(path, {"note": "Fremd"}, Origin="https://evil.example")
        assert page.url.path == "/desk/sign-in"
        assert "Fremd" not in page.text


def test_a_colleague_of_another_team_does_not_come_to_the_case(
    county: County, anna: Visitor
) -> None:
    county.clock.go(IDLE)
    page = anna.post(f"{CASE}/note", {"note": "Von Anna"})
    page = anna.post("/desk/sign-in", {**hidden(page.text), "login": "jule", "password": PASSWORD})
    assert page.url.path == "/desk/"
    assert "Von Anna" not in page.text
    assert not any(
        isinstance(item.body, NoteItem) and "Von Anna" in item.body.text
        for item in county.items("K7MX2Q")
    )


@pytest.mark.parametrize("case", ["", "../sign-out", "K7MX2Q/send?x=", "//evil.example"])
def test_only_a_case_is_led_back_to(anna: Visitor, case: str) -> None:
    anna.get("/desk/sign-in")
    fields = {"kept": case, "kept-note": "x", "login": "anna", "password": PASSWORD}
    page = anna.post("/desk/sign-in", fields)
    assert page.url.path == "/desk/"
    assert page.url.host == ORIGIN.removeprefix("http://")


def test_a_form_of_an_earlier_session_is_given_back_but_not_carried_out(
    county: County, anna: Visitor
) -> None:
    """Signed in anew in another tab: the page that stayed open has the token of before."""
    before = county.items("K7MX2Q")
    old = anna.token()
    anna.sign_in("anna")
    page = anna.post(f"{CASE}/note", {"note": "Aus dem alten Fenster", "csrf": old})
    assert hidden(page.text) == {"note": "Aus dem alten Fenster"}
    assert county.items("K7MX2Q") == before
    page = anna.post(f"{CASE}/release", {"version": "3", "csrf": old})
    assert page.status_code == 403


def test_a_playgrounds_guest_goes_on_writing_without_signing_in(county: County) -> None:
    parts = replace(parts_of(county), guest=lambda _: ANNA)
    visitor = Visitor(create_server(parts))
    visitor.get(CASE)
    county.clock.go(IDLE)
    page = visitor.post(f"{CASE}/note", {"note": "Noch nicht fertig"})
    assert "Sie sind wieder angemeldet" in page.text
    page = visitor.post(f"{CASE}/preview", {**hidden(page.text), "change": "1"})
    assert "Noch nicht fertig" in page.text


@pytest.mark.parametrize("part", ["case", "page", "standing", "line"])
def test_a_first_look_is_in_the_trail_whatever_the_page_says(county: County, part: str) -> None:
    """Each reading is in the trail: fault 84."""
    jule = signed_in(create_server(parts_of(county)), "jule")
    before = county.trail("J0BS77").count(READ)
    page = jule.get("/desk/tickets/J0BS77", {"X-Refresh": part})
    assert page.status_code == 200
    assert county.trail("J0BS77").count(READ) == before + 1


def test_whoever_signed_out_is_not_let_in_by_the_page_before(county: County, anna: Visitor) -> None:
    """Back and reload on a shared machine send the sign-in once more: fault 77."""
    county.clock.go(IDLE)
    page = anna.post(f"{CASE}/note", {"note": "Noch nicht fertig"})
    form = {**hidden(page.text), "csrf": anna.token(), "login": "anna", "password": PASSWORD}
    page = anna.send("/desk/sign-in", form, Origin=ORIGIN)
    assert "Sie sind wieder angemeldet" in page.text
    anna.post("/desk/sign-out")
    assert anna.send("/desk/sign-in", form, Origin=ORIGIN).status_code == 403
    assert anna.get("/desk/").url.path == "/desk/sign-in"
