"""A small clean content folder, and ways to break it in one place.

`Folder.change` replaces a piece of a file. The sign ◆ in the new piece marks where
the problem is expected; it is taken out before the file is written, and its line
and column are what the test compares with.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.content.load import load, offered_languages
from bot.content.loaded import Loaded
from bot.content.problems import Problem
from bot.i18n.catalogue import Catalogues

TODAY = date(2026, 11, 22)
MARK = "◆"

HEAD = "schema: 1\nowner: team@kreis.example\nreview_by: 2027-03-01\n"

FILES = {
    "people.yaml": HEAD
    + """\
questions:
  paper:
    type: choice
    text: Welches Papier haben Sie?
    why: Viele Regeln hängen davon ab.
    summary: Papier
    valid_for: 30d
    options:
      permit: {text: Aufenthaltserlaubnis, summary: Erlaubnis}
      asylum: {text: Asylverfahren läuft}
  place:
    type: place
    text: Wo wohnen Sie?
    summary: Wohnort
""",
    "home.yaml": HEAD + "groups:\n  learn: {icon: '+', title: Lernen, order: 10}\n",
    "papers.yaml": HEAD + "papers:\n  passport: {text: Pass}\n",
    "roles.yaml": HEAD
    + "roles:\n  advice: {text: Migrationsberatung}\n  school: {text: Sprachschule}\n",
    "phones.yaml": HEAD
    + """\
phones:
  police: {number: 110, name: Polizei, checked: 2026-11-01, source: Land, certainty: known}
""",
    "facts.yaml": HEAD
    + """\
facts:
  lessons:
    label: Stunden im Kurs
    unit: lessons
    values: [{value: 600, valid_from: 2026-01-01}]
    review_by: 2027-01-01
    owner: team@kreis.example
    source: https://www.bamf.de/
    certainty: known
""",
    "emergency.yaml": HEAD
    + """\
kinds:
  violence:
    icon: "!"
    order: 10
    button: Jemand tut mir weh
    message: ["Rufen Sie jetzt an: {phone:police}.", Sie sind nicht schuld.]
    phones: [police]
    hint: Gehen Sie an einen sicheren Ort.
    priority: P0
    queue: counsel
    triggers: {de: [schlägt mich, mein mann schlägt], en: [he beats me]}
    harmless: {de: [schlägt mich für die stelle]}
    tests:
      danger: {de: [Mein Mann schlägt mich], en: [He beats me every day]}
      harmless: {de: [Der Chef schlägt mich für die Stelle vor]}
""",
    "replies.yaml": HEAD
    + """\
groups: {appointment: Termin}
replies:
  offer:
    group: appointment
    title: Termin anbieten
    text: "Ihr Termin ist am {date}."
    slots: {date: {type: date, label: Datum}}
""",
    "questions.yaml": HEAD
    + """\
groups: {appointment: Termin, papers: Papiere}
questions:
  day:
    group: appointment
    type: multi
    text: Wann haben Sie Zeit?
    summary: Tage
    options: {monday: Montag, friday: Freitag}
  letter:
    group: papers
    type: date
    text: Von welchem Tag ist der Brief?
    summary: Datum vom Brief
""",
    "glossary.yaml": HEAD
    + """\
terms:
  jobcenter: {term: Jobcenter, forms: [Jobcentern], explanation: Amt für Arbeit und Geld.}
  integration_course: {term: Integrationskurs, explanation: Kurs über Deutsch und Alltag.}
""",
    "topics/courses.yaml": """\
schema: 1
topic: courses
icon: "@"
group: learn
order: 10
title: Deutsch lernen
keywords: Kurs, Sprache
owner: team@kreis.example
review_by: 2027-03-01
questions:
  - use: person.paper
  - ask: level
    type: choice
    text: Wie gut sprechen Sie Deutsch?
    why: Das ist kein Test.
    summary: Deutsch
    options:
      none: {text: Noch gar nicht, summary: keine}
      basic: {text: Ein wenig}
      good: {text: Gut}
  - ask: childcare
    when: {not: {level: good}}
    type: yes_no
    text: Brauchen Sie Kinderbetreuung?
    summary: Kinderbetreuung
  - use: person.place
cards:
  course:
    when: {person.paper: permit, level: [none, basic]}
    title: Integrationskurs
    body:
      - Sie lernen Deutsch.
      - {text: "Der Kurs hat {fact:lessons}.", without: Die Schule nennt die Stunden.}
    steps:
      apply: {text: Füllen Sie den Antrag aus., office: advice}
      test: {text: Machen Sie den Test., office: school}
    bring: [passport]
    source: {url: "https://www.bamf.de/", checked: 2026-11-01, max_age: 180d}
  family:
    when: {childcare: yes}
    urgency: soon
    title: Kurs mit Kinderbetreuung
    body: Viele Kurse haben eine Kinderbetreuung.
    offices: [school]
  talk:
    when: {any: [{level: good}, {person.paper: asylum}]}
    title: Mehr sprechen
    body: Üben Sie im Sprachcafé.
    offices: [school]
  first:
    otherwise: true
    local: {body: required}
    title: Erster Schritt
    body: Die Beratung hilft Ihnen.
    offices: [advice]
handoff: {queue: language, independent: counsel}
tests:
  - name: beginner
    given: {person.paper: permit, level: none, childcare: yes, person.place: stadt}
    cards: [family, course]
  - name: speaks well
    given: {level: good}
    cards: [talk]
    asked: [person.paper]
    not_asked: [childcare]
    priority: P2
  - name: nothing said
    given: {level: skipped, person.paper: skipped}
    cards: [first]
""",
    "regions/kreis/region.yaml": HEAD
    + """\
region: kreis
name: Musterkreis
state: BW
time_zone: Europe/Berlin
controller:
  {name: Landratsamt, street: Am Markt 1, postcode: 71000, town: Stadt, email: a@kreis.example,
  phone: 07000 1, data_protection: dp@kreis.example, authority: LfDI}
municipalities:
  stadt: {name: Stadt}
  dorf: {name: Dorf}
offices:
  centre:
    {name: Beratung, street: Am Markt 2, postcode: 71000, town: Stadt, phone: 07000 2,
    authority: false, hours: {mon: ["08:00-12:00"]}, note: Der Eingang ist hinten.}
  school: {name: Schule, street: Am Markt 3, postcode: 71000, town: Stadt, authority: false}
roles:
  advice: centre
  school: {default: school, dorf: centre}
fill:
  courses.first: {body: [Kommen Sie in die Beratung am Markt.]}
""",
    "regions/kreis/queues.yaml": HEAD
    + """\
queues:
  language:
    title: Sprache
    team: integration
    office: centre
    hours: {mon: ["08:00-12:00", "14:00-16:00"], tue: 08:00-12:00}
    night: "Jetzt ist niemand da. In Gefahr: {phone:police}."
    alarm_emails: [night@kreis.example]
  counsel:
    title: Beratung
    team: counsel
    office: centre
    hours: {}
    night: Wir antworten am nächsten Arbeitstag.
""",
}


@dataclass
class Folder:
    """A content folder with its translations, below a test's own directory."""

    root: Path
    expected: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, text in FILES.items():
            self.write(name, text)

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def locales(self) -> Path:
        return self.root / "locales"

    def write(self, name: str, text: str) -> None:
        """Write a file of the content folder; a mark in it is an expected position."""
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        while MARK in text:
            before, _, after = text.partition(MARK)
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            self.expected.append((name, line, column))
            text = before + after
        path.write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        return (self.content / name).read_text(encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> "Folder":
        """Replace the one place where `old` stands."""
        text = self.read(name)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))
        return self

    def translate(self, language: str, domain: str, body: str) -> Path:
        """Write a PO file with a header and `body`."""
        path = self.locales / language / "LC_MESSAGES" / f"{domain}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = 'msgid ""\nmsgstr "Language: x\\n"\n\n'
        path.write_text(head + body, encoding="utf-8")
        return path

    def load(self, *, today: date | None = TODAY, full: bool = False) -> Loaded:
        catalogues = Catalogues.load(self.locales, offered_languages(self.locales))
        return load(self.content, "kreis", catalogues, today=today, full=full)

    def problems(self, *, full: bool = False) -> tuple[Problem, ...]:
        return self.load(full=full).problems

    def found(self, code: str, *, full: bool = False) -> list[tuple[str, int, int]]:
        """Where problems with `code` are, by file name within the folder."""
        return [self.place(each) for each in self.problems(full=full) if each.code == code]

    def codes(self) -> set[str]:
        return {problem.code for problem in self.problems()}

    def place(self, problem: Problem) -> tuple[str, int, int]:
        path = Path(problem.path)
        inside = path.is_relative_to(self.content)
        name = str(path.relative_to(self.content if inside else self.root))
        return name, problem.line, problem.column
