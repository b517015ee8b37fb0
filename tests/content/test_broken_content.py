"""Each mistake an editor can make, with the exact place where it is reported.

Every row of `broken/*.yaml` breaks the small clean content in one place; ◆ marks where
the problem is expected. One mistake gives one kind of finding: what follows from it is
not reported.
"""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.content.build import build, short_ids
from bot.content.checks import buttons
from bot.content.material import Material
from bot.content.problems import Position
from bot.content.sources import read_sources
from tests.content.folder import FILES, Folder

COURSES, REGION, DANGER = "topics/courses.yaml", "regions/kreis/region.yaml", "emergency.yaml"
FILL = "fill:\n  courses.first: {body: [Kommen Sie in die Beratung am Markt.]}\n"
TALK = "  talk:\n    when: {any: [{level: good}, {person.paper: asylum}]}\n"

ROWS = [
    pytest.param(row, id=f"{path.stem}-{number}-{row['code']}")
    for path in sorted(Path(__file__).parent.glob("broken/*.yaml"))
    for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("row", ROWS)
def test_mistake_is_named_where_it_stands(folder: Folder, row: dict[str, str]) -> None:
    folder.change(row["file"], row["old"], row["new"])
    problems = [problem for problem in folder.problems() if problem.blocks]
    assert {problem.code for problem in problems} == {row["code"]}
    assert [folder.place(problem) for problem in problems] == folder.expected
    assert folder.load().content is None


@pytest.mark.parametrize("text", ["- learn\n", ""])
def test_file_without_names_is_named(folder: Folder, text: str) -> None:
    folder.write("home.yaml", text)
    assert folder.found("yaml-not-a-mapping") == [("home.yaml", 1, 1)]


def test_message_over_telegrams_limit_is_named(folder: Folder) -> None:
    """Content too long for Telegram is refused: fault 37."""
    folder.change(COURSES, TALK, TALK.replace("talk", "◆talk"))
    folder.change(COURSES, "Üben Sie im Sprachcafé.", "Ein Satz. " * 410)
    assert folder.found("message-too-long") == folder.expected


def test_callback_data_over_telegrams_limit_is_named(folder: Folder) -> None:
    """A button over 64 bytes is refused: fault 37, fault 59."""
    sources = read_sources(folder.content, "kreis")
    built = build(sources, ("de",))
    assert built.content is not None
    topic = built.content.topics["courses"]
    level = replace(topic.questions[1], meaning=36**60)
    topic = replace(topic, questions=(topic.questions[0], level, *topic.questions[2:]))
    content = replace(built.content, topics={"courses": topic})
    material = Material(sources, content, built.book.texts, {}, {})
    (problem,) = buttons.check(material)
    assert (problem.code, folder.place(problem)) == ("callback-too-long", (COURSES, 12, 5))


def test_ids_with_the_same_short_hash_are_named() -> None:
    ids, problems = short_ids(["a", "b", "a"], Position("region.yaml"), lambda _: "same")
    assert (ids, [problem.code for problem in problems]) == ({"same": "a"}, ["id-collision"])


def test_clean_content_has_no_finding(folder: Folder) -> None:
    assert folder.problems() == ()


def test_missing_file_is_named(folder: Folder) -> None:
    (folder.content / "emergency.yaml").unlink()
    assert folder.found("file-missing") == [("emergency.yaml", 1, 1)]


def test_stray_file_is_named(folder: Folder) -> None:
    folder.write("topics/notes.txt", "not read")
    assert folder.found("file-unknown") == [("topics/notes.txt", 1, 1)]


def test_folder_in_place_of_a_file_is_named(folder: Folder) -> None:
    (folder.content / "home.yaml").unlink()
    (folder.content / "home.yaml").mkdir()
    assert folder.found("file-unreadable") == [("home.yaml", 1, 1)]


def test_required_slot_that_no_region_fills_is_named(folder: Folder) -> None:
    folder.change(REGION, "region: kreis", "region: ◆kreis")
    folder.change(REGION, FILL, "")
    assert folder.found("fill-missing") == folder.expected


def test_topic_without_otherwise_is_named(folder: Folder) -> None:
    folder.change(COURSES, "cards:\n  course:", "◆cards:\n  course:")
    folder.change(COURSES, "    otherwise: true\n", "    when: {level: skipped}\n")
    assert folder.found("no-otherwise") == folder.expected


def test_wrong_encoding_is_named_with_its_line(folder: Folder) -> None:
    raw = FILES["home.yaml"].encode().replace(b"Lernen", b"L\xe4rnen")
    (folder.content / "home.yaml").write_bytes(raw)
    assert folder.found("yaml-encoding") == [("home.yaml", 5, 1)]


def test_oversized_file_is_refused(folder: Folder) -> None:
    folder.write("home.yaml", FILES["home.yaml"] + "#" * 600_000)
    assert folder.found("yaml-too-big") == [("home.yaml", 1, 1)]


def test_alias_bomb_is_refused_at_its_first_anchor(folder: Folder) -> None:
    """A bomb of aliases is refused unread: fault 59."""
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))
    folder.write("home.yaml", f"schema: 1\nl0: ◆&l0 lol\n{levels}")
    assert folder.found("yaml-alias") == folder.expected


def test_byte_order_mark_and_windows_lines_are_read(folder: Folder) -> None:
    for name, text in FILES.items():
        windows = b"\xef\xbb\xbf" + text.encode().replace(b"\n", b"\r\n")
        (folder.content / name).write_bytes(windows)
    assert folder.problems() == ()


def test_all_mistakes_come_at_once(folder: Folder) -> None:
    folder.change(COURSES, "[none, basic]}", "[none, ◆basics]}")
    folder.change(COURSES, "offices: [advice]", "offices: [◆advise]")
    folder.change("home.yaml", "order: 10", "order: ◆ten")
    folder.change(DANGER, "phones: [police]", "phones: [◆polic]")
    found = {folder.place(problem) for problem in folder.problems() if problem.blocks}
    assert found == set(folder.expected)


def test_a_problem_reads_as_one_line(folder: Folder) -> None:
    folder.change(COURSES, "group: learn", "group: work")
    (problem,) = folder.problems()
    line = str(problem).removeprefix(str(folder.content))
    assert line == (
        "/topics/courses.yaml:4:8 group-unknown there is no group `work`"
        " -> write one of home.yaml: learn"
    )


def test_text_split_by_its_colon_gets_quotes_as_remedy(folder: Folder) -> None:
    folder.change(COURSES, "body: Üben Sie im Sprachcafé.", "body:\n      - Achtung: Üben Sie.")
    (problem,) = (each for each in folder.problems() if each.blocks)
    assert problem.message == "`Achtung` is not known here"
    assert problem.remedy.startswith("put the whole text in quotes")


def test_remedy_begins_with_the_name_that_is_nearest(folder: Folder) -> None:
    folder.change(COURSES, "office: advice", "office: schol")
    (problem,) = (each for each in folder.problems() if each.blocks)
    assert problem.remedy == "write one of roles.yaml: school, advice"


def test_a_comma_in_a_number_gets_a_point_as_remedy(folder: Folder) -> None:
    folder.change("facts.yaml", "value: 600", "value: 6,50")
    (problem,) = (each for each in folder.problems() if each.blocks)
    assert problem.remedy == "write a number with a point, not a comma: 12.50"
