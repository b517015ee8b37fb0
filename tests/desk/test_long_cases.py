"""A case with very much in it: what is new is shown, all of it when somebody asks."""

import re

from bot.desk.app import create_server
from bot.model.tickets import Author, Item, TextItem
from bot.usecases import casework
from bot.usecases.excerpt import NEWEST
from bot.usecases.unit import Unit
from tests.desk.browser import signed_in
from tests.desk.served import CASE, parts_of
from tests.usecases.county import ANNA, NOW, County


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="item-(\d+)"', page)]


def written(number: int) -> str:
    """As it is written in German."""
    return f"{number:,}".replace(",", ".")


def many_sentences(unit: Unit) -> None:
    first = unit.work.tickets.item_count("K7MX2Q") + 1
    said = [Item(first + n, NOW, Author.NEWCOMER, TextItem(f"Satz {n}")) for n in range(1000)]
    unit.work.tickets.add("K7MX2Q", said)


def test_of_a_very_long_case_the_newest_is_shown_and_all_when_asked_for(county: County) -> None:
    """Each new message shows the page anew, and nobody waits for thousands: fault 53."""
    with county.unit() as unit:
        many_sentences(unit)
        for number in range(NEWEST):
            casework.note(unit, ANNA, "K7MX2Q", None, f"Vermerk {number}")
        casework.answer_text(unit, ANNA, "K7MX2Q", None, "Eine Antwort")
    anna = signed_in(create_server(parts_of(county)), "anna")
    whole = anna.get(f"{CASE}?all=1").text
    every = shown(whole)
    assert len(every) > 1000 + NEWEST
    assert "frühere anzeigen" not in whole
    page = anna.get(CASE).text
    assert shown(page) == every[-NEWEST:]
    assert f"Einträge im Verlauf: {written(len(every))}" in page
    earlier = written(len(every) - NEWEST)
    assert f'href="{CASE}?all=1"' in page
    assert f">{earlier} frühere anzeigen" in page
    assert page.count('class="stage') == 1, "the answer says how far it has come"


def test_a_page_that_has_all_is_shown_only_what_is_new(county: County) -> None:
    """What it has of before is read and sent again only if it is no longer the same: fault 53."""
    with county.unit() as unit:
        many_sentences(unit)
    anna = signed_in(create_server(parts_of(county)), "anna")
    refresh = {"HX-Request": "true", "X-Refresh": "case"}

    def refreshed(page: str) -> str:
        asks = re.search(r'id="case".*?hx-get="([^"]*)"', page)
        assert asks is not None
        return anna.get(asks[1], refresh).text

    whole = anna.get(f"{CASE}?all=1").text
    every = shown(whole)
    again = refreshed(whole)
    assert shown(again) == every[-NEWEST:]
    kept = re.search(r'<div id="older-[0-9-]+" class="older" hx-morph-skip>', whole)
    assert kept is not None
    assert kept[0] in again
    with county.unit() as unit:
        casework.note(unit, ANNA, "K7MX2Q", None, "Neu")
    new = refreshed(again)
    assert shown(new) == [*every[-NEWEST:], *shown(new)[-1:]]
    assert kept[0] in new
    assert f"Einträge im Verlauf: {written(len(every) + 1)}" in new
    with county.unit() as unit:
        unit.work.tickets.shred("K7MX2Q")
    gone = refreshed(new)
    assert shown(gone) == []
    assert "older-" not in gone
    assert f'hx-get="{CASE}"' in gone


def test_all_is_brought_to_an_open_page_that_then_looks_once_more(county: County) -> None:
    """What changed while all was on its way is not missed."""
    with county.unit() as unit:
        for number in range(NEWEST + 5):
            casework.note(unit, ANNA, "K7MX2Q", None, f"Vermerk {number}")
    anna = signed_in(create_server(parts_of(county)), "anna")
    assert anna.get(f"{CASE}?all=1", {"HX-Request": "true"}).headers["HX-Trigger"] == "again"
    assert "HX-Trigger" not in anna.get(f"{CASE}?all=1").headers
    refresh = {"HX-Request": "true", "X-Refresh": "case"}
    assert "HX-Trigger" not in anna.get(CASE, refresh).headers


def test_the_trail_of_a_very_long_case_is_shown_from_the_newest_on(county: County) -> None:
    """As what was said; who looks and what is erased counts all of it: fault 84."""
    with county.unit() as unit:
        for number in range(NEWEST + 50):
            casework.note(unit, ANNA, "K7MX2Q", None, f"Vermerk {number}")
    anna = signed_in(create_server(parts_of(county)), "anna")
    page = anna.get(CASE).text
    trail = page[page.index('<ol class="trail">') :]
    assert trail.count("<li") == NEWEST
    whole = anna.get(f"{CASE}?all=1").text
    assert whole[whole.index('<ol class="trail">') :].count("<li") > NEWEST + 50
