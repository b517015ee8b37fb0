"""Levels of regions: what a state writes, a county writes nearer, and what both may not."""

from datetime import date
from decimal import Decimal

import pytest

from bot.content import commands
from bot.content.load import load
from bot.content.sources import region_ids
from bot.model.content import Card, Content
from bot.model.phrases import Amount, Unit
from tests.content.folder import HEAD, TODAY, Folder

COURSES, COUNTY, STATE = (
    "topics/courses.yaml",
    "regions/kreis/region.yaml",
    "regions/land/region.yaml",
)
STATE_TEXT = (
    HEAD + "region: land\nabstract: true\nname: Land\nstate: BW\ntime_zone: Europe/Berlin\n"
)
FIRST = "  courses.first: {body: [Kommen Sie in die Beratung am Markt.]}\n"
OFFICE = (
    "offices:\n  hall:"
    " {name: Amt, street: Platz 1, postcode: 71000, town: Stadt, authority: true}\n"
)


@pytest.fixture
def levels(folder: Folder) -> Folder:
    """A county that takes state and time zone from the state it extends."""
    folder.write(STATE, STATE_TEXT)
    folder.change(COUNTY, "region: kreis\n", "region: kreis\nextends: land\n")
    return folder.change(COUNTY, "state: BW\ntime_zone: Europe/Berlin\n", "")


def loaded(folder: Folder) -> Content:
    content = folder.load().content
    assert content is not None, "\n".join(map(str, folder.problems()))
    return content


def card(folder: Folder, name: str) -> Card:
    found = loaded(folder).card(f"courses.{name}")
    assert found is not None
    return found


def state(folder: Folder, text: str) -> Folder:
    folder.write(STATE, STATE_TEXT + text)
    return folder


def opened(folder: Folder, slots: str) -> Folder:
    """Let regions write these slots of the card `course`."""
    return folder.change(
        COURSES,
        "    title: Integrationskurs\n",
        f"    local: {slots}\n    title: Integrationskurs\n",
    )


def test_what_the_county_lacks_comes_from_the_state(levels: Folder) -> None:
    region = loaded(levels).region
    assert (region.id, region.state, region.time_zone) == ("kreis", "BW", "Europe/Berlin")
    assert levels.problems() == ()


def test_the_nearest_level_wins_slot_by_slot(levels: Folder) -> None:
    opened(levels, "{title: allowed, body: allowed, steps: allowed, bring: allowed}")
    state(
        levels,
        "fill:\n  courses.course:\n    title: Kurs im Land\n    body: [Das Land zahlt.]\n"
        "    steps: {ask: {text: Fragen Sie die Schule., office: school}}\n",
    )
    levels.change(COUNTY, FIRST, FIRST + "  courses.course: {title: Kurs im Kreis}\n")
    course = card(levels, "course")
    assert course.title == "kreis/fill.courses.course#title"
    assert [text.text for text in course.body] == ["land/fill.courses.course#body.1"]
    assert [(step.id, step.role) for step in course.steps] == [("ask", "school")]
    assert (course.bring, course.roles) == (("passport",), ("school",))


def test_a_text_of_the_region_has_its_own_source(levels: Folder) -> None:
    opened(levels, "{body: allowed}")
    source = '{url: "https://land.example/", checked: 2026-11-01, max_age: 30d}'
    state(levels, f"fill:\n  courses.course: {{body: [Das Land zahlt.], source: {source}}}\n")
    given = card(levels, "course").source
    assert given is not None
    assert given.url == "https://land.example/"


def test_a_text_that_fell_behind_its_card_is_named(levels: Folder) -> None:
    opened(levels, "{body: allowed}")
    source = '{url: "https://land.example/", checked: ◆2026-10-31, max_age: 90d}'
    state(levels, f"fill:\n  courses.course: {{body: [Das Land zahlt.], source: {source}}}\n")
    assert levels.found("fill-older") == levels.expected
    levels.change(STATE, "2026-10-31", "2026-11-01")
    assert levels.found("fill-older") == []


def test_each_level_has_its_own_domain(levels: Folder) -> None:
    opened(levels, "{body: allowed}")
    state(levels, "fill:\n  courses.course: {body: [Das Land zahlt.]}\n")
    texts = levels.load().texts
    assert texts["land/fill.courses.course#body.1"].domain == "land"
    assert texts["kreis/fill.courses.first#body.1"].domain == "kreis"
    assert "courses/card.course#body.1" in texts


def test_a_county_fills_and_hides_what_the_state_added(levels: Folder) -> None:
    added = "local: {body: allowed}, body: B, offices: [advice], when: {level: good}"
    cards = ", ".join(f"{name}: {{title: {name}, {added}}}" for name in ("one", "two", "three"))
    state(levels, f"add: {{courses: {{cards: {{{cards}}}}}}}\n")
    levels.change(
        COUNTY, FIRST, FIRST + "  courses.two: {body: [Anders.]}\nhide: [courses.three]\n"
    )
    shown = {each.id: each for each in loaded(levels).topics["courses"].cards}
    assert list(shown)[-2:] == ["courses.one", "courses.two"]
    assert shown["courses.one"].body[0].text == "land/add.courses.one#body.1"
    assert shown["courses.two"].body[0].text == "kreis/fill.courses.two#body.1"


def test_a_state_may_require_a_text_of_each_county(levels: Folder) -> None:
    added = "local: {body: required}, title: A, body: B, offices: [advice], when: {level: good}"
    state(levels, f"add: {{courses: {{cards: {{one: {{{added}}}}}}}}}\n")
    levels.change(COUNTY, "region: kreis", "region: ◆kreis")
    assert levels.found("fill-missing") == levels.expected


def test_a_required_slot_left_empty_blocks_only_that_region(levels: Folder) -> None:
    town = levels.read(COUNTY).replace("region: kreis", "region: town")
    levels.write("regions/town/region.yaml", town.replace(FIRST, "  {}\n"))
    levels.write("regions/town/queues.yaml", levels.read("regions/kreis/queues.yaml"))
    assert levels.load().content is not None
    blocked = load(levels.content, "town")
    assert (blocked.content, {each.code for each in blocked.problems}) == (None, {"fill-missing"})
    levels.write("regions/town/region.yaml", town.replace(FIRST, "  courses.first: {body: []}\n"))
    assert {each.code for each in load(levels.content, "town").problems} == {"fill-missing"}


def test_a_required_slot_may_be_written_by_the_state(levels: Folder) -> None:
    levels.change(COUNTY, "fill:\n" + FIRST, "")
    state(levels, "fill:\n" + FIRST)
    assert card(levels, "first").body[0].text == "land/fill.courses.first#body.1"


def test_a_locked_slot_is_closed_to_every_level(levels: Folder) -> None:
    opened(levels, "{title: allowed, body: locked}")
    state(levels, "fill:\n  courses.course: {title: Kurs im Land, ◆body: [Das Land zahlt.]}\n")
    assert levels.found("fill-closed") == levels.expected


def test_a_text_for_a_hidden_card_is_named(levels: Folder) -> None:
    opened(levels, "{title: allowed}")
    state(levels, "hide: [courses.course]\n")
    levels.change(COUNTY, FIRST, FIRST + "  ◆courses.course: {title: Kurs im Kreis}\n")
    assert levels.found("fill-hidden") == levels.expected
    assert loaded(levels).card("courses.course") is None


def test_hiding_what_the_state_fills_is_no_mistake(levels: Folder) -> None:
    opened(levels, "{title: allowed}")
    state(levels, "fill:\n  courses.course: {title: Kurs im Land}\n")
    levels.change(COUNTY, "fill:\n", "hide: [courses.course]\nfill:\n")
    assert levels.found("fill-hidden") == []
    assert loaded(levels).card("courses.course") is None


def test_cards_that_do_not_exist_are_named_at_every_level(levels: Folder) -> None:
    state(levels, "hide: [◆courses.cours]\nfill:\n  ◆courses.cours: {title: Kurs}\n")
    found = {levels.place(each) for each in levels.problems() if each.blocks}
    assert found == set(levels.expected)


def test_roles_and_offices_come_from_the_nearest_level(levels: Folder) -> None:
    state(levels, OFFICE + "roles: {advice: hall, school: hall}\n")
    region = loaded(levels).region
    assert set(region.offices) == {"centre", "school", "hall"}
    assert region.roles == {"advice": "centre", "school": "school"}
    levels.change(COUNTY, "  advice: centre\n", "")
    assert loaded(levels).region.roles["advice"] == "hall"


def test_a_role_no_level_fills_is_named_in_the_county(levels: Folder) -> None:
    levels.change(COUNTY, "roles:\n  advice: centre\n", "roles:\n")
    assert [name for name, _, _ in levels.found("role-without-office")] == [COUNTY]


def test_a_town_adds_its_districts_and_its_offices_to_the_countys(levels: Folder) -> None:
    levels.write(
        "regions/town/region.yaml",
        HEAD
        + "region: town\nextends: kreis\nname: Stadt\nmunicipalities: {nord: {name: Nord}}\n"
        + OFFICE
        + "roles: {advice: {nord: hall}}\n",
    )
    content = load(levels.content, "town").content
    assert content is not None
    region = content.region
    assert [town.id for town in region.municipalities] == ["nord", "stadt", "dorf"]
    north, village = region.office_for("advice", "nord"), region.office_for("advice", "dorf")
    assert north is not None
    assert village is not None
    assert (north.id, village.id) == ("hall", "centre")
    assert set(region.queues) == {"language", "counsel"}


def test_facts_and_phones_of_the_state_take_the_place_of_the_general_ones(levels: Folder) -> None:
    fact = (
        "{label: Stunden im Land, unit: lessons, values: [{value: 500, valid_from: 2026-01-01}],"
        " review_by: 2027-01-01, owner: a@land.example, source: Land, certainty: known}"
    )
    phone = "{number: 0800 1, name: Wache, checked: 2026-11-01, source: Land, certainty: known}"
    state(levels, f"facts: {{lessons: {fact}, own: {fact}}}\nphones: {{police: {phone}}}\n")
    content = loaded(levels)
    assert content.facts["lessons"].on(TODAY) == Amount(Decimal(500), Unit.LESSONS)
    assert content.facts["own"].on(TODAY) == Amount(Decimal(500), Unit.LESSONS)
    assert content.phones["police"].number == "0800 1"
    assert content.phones["police"].name == "land/phone.police#name"


def test_an_expired_fact_is_told_where_the_value_that_holds_here_stands(levels: Folder) -> None:
    levels.change("facts.yaml", "valid_from: 2026-01-01", "valid_from: 2027-01-01")
    assert [name for name, _, _ in levels.found("fact-expired")] == ["facts.yaml"]
    state(
        levels,
        "facts: {lessons: {label: L, unit: lessons, values: [{value: 5, valid_from: 2026-01-01}],"
        " review_by: 2027-01-01, owner: a@land.example, source: Land, certainty: known}}\n",
    )
    assert levels.found("fact-expired") == []


def test_a_number_that_is_another_ones_too_is_shown_once(levels: Folder) -> None:
    phones = levels.read("phones.yaml")
    levels.write("phones.yaml", phones + phones.splitlines()[-1].replace("police", "forced") + "\n")
    levels.change("emergency.yaml", "phones: [police]", "phones: [police, forced]")
    assert loaded(levels).emergencies["violence"].phones == ("police",)
    own = "{number: 0800 2, name: Rat, checked: 2026-11-01, source: Land, certainty: known}"
    state(levels, f"phones: {{forced: {own}}}\n")
    assert loaded(levels).emergencies["violence"].phones == ("police", "forced")


def test_the_version_covers_every_level_and_no_other_region(levels: Folder) -> None:
    first = loaded(levels).version
    other = levels.read(COUNTY).replace("region: kreis", "region: other")
    levels.write("regions/other/region.yaml", other)
    assert loaded(levels).version == first
    state(levels, "hide: [courses.talk]\n")
    assert loaded(levels).version != first


def test_a_level_to_be_extended_is_checked_and_not_run(levels: Folder) -> None:
    assert region_ids(levels.content) == ("kreis", "land")
    (problem,) = load(levels.content, "land").problems
    assert (problem.code, levels.place(problem)[1:]) == ("region-abstract", (5, 11))
    assert "kreis" in problem.remedy
    assert commands.check(levels.content, levels.locales, None, TODAY)[0] == 0
    state(levels, "fill:\n  courses.first: {body: [Das kostet 14 €.]}\n")
    code, lines = commands.check(levels.content, levels.locales, "land", TODAY)
    assert code == 1
    assert "number-in-sentence" in lines[0]


def test_levels_in_a_circle_are_named_at_the_last_one(levels: Folder) -> None:
    state(levels, "extends: ◆kreis\n")
    assert levels.found("region-loop") == levels.expected


def test_tests_beside_a_topic_hold_in_every_region(levels: Folder) -> None:
    """They may name another region's town, and do not know the cards a region adds."""
    other = levels.read(COUNTY).replace("region: kreis", "region: other")
    other = other.replace("stadt: {name: Stadt}", "nord: {name: Nord}")
    added = "{title: A, body: B, offices: [advice], when: {level: skipped}}"
    levels.write(
        "regions/other/region.yaml", other + f"add: {{courses: {{cards: {{a: {added}}}}}}}\n"
    )
    levels.write("regions/other/queues.yaml", levels.read("regions/kreis/queues.yaml"))
    found = load(levels.content, "other", today=date(2026, 11, 22)).problems
    assert [each.code for each in found if each.blocks] == []
    levels.change(COURSES, "person.place: stadt", "person.place: ◆stat")
    assert levels.found("test-value-unknown") == levels.expected


def test_cards_of_both_kinds_stand_behind_those_of_the_topic(levels: Folder) -> None:
    added = "body: B, offices: [advice], when: {level: good}"
    state(levels, f"add: {{courses: {{cards: {{of_state: {{title: A, {added}}}}}}}}}\n")
    own = f"add: {{courses: {{cards: {{own: {{title: C, {added}}}}}}}}}\n"
    levels.change(COUNTY, "fill:\n", f"{own}fill:\n")
    topic = loaded(levels).topics["courses"]
    names = [each.id.removeprefix("courses.") for each in topic.cards]
    assert names == ["course", "family", "talk", "first", "of_state", "own"]
