"""The running content stays until a new one is clean, and nobody's answers lose their meaning."""

import pytest

from bot.content.holder import ContentHolder
from bot.content.load import load
from bot.content.loaded import Loaded
from bot.model.content import Content
from bot.usecases.ports import Contents
from tests.content.folder import Folder

COURSES = "topics/courses.yaml"


def read(folder: Folder) -> Loaded:
    return load(folder.content, "kreis")


def holder(folder: Folder) -> ContentHolder:
    return ContentHolder(read(folder), lambda: read(folder))


def running(contents: Contents) -> Content:
    return contents.current()


def test_broken_content_never_replaces_running_content(folder: Folder) -> None:
    """Broken YAML changes nothing: fault 59."""
    held = holder(folder)
    before = running(held)
    folder.change(COURSES, "[none, basic]}", "[none, basics]}")
    problems = held.reload()
    assert [problem.code for problem in problems] == ["condition-option-unknown"]
    assert running(held) is before


def test_clean_content_replaces_it_whole(folder: Folder) -> None:
    held = holder(folder)
    before = running(held)
    folder.change(COURSES, "title: Mehr sprechen", "title: Viel sprechen")
    assert held.reload() == ()
    assert running(held).version != before.version
    assert held.texts["courses/card.talk#title"].german == "Viel sprechen"


def test_a_half_written_file_changes_nothing(folder: Folder) -> None:
    """Half a file changes nothing: fault 59."""
    held = holder(folder)
    before = running(held)
    whole = (folder.content / COURSES).read_bytes()
    for length in range(0, len(whole) - 400, 211):
        (folder.content / COURSES).write_bytes(whole[:length])
        assert any(problem.blocks for problem in held.reload()), length
        assert running(held) is before


def test_the_first_content_must_be_clean(folder: Folder) -> None:
    folder.change(COURSES, "order: 10", "order: ten")
    with pytest.raises(ValueError, match="errors"):
        holder(folder)


REMOVED, RETYPED = "published-id-removed", "published-type-changed"


@pytest.mark.parametrize(
    ("changes", "code", "at"),
    [
        (
            {
                "{text: Noch gar nicht, summary: keine}": "{text: Nein}",
                "none:": "zero:",
                "[none, ": "[",
            },
            REMOVED,
            18,
        ),
        ({"ask: level\n": "ask: grade\n", "level: ": "grade: "}, REMOVED, 14),
        ({"  talk:\n": "  speak:\n"}, REMOVED, 47),
        ({"type: yes_no": "type: multi\n    options: {yes: Ja, no: Nein}"}, RETYPED, 24),
    ],
)
def test_what_is_published_does_not_vanish_or_change_its_type(
    folder: Folder, changes: dict[str, str], code: str, at: int
) -> None:
    text = folder.read(COURSES).partition("tests:")[0]
    folder.write(COURSES, text)
    held = holder(folder)
    before = running(held)
    for old, new in changes.items():
        text = text.replace(old, new)
    folder.write(COURSES, text)
    problems = [problem for problem in held.reload() if problem.blocks]
    assert [(problem.code, problem.line) for problem in problems] == [(code, at)]
    assert running(held) is before


def test_a_caseworkers_question_does_not_vanish_either(folder: Folder) -> None:
    held = holder(folder)
    folder.change("questions.yaml", "  letter:\n", "  paper:\n")
    (problem,) = held.reload()
    assert (problem.code, *folder.place(problem)) == (REMOVED, "questions.yaml", 15, 11)
    folder.change("questions.yaml", "questions:\n", "renames: {letter: paper}\nquestions:\n")
    assert held.reload() == ()
    assert running(held).question("ask.letter") == running(held).asks["ask.paper"]


def test_a_removed_topic_is_named_by_its_old_file(folder: Folder) -> None:
    second = folder.read(COURSES).replace("topic: courses", "topic: second")
    second = second.replace("    local: {body: required}\n", "")
    folder.write("topics/second.yaml", second.replace("Deutsch lernen", "Noch ein Thema"))
    held = holder(folder)
    (folder.content / "topics/second.yaml").unlink()
    (problem,) = held.reload()
    assert (problem.code, folder.place(problem)[0]) == (
        "published-id-removed",
        "topics/second.yaml",
    )


def test_a_retired_option_and_a_renamed_card_explain_themselves(folder: Folder) -> None:
    held = holder(folder)
    folder.change(
        COURSES,
        "good: {text: Gut}",
        "good: {text: Gut, retired: {since: 2026-01-01, as: fine}}\n      fine: {text: Gut}",
    )
    folder.change(COURSES, "handoff:", "renames: {talk: speak}\nhandoff:")
    text = folder.read(COURSES).replace("  talk:\n", "  speak:\n").replace("[talk]", "[speak]")
    folder.write(COURSES, text.replace("level: good}", "level: fine}"))
    assert [str(problem) for problem in held.reload() if problem.blocks] == []
    assert running(held).card("courses.speak") is not None


def test_a_region_may_hide_a_card_that_ran(folder: Folder) -> None:
    held = holder(folder)
    folder.change("regions/kreis/region.yaml", "fill:\n", "hide: [courses.talk]\nfill:\n")
    assert [str(problem) for problem in held.reload() if problem.blocks] == []
    assert running(held).card("courses.talk") is None
    assert running(held).hidden == {"courses.talk"}
