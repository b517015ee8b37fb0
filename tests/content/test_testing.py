"""What `lotse content test` says: counts, and for each failure what came and why."""

import pytest

from bot.content.testing import run_tests
from tests.content.folder import Folder

COURSES = "topics/courses.yaml"


def told(folder: Folder, topic: str | None = None) -> tuple[int, list[str]]:
    """Exit code and lines, without the folder in front of file names."""
    code, lines = run_tests(folder.content, "kreis", topic)
    return code, [line.replace(f"{folder.content}/", "") for line in lines]


def failure(folder: Folder, old: str, new: str) -> list[str]:
    """What is said after one change of the topic, without the counts."""
    folder.change(COURSES, old, new)
    code, lines = told(folder)
    assert code == 1
    assert lines[-1].endswith(", 1 failed")
    return lines[: lines.index("")]


def at(folder: Folder, piece: str) -> str:
    """The file and line where `piece` stands."""
    before, found, _ = folder.read(COURSES).partition(piece)
    assert found, piece
    return f"{COURSES}:{before.count(chr(10)) + 1}"


def test_all_is_well(folder: Folder) -> None:
    counts = ["courses                    3 tests", "3 tests, 0 failed"]
    assert told(folder, "courses") == (0, counts)
    code, lines = told(folder)
    assert (code, lines[-2:]) == (0, counts)


def test_how_well_danger_is_heard_is_printed_by_language(folder: Folder) -> None:
    folder.change("emergency.yaml", "en: [he beats me]", "en: [he kills me]")
    folder.change("emergency.yaml", "    harmless: {de: [schlägt mich für die stelle]}\n", "")
    _, lines = told(folder)
    assert lines[:2] == [
        "danger in de: 1 of 1 (100.0 %) heard, 1 of 1 (100.0 %) false alarms",
        "danger in en: 0 of 1 (0.0 %) heard, 0 of 0 false alarms",
    ]


def test_a_card_that_did_not_come_names_the_answers_and_the_line(folder: Folder) -> None:
    lines = failure(folder, "level: [none, basic]", "level: [basic]")
    assert lines == [
        f"{at(folder, '- name: beginner')}:5 the test `beginner` fails",
        "  expected cards: family, course",
        "  came:           family",
        f"  `course` did not come: `level` is none, wanted: basic ({at(folder, 'level: [basic]')})",
    ]


def test_a_card_that_came_names_the_answers(folder: Folder) -> None:
    lines = failure(folder, "cards: [family, course]", "cards: [course]")
    assert lines[1:] == [
        "  expected cards: course",
        "  came:           family, course",
        f"  `family` came: `childcare` is yes ({at(folder, 'when: {childcare: yes}')})",
    ]


def test_the_otherwise_card_gives_way_to_others(folder: Folder) -> None:
    lines = failure(folder, "cards: [talk]", "cards: [first]")
    assert lines[3] == "  `first` did not come: it is the `otherwise` card, and others fit"


def test_the_otherwise_card_stands_in_for_others(folder: Folder) -> None:
    lines = failure(folder, "cards: [first]", "cards: [talk]")
    said = (
        "`level` is declined (skipped), wanted: good and "
        "`person.paper` is declined (skipped), wanted: asylum"
    )
    assert lines[3:] == [
        f"  `talk` did not come: {said} ({at(folder, 'when: {any: [{level: good}')})",
        "  `first` came: it is the `otherwise` card, and no other fits",
    ]


def test_another_order_is_explained(folder: Folder) -> None:
    lines = failure(folder, "cards: [family, course]", "cards: [course, family]")
    assert lines[-1] == "  the order is: by urgency, then as in the file"


NO_WHEN = "nothing is asked of it: it has no `when`"


@pytest.mark.parametrize(
    ("old", "new", "said", "piece"),
    [
        (
            "not_asked: [childcare]",
            "not_asked: [level]",
            f"not asked; it is: {NO_WHEN}",
            "- ask: level",
        ),
        (
            "not_asked: [childcare]",
            "not_asked: [childcare, person.place]",
            f"not asked; it is: {NO_WHEN}",
            "- use: person.place",
        ),
        (
            "asked: [person.paper]\n",
            "asked: [childcare]\n",
            "asked; it is not: `level` is good, not wanted: good",
            "when: {not:",
        ),
    ],
)
def test_the_way_is_explained(folder: Folder, old: str, new: str, said: str, piece: str) -> None:
    last = failure(folder, old, new)[-1]
    assert last.endswith(f" is {said} ({at(folder, piece)})")


def test_priority_is_explained_by_the_rule(folder: Folder) -> None:
    rule = "independent: counsel, urgent_when: {level: none}}"
    folder.change(COURSES, "independent: counsel}", rule)
    here = at(folder, "urgent_when")
    assert failure(folder, "priority: P2", "priority: P1")[1:] == [
        "  expected priority: P1",
        "  came:              P2",
        f"  `urgent_when`: `level` is good, wanted: none ({here})",
        "  no card that came has `urgency: now`",
    ]
    folder.change(COURSES, "priority: P1", "priority: P2")
    lines = failure(folder, "urgent_when: {level: none}", "urgent_when: {level: good}")
    assert lines[-1] == f"  `urgent_when`: `level` is good ({here})"


def test_priority_is_explained_by_urgent_cards(folder: Folder) -> None:
    lines = failure(folder, "title: Mehr sprechen", "urgency: now\n    title: Mehr sprechen")
    assert lines[-1] == f"  `talk` has `urgency: now` ({at(folder, 'urgency: now')})"


def test_numbers_are_compared_in_words(folder: Folder) -> None:
    folder.change(
        COURSES,
        "  - use: person.place\n",
        "  - {ask: age, type: number, text: Wie alt?, summary: Alter}\n  - use: person.place\n",
    )
    folder.change(COURSES, "when: {childcare: yes}", "when: {childcare: yes, age: {lt: 18}}")
    lines = failure(folder, "childcare: yes, person.place", "childcare: yes, age: 20, person.place")
    said = "  `family` did not come: `age` is 20, wanted: less than 18"
    assert lines[3] == f"{said} ({at(folder, 'when: {childcare: yes, age')})"


def test_nought_is_a_number(folder: Folder) -> None:
    age = "{ask: age, type: number, text: Wie alt?, summary: Alter}"
    folder.change(COURSES, "  - use: person.place\n", f"  - {age}\n  - use: person.place\n")
    folder.change(COURSES, "when: {childcare: yes}", "when: {age: 0}")
    folder.change(COURSES, "childcare: yes, person.place", "childcare: yes, age: 0, person.place")
    assert told(folder)[0] == 0


def test_what_a_test_names_must_exist(folder: Folder) -> None:
    lines = failure(folder, "cards: [talk]", "cards: [tolk]")
    line = at(folder, "[tolk]").partition(":")[2]
    assert lines[1].startswith(f"  line {line}: there is no card `tolk` -> write one of: ")


def test_a_broken_topic_is_not_played_and_the_others_are(folder: Folder) -> None:
    text = folder.read(COURSES).replace("topic: courses", "topic: other")
    folder.write("topics/other.yaml", text)
    folder.change(COURSES, "  - use: person.paper\n", "  - use: person.papers\n")
    code, lines = told(folder)
    assert code == 1
    assert "shared-question-unknown" in lines[0]
    assert lines[-3:] == [
        "courses                  not played: the file has errors",
        "other                      3 tests",
        "3 tests, 0 failed",
    ]
    assert told(folder, "other") == (0, lines[-2:])


def test_a_topic_that_does_not_exist_is_asked_back(folder: Folder) -> None:
    assert told(folder, "course") == (2, ["there is no topic `course` -> did you mean `courses`?"])
    assert told(folder, "zzz") == (2, ["there is no topic `zzz` -> write one of: courses"])


def test_a_folder_without_regions_has_nothing_to_play(folder: Folder) -> None:
    code, lines = run_tests(folder.root / "nowhere", None, None)
    assert (code, len(lines)) == (2, 1)
