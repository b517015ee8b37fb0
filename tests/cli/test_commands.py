"""Commands without accounts: help for each, settings, content, translations, database, talk."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
import typer.main

from bot import cli
from bot.store.migrate import MIGRATIONS
from tests.cli.conftest import Lotse
from tests.content.folder import Folder

TOPIC = "topics/courses.yaml"


def commands(command: object, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, *path, name)


@pytest.mark.parametrize("path", [*commands(typer.main.get_command(cli.app))], ids=" ".join)
def test_every_command_explains_itself(lotse: Lotse, path: tuple[str, ...]) -> None:
    told = lotse(*path, "--help")
    assert told.exit_code == 0
    assert "Usage" in told.stdout
    command = typer.main.get_command(cli.app)
    for name in path:
        command = command.commands[name]  # type: ignore[attr-defined]
    assert command.help, "a command has a sentence of help"
    assert command.help.split()[0] in told.stdout


def test_an_unknown_command_is_wrong_usage(lotse: Lotse) -> None:
    assert lotse("dance").exit_code == 2
    assert lotse("desk", "user", "add").exit_code == 2


def test_check_config_names_what_is_set_and_no_value(lotse: Lotse) -> None:
    told = lotse("check-config", LOTSE_TELEGRAM_TOKEN="123456:SecretCanary", LOTSE_REGION="x")
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "LOTSE_CONTENT_DIR is set",
        "LOTSE_DATA_DIR is set",
        "LOTSE_LOCALES_DIR is set",
        "LOTSE_REGION is set",
        "LOTSE_TELEGRAM_TOKEN is set",
        "the settings are in order",
    ]


def test_health_of_a_program_that_does_not_run(lotse: Lotse) -> None:
    told = lotse("health", LOTSE_DESK_BIND="127.0.0.1:1")
    assert told.exit_code == 1
    assert told.stderr.startswith("not well: ")


def test_upgrading_makes_the_database_and_may_be_repeated(lotse: Lotse, tmp_path: Path) -> None:
    for _ in range(2):
        told = lotse("db", "upgrade")
        assert (told.exit_code, told.stdout) == (0, "the database is up to date\n")
    newest = max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    with closing(connect(tmp_path / "data" / "lotse.db")) as database:
        (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    assert newest.startswith(revision)


def test_a_database_from_the_future_is_told_in_a_line(lotse: Lotse, tmp_path: Path) -> None:
    lotse("db", "upgrade")
    with closing(connect(tmp_path / "data" / "lotse.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    told = lotse("db", "upgrade")
    assert told.exit_code == 2
    assert told.stderr.startswith("WrongSchema: the database was used by a newer version")
    assert len(told.stderr.splitlines()) == 1


# --- content and translations -----------------------------------------------------


def test_content_in_order_is_told_in_every_format(lotse: Lotse) -> None:
    text = lotse("content", "check")
    assert (text.exit_code, text.stdout) == (0, "0 errors, 0 warnings\n")
    machine = lotse("content", "check", "--format", "json")
    assert (machine.exit_code, json.loads(machine.stdout)) == (0, [])
    annotated = lotse("content", "check", "--format", "github")
    assert (annotated.exit_code, annotated.stdout) == (0, "")


def test_a_finding_is_told_in_every_format(lotse: Lotse, folder: Folder) -> None:
    folder.change(TOPIC, "group: learn", "group: work")
    text = lotse("content", "check")
    assert text.exit_code == 1
    assert f"{folder.content / TOPIC}:4:8 group-unknown there is no group `work` -> " in text.stdout
    machine = lotse("content", "check", "--format", "json")
    (found,) = json.loads(machine.stdout)
    assert (machine.exit_code, found["code"], found["line"]) == (1, "group-unknown", 4)
    annotated = lotse("content", "check", "--format", "github")
    assert annotated.exit_code == 1
    assert annotated.stdout.startswith(f"::error file={folder.content / TOPIC},line=4,col=8,")


def test_a_warning_does_not_fail(lotse: Lotse, folder: Folder) -> None:
    folder.change(TOPIC, "review_by: 2027-03-01", "review_by: 2020-01-01")
    told = lotse("content", "check")
    assert told.exit_code == 0
    assert "(warning)" in told.stdout


def test_a_format_that_does_not_exist_is_wrong_usage(lotse: Lotse) -> None:
    assert lotse("content", "check", "--format", "poem").exit_code == 2


def test_a_folder_without_content_is_a_finding(lotse: Lotse, tmp_path: Path) -> None:
    told = lotse("content", "check", "--content-dir", str(tmp_path / "nowhere"))
    assert told.exit_code == 1
    assert "region-unknown" in told.stdout


def test_one_region_can_be_checked_or_all(lotse: Lotse, folder: Folder) -> None:
    unknown = lotse("content", "check", "--region", "atlantis")
    assert unknown.exit_code == 1
    assert "kreis" in unknown.stdout
    assert lotse("content", "check", "--region", "kreis", "--full").exit_code == 0
    region = folder.read("regions/kreis/region.yaml").replace("region: kreis", "region: stadt")
    folder.write("regions/stadt/region.yaml", region)
    assert lotse("content", "check").exit_code == 0, "only the region of the settings"
    assert lotse("content", "check", LOTSE_REGION="").exit_code == 1


def test_translations_are_begun_brought_up_and_counted(lotse: Lotse, folder: Folder) -> None:
    begun = lotse("i18n", "sync", "--add", "tr")
    assert begun.exit_code == 0, begun.stdout
    assert (folder.locales / "tr/LC_MESSAGES/courses.po").exists()
    again = lotse("i18n", "sync")
    assert (again.exit_code, again.stdout) == (0, "0 files changed\n")
    folder.change(TOPIC, "title: Deutsch lernen", "title: Deutsch")
    changed = lotse("i18n", "sync").stdout.splitlines()
    assert changed[-1] == "1 files changed"
    told = lotse("i18n", "status")
    assert told.exit_code == 0
    assert re.search(r"^tr\b.*\b0 ?%?", told.stdout, re.MULTILINE), told.stdout
    assert lotse("i18n", "sync", "--add", "klingon").exit_code == 1
