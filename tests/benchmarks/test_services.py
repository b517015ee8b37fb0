"""Servers of the harness: one that does not start is named, the others run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.benchmarks import services
from tests.benchmarks.installing import Need
from tests.benchmarks.services import Service


@contextmanager
def well(_: Path) -> Iterator[Service]:
    yield Service("redis://127.0.0.1:1/0", 4711)


@contextmanager
def broken(folder: Path) -> Iterator[Service]:
    (folder / "no such folder" / "log").touch()
    yield Service("", 0)


def test_a_server_that_does_not_start_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_redis", well)
    monkeypatch.setattr(services, "_postgres", broken)
    with services.running({Need.REDIS, Need.POSTGRES}, tmp_path) as (running, failed):
        assert running.redis is not None
        assert running.redis.process == 4711
        assert running.postgres is None
        assert failed == {Need.POSTGRES: "does not start (FileNotFoundError)"}


def test_nothing_is_started_that_nobody_needs(tmp_path: Path) -> None:
    with services.running(set(), tmp_path) as (running, failed):
        assert running == services.Services()
        assert failed == {}
