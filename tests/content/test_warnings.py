"""Findings that do not block: each alone, at its place, and the content still loads."""

from pathlib import Path

import pytest
import yaml

from tests.content.folder import TODAY, Folder

COURSES = "topics/courses.yaml"

ROWS = [
    pytest.param(row, id=row["code"])
    for row in yaml.safe_load(Path(__file__).with_name("warned.yaml").read_text("utf-8"))
]


@pytest.mark.parametrize("row", ROWS)
def test_warning_is_given_where_it_stands(folder: Folder, row: dict[str, str]) -> None:
    if row["code"] == "role-unused":
        folder.change("roles.yaml", "roles:\n", "roles:\n  court: {text: Gericht}\n")
    folder.change(row["file"], row["old"], row["new"])
    assert folder.found(row["code"]) == folder.expected
    assert {problem.code for problem in folder.problems()} == {row["code"]}
    assert folder.load().content is not None


def test_nothing_is_overdue_without_a_day(folder: Folder) -> None:
    folder.change(COURSES, "review_by: 2027-03-01", "review_by: 2020-01-01")
    assert folder.load(today=None).problems == ()
    assert [problem.code for problem in folder.load(today=TODAY).problems] == ["review-overdue"]


def test_more_options_than_a_small_screen_shows(folder: Folder) -> None:
    options = "".join(f"      o{n}: {{text: Sehr gut {n}}}\n" for n in range(5))
    folder.change(COURSES, "    options:\n      none", "    ◆options:\n      none")
    folder.change(COURSES, "      good: {text: Gut}\n", "      good: {text: Gut}\n" + options)
    assert folder.found("too-many-options") == folder.expected


def more_questions(folder: Folder, count: int, then: str) -> None:
    asked = "".join(
        f"  - ask: more{n}\n    type: yes_no\n    text: Noch etwas {n}?\n    summary: Mehr\n"
        for n in range(count)
    )
    used = ", ".join(f"more{n}: yes" for n in range(count))
    folder.change(COURSES, "  - use: person.place\n", f"{asked}  - use: person.place\n")
    card = (
        f"  more:\n    when: {{{used}}}\n    title: Zwei\n    body: Gut.\n    offices: [school]\n"
    )
    folder.change(COURSES, "handoff:", f"{card}handoff:")
    folder.change(COURSES, "\nquestions:", then)


def test_more_questions_than_anybody_answers(folder: Folder) -> None:
    more_questions(folder, 6, "\n◆questions:")
    assert folder.found("too-many-questions") == folder.expected


def test_a_place_is_no_further_question(folder: Folder) -> None:
    more_questions(folder, 5, "\nquestions:")
    assert folder.found("too-many-questions") == []


def test_ways_beyond_the_limit_are_said_to_be_untried(folder: Folder) -> None:
    more_questions(folder, 7, "\n◆questions:")
    assert folder.found("ways-not-finished") == folder.expected
    assert folder.found("ways-not-finished", full=True) == []


def test_combinations_that_reach_only_otherwise_are_listed(folder: Folder) -> None:
    folder.change(COURSES, "{any: [{level: good}, {person.paper: asylum}]}", "{level: good}")
    folder.change(COURSES, "  first:\n", "  ◆first:\n")
    assert folder.found("only-otherwise") == folder.expected
    (problem,) = [each for each in folder.problems() if each.code == "only-otherwise"]
    assert problem.message.startswith(
        "1 combinations of answers reach only this card: "
        "person.paper=asylum, level=none, childcare=no"
    )
