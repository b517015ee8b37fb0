"""The image's own steps lead to a bot that starts, answers its health check and stops when asked.

No image can be built without a registry, so `tests.deploy.image` carries the Dockerfile out in a
fresh folder: the application read-only, the data folder writable, the process not root.
"""

import json
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.botapi import BotApiServer
from tests.deploy import image
from tests.deploy.image import Image

pytestmark = [pytest.mark.deploy, pytest.mark.xdist_group("deploy")]

STARTS_WITHIN = 120.0
STOPS_WITHIN = 10.0


@pytest.fixture(scope="module")
def built() -> Iterator[Image]:
    with tempfile.TemporaryDirectory(prefix="lotse-image-") as folder:
        root = Path(folder)
        root.chmod(0o777)
        yield image.build(root)


def test_dependencies_come_from_the_locks(built: Image) -> None:
    """The image installs by hash alone: fault 88."""
    pip = [command for command in built.ran if " pip " in command]
    assert len(pip) == 1
    assert "--require-hashes" in pip[0]
    assert built.ran[0].startswith("npm ci")
    assert (built.app / "bot/desk/static/vendor/kern/kern.min.css").is_file()


def test_only_the_data_folder_can_be_written(built: Image) -> None:
    inside = [str(built.python), "-c", f"open({str(built.app / 'content/new')!r}, 'x')"]
    assert image.as_user(inside, built.app, check=False) == 1
    image.as_user([str(built.python), "-c", "open('probe', 'x').close()"], built.data)


def test_the_image_starts_answers_and_stops(built: Image) -> None:
    with BotApiServer() as telegram, started(built, telegram) as (process, port):
        wait_until_healthy(built, process, port)
        newcomer = telegram.user(language_code="de")
        newcomer.send("/start")
        telegram.wait_for(lambda: telegram.sent_to(newcomer.id))
        process.send_signal(getattr(signal, built.declared["STOPSIGNAL"]))
        assert process.wait(STOPS_WITHIN) == 0
    telegram.assert_clean()
    assert list(built.data.glob("*.db")) or list(built.data.glob("*.sqlite*"))


@contextmanager
def started(built: Image, telegram: BotApiServer) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """ENTRYPOINT and CMD with the declared settings; `/data` and the port lie elsewhere."""
    port = free_port()
    settings = dict(word.split("=", 1) for word in built.declared["ENV"].split())
    settings["LOTSE_DATA_DIR"] = settings["LOTSE_DATA_DIR"].replace("/data", str(built.data))
    settings["LOTSE_DESK_BIND"] = f"127.0.0.1:{port}"
    settings |= {"LOTSE_TELEGRAM_TOKEN": telegram.token, "LOTSE_TELEGRAM_API": telegram.url}
    entrypoint = json.loads(built.declared["ENTRYPOINT"]) + json.loads(built.declared["CMD"])
    process = subprocess.Popen(
        [str(built.python), *entrypoint[1:]],
        cwd=built.app,
        env=image.environment() | settings,
        **image.who(),
    )
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


def wait_until_healthy(built: Image, process: subprocess.Popen[bytes], port: int) -> None:
    """Ask as the HEALTHCHECK asks, until it is content."""
    _, _, check = built.declared["HEALTHCHECK"].partition("CMD ")
    command = json.loads(check.replace(":8080/", f":{port}/"))
    command[0] = str(built.python)
    deadline = time.monotonic() + STARTS_WITHIN
    while image.as_user(command, built.app, check=False) != 0:
        assert process.poll() is None, "the bot ended while starting"
        assert time.monotonic() < deadline, "the health check never passed"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
