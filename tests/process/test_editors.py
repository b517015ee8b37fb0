"""Editors' pages belong to the playground: the real bot serves none of them."""

from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.botapi import BotApiServer
from tests.process.command import Command, running

PATHS = (
    "",
    "/topics",
    "/topics/work",
    "/translations",
    "/overview",
    "/facts",
    "/checks",
    "/events",
)


def status(command: Command, path: str) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{command.desk}{path}", timeout=60) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_the_real_bot_has_no_pages_for_editors(
    telegram: BotApiServer, tmp_path: Path, webhook: bool
) -> None:
    with running(Command(tmp_path / "data", telegram, webhook=webhook)) as command:
        command.wait_until_well()
        found = {path: status(command, f"/editors{path}") for path in PATHS}
        found["/playground"] = status(command, "/playground/static/editors.css")
    assert set(found.values()) == {HTTPStatus.NOT_FOUND}


def test_the_playground_has_them(tmp_path: Path) -> None:
    with running(Command(tmp_path / "data", what="demo")) as command:
        command.wait_until_well()
        assert status(command, "/editors/topics") == HTTPStatus.OK
        assert status(command, "/playground/static/editors.css") == HTTPStatus.OK
