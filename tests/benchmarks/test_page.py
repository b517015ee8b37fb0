"""Tables and picture hold what was measured, and name what was not."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tests.benchmarks import kills, page
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.loads import FULL, IMPATIENT, QUICK
from tests.benchmarks.page import Occasion
from tests.benchmarks.running import Run
from tests.playing.house import ROOT

WHEN = Occasion("2026-11-22", "2 cores, 8 GiB", (0.4, 1.2))
FIGURES = {
    "updates_s": 3660.0,
    "first_p50_ms": 6.6,
    "first_p99_ms": 12.2,
    "last_p50_ms": 7.7,
    "last_p99_ms": 14.4,
    "cpu_ms": 0.25,
    "database_cpu_ms": 0.01,
    "generator_cpu_ms": 0.1,
    "memory_end_mib": 118.0,
    "start_up_s": 1.4,
}


def measured(contender: str, load: str = "throughput", **figures: float) -> Run:
    return Run(load, contender, 0, 0.7, {**FIGURES, **figures})


RUNS = (
    measured("lotse"),
    measured("ptb", updates_s=183.0),
    measured("lotse", "pace", first_p99_ms=41.0),
    measured("grammy", "impatient", journeys=1200, disorder=3, late=2, wrong=1, refused=0),
    Run(kills.LOAD, "lotse", 0, 0.7, {"people": 20, "acknowledged": 20, "replies": 20}),
    Run(kills.LOAD, "ptb", 0, 0.7, {"people": 20, "acknowledged": 20, "replies": 0}),
)


def test_the_tables_have_every_contender_and_why_one_is_missing() -> None:
    skipped = Run("throughput", "grammy", 0, 0.7, {}, "Node.js: not there")
    text = page.markdown([*RUNS, skipped], WHEN, "performance.svg")
    figures = "3,660 | 20.00 | – | 0.26 | 6.6 | 12.2 | 7.7 | 14.4 | 118 | 1.4 | 0"
    assert f"| Lotse, SQLite, webhook | {figures} |" in text
    assert "skipped: Node.js: not there" in text
    assert text.count("skipped: not run") > 1
    assert "| throughput × stock PTB: aim | ≥ 20 | 20 | yes |" in text
    assert WHEN.line in text
    assert "The generator used at most 37% of its core." in text


def test_the_table_of_kills_counts_what_was_lost() -> None:
    text = page.markdown(RUNS, WHEN, "performance.svg")
    assert "| Lotse, SQLite, webhook | 20 | 20 | 0 | update, case and reply |" in text
    assert "| 20 | 0 | 20 | state, if older than 60 s |" in text


def test_the_table_of_impatient_people_says_what_came_how() -> None:
    text = page.markdown(RUNS, WHEN, "performance.svg")
    assert "| grammY (Node), Redis with every write on disk | 1,200 | 3 | 2 | 1 | 0 |" in text


def test_rows_of_a_table_have_as_many_cells_as_its_head() -> None:
    lines = page.markdown(RUNS, WHEN, "performance.svg").splitlines()
    width = 0
    for line in lines:
        if not line.startswith("|"):
            width = 0
            continue
        width = width or line.count("|")
        assert line.count("|") == width, line


def test_the_picture_is_drawn_to_scale_and_says_what_it_shows() -> None:
    root = ET.fromstring(page.svg(RUNS, WHEN))  # noqa: S314 - drawn a moment ago
    words = [one.text for one in root.findall(".//{*}text")]
    assert "3,660/s, 20.0 × stock PTB" in words
    assert "41 ms" in words
    widths = [int(one.get("width", "0")) for one in root.findall(".//{*}rect")][1:]
    assert widths[0] == pytest.approx(20 * widths[1], rel=0.03)


def test_the_occasion_says_what_else_the_machine_did() -> None:
    assert WHEN.line == "2026-11-22, 2 cores, 8 GiB, load average before the runs 0.4 to 1.2"
    assert "all at niceness -5, load" in replace(WHEN, niceness=-5).line
    assert page.occasion("2026-11-22", RUNS).busy == (0.7, 0.7)


def test_only_what_is_between_the_marks_is_replaced() -> None:
    before = "a\n<!-- measured: x -->\nold\n<!-- /measured -->\nb <!-- /measured -->\n"
    after = page.replaced(before, "x", "new\n")
    assert after == "a\n<!-- measured: x -->\nnew\n<!-- /measured -->\nb <!-- /measured -->\n"
    assert page.replaced(after, "x", "new") == after
    with pytest.raises(ValueError, match="no part y"):
        page.replaced(before, "y", "new")


def test_the_page_has_the_marks() -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert "figures" in page.replaced(text, "beside other bots", "figures")


def test_every_load_names_contenders_that_there_are() -> None:
    names = {one.name for one in CONTENDERS}
    for load in (*FULL, IMPATIENT, QUICK, kills.AS_LOAD):
        assert set(load.contenders) <= names
    assert {name for load in FULL for name in load.contenders} == names
