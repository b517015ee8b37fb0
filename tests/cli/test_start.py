"""Editors wait for what their commands need, not for Telegram and the database."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.content.folder import Folder
from tests.playing.house import ROOT

HEAVY = {
    "alembic",
    "argon2",
    "bot.channels",
    "bot.desk",
    "bot.store",
    "bot.wiring",
    "cryptography",
    "psycopg",
    "sqlalchemy",
    "starlette",
    "telegram",
    "uvicorn",
}

EDITORS = {
    "alembic",
    "bot.channels.page.playground",
    "bot.channels.terminal",
    "bot.content.load",
    "bot.content.schema",
    "bot.content.showing",
    "bot.content.yamlfile",
    "holidays",
    "httpx._main",
    "yaml",
}


def loaded(folder: Folder, *arguments: str) -> set[str]:
    """Every module that a command imports while it starts and runs."""
    folders = {
        "LOTSE_CONTENT_DIR": str(folder.content),
        "LOTSE_LOCALES_DIR": str(folder.locales),
    }
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", *arguments],
        cwd=ROOT,
        env={**os.environ, **folders},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}


COMMANDS = [
    ("content", "check"),
    ("content", "test"),
    ("content", "stale"),
    ("content", "try", "courses"),
    ("i18n", "status"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_editors_commands_start_without_the_rest(folder: Folder, command: tuple[str, ...]) -> None:
    modules = loaded(folder, *command)
    assert "bot.content.sources" in modules
    assert modules & HEAVY == set()


def test_a_bot_starts_without_what_only_editors_need() -> None:
    script = (
        "import sys; from bot import cli; cli.command_line.load_less(); import bot.wiring; "
        "print(*(name for name, module in sys.modules.items() if module))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(shown.stdout.split()) & EDITORS == set()


@pytest.mark.parametrize("name", sorted(HEAVY | EDITORS))
def test_every_heavy_name_is_a_module(name: str) -> None:
    assert find_spec(name) is not None


def test_help_is_shown_without_any_part() -> None:
    script = "import sys; from bot import cli; print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(shown.stdout.split()) & (HEAVY | {"babel"}) == set()
