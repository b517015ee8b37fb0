"""Every setting and every command is documented, and every link leads somewhere.

Settings and commands are read from the program itself, so a new one fails here until somebody has
written down what it does.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from bot import cli
from bot.settings import PREFIX, Settings
from tests.architecture import tree

PROSE = tuple(path for path in tree.tracked() if path.suffix == ".md")


def setting_names() -> Iterator[str]:
    """The environment variable of every field of the settings."""
    return (f"{PREFIX}{field}".upper() for field in Settings.model_fields)


def command_names() -> Iterator[str]:
    """Every command as it is typed, such as `lotse content check`."""
    yield from paths("lotse", typer.main.get_command(cli.app))


def paths(name: str, command: object) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if children is None:
        yield name
    else:
        for child_name, child in children.items():
            yield from paths(f"{name} {child_name}", child)


def test_there_are_settings_and_commands_to_document() -> None:
    assert "LOTSE_TELEGRAM_TOKEN" in set(setting_names())
    assert {"lotse run", "lotse demo"} <= set(command_names())


@pytest.mark.parametrize("name", sorted(set(setting_names())))
def test_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in tree.text(Path("docs/settings.md"))


@pytest.mark.parametrize("name", sorted(set(command_names())))
def test_command_is_documented(name: str) -> None:
    assert re.search(rf"`{re.escape(name)}[` ]", tree.text(Path("docs/commands.md")))


@pytest.mark.parametrize("page", PROSE, ids=str)
def test_every_setting_and_command_named_exists(page: Path) -> None:
    prose = tree.text(page)
    names = {name.removesuffix("_FILE") for name in re.findall(r"\bLOTSE_[A-Z_]*[A-Z]\b", prose)}
    assert names <= set(setting_names())
    known = tuple(command_names())
    typed = re.findall(r"(?:`|\s{4}|python -m )(lotse(?: [a-z][a-z-]*)+)", prose)
    assert [t for t in typed if not any(t.startswith(c) or c.startswith(t) for c in known)] == []


@pytest.mark.parametrize("page", PROSE, ids=str)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", tree.text(page))
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [t for t in local if not (tree.ROOT / page.parent / t).exists()] == []


@pytest.mark.parametrize("page", PROSE, ids=str)
def test_every_make_target_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", tree.text(Path("Makefile")), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", tree.text(page))) <= targets
