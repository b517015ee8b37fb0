"""The same newcomer in two model regions: other offices, other texts, other cards."""

from datetime import date
from functools import cache

import pytest

from bot.content import commands
from bot.content.load import load
from bot.content.state_holidays import StateHolidays
from bot.i18n.catalogue import Catalogues
from bot.i18n.compose import raise_fault
from bot.i18n.render import Renderer
from tests.content.folder import TODAY
from tests.playing.house import ROOT, House, Texts
from tests.playing.newcomer import Newcomer

COUNTY, CITY = "musterkreis", "beispielstadt"
PLACES = {COUNTY: "Musterstadt", CITY: "Nordstadt"}


@cache
def german(region: str) -> Texts:
    """A region's content, in German alone: what is translated is another test's concern."""
    catalogues = Catalogues.load(ROOT / "locales", ("de",))
    loaded = load(ROOT / "content", region, catalogues)
    assert loaded.content is not None, "\n".join(map(str, loaded.problems))
    zone = loaded.content.region.time_zone
    return Texts(loaded.content, Renderer(catalogues, loaded.german, zone, raise_fault))


def parent(region: str) -> Newcomer:
    """Someone whose child of eight speaks no German and goes to no school yet."""
    newcomer = Newcomer(House(texts=german(region)))
    newcomer.send("/start school")
    for label in ("Deutsch", "bot/agree#text"):
        newcomer.press(label)
    newcomer.type("8")
    answers = ("school/attends.not_registered#text", "school/child_german.none#text")
    for label in (*answers, "school/needs.nothing#text", "bot/done_choosing#text", PLACES[region]):
        newcomer.press(label)
    return newcomer


def read(newcomer: Newcomer) -> str:
    return "\n".join(shown.text for shown in newcomer.chat)


def cards(texts: Texts) -> set[str]:
    return {card.id for topic in texts.content.topics.values() for card in topic.cards}


def test_the_same_child_goes_to_another_school() -> None:
    in_county, in_city = read(parent(COUNTY)), read(parent(CITY))
    assert "Vorbereitungsklasse (VKL)" in in_county
    assert "Lindengrundschule Musterstadt" in in_county
    assert "https://km.baden-wuerttemberg.de/" in in_county
    assert "„Erstförderung“" in in_city
    assert "Nordgrundschule" in in_city
    assert "Kommunales Integrationszentrum Beispielstadt" in in_city
    for word in ("VKL", "Musterstadt", "baden-wuerttemberg", "Landratsamt"):
        assert word not in in_city


def test_the_city_and_its_state_have_cards_more_and_one_less() -> None:
    in_county, in_city = cards(german(COUNTY)), cards(german(CITY))
    assert in_city - in_county == {"money.city_pass", "school.home_language_lessons"}
    assert "mobility.e_scooter" in in_county - in_city


def test_the_nearest_text_wins_and_the_state_s_stays_below_it() -> None:
    city = german(CITY).content
    school = city.card("school.register_primary")
    assert school is not None
    assert school.body[0].text == "nordrhein_westfalen/fill.school.register_primary#body.1"
    assert school.steps[0].text.text == (
        "beispielstadt/fill.school.register_primary.step.centre#text"
    )


def test_amounts_and_numbers_of_one_state_do_not_show_in_the_other() -> None:
    first, second = german(COUNTY).content, german(CITY).content
    assert "school_duty_after" in first.facts
    assert "school_duty_after" not in second.facts
    assert first.phones["poison"].number != second.phones["poison"].number
    assert first.phones["police"] == second.phones["police"]


@pytest.mark.parametrize("region", [COUNTY, CITY])
def test_every_card_has_an_office_for_every_place(region: str) -> None:
    content = german(region).content
    towns = [None, *(town.id for town in content.region.municipalities)]
    roles = {role for t in content.topics.values() for card in t.cards for role in card.roles}
    assert len(roles) > 50
    assert all(content.region.office_for(role, town) for role in roles for town in towns)


def test_no_office_of_one_region_stands_in_the_other() -> None:
    first, second = german(COUNTY).content.region, german(CITY).content.region
    for read_ in ("name", "phone", "email"):
        mine = {getattr(office, read_) for office in first.offices.values()} - {None}
        assert mine.isdisjoint({getattr(office, read_) for office in second.offices.values()})
    assert first.controller.authority != second.controller.authority
    assert first.queues.keys() == second.queues.keys()
    assert {queue.team for queue in first.queues.values()} != {
        queue.team for queue in second.queues.values()
    }


def test_each_region_rests_on_its_own_states_holidays() -> None:
    epiphany, all_saints = date(2027, 1, 6), date(2027, 11, 1)
    first, second = german(COUNTY).content.region.state, german(CITY).content.region.state
    holidays = StateHolidays()
    assert holidays.is_holiday(first, epiphany)
    assert not holidays.is_holiday(second, epiphany)
    assert holidays.is_holiday(second, all_saints)


@pytest.mark.parametrize("region", [CITY, "nordrhein_westfalen", "baden_wuerttemberg"])
def test_regions_have_no_error_in_their_german(region: str) -> None:
    code, lines = commands.check(ROOT / "content", ROOT / "no-locales", region, TODAY)
    assert (code, [line for line in lines[:-1] if not line.endswith("(warning)")]) == (0, [])
