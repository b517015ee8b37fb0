"""What a campaign found survives its end, and its table says just that."""

from pathlib import Path

from tests.campaign.keeping import Progress, missing
from tests.campaign.registry import Outcome, Part, Place
from tests.campaign.report import lines, markdown, picture


def no_run(seed: int, place: Place) -> Outcome:
    raise AssertionError("is not run here")


PARTS = (
    Part("ours", "kills & faults", (3, 4), no_run, ci=1, campaign=4, bounded=True),
    Part("theirs", "another <bot>", (), no_run, ci=0, campaign=1, compared=True),
    Part("never run", "nothing", (5,), no_run, ci=1, campaign=1),
)


def test_a_run_that_was_cut_off_is_done_again(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "runs.jsonl")
    assert progress.runs() == {}
    progress.keep("ours", 0, Outcome(3, duplicates=1, bound=2))
    progress.keep("ours", 1, Outcome(4))
    whole = (tmp_path / "runs.jsonl").read_bytes()
    (tmp_path / "runs.jsonl").write_bytes(whole[:-5])
    assert progress.runs() == {"ours": {0: Outcome(3, duplicates=1, bound=2)}}
    progress.keep("ours", 2, Outcome(5))
    assert sorted(progress.runs()["ours"]) == [0, 2]


def test_parts_advance_alike_and_nothing_is_run_twice() -> None:
    runs = {"short": {0: Outcome(1)}, "long": {}}
    assert missing({"short": 2, "long": 4}, runs) == [
        ("long", 0),
        ("long", 1),
        ("long", 2),
        ("long", 3),
        ("short", 1),
    ]


def test_the_table_has_the_sums_and_ours_first() -> None:
    runs = {
        "theirs": {0: Outcome(10, 100, lost=45)},
        "ours": {
            0: Outcome(100, 1000, duplicates=2, bound=5),
            3: Outcome(1, duplicates=1, bound=1),
        },
    }
    table = lines(PARTS, runs)
    assert [line.cells for line in table] == [
        ("3, 4", "kills & faults", "2 of 4", "101", "1,000", "0", "0", "0", "0", "3 (6)"),
        ("beside", "another <bot>", "1", "10", "100", "45", "0", "0", "0", "0"),
    ]
    page = markdown(table, "2026-11-22", "2 cores", "figures.svg")
    assert "| 3, 4 | kills & faults | 2 of 4 | 101 | 1,000 | 0 | 0 | 0 | 0 | 3 (6) |" in page
    assert "nothing" not in page
    drawn = picture(table, "2026-11-22", "2 cores")
    assert "another &lt;bot&gt;" in drawn
    assert drawn.count("#fbe3e0") == 1, "a broken promise is seen"
