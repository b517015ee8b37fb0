"""In a folder without a database, where an operator stands by mistake: nobody is told a falsehood.

There, "nothing is stored" or a ledger of no erasures would be believed.
"""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from bot import cli
from tests import databases
from tests.cli.conftest import Lotse

Words = tuple[str, ...]

MAY_BEGIN: set[Words] = {
    ("run",),
    ("demo",),
    ("db", "upgrade"),
    ("db", "restore"),
    ("desk", "user", "add"),
}
"""What a new machine begins with."""

WITHOUT: set[Words] = {("talk",), ("check-config",), ("health",)}
"""What looks at no database, beside everything of editors."""

EDITORS = {"content", "i18n"}

ON_DATA: dict[Words, Words] = {
    ("erase",): ("--telegram",),
    ("db", "clear"): (),
    ("db", "backup"): ("{new}",),
    ("db", "ledger"): ("{new}",),
    ("db", "held"): (),
    ("db", "verify"): (),
    ("db", "rotate-key"): ("{new}",),
    ("desk", "room"): ("berta",),
    ("desk", "user", "list"): (),
    ("desk", "user", "off"): ("berta",),
    ("desk", "user", "sign-out"): ("berta",),
    ("desk", "user", "telegram"): ("berta",),
}
"""What makes sense on data only, with the arguments it needs."""

CALLS = [
    *((*command, *arguments) for command, arguments in ON_DATA.items()),
    ("erase", "K7MX2Q"),
    ("db", "held", "--send"),
    ("db", "held", "--drop"),
]
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def commands(command: object, *path: str) -> Iterator[Words]:
    children = getattr(command, "commands", {})
    if not children:
        yield path
    for name, child in children.items():
        yield from commands(child, *path, name)


def refusal(lotse: Lotse, call: Words, tmp_path: Path, **settings: str) -> str:
    """The one line a refused command says; it makes nothing."""
    before = sorted(tmp_path.rglob("*"))
    arguments = [word.format(new=tmp_path / "new") for word in call]
    told = lotse(*arguments, typed="700100200\n", **settings)
    assert (told.exit_code, told.stdout) == (2, "")
    assert sorted(tmp_path.rglob("*")) == before
    (line,) = told.stderr.splitlines()
    return line


def test_of_every_command_it_is_known_whether_it_needs_a_database() -> None:
    there = {
        path
        for path in commands(typer.main.get_command(cli.app))
        if path and path[0] not in EDITORS
    }
    assert there == MAY_BEGIN | WITHOUT | ON_DATA.keys()


@pytest.mark.parametrize("master", ["", KEY], ids=["key-in-folder", "key-set"])
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_without_a_database_a_command_says_so_and_makes_nothing(
    lotse: Lotse, tmp_path: Path, call: Words, master: str
) -> None:
    line = refusal(lotse, call, tmp_path, LOTSE_MASTER_KEY=master)
    place = tmp_path / "data" / "lotse.db"
    assert line.startswith(f"NoDatabase: no database has been begun at {place} (LOTSE_DATA_DIR ")
    assert "lotse db upgrade" in line


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_without_a_schema_in_postgresql_a_command_says_so(
    lotse: Lotse, tmp_path: Path, postgres_server: str, call: Words
) -> None:
    with databases.empty_database(postgres_server) as url:
        line = refusal(lotse, call, tmp_path, LOTSE_DATABASE_URL=url)
        assert line.startswith("NoDatabase: no database has been begun at ")
        assert "(LOTSE_DATABASE_URL is set)" in line
        assert lotse("db", "upgrade", LOTSE_DATABASE_URL=url).exit_code == 0
        assert lotse("desk", "user", "list", LOTSE_DATABASE_URL=url).exit_code == 0


def test_an_operator_who_forgot_the_setting_is_told_which(
    lotse: Lotse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("LOTSE_DATA_DIR")
    line = refusal(lotse, ("erase", "--telegram"), tmp_path)
    assert f"{here / 'data' / 'lotse.db'} (LOTSE_DATA_DIR is not set)" in line


def test_a_file_that_a_killed_start_left_empty_is_no_database(lotse: Lotse, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lotse.db").touch()
    assert "no database" in refusal(lotse, ("db", "ledger", "{new}"), tmp_path)


def test_where_a_database_was_begun_the_same_commands_go_on(lotse: Lotse) -> None:
    assert lotse("db", "upgrade").exit_code == 0
    assert lotse("db", "verify").exit_code == 0
    assert "nothing is stored" in lotse("erase", "--telegram", typed="12\n").stderr


# --- a server that is away ----------------------------------------------------------


@pytest.mark.parametrize("call", [*CALLS, ("db", "upgrade"), ("run",)], ids=" ".join)
def test_a_server_that_does_not_answer_is_told_by_its_place(
    lotse: Lotse, tmp_path: Path, call: Words
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        url = f"postgresql://anna:SecretCanary@127.0.0.1:{port}/lotse"
        told = lotse(
            *(word.format(new=tmp_path / "new") for word in call),
            typed="12\n",
            LOTSE_DATABASE_URL=url,
            LOTSE_TELEGRAM_TOKEN="123456:Abcdefghijklmno",
        )
    assert told.exit_code == 2, told.exception
    (line,) = told.stderr.splitlines()
    place = f"the database at 127.0.0.1:{port} cannot be used (OperationalError)"
    assert line.startswith(f"Unreachable: {place}")
    assert "LOTSE_DATABASE_URL" in line
    assert "SecretCanary" not in line


def test_an_address_with_an_unknown_option_is_told_the_same_way(
    lotse: Lotse, postgres_url: str
) -> None:
    told = lotse("db", "upgrade", LOTSE_DATABASE_URL=f"{postgres_url}&surprise=SecretCanary")
    assert (told.exit_code, "SecretCanary" in told.stderr) == (2, False)
    assert told.stderr.startswith("Unreachable: ")


def test_a_file_that_is_no_database_is_told_by_its_place(lotse: Lotse, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lotse.db").write_text("SecretCanary " * 1000, encoding="utf-8")
    told = lotse("db", "verify")
    assert told.exit_code == 2, told.exception
    assert told.stderr.startswith(f"Unreachable: the database at {tmp_path / 'data' / 'lotse.db'}")
    assert "SecretCanary" not in told.stderr
