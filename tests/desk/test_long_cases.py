"""A case with very much in it: what is new is shown, all of it when somebody asks."""

import re

from bot.desk.app import create_server
from bot.desk.ticket import NEWEST
from bot.model.tickets import Author, Item, TextItem
from bot.usecases import casework
from tests.desk.browser import signed_in
from tests.desk.served import CASE, parts_of
from tests.usecases.county import ANNA, NOW, County


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="item-(\d+)"', page)]


def written(number: int) -> str:
    """As it is written in German."""
    return f"{number:,}".replace(",", ".")


def test_of_a_very_long_case_the_newest_is_shown_and_all_when_asked_for(county: County) -> None:
    """Each new message shows the page anew, and nobody waits for thousands: fault 53."""
    said = [Item(100 + n, NOW, Author.NEWCOMER, TextItem(f"Satz {n}")) for n in range(1000)]
    with county.unit() as unit:
        unit.work.tickets.add("K7MX2Q", said)
        for number in range(NEWEST):
            casework.note(unit, ANNA, "K7MX2Q", None, f"Vermerk {number}")
        casework.answer_text(unit, ANNA, "K7MX2Q", None, "Eine Antwort")
    anna = signed_in(create_server(parts_of(county)), "anna")
    whole = anna.get(f"{CASE}?all=1").text
    every = shown(whole)
    assert len(every) > 1000 + NEWEST
    assert "frühere anzeigen" not in whole
    assert f'hx-get="{CASE}?all=1"' in whole
    page = anna.get(CASE).text
    assert shown(page) == every[-NEWEST:]
    assert f"Einträge im Verlauf: {written(len(every))}" in page
    earlier = written(len(every) - NEWEST)
    assert f'href="{CASE}?all=1">{earlier} frühere anzeigen' in page
    assert page.count('class="stage') == 1, "the answer says how far it has come"


def test_the_trail_of_a_very_long_case_is_shown_from_the_newest_on(county: County) -> None:
    """As what was said; who looks and what is erased counts all of it: fault 84."""
    with county.unit() as unit:
        for number in range(NEWEST + 50):
            casework.note(unit, ANNA, "K7MX2Q", None, f"Vermerk {number}")
    anna = signed_in(create_server(parts_of(county)), "anna")
    page = anna.get(CASE).text
    trail = page[page.index('<ol class="trail">') :]
    assert trail.count("<li>") == NEWEST
    whole = anna.get(f"{CASE}?all=1").text
    assert whole[whole.index('<ol class="trail">') :].count("<li>") > NEWEST + 50
