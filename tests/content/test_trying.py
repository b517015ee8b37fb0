"""Somebody plays topics in the terminal; what is printed as a test is one that passes."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from bot.content.cases import Case
from bot.content.checks.cases import problems_of
from bot.content.draft import Draft
from bot.content.paths import Values, conditions_of, ways
from bot.content.schema_topic import CaseShape
from bot.content.trying import Setting, Trial, Wish, try_topic
from bot.content.yamlfile import parse
from bot.model import wording
from bot.model.content import SKIPPED, QuestionType, Topic
from bot.model.conversation import AnswerValue
from tests.content.folder import TODAY, Folder
from tests.content.picture.drafts import JOBS, ROOT, content_of, county, small

COURSES = "topics/courses.yaml"
MOST_WAYS = 12
"""Ways played through each topic of the model county."""


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    return small(tmp_path_factory.mktemp("small"))


def played(draft: Draft, topic: str, *typed: str, place: str | None = None) -> tuple[Trial, str]:
    """The trial after everything was typed, and all it said."""
    content = content_of(draft)
    said: list[str] = []
    setting = Setting(content, draft.sources, draft.renderer, "de", TODAY, place)
    trial = Trial(setting, said.append, content.topics[topic])
    trial.play(typed)
    return trial, "\n".join(said)


def case_of(draft: Draft, topic: Topic, lines: list[str]) -> Case:
    """The printed test as if it stood in the topic's file."""
    document, problems = parse("x.yaml", "\n".join(["tests:", *lines]).encode())
    assert document is not None, problems
    tests = document.data["tests"]
    assert isinstance(tests, list)
    shape = CaseShape.model_validate(tests[0])
    file = draft.sources.topics[topic.id]
    return Case(topic, file, shape, ("tests", 0), draft.sources.towns)


def as_typed(topic: Topic, field: str, value: AnswerValue) -> str:
    """An answer as a person types it: numbers of options, digits, a German date."""
    question = next(question for question in topic.questions if question.id == field)
    ids = [option.id for option in question.offered]
    if value == SKIPPED:
        return "-"
    if isinstance(value, tuple):
        return " ".join(str(ids.index(each) + 1) for each in value)
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return str(value)
    return str(ids.index(value) + 1) if ids else value


def some_ways() -> Iterator[tuple[str, Values]]:
    for topic in content_of(county()).topics.values():
        every = list(islice(ways(topic.questions, conditions_of(topic)), 4000))
        step = max(len(every) // MOST_WAYS, 1)
        yield from ((topic.id, way) for way in every[::step])


def test_every_session_printed_is_a_test_that_passes() -> None:
    draft = county()
    count = 0
    for name, way in some_ways():
        topic = content_of(draft).topics[name]
        trial, said = played(draft, name, *(as_typed(topic, *each) for each in way.items()))
        lines = trial.as_test()
        assert list(problems_of(case_of(draft, topic, lines))) == [], lines
        assert "\n".join(lines) in said
        count += 1
    assert count > 200


# --- what is said ------------------------------------------------------------------


def test_a_question_shows_text_options_and_danger(draft: Draft) -> None:
    _, said = played(draft, "jobs", "1", "5")
    assert re.search(
        r"^1 of about \d: person.paper\nWelches Papier haben Sie\?$", said, re.MULTILINE
    )
    assert "   1  Aufenthaltserlaubnis  (permit)" in said
    assert "   2  Zwang, Angst  (force) -> danger: violence" in said
    assert "a number" in said


def test_the_end_says_why_each_card_came_or_not(draft: Draft) -> None:
    _, said = played(draft, "jobs", "permit", "5", "Lohn fehlt", "2", "Stadt")
    assert "Shown:\n  pay (Lohn fehlt): `problem` is pay\n" in said
    assert "  course (Kurs): `needs` is course and `months` is 5" in said
    assert "Not shown:\n  safe (Schutz): `problem` is pay, wanted: force\n" in said
    assert "  first (Beratung): another card fits" in said
    assert "Priority of a case: P2" in said
    assert "Beratung, Am Markt 2, 71000 Stadt" in said, "the office of the town"


def test_what_was_not_asked_is_told_apart(draft: Draft) -> None:
    _, said = played(draft, "jobs", "-", "5", "1", "-")
    assert "  pay (Lohn fehlt): `problem` is not asked on this way, wanted: pay" in said
    assert "Shown:\n  first (Beratung): no other card fits" in said


def test_the_session_as_a_test(draft: Draft) -> None:
    trial, said = played(draft, "jobs", "1", "2", "24.12.2025", "3", "1 2", "-")
    name, *rest = trial.as_test()
    assert name.startswith("  - name: paper permit, months 2, since 2025-12-24, problem none")
    assert rest == [
        (
            "    given: {person.paper: permit, months: 2, since: 2025-12-24, problem: none, "
            "needs: [advice, course], person.place: skipped}"
        ),
        "    cards: [first]",
        "    priority: P2",
    ]
    assert "\n".join(trial.as_test()) in said


def test_an_answer_that_means_danger_shows_the_message_at_once(draft: Draft) -> None:
    _, said = played(draft, "jobs", "1", "5", "2")
    assert "!! violence (P0, queue counsel): the answer `force` means this danger" in said
    assert said.index("Rufen Sie jetzt an: 110.") < said.index("Was brauchen Sie?")


def test_words_of_danger_are_heard_before_anything_else(draft: Draft) -> None:
    trial, said = played(draft, "jobs", "Mein Mann schlägt mich")
    assert "!! violence (P0, queue counsel): these words raise the alarm" in said
    assert "given: {}" in trial.as_test()[1]


def test_back_takes_answers_back_to_the_beginning(draft: Draft) -> None:
    trial, said = played(draft, "jobs", "1", "5", "back", "back", "back")
    assert trial.as_test()[1] == "    given: {}"
    assert "This is the beginning." in said
    assert said.count("1 of about") == 3


def test_back_works_from_the_end_and_again_begins_anew(draft: Draft) -> None:
    typed = ("1", "5", "1", "1", "1")
    trial, said = played(draft, "jobs", *typed, "nonsense", "back", "2")
    assert "That was all: `back`, `again` or `quit`." in said
    assert "person.place: dorf" in trial.as_test()[1]
    trial, _ = played(draft, "jobs", *typed, "again", "2")
    assert trial.as_test()[1] == "    given: {person.paper: asylum}"


def test_why_tells_what_is_open(draft: Draft) -> None:
    _, said = played(draft, "jobs", "1", "5", "why")
    assert "`problem` is asked: `person.paper` is permit" in said
    assert "  pay (Lohn fehlt): `problem` is not answered yet, wanted: pay" in said


def test_quit_ends_and_what_is_no_answer_is_asked_back(draft: Draft) -> None:
    trial, said = played(draft, "jobs", "9", "quit", "1")
    assert "No answer to this question" in said
    assert trial.as_test()[1] == "    given: {}"


def test_a_place_said_beforehand_is_not_asked(draft: Draft) -> None:
    trial, _ = played(draft, "jobs", "1", "5", "1", "1", place="dorf")
    assert "person.place: dorf" in trial.as_test()[1]
    place = next(q for q in trial._known.questions if q.type is QuestionType.PLACE)
    assert place.id in trial._answers


def test_without_a_topic_it_is_chosen_by_number_id_or_title(draft: Draft) -> None:
    for typed in ("2", "jobs", "arbeit & <lohn>"):
        said: list[str] = []
        setting = Setting(content_of(draft), draft.sources, draft.renderer, "de", TODAY)
        trial = Trial(setting, said.append)
        trial.play(["nothing", typed])
        assert trial._known.id == "jobs"
        assert said[0] == "Which topic?"
        assert said.count("Which topic?") == 2


# --- the command -------------------------------------------------------------------


def wish(**changes: str | None) -> Wish:
    given = {"topic": "courses", "language": "de", "place": None, "region": None} | changes
    topic, language = given["topic"], given["language"] or "de"
    return Wish(topic, language, given["place"], given["region"], TODAY)


def tried(folder: Folder, what: Wish, *typed: str) -> tuple[int, list[str], list[str]]:
    said: list[str] = []
    folders = (folder.content, ROOT / "locales")
    code, refused = try_topic(folders, what, typed, said.append)
    return code, refused, said


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (wish(topic="corses"), "there is no topic `corses` -> did you mean `courses`?"),
        (wish(language="xx"), "there is no language `xx` -> write one of: ar, de, en, uk"),
        (wish(place="city"), "there is no place `city` -> write one of: dorf, outside, stadt"),
    ],
)
def test_what_does_not_exist_is_asked_back(folder: Folder, what: Wish, told: str) -> None:
    code, refused, said = tried(folder, what)
    assert (code, said) == (2, [])
    assert refused[0].startswith(told)


def test_a_topic_with_mistakes_is_played_with_a_warning(folder: Folder) -> None:
    folder.change(COURSES, "level: [none, basic]", "level: [none, besic]")
    code, refused, said = tried(folder, wish(), "1")
    assert (code, refused) == (1, [])
    assert "condition-option-unknown" in said[0]
    assert any(line.startswith("1 of about") for line in said)


def test_a_topic_without_an_end_is_not_played(folder: Folder) -> None:
    folder.change(COURSES, "    otherwise: true\n", "    when: {level: none}\n")
    code, refused, _ = tried(folder, wish())
    assert code == 2
    assert refused == ["`courses` has no card with `otherwise: true` -> add one to play it"]


def test_amounts_are_those_of_the_day(folder: Folder) -> None:
    folder.change(
        "facts.yaml",
        "{value: 600, valid_from: 2026-01-01}",
        "{value: 600, valid_from: 2026-01-01, valid_until: 2026-12-31}",
    )
    answers = ("permit", "none", "no", "stadt")
    this_year = Wish("courses", "de", None, None, date(2026, 12, 31))
    next_year = Wish("courses", "de", None, None, date(2027, 1, 1))
    assert "600" in "".join(tried(folder, this_year, *answers)[2])
    said = "".join(tried(folder, next_year, *answers)[2])
    assert "600" not in said
    assert "Die Schule nennt die Stunden." in said


def test_it_can_be_played_in_arabic(folder: Folder) -> None:
    _, _, said = tried(folder, wish(language="ar"), "2")
    declining = county().renderer.text(wording.RATHER_NOT_SAY, "ar")
    assert declining is not None
    assert f"   -  {declining}" in said


def test_the_region_follows_the_place(folder: Folder) -> None:
    region = folder.read("regions/kreis/region.yaml").replace("region: kreis", "region: aland")
    folder.write("regions/aland/region.yaml", region.replace("  dorf: {name: Dorf}\n", ""))
    folder.write("regions/aland/queues.yaml", folder.read("regions/kreis/queues.yaml"))
    assert tried(folder, wish(place="dorf"))[0] == 0
    assert tried(folder, wish(place="dorf", region="aland"))[0] == 2


def test_it_is_a_command_that_ends_with_its_input(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("topics/jobs.yaml", JOBS)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "content", "try", "jobs", "--date", "2027-01-01"],
        cwd=ROOT,
        env={"LOTSE_CONTENT_DIR": str(folder.content), "PATH": ""},
        input="1\n5\n1\n1\n1\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "    cards: [pay]" in done.stdout
    assert not done.stdout.startswith("> "), "a pipe needs no prompt"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content"]
