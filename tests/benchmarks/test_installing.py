"""What cannot be installed gives a reason; what is installed is not installed again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.content.prepared import FOLDER as PREPARED
from tests.benchmarks import installing
from tests.benchmarks.installing import Need, prepare
from tests.benchmarks.place import Place, pinned


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """What would have been run."""
    run: list[Sequence[str]] = []

    def noted(command: Sequence[str], *_: object, **__: object) -> None:
        run.append(command)

    monkeypatch.setattr(installing, "_run", noted)
    return run


def nothing(_: str) -> None:
    """The PATH of an empty machine."""


def test_without_node_grammy_is_missing_and_says_so(
    place: Place, commands: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", nothing)
    assert prepare(place, [Need.GRAMMY]) == {Need.GRAMMY: "there is no npm and node on the PATH"}
    assert commands == []


def test_redis_is_installed_only_by_an_administrator(
    place: Place, commands: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "apt-get" else None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "only an administrator" in prepare(place, [Need.REDIS])[Need.REDIS]
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert prepare(place, [Need.REDIS]) == {}
    assert [command[1] for command in commands] == ["update", "install"]


def test_the_last_line_of_a_failed_command_is_the_reason(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: Sequence[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "working\n", "\nno such package\n\n")

    monkeypatch.setattr(subprocess, "run", fail)
    reasons = prepare(place, [Need.PEERS])
    assert reasons == {Need.PEERS: f"{Path(sys.executable).name}: working"}


def test_packages_are_installed_once_and_again_when_their_list_changes(
    place: Place, commands: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("one==1\n")
    monkeypatch.setattr(installing, "REQUIREMENTS", requirements)
    for _ in range(2):
        assert prepare(place, [Need.PEERS]) == {}
    assert len(commands) == 2, "an environment, then its packages"
    requirements.write_text("one==2\n")
    assert prepare(place, [Need.PEERS]) == {}
    assert len(commands) == 4


def test_go_comes_with_the_packages_and_is_used_after_them(
    place: Place, commands: list[Sequence[str]]
) -> None:
    go = place.python.parent / "go"
    go.parent.mkdir(parents=True)
    place.python.touch()
    go.touch()
    assert prepare(place, [Need.GENERATOR]) == {}
    assert [command[0] for command in commands] == [str(place.python), str(go)]


def test_without_go_there_is_no_generator(place: Place, commands: list[Sequence[str]]) -> None:
    reasons = prepare(place, [Need.GENERATOR])
    assert reasons == {Need.GENERATOR: "Go is not in the environment of the compared bots"}


def test_every_package_has_a_pinned_version() -> None:
    lines = installing.REQUIREMENTS.read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith("#")]
    assert packages
    assert all("==" in line for line in packages)


def test_a_data_folder_is_fresh_but_for_what_was_prepared(place: Place) -> None:
    folder = place.fresh("lotse")
    (folder / "lotse.db").write_text("old")
    (folder / "releases").mkdir()
    (folder / PREPARED).mkdir()
    assert [path.name for path in place.fresh("lotse").iterdir()] == [PREPARED]


def test_without_taskset_nothing_is_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", nothing)
    assert pinned(0, ["bot"]) == ["bot"]
    monkeypatch.setattr(shutil, "which", lambda name: name)
    assert pinned(1, ["bot"]) == ["taskset", "--cpu-list", "1", "bot"]
