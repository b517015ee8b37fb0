"""Content to draw: the model county's as it is, and a small topic with one of everything."""

from functools import cache
from pathlib import Path

from bot.content.draft import Draft, read_draft
from bot.model.content import Content
from tests.content.folder import Folder

ROOT = Path(__file__).parents[3]
REGION = "musterkreis"

JOBS = """\
schema: 1
topic: jobs
icon: "#"
group: learn
order: 20
title: Arbeit & <Lohn>
owner: team@kreis.example
review_by: 2027-03-01
questions:
  - use: person.paper
  - ask: months
    type: number
    min: 0
    max: 600
    text: Seit wie vielen Monaten sind Sie hier?
    summary: Monate
  - ask: since
    type: date
    when: {months: {lt: 3}}
    text: Seit wann?
    summary: Beginn
  - ask: problem
    when: {any: [{person.paper: [permit, asylum]}, {months: skipped}]}
    type: choice
    text: Was ist das "Problem"?
    summary: Problem
    options:
      pay: {text: Lohn fehlt}
      force: {text: "Zwang, Angst", danger: violence}
      none: {text: Keines}
  - ask: needs
    type: multi
    text: Was brauchen Sie?
    summary: Bedarf
    options:
      advice: {text: Beratung}
      course: {text: Kurs}
  - use: person.place
cards:
  pay:
    when: {problem: pay}
    urgency: soon
    title: Lohn fehlt
    body: Holen Sie Hilfe.
    offices: [advice]
    related: {courses: Deutsch hilft.}
  safe:
    when: {problem: force}
    urgency: now
    title: Schutz
    body: Holen Sie Hilfe.
    offices: [advice]
  course:
    when: {needs: course, months: {between: [3, 12]}}
    title: Kurs
    body: Holen Sie Hilfe.
    offices: [advice]
    related: {courses: Deutsch hilft.}
  first:
    otherwise: true
    title: Beratung
    body: Holen Sie Hilfe.
    offices: [advice]
handoff: {queue: language, independent: counsel, urgent_when: {months: {lt: 1}}}
"""


@cache
def county() -> Draft:
    """The model county's content, whatever is wrong with its translations."""
    return read_draft(ROOT / "content", ROOT / "locales", REGION)


def small(place: Path, jobs: str = JOBS) -> Draft:
    """The small content of the other tests with one more topic, and the real wording."""
    folder = Folder(place)
    folder.write("topics/jobs.yaml", jobs)
    return read_draft(folder.content, ROOT / "locales", "kreis")


def content_of(draft: Draft) -> Content:
    assert draft.content is not None, draft.problems
    return draft.content
