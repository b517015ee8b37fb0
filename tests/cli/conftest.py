"""The command line as people type it, in this process: a small county, its own settings."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from tests.content.folder import Folder

Lotse = Callable[..., Result]
"""`lotse("desk", "user", "list", LOTSE_REGION="...")`; `typed` is what comes from the keyboard."""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A small content folder and an empty one for translations."""
    (tmp_path / "locales" / "de" / "LC_MESSAGES").mkdir(parents=True)
    return Folder(tmp_path)


@pytest.fixture
def lotse(tmp_path: Path, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lotse]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setenv("LOTSE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LOTSE_CONTENT_DIR", str(folder.content))
    monkeypatch.setenv("LOTSE_LOCALES_DIR", str(folder.locales))
    monkeypatch.setenv("LOTSE_REGION", "kreis")

    def run(*arguments: str, typed: str = "", **settings: str) -> Result:
        return CliRunner().invoke(cli.app, arguments, input=typed, env=settings)

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)
