"""Contenders run in turns, each on a fresh stage, and what came out is kept as it was."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.benchmarks.contenders import CONTENDERS, named, why_not
from tests.benchmarks.installing import Need
from tests.benchmarks.loads import PACE, QUICK
from tests.benchmarks.place import Place
from tests.benchmarks.running import Run, Track, kept, turns
from tests.benchmarks.services import Service, Services


def track(tmp_path: Path, services: Services | None = None) -> Track:
    place = Place(tmp_path)
    return Track(place, services or Services(), tmp_path / "lotse.json", tmp_path / "peers.json")


def test_every_round_has_every_contender_once() -> None:
    contenders = [named("lotse"), named("ptb")]
    told = [(number, one.name) for number, one in turns(contenders, 2)]
    assert told == [(0, "lotse"), (0, "ptb"), (1, "lotse"), (1, "ptb")]


def test_lotse_gets_its_real_settings_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSE_LOG_LEVEL", "debug")
    on, lotse = track(tmp_path), named("lotse")
    with on.stage(lotse) as stage, lotse.environment(stage) as found:
        assert found["LOTSE_WEBHOOK_URL"] == f"http://127.0.0.1:{stage.hook}/webhook"
        assert found["LOTSE_TELEGRAM_API"] == f"http://127.0.0.1:{stage.api}"
        assert Path(found["LOTSE_DATA_DIR"]) == stage.data
        assert "LOTSE_LOG_LEVEL" not in found
        assert "LOTSE_DATABASE_URL" not in found
    polling = named("lotse-poll")
    with on.stage(polling) as stage, polling.environment(stage) as found:
        assert "LOTSE_WEBHOOK_URL" not in found


def test_the_generator_is_told_the_load_and_starts_the_bot(tmp_path: Path) -> None:
    services = Services(redis=Service("redis://127.0.0.1:1/0", 4711))
    on, aiogram = track(tmp_path, services), named("aiogram")
    with on.stage(aiogram) as stage:
        command = on._command(aiogram, PACE, stage)
        with aiogram.environment(stage) as found:
            assert found["BENCH_REDIS"] == "redis://127.0.0.1:1/0"
    told = dict(pairwise(command))
    assert told["-latency"] == "0.03s"
    assert told["-rate"] == "3.0"
    assert told["-database"] == "4711"
    assert told["-journeys"].endswith("peers.json")
    assert command[-1] == "tests.benchmarks.peers.aiogram_redis"
    assert command.index("--") < command.index(str(on.place.python))


def test_runs_are_kept_word_for_word(tmp_path: Path) -> None:
    run = Run("quick", "lotse", 1, 0.5, {"updates_s": 12.5, "late": 1, "wrong": 2}, "")
    path = tmp_path / "runs.jsonl"
    path.write_text(run.line + "\n" + run.line + "\n")
    assert kept(path) == [run, run]
    assert run.faults == 3
    assert kept(tmp_path / "none") == []


def test_a_generator_that_says_nothing_is_an_error_and_no_figure(tmp_path: Path) -> None:
    generator = tmp_path / "generator"
    generator.write_text("#!/bin/sh\nexit 3\n")
    generator.chmod(0o755)
    run = track(tmp_path).measure(named("floor-g"), QUICK, 4)
    assert run.error == "the generator ended with 3"
    assert run.figures == {}
    assert run.round == 4


def test_what_the_generator_complains_of_is_the_error(tmp_path: Path) -> None:
    generator = tmp_path / "generator"
    generator.write_text('#!/bin/sh\necho \'{"error": "no answer within 40s"}\'\nexit 1\n')
    generator.chmod(0o755)
    run = track(tmp_path).measure(named("floor-g"), QUICK, 0)
    assert run.error == "no answer within 40s"


def test_who_lacks_something_says_what_and_why() -> None:
    reasons = {Need.REDIS: "not on the PATH"}
    told = {one.name: why_not(one, reasons) for one in CONTENDERS}
    assert {name for name, why in told.items() if why} == {"aiogram", "grammy"}
    assert told["grammy"] == "redis-server: not on the PATH"
    both = {**reasons, Need.GRAMMY: "no npm"}
    assert "no npm" in why_not(named("grammy"), both)
    assert "not on the PATH" in why_not(named("grammy"), both)
