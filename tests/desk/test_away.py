"""While the store takes nothing the desk says so, and gives back what was sent."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import unescape
from typing import TypeVar

import pytest

from bot.desk.app import create_server
from bot.model.tickets import NoteItem
from bot.usecases.ports import NotCommitted, Runner, Work
from tests.desk.browser import ORIGIN, Visitor, signed_in
from tests.desk.served import CASE, PASSWORD, parts_of
from tests.usecases.county import County

T = TypeVar("T")

SAID = "Die Datenbank antwortet gerade nicht."


@dataclass
class Full:
    """A runner whose disk is full for a while."""

    runner: Runner
    full: bool = False

    async def run(self, unit: Callable[[Work], T]) -> T:
        if self.full:
            raise NotCommitted
        return await self.runner.run(unit)


@pytest.fixture
def disk(county: County) -> Full:
    return Full(parts_of(county).runner)


@pytest.fixture
def anna(county: County, disk: Full) -> Visitor:
    visitor = signed_in(create_server(replace(parts_of(county), runner=disk)), "anna")
    visitor.get(CASE)
    return visitor


def test_what_was_written_is_given_back_and_can_be_sent_again(
    county: County, disk: Full, anna: Visitor
) -> None:
    """fault 62: nothing is saved, and nothing is lost."""
    disk.full = True
    page = anna.post(f"{CASE}/note", {"note": 'Ein "langer" Vermerk & mehr'})
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert SAID in page.text
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    form = {name: unescape(value) for name, value in found}
    assert form["note"] == 'Ein "langer" Vermerk & mehr'
    disk.full = False
    assert anna.send(f"{CASE}/note", form, Origin=ORIGIN).status_code == 200
    notes = [item.body for item in county.items("K7MX2Q") if isinstance(item.body, NoteItem)]
    assert notes[-1:] == [NoteItem(form["note"])]


def test_a_form_from_elsewhere_is_not_given_back(disk: Full, anna: Visitor) -> None:
    disk.full = True
    page = anna.send(f"{CASE}/note", {"note": "planted"}, Origin="https://other.example")
    assert page.status_code == 503
    assert "planted" not in page.text


def test_a_page_that_cannot_be_shown_says_so(disk: Full, anna: Visitor) -> None:
    disk.full = True
    page = anna.get(CASE)
    assert page.status_code == 503
    assert SAID in page.text
    assert f'href="{CASE}"' in page.text


def test_signing_in_has_to_wait(disk: Full, anna: Visitor) -> None:
    anna.post("/desk/sign-out")
    anna.get("/desk/sign-in")
    disk.full = True
    page = anna.post("/desk/sign-in", {"login": "anna", "password": PASSWORD})
    assert page.status_code == 503
    assert SAID in page.text
    disk.full = False
    assert anna.post("/desk/sign-in", {"login": "anna", "password": PASSWORD}).status_code == 200


def test_an_invitation_has_to_wait(disk: Full, anna: Visitor) -> None:
    anna.get("/desk/invite/some-link")
    disk.full = True
    form = {"password": PASSWORD, "again": PASSWORD}
    page = anna.post("/desk/invite/some-link", form)
    assert page.status_code == 503
    assert SAID in page.text


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/desk/", {"X-Refresh": "page"}),
        (CASE, {"X-Refresh": "case"}),
        (f"{CASE}/replies?q=termin", {}),
    ],
)
def test_a_part_of_a_page_gets_nothing_and_asks_again(
    disk: Full, anna: Visitor, path: str, headers: dict[str, str]
) -> None:
    """fault 62: of an answer with an error nothing is put into the page."""
    page = anna.get(CASE)
    assert '"noSwap": [204, 304, "5xx"]' in page.text
    disk.full = True
    answer = anna.get(path, {"HX-Request": "true", **headers})
    assert (answer.status_code, answer.text) == (503, "")
    assert f"{answer.headers['HX-Trigger']} delay:10s" in page.text


def test_the_banner_says_it_in_the_language_of_the_page(disk: Full, anna: Visitor) -> None:
    """While the store is away nobody knows whose session it is; the open page does."""
    shown = re.search(r"hx-headers='([^']*standing[^']*)'", anna.get(CASE).text)
    assert shown is not None
    said: dict[str, str] = json.loads(shown[1])
    disk.full = True
    banner = anna.get("/desk/standing", {"HX-Request": "true", **said})
    assert (banner.status_code, banner.headers["HX-Trigger"]) == (200, "again")
    assert SAID in banner.text
    english = {"HX-Request": "true", **said, "Accept-Language": "en"}
    assert "does not answer" in anna.get("/desk/standing", english).text


def test_a_line_that_is_opened_meanwhile_is_one_and_tells_of_it(disk: Full, anna: Visitor) -> None:
    """With an error in its place the page just opened would never hear of anything."""
    disk.full = True
    line = anna.get("/desk/events?ticket=K7MX2Q", {"HX-Request": "true", "X-Refresh": "line"})
    assert line.headers["Content-Type"].startswith("text/event-stream")
    assert line.text == "retry: 10000\nevent: standing\ndata: now\n\n"
