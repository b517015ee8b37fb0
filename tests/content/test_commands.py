"""What the commands print and which exit code they give."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content import commands, files
from bot.content.cases import Case
from bot.content.checks import cases as checks_of_cases
from bot.content.checks.cases import problems_of
from bot.content.printed import Format
from bot.content.problems import Problem
from bot.content.yamlfile import Document, parse
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


def test_regions_share_the_work(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is read once and each test beside the content played once, for all regions."""
    for name in ("second", "third"):
        region = folder.read("regions/kreis/region.yaml").replace(
            "region: kreis", f"region: {name}"
        )
        folder.write(f"regions/{name}/region.yaml", region)
        folder.write(f"regions/{name}/queues.yaml", folder.read("regions/kreis/queues.yaml"))
    read: Counter[str] = Counter()
    played: Counter[str] = Counter()

    def counted(name: str, raw: bytes) -> tuple[Document | None, tuple[Problem, ...]]:
        read[name] += 1
        return parse(name, raw)

    def playing(case: Case) -> Iterator[Problem]:
        played[case.shape.name] += 1
        return problems_of(case)

    monkeypatch.setattr(files, "parse", counted)
    monkeypatch.setattr(checks_of_cases, "problems_of", playing)
    assert commands.check(folder.content, folder.locales, None, TODAY)[0] == 0
    assert set(read.values()) == {1}
    assert set(played.values()) == {1}
