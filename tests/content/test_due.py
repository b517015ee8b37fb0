"""To-do lists: what is due, whose it is, what comes first, in every form."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.content.due import What, due, end_of
from bot.content.printed import Listing
from bot.content.sources import read_sources, region_ids
from bot.content.stale import digests, message_of, stale, wording
from bot.model.phrases import Style
from tests.content.folder import Folder
from tests.content.picture.drafts import ROOT

COURSES, FACTS, REGION = "topics/courses.yaml", "facts.yaml", "regions/kreis/region.yaml"
LOCALES = ROOT / "locales"
OWNER = "team@kreis.example"
LATER = date(2027, 9, 1)
FILLED = """\
  courses.first:
    body: [Kommen Sie.]
    source: {url: https://a.example/, checked: 2026-01-01, max_age: 90d}"""


def lines(
    folder: Folder, on: date, form: Listing = Listing.TEXT, language: str = "de"
) -> list[str]:
    code, told = stale(folder.content, LOCALES, None, on, (form, language))
    assert code == 0
    return [line.replace(f"{folder.content}/", "") for line in told]


def tasks(folder: Folder, on: date) -> list[tuple[str, What, str]]:
    """Section, kind and name of every task, in the order of the list."""
    return [
        (section.name, task.what, task.name)
        for digest in digests(folder.content, ("kreis",), on)
        for section in digest.sections
        for task in section.tasks
    ]


def test_nothing_is_due(folder: Folder) -> None:
    assert lines(folder, date(2026, 10, 1)) == ["Bis 2026-11-30 ist nichts zu prüfen."]
    assert lines(folder, date(2026, 10, 1), language="en") == ["Nothing is due until 2026-11-30."]


@pytest.mark.parametrize(
    ("file", "old", "new", "what", "name"),
    [
        (COURSES, "review_by: 2027-03-01", "review_by: 2026-09-01", What.REVIEW, "Deutsch lernen"),
        (
            "people.yaml",
            "review_by: 2027-03-01",
            "review_by: 2026-09-01",
            What.REVIEW,
            "people.yaml",
        ),
        (
            REGION,
            "review_by: 2027-03-01",
            "review_by: 2026-09-01",
            What.REVIEW,
            "kreis/region.yaml",
        ),
        (
            COURSES,
            "checked: 2026-11-01, max_age: 180d",
            "checked: 2026-03-01, max_age: 180d",
            What.SOURCE,
            "Deutsch lernen: Integrationskurs",
        ),
        (FACTS, "review_by: 2027-01-01", "review_by: 2026-09-01", What.FACT, "Stunden im Kurs"),
        (
            FACTS,
            "valid_from: 2026-01-01}",
            "valid_from: 2026-01-01, valid_until: 2026-09-01}",
            What.ENDS,
            "Stunden im Kurs",
        ),
        ("phones.yaml", "checked: 2026-11-01", "checked: 2025-09-01", What.PHONE, "Polizei, 110"),
        (
            "phones.yaml",
            "certainty: known",
            "certainty: known, max_age: 10d",
            What.PHONE,
            "Polizei, 110",
        ),
        (
            REGION,
            "town: Stadt, authority: false}\nroles",
            "town: Stadt, authority: false, checked: 2025-09-01}\nroles",
            What.OFFICE,
            "Schule",
        ),
        (
            REGION,
            "  courses.first: {body: [Kommen Sie in die Beratung am Markt.]}",
            FILLED,
            What.SOURCE,
            "courses.first",
        ),
    ],
)
def test_each_kind_of_task_is_found(
    folder: Folder, file: str, old: str, new: str, what: What, name: str
) -> None:
    folder.change(file, old, new)
    day = date(2026, 12, 1)
    overdue = [(kind, told) for section, kind, told in tasks(folder, day) if section == "overdue"]
    assert (what, name) in overdue
    found = next(
        task for task in due(folder.content, ["kreis"]) if (task.what, task.name) == (what, name)
    )
    assert found.owner == OWNER
    assert found.position.path == str(folder.content / file)


def test_lists_look_thirty_and_sixty_days_ahead(folder: Folder) -> None:
    folder.change(COURSES, "review_by: 2027-03-01", "review_by: 2026-10-10")
    folder.change(FACTS, "review_by: 2027-01-01", "review_by: 2026-10-11")

    def sections(on: date) -> dict[What, str]:
        return {what: section for section, what, _ in tasks(folder, on) if what in sought}

    sought = {What.REVIEW, What.FACT}
    assert sections(date(2026, 8, 10)) == {}
    assert sections(date(2026, 8, 11)) == {What.REVIEW: "within_60"}
    assert sections(date(2026, 9, 10)) == {What.REVIEW: "within_30", What.FACT: "within_60"}
    assert sections(date(2026, 10, 10)) == {What.REVIEW: "within_30", What.FACT: "within_30"}
    assert sections(date(2026, 10, 11)) == {What.REVIEW: "overdue", What.FACT: "within_30"}


def test_a_value_that_ends_comes_first_and_is_marked(folder: Folder) -> None:
    folder.change(FACTS, "2026-01-01}]", "2026-01-01, valid_until: 2026-11-30}]")
    folder.change(COURSES, "review_by: 2027-03-01", "review_by: 2026-01-01")
    told = lines(folder, date(2026, 12, 10))
    assert told[:4] == [
        f"{OWNER}: überfällig 2, später 1",
        "  Überfällig",
        "    [!] 2026-11-30  Wert endet, keiner folgt: Stunden im Kurs",
        f"        {FACTS}:8 https://www.bamf.de/",
    ]
    assert told[4].startswith("    [ ] 2026-01-01")


def test_moving_values_are_kept_in_sight(folder: Folder) -> None:
    folder.change(FACTS, "certainty: known", "certainty: moving")
    folder.change(FACTS, "2026-01-01}]", "2026-01-01, valid_until: 2026-02-01}]")
    assert tasks(folder, date(2026, 10, 1)) == [("moving", What.MOVING, "Stunden im Kurs")]
    assert ("overdue", What.MOVING, "Stunden im Kurs") in tasks(folder, date(2027, 1, 2))


def test_offices_nobody_confirmed_are_one_task_with_the_region(folder: Folder) -> None:
    found = [each for each in tasks(folder, date(2027, 2, 20)) if each[1] is What.OFFICES]
    assert found == [("within_30", What.OFFICES, "2")]


def test_everybody_gets_only_their_own(folder: Folder) -> None:
    folder.change(COURSES, "owner: team@kreis.example", "owner: kurs@kreis.example")
    folder.change("home.yaml", "owner: team@kreis.example\n", "")
    found = digests(folder.content, ("kreis",), LATER)
    assert {digest.owner for digest in found} == {"kurs@kreis.example", OWNER, ""}
    heads = [line for line in lines(folder, LATER) if not line.startswith(" ") and line]
    assert any(line.startswith("Niemand ist zuständig: ") for line in heads)
    overdue = [digest.count("overdue") for digest in found]
    assert overdue == sorted(overdue, reverse=True)


THIS_YEAR = "{value: 1, valid_from: 2026-01-01, valid_until: 2026-12-31}"
VALUES = [
    ("{value: 1, valid_from: 2026-01-01}", None),
    (THIS_YEAR, date(2026, 12, 31)),
    (THIS_YEAR + ", {value: 2, valid_from: 2027-01-01}", None),
    ("{value: 2, valid_from: 2027-01-01}, " + THIS_YEAR, None),
    (THIS_YEAR + ", {value: 2, valid_from: 2027-01-02}", date(2026, 12, 31)),
    (
        THIS_YEAR + ", {value: 2, valid_from: 2027-01-01, valid_until: 2027-12-31}",
        date(2027, 12, 31),
    ),
]


@pytest.mark.parametrize(("values", "end"), VALUES)
def test_the_end_of_a_fact_is_its_first_gap(folder: Folder, values: str, end: date | None) -> None:
    folder.change(FACTS, "{value: 600, valid_from: 2026-01-01}", values)
    facts = read_sources(folder.content, "kreis").facts
    assert facts is not None
    assert end_of(facts.shape.facts["lessons"]) == end


# --- forms -------------------------------------------------------------------------


def test_json_says_everything_about_a_task(folder: Folder) -> None:
    folder.change(FACTS, "review_by: 2027-01-01", "review_by: 2026-10-01")
    (text,) = lines(folder, date(2026, 10, 11), Listing.JSON)
    rows = json.loads(text)
    assert [row for row in rows if row["what"] == "fact"] == [
        {
            "owner": OWNER,
            "when": "overdue",
            "day": "2026-10-01",
            "days": -10,
            "what": "fact",
            "name": "Stunden im Kurs",
            "path": FACTS,
            "line": 9,
            "column": 16,
            "link": "https://www.bamf.de/",
        }
    ]


def test_markdown_can_be_ticked_off(folder: Folder) -> None:
    folder.change(FACTS, "2026-01-01}]", "2026-01-01, valid_until: 2026-10-01}]")
    told = lines(folder, date(2026, 10, 11), Listing.MARKDOWN, "en")
    assert told[:3] == [
        f"## {OWNER}: overdue 1, later 0",
        "### Overdue",
        (
            "- [ ] 2026-10-01 **Value ends, none follows: Stunden im Kurs** "
            f"(`{FACTS}:8`) <https://www.bamf.de/>"
        ),
    ]


def test_the_mail_has_subject_tasks_and_what_to_do(folder: Folder) -> None:
    (digest,) = digests(folder.content, ("kreis",), LATER)
    message = message_of(digest)
    renderer = wording(LOCALES)
    subject = renderer.plain(message.blocks[0].phrase, "de")
    assert subject == f"Lotse: zu prüfen {digest.total}, überfällig {digest.count('overdue')}"
    text = renderer.mail(message, "de")
    assert "Anrufen und prüfen: Polizei, 110" in text or digest.count("overdue") == digest.total
    assert "lotse content check" in text
    assert sum(block.style is Style.ITEM for block in message.blocks) == digest.total
    assert renderer.faults.counts == {}


@pytest.mark.parametrize(
    ("region", "language", "said"),
    [
        ("county", "de", "there is no region `county` -> write one of: kreis"),
        (None, "fr", "the lists are in: de, en"),
    ],
)
def test_what_does_not_exist_is_asked_back(
    folder: Folder, region: str | None, language: str, said: str
) -> None:
    shown = (Listing.TEXT, language)
    assert stale(folder.content, LOCALES, region, LATER, shown) == (2, [said])


def test_the_model_county_has_an_owner_for_everything() -> None:
    found = due(ROOT / "content", ["musterkreis"])
    assert len(found) > 200
    assert {task.owner for task in found if "@" not in task.owner} == set()
    assert {What.FACT, What.PHONE, What.SOURCE, What.REVIEW} <= {task.what for task in found}
    assert all(Path(task.position.path).exists() for task in found)


def test_every_file_with_a_review_date_has_its_task() -> None:
    content = ROOT / "content"
    dated = {path for path in content.rglob("*.yaml") if "\nreview_by:" in path.read_text("utf-8")}
    found = due(content, region_ids(content))
    reviewed = {Path(task.position.path) for task in found if task.what is What.REVIEW}
    assert reviewed == dated
