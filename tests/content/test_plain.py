"""Conditions as a person says them: each kind of condition, in German and in Arabic."""

import pytest

from bot.content.conditions import Scope, read_condition
from bot.content.draft import Draft
from bot.content.plain import Clause, Plain, flat, mentioned
from bot.content.yamlfile import parse
from bot.engine.rules import fields_of, truth
from bot.model.conditions import All, Condition
from bot.model.content import SKIPPED
from tests.content.picture.drafts import JOBS, content_of, county, small

COLOUR = """\
  - ask: colour
    type: choice
    text: Welche Farbe?
    summary: Farbe
    options:
      red: {text: rot}
      green: {text: grün}
      blue: {text: blau}
      yellow: {text: gelb}
"""
CASES = [
    (
        "{colour: [red, green, blue, skipped]}",
        ["nur wenn Farbe (6): alles außer gelb"],
    ),
    (
        "{colour: [red, green, blue]}",
        ["nur wenn Farbe (6) = rot oder grün oder blau"],
    ),
    ("{problem: pay}", ["nur wenn Problem (4) = Lohn fehlt"]),
    (
        "{person.paper: [asylum, permit]}",
        ["nur wenn Papier (1) = Aufenthaltserlaubnis oder Asylverfahren läuft"],
    ),
    ("{person.paper: skipped}", ["nur wenn Papier (1) = keine Angabe"]),
    ("{not: {problem: pay}}", ["nur wenn Problem (4): nicht Lohn fehlt"]),
    (
        "{problem: pay, months: {gte: 3}}",
        ["nur wenn Problem (4) = Lohn fehlt", "und Monate (2): mindestens 3"],
    ),
    ("{months: {lt: 3}}", ["nur wenn Monate (2): weniger als 3"]),
    ("{months: {lte: 3}}", ["nur wenn Monate (2): höchstens 3"]),
    ("{months: {gt: 1000}}", ["nur wenn Monate (2): mehr als 1.000"]),
    ("{months: {between: [3, 12]}}", ["nur wenn Monate (2): 3 bis 12"]),
    ("{months: {gte: 3, lte: 12}}", ["nur wenn Monate (2): 3 bis 12"]),
    ("{months: 6}", ["nur wenn Monate (2) = 6"]),
    ("{since: {lt: 2026-03-01}}", ["nur wenn Beginn (3): vor dem 1. März 2026"]),
    ("{since: {gte: 2026-03-01}}", ["nur wenn Beginn (3): ab 1. März 2026"]),
    (
        "{any: [{months: {lt: 3}}, {problem: pay, person.paper: permit}]}",
        [
            "nur wenn Monate (2): weniger als 3",
            "oder Problem (4) = Lohn fehlt und Papier (1) = Aufenthaltserlaubnis",
        ],
    ),
    (
        "{problem: pay, any: [{person.paper: permit}, {months: {between: [1, 2]}}]}",
        [
            "nur wenn Problem (4) = Lohn fehlt",
            "und eins davon stimmt:",
            "-  Papier (1) = Aufenthaltserlaubnis",
            "-  Monate (2): 1 bis 2",
        ],
    ),
    (
        "{not: {any: [{problem: pay}, {months: {lt: 3}}]}}",
        ["nur wenn nicht (Problem (4) = Lohn fehlt oder Monate (2): weniger als 3)"],
    ),
    (
        "{any: [{problem: pay, any: [{months: 1}, {months: 2}]}, {needs: advice}]}",
        [
            "nur wenn Problem (4) = Lohn fehlt und (Monate (2) = 1 oder Monate (2) = 2)",
            "oder Bedarf (5) = Beratung",
        ],
    ),
]


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    place = "  - use: person.place\n"
    return small(tmp_path_factory.mktemp("small"), JOBS.replace(place, COLOUR + place))


def plain(draft: Draft, language: str = "de") -> Plain:
    content = content_of(draft)
    numbers = {q.id: number for number, q in enumerate(content.topics["jobs"].questions, 1)}
    return Plain(content, draft.renderer, language, numbers)


def read(draft: Draft, text: str) -> Condition:
    document, problems = parse("x.yaml", f"when: {text}\n".encode())
    assert document is not None, problems
    known = {question.id: question for question in content_of(draft).topics["jobs"].questions}
    raw = document.data["when"]
    condition, faults = read_condition(raw, document, ("when",), Scope("jobs", known))
    assert faults == []
    return condition


def line(clause: Clause) -> str:
    return f"{'- ' if clause.depth else ''}{clause.lead} {clause.text}".strip()


@pytest.mark.parametrize(("condition", "lines"), CASES)
def test_conditions_read_like_sentences(draft: Draft, condition: str, lines: list[str]) -> None:
    clauses = plain(draft).clauses(read(draft, condition))
    assert [line(clause) for clause in clauses] == lines


def test_what_stays_german_is_isolated_in_arabic(draft: Draft) -> None:
    (only,) = plain(draft, "ar").clauses(read(draft, "{problem: pay}"))
    assert only.lead == "فقط إذا"
    assert only.text.endswith("\u2068Lohn fehlt\u2069") or "Lohn fehlt" in only.text


def test_nothing_is_said_where_everything_is_allowed(draft: Draft) -> None:
    assert plain(draft).clauses(All(())) == ()


def test_a_question_that_is_not_there_keeps_its_id(draft: Draft) -> None:
    assert Plain(content_of(draft), draft.renderer, "de", {}).question("jobs.gone") == "jobs.gone"


def test_what_a_condition_wants_is_known_for_badges(draft: Draft) -> None:
    wanted = "{problem: [pay, none], months: {lt: 3}, not: {person.paper: permit}}"
    assert set(mentioned(read(draft, wanted))) == {
        ("jobs.problem", "pay"),
        ("jobs.problem", "none"),
        ("jobs.months", None),
        ("person.paper", None),
    }


@pytest.mark.parametrize("topic", list(content_of(county()).topics))
def test_flattening_changes_no_meaning(topic: str) -> None:
    questions = {q.id: q for q in content_of(county()).topics[topic].questions}
    for card in content_of(county()).topics[topic].cards:
        for field in fields_of(card.when):
            for option in (SKIPPED, *(option.id for option in questions[field].options)):
                values = {field: option}
                assert truth(flat(card.when), values) is truth(card.when, values)
