"""What is reported is arithmetic: medians, ratios within a round, goals reached or not."""

import pytest

from tests.benchmarks import goals, summary
from tests.benchmarks.goals import Goal, Verdict
from tests.benchmarks.running import Run


def run(contender: str, number: int, updates_s: float, load: str = "quick", **more: float) -> Run:
    figures = {"updates_s": updates_s, "last_p50_ms": 5.0, "last_p99_ms": 9.0}
    figures |= {"memory_end_mib": 100.0, "start_up_s": 1.0, "wrong": 0, "late": 0, "refused": 0}
    return Run(load, contender, number, 0.5, {**figures, **more})


def failed(contender: str, number: int) -> Run:
    return Run("quick", contender, number, 0.5, {}, "no answer within 40s")


def test_ratios_are_taken_within_a_round_because_the_machine_drifts() -> None:
    runs = [
        *(run("lotse", 0, 1000), run("ptb", 0, 100)),
        *(run("lotse", 1, 500), run("ptb", 1, 50)),
        *(run("lotse", 2, 100), run("ptb", 2, 20)),
    ]
    assert summary.ratio(runs, "lotse", "ptb") == 10
    assert summary.lines(runs, "quick")["lotse"]["updates_s"] == 500


def test_a_round_that_lacks_one_of_the_two_gives_no_ratio() -> None:
    runs = [run("lotse", 0, 1000), failed("ptb", 0), run("lotse", 1, 600), run("ptb", 1, 100)]
    assert summary.ratio(runs, "lotse", "ptb") == 6
    assert summary.ratio(runs[:2], "lotse", "ptb") is None


def test_faults_add_up_over_rounds_and_a_contender_that_never_ran_says_why() -> None:
    runs = [
        run("lotse", 0, 1000, wrong=1, late=2),
        run("lotse", 1, 1000, refused=4),
        failed("ptb", 0),
        run("lotse", 0, 1.0, load="another"),
    ]
    found = summary.lines(runs, "quick", ("ptb",))
    assert found["lotse"].faults == 7
    assert found["lotse"].rounds == 2
    assert found["lotse"].ratios == {}
    assert found["ptb"].error == "no answer within 40s"


def test_the_line_of_a_short_measurement_has_every_ratio() -> None:
    runs = [
        run("lotse", 0, 3660.0, last_p99_ms=14.4),
        run("ptb", 0, 200.0),
        run("floor-g", 0, 6654.5, last_p99_ms=8.8),
    ]
    assert summary.quick_line(runs) == (
        "lotse 3660 updates/s, 18.3 x stock PTB, 0.55 x floor G, p99 14 ms (floor G 9 ms), 0 faults"
    )


def test_the_line_of_a_short_measurement_names_what_is_missing() -> None:
    line = summary.quick_line([run("lotse", 0, 3660.0), failed("ptb", 0)])
    assert "stock PTB not measured (no answer within 40s)" in line
    assert "floor G not measured (not installed)" in line
    assert summary.quick_line([]).startswith("lotse was not measured")


@pytest.mark.parametrize(
    ("at_least", "measured", "reached"),
    [(True, 10.0, True), (True, 9.9, False), (False, 10.0, True), (False, 10.1, False)],
)
def test_a_goal_has_a_direction(at_least: bool, measured: float, reached: bool) -> None:
    goal = Goal("throughput", "quick", "lotse", "updates_s", 10, at_least=at_least)
    assert Verdict(goal, measured).reached is reached
    assert not Verdict(goal, None).reached


def test_goals_are_compared_with_their_base_in_the_same_round() -> None:
    runs = [
        *(run("lotse", 0, 900, "throughput"), run("ptb", 0, 100, "throughput")),
        *(run("lotse", 1, 300, "throughput"), run("ptb", 1, 25, "throughput")),
    ]
    found = {one.goal.title: one for one in goals.verdicts(runs)}
    assert found["throughput × stock PTB: must hold"].measured == 10.5
    assert found["throughput × stock PTB: must hold"].reached
    assert not found["throughput × stock PTB: aim"].reached
    assert found["throughput × floor G"].cells[2:] == ("not measured", "–")
