"""What changes while a request is under way counts: accounts that end, passwords that are new."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest

from bot.desk import guard, passwords
from bot.desk.app import create_server
from bot.desk.guard import Guard
from bot.usecases import signing_in
from tests.desk.browser import LOOP, ORIGIN, Visitor
from tests.desk.served import CASE, PASSWORD, PASSWORD_HASH, parts_of
from tests.usecases.county import ANNA, BEN, County

NEW_HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$bm90aGluZ21hdGNoZXM"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Origin": ORIGIN}


def remove(county: County) -> None:
    with county.unit() as unit:
        signing_in.switch_off(unit, ANNA)


def move_to_another_team(county: County) -> None:
    with county.unit() as unit:
        unit.work.staff.save(replace(ANNA, teams=frozenset({"jobcenter"})), None)


def slowly(form: dict[str, str], meanwhile: Callable[[], None]) -> AsyncIterator[bytes]:
    """A form of which the second half comes after `meanwhile`."""
    body = urlencode(form).encode()

    async def parts() -> AsyncIterator[bytes]:
        yield body[:5]
        meanwhile()
        yield body[5:]

    return parts()


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("note", {"note": "Nach dem Ende"}),
        ("preview", {"kind": "text", "text": "x"}),
        ("claim", {"version": "1"}),
        ("send", {"kind": "text", "text": "Falsche Auskunft"}),
    ],
)
def test_a_form_that_was_begun_before_its_sender_was_removed_does_nothing(
    county: County, anna: Visitor, action: str, fields: dict[str, str]
) -> None:
    """Removed caseworkers are out, also in the middle of a request: fault 76."""
    before = county.items("K7MX2Q")
    form = slowly({"csrf": anna.token(), **fields}, lambda: remove(county))
    sent = anna.client.post(f"{CASE}/{action}", content=form, headers=FORM, follow_redirects=False)
    answer = LOOP.run(sent)
    assert answer.headers["Location"] in {"/desk/sign-in", "/desk/again/K7MX2Q"}
    assert county.items("K7MX2Q") == before


@pytest.mark.parametrize("change", [remove, move_to_another_team])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_account_is_looked_at_again_in_the_transaction_that_acts(
    county: County,
    anna: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[County], None],
    method: str,
) -> None:
    """Between the look at the session and the page nothing is granted: fault 76."""
    look, before = Guard._signed_in, county.items("K7MX2Q")

    async def looked(self: Guard, token: str, *, by_itself: bool) -> object:
        found = await look(self, token, by_itself=by_itself)
        change(county)
        return found

    monkeypatch.setattr(Guard, "_signed_in", looked)
    if method == "GET":
        answer = anna.get(CASE, follow=False)
    else:
        answer = anna.post(f"{CASE}/note", {"note": "Nach dem Ende"}, follow=False)
    assert answer.headers["Location"] in {"/desk/sign-in", "/desk/again/K7MX2Q"}
    assert county.items("K7MX2Q") == before


def test_a_form_that_does_not_come_is_not_waited_for(
    anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "FORM_SECONDS", 0.01)

    async def endless() -> AsyncIterator[bytes]:
        yield b"csrf="
        await asyncio.Event().wait()

    async def post() -> httpx.Response:
        async with asyncio.timeout(30):
            return await anna.client.post(f"{CASE}/note", content=endless(), headers=FORM)

    assert LOOP.run(post()).status_code == 403


@pytest.mark.parametrize("what", ["new password", "switched off"])
def test_a_sign_in_under_way_ends_with_what_it_was_compared_with(
    county: County, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Sessions end with a new password, also those that are just being begun: fault 78."""
    visitor = Visitor(create_server(parts_of(county)))
    matches = passwords.matches

    async def compared(password: str, known: str | None) -> bool:
        good = await matches(password, known)
        if what == "new password":
            with county.unit() as unit:
                unit.work.staff.save(ANNA, NEW_HASH)
        else:
            remove(county)
        return good

    monkeypatch.setattr(passwords, "matches", compared)
    assert visitor.sign_in("anna").status_code == 401
    assert visitor.get("/desk/").url.path == "/desk/sign-in"


def test_an_account_that_is_switched_on_again_begins_without_its_old_password(
    county: County,
) -> None:
    """The remedy for a password that is known: off, and invited anew: fault 78."""
    visitor = Visitor(create_server(parts_of(county)))
    remove(county)
    with county.unit() as unit:
        signing_in.invite(unit, ANNA, "link")
    assert visitor.sign_in("anna", PASSWORD).status_code == 401
    with county.unit() as unit:
        signing_in.accept(unit, "link", PASSWORD_HASH)
    assert visitor.sign_in("anna", PASSWORD).status_code == 200
    assert visitor.sign_in(BEN.login, PASSWORD).status_code == 200
