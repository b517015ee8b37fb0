"""What the commands print and which exit code they give."""

import json
import time
from pathlib import Path

from bot.content import commands
from bot.content.commands import Format
from bot.content.load import offered_languages
from tests.content.folder import TODAY, Folder

COURSES = "topics/courses.yaml"
ROOT = Path(__file__).parents[2]


def check(folder: Folder, format_: Format = Format.TEXT) -> tuple[int, list[str]]:
    return commands.check(folder.content, folder.locales, "kreis", TODAY, format_=format_)


def test_clean_content_exits_0(folder: Folder) -> None:
    assert check(folder) == (0, ["0 errors, 0 warnings"])


def test_warnings_do_not_fail_and_come_after_errors(folder: Folder) -> None:
    folder.change(COURSES, "review_by: 2027-03-01", "review_by: 2020-01-01")
    code, lines = check(folder)
    assert (code, lines[-1]) == (0, "0 errors, 1 warnings")
    assert lines[0].endswith("(warning)")
    folder.change(COURSES, "offices: [advice]", "offices: [advise]")
    code, lines = check(folder)
    assert (code, lines[-1]) == (1, "1 errors, 1 warnings")
    assert "role-unknown" in lines[0]


def test_json_says_everything_about_a_finding(folder: Folder) -> None:
    folder.change(COURSES, "group: learn", "group: work")
    code, lines = check(folder, Format.JSON)
    (row,) = json.loads("\n".join(lines))
    assert code == 1
    assert row == {
        "path": str(folder.content / COURSES),
        "line": 4,
        "column": 8,
        "code": "group-unknown",
        "severity": "error",
        "message": "there is no group `work`",
        "remedy": "write one of home.yaml: learn",
    }


def test_github_gets_one_annotation_a_finding(folder: Folder) -> None:
    folder.change(COURSES, "title: Mehr sprechen", 'title: "50 % von\\n{a}"')
    _, lines = check(folder, Format.GITHUB)
    head, message = lines[0].split("::")[1:]
    assert head.startswith("error file=")
    assert head.endswith("line=47,col=12,title=placeholder-malformed")
    assert "\n" not in message


def test_unknown_region_is_named(folder: Folder) -> None:
    code, lines = commands.check(folder.content, folder.locales, "county", TODAY)
    assert code == 1
    assert "region-unknown there is no region `county` -> write one of: kreis" in lines[0]


def test_without_a_region_every_region_is_checked(folder: Folder) -> None:
    region = folder.read("regions/kreis/region.yaml").replace("region: kreis", "region: other")
    folder.write("regions/other/region.yaml", region.replace("advice: centre", "advice: nowhere"))
    folder.write("regions/other/queues.yaml", folder.read("regions/kreis/queues.yaml"))
    code, lines = commands.check(folder.content, folder.locales, None, TODAY)
    assert (code, len(lines)) == (1, 2)
    assert "regions/other/region.yaml" in lines[0]


def test_the_model_county_has_no_error_in_its_german() -> None:
    folder = ROOT / "content"
    code, lines = commands.check(folder, ROOT / "no-locales", "musterkreis", TODAY)
    assert (code, [line for line in lines[:-1] if not line.endswith("(warning)")]) == (0, [])


def test_four_topics_in_four_languages_are_checked_in_three_seconds() -> None:
    assert len(offered_languages(ROOT / "locales")) >= 4
    start = time.process_time()
    commands.check(ROOT / "content", ROOT / "locales", "musterkreis", TODAY)
    assert time.process_time() - start < 3
