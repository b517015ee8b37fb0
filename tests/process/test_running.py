"""How the real command begins and ends: refusals before anything starts, SIGTERM, second processes,
and what never stands in its log."""

import json
import os
import shutil
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.request import urlopen

import httpx
import pytest

from bot.desk.app import TOLD_FIGURES
from tests.botapi import BotApiServer, Fault
from tests.botapi.samples import samples
from tests.botapi.server import TOKEN
from tests.playing.house import ROOT
from tests.process.command import Command, free_port, run, running
from tests.process.correspondence import Correspondent, judged
from tests.process.newcomers import (
    NATIVE_NAMES,
    PATIENCE,
    TO_THE_SUMMARY,
    Newcomer,
    begin,
    walk,
)

ENDING = 10.0
"""Seconds, as promised to whoever stops it."""

NOTICING = 60.0


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_sigterm_under_load_loses_and_doubles_nothing(
    telegram: BotApiServer, tmp_path: Path, webhook: bool
) -> None:
    """The drain ends in time and doubles nothing: fault 10."""
    command = Command(tmp_path / "data", telegram, webhook=webhook)
    with running(command):
        newcomers = [
            Newcomer.arrived(telegram, f"N{number}", language)
            for number, language in enumerate([*NATIVE_NAMES] * 2)
        ]
        begin(newcomers)
        walk(newcomers, *TO_THE_SUMMARY)
        people = [Correspondent(one, hands_over_in=0, impatient=True) for one in newcomers]
        telegram.faults.latency(0.2, 0.8)
        for one in people:
            one.go_on(0)
        for one in people:
            one.newcomer.ticket_code()
            one.go_on(1)
        calls = len(telegram.calls)
        telegram.wait_for(lambda: len(telegram.calls) >= calls + len(people), PATIENCE)
        asked = time.monotonic()
        assert command.stop() == 0
        assert time.monotonic() - asked < ENDING
        assert sum(one.unanswered for one in people) > 0, "there was nothing left to do"
        command.start()
        telegram.wait_until_confirmed(PATIENCE)
        command.wait_until_sent()
        assert command.stop() == 0
    telegram.assert_clean()
    assert "did not end cleanly" not in command.log
    with command.store() as store, store.transaction() as work:
        figures = judged(0, people, work)
    assert (figures.lost, figures.doubled, figures.inverted) == (0, 0, 0), figures
    assert figures.duplicates == 0, figures


def test_a_machine_is_told_how_things_stand(telegram: BotApiServer, tmp_path: Path) -> None:
    """`/readyz` of the real process, in figures without a person."""
    with running(Command(tmp_path / "data", telegram)) as command:
        begin([Newcomer.arrived(telegram, "Amina", "de")])
        command.wait_until_sent()
        with urlopen(f"http://127.0.0.1:{command.desk}/readyz", timeout=PATIENCE) as answer:
            told = json.load(answer)
        told.pop("heard")
        assert told == {
            "ready": True,
            "store": True,
            "waiting": 0,
            "troubles": {},
            "today": dict.fromkeys(TOLD_FIGURES, 0),
        }
        assert command.stop() == 0


def test_sigterm_does_not_wait_for_a_telegram_that_hangs(
    telegram: BotApiServer, tmp_path: Path
) -> None:
    """The drain ends in time without Telegram: fault 10."""
    command = Command(tmp_path / "data", telegram)
    amina = Newcomer.arrived(telegram, "Amina", "ar")
    with running(command):
        begin([amina])
        telegram.faults.next("sendMessage", Fault.hang())
        telegram.faults.next("getUpdates", Fault.hang(), times=10)
        amina.user.send("/help")
        telegram.wait_for(lambda: telegram.faults.pending() < 10, PATIENCE)
        asked = time.monotonic()
        assert command.stop() == 0
        assert time.monotonic() - asked < ENDING


def test_sigterm_does_not_wait_for_a_telegram_that_never_came(tmp_path: Path) -> None:
    extra = {"LOTSE_TELEGRAM_TOKEN": TOKEN, "LOTSE_TELEGRAM_API": f"http://127.0.0.1:{free_port()}"}
    command = Command(tmp_path / "data", extra=extra)
    with running(command):
        wait_for_log([command], "Telegram was not reached")
        asked = time.monotonic()
        assert command.stop() == 0
        assert time.monotonic() - asked < ENDING


def test_a_conversation_goes_on_after_a_restart(telegram: BotApiServer, tmp_path: Path) -> None:
    command = Command(tmp_path / "data", telegram)
    amina = Newcomer.arrived(telegram, "Amina", "ar")
    with running(command):
        begin([amina], start="work")
        walk([amina], "work/concern.problem#text")
        assert command.stop() == 0
        key = (tmp_path / "data" / "master.key").read_bytes()
        command.start()
        walk([amina], "work/problem.dismissed#text", "bot/rather_not_say#text")
        walk([amina], *TO_THE_SUMMARY, "bot/summary.send#text")
        code = amina.ticket_code()
        assert command.stop() == 0
    assert (tmp_path / "data" / "master.key").read_bytes() == key
    with command.store() as store, store.transaction() as work:
        fields = {getattr(item.body, "field", None) for item in work.tickets.items(code)}
    assert {"work/concern", "work/problem"} <= {str(each).replace(".", "/") for each in fields}


def test_a_second_program_with_the_token_is_noticed(telegram: BotApiServer, tmp_path: Path) -> None:
    """Two programs with one token: fault 19."""
    ours, theirs = Command(tmp_path / "ours", telegram), Command(tmp_path / "theirs", telegram)
    with running(ours):
        telegram.wait_for(lambda: telegram.calls_of("getUpdates"), PATIENCE)
        with running(theirs):
            wait_for_log([ours, theirs], "a second program takes this bot's updates")


def test_what_a_bot_keeps_is_its_owners_alone(telegram: BotApiServer, tmp_path: Path) -> None:
    """Whatever the system's habit: a plain umask would let everybody on the machine read."""
    command = Command(tmp_path / "lotse", telegram, webhook=True)
    before = os.umask(0o022)
    try:
        told = run(["db", "upgrade"], command.settings)
        assert told.returncode == 0, told.stderr
        with running(command):
            command.wait_until_well()
            modes = {path.name: path.stat().st_mode & 0o077 for path in command.data.iterdir()}
            kept = {name: mode for name, mode in modes.items() if name.startswith("lotse.db")}
            assert set(kept.values()) | {modes["master.key"]} == {0}, kept
            hook = command.settings["LOTSE_WEBHOOK_URL"]
            elsewhere = httpx.post(f"{hook}/", headers={"Host": "elsewhere.example"}, content=b"{}")
            assert elsewhere.status_code == 404
            command.stop()
    finally:
        os.umask(before)


def test_a_playground_does_not_open_a_bots_data(telegram: BotApiServer, tmp_path: Path) -> None:
    """Its pages show every case to everybody; nor does a bot keep a playground's account."""
    command = Command(tmp_path / "data", telegram)
    with running(Command(tmp_path / "data", what="demo", desk=command.desk)) as playground:
        playground.wait_until_well()
        visited = httpx.get(f"http://127.0.0.1:{command.desk}/desk/", follow_redirects=True)
        assert visited.status_code == 200
        playground.stop()
    with running(command):
        command.wait_until_well()
        users = run(["desk", "user", "list"], command.settings)
        assert users.stdout.endswith("(off)\n"), users.stdout
        command.stop()
    refused = run(["demo"], {**command.settings, "LOTSE_DESK_BIND": f"127.0.0.1:{free_port()}"})
    assert refused.returncode == 2
    assert "a bot has run on this data" in refused.stderr


def test_a_second_process_on_the_same_data_is_refused(
    telegram: BotApiServer, tmp_path: Path
) -> None:
    command = Command(tmp_path / "data", telegram)
    with running(command):
        command.wait_until_well()
        for what in ("run", "demo"):
            second = run(
                [what], {**command.settings, "LOTSE_DESK_BIND": f"127.0.0.1:{free_port()}"}
            )
            assert second.returncode == 2, second
            assert command.process is not None
            assert f"process {command.process.pid} already runs on this data" in second.stderr
        beside = run(["desk", "user", "list"], command.settings)
        assert beside.returncode == 0, beside.stderr
        command.wait_until_well()
        assert command.stop() == 0


def test_the_playground_opens_and_ends(tmp_path: Path) -> None:
    command = Command(tmp_path / "data", what="demo")
    with running(command):
        command.wait_until_well()
        assert run(["health"], command.settings).returncode == 0
        assert command.stop() == 0
    assert run(["health"], command.settings).returncode == 1
    assert f"http://127.0.0.1:{command.desk}/" in command.log
    assert "Traceback" not in command.log


def wait_for_log(commands: Sequence[Command], words: str) -> None:
    """Wait until one of the commands has logged `words`, at most `NOTICING` seconds."""
    until = time.monotonic() + NOTICING
    while not any(words in command.log for command in commands):
        assert time.monotonic() < until, [command.log for command in commands]
        time.sleep(0.05)


# --- refusals: nothing has started ----------------------------------------------------------------


def refused(telegram: BotApiServer, data: Path, what: str = "run", **settings: str) -> list[str]:
    """The lines with which the command refuses to start; Telegram hears nothing of it."""
    command = Command(data, telegram, extra=settings)
    data.mkdir()
    done = run([what], {name: value for name, value in command.settings.items() if value})
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert telegram.calls == []
    return done.stderr.splitlines()


def test_broken_content_does_not_start_and_every_finding_is_told(
    telegram: BotApiServer, tmp_path: Path
) -> None:
    """Broken YAML never begins to run: fault 59."""
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content)
    for name in ("topics/work.yaml", "topics/school.yaml"):
        (content / name).write_text("schema: 1\ntopic: [\n", encoding="utf-8")
    phones = (content / "phones.yaml").read_text(encoding="utf-8")
    (content / "phones.yaml").write_text(phones + "nonsense: 1\n", encoding="utf-8")
    lines = refused(telegram, tmp_path / "data", LOTSE_CONTENT_DIR=str(content))
    for name in ("topics/work.yaml:", "topics/school.yaml:", "phones.yaml:"):
        assert any(name in line and " -> " in line for line in lines), (name, lines)
    assert lines[-1].endswith("findings block this content")
    assert not (tmp_path / "data" / "lotse.db").exists()


def test_without_a_token_the_bot_does_not_start(telegram: BotApiServer, tmp_path: Path) -> None:
    (line,) = refused(telegram, tmp_path / "data", LOTSE_TELEGRAM_TOKEN="")
    assert line.startswith("LOTSE_TELEGRAM_TOKEN: not set")


WRONG: Mapping[str, str] = {
    "LOTSE_TELEGRAM_TOKEN": "SecretCanary",
    "LOTSE_DESK_BIND": "nowhere",
    "LOTSE_WEBHOOK_URL": "ftp://lotse.example",
    "LOTSE_WEBHOOK_SECRET": "SecretCanary",
    "LOTSE_MASTER_KEY": "SecretCanary",
    "LOTSE_DATABASE_URL": "mysql://SecretCanary@host/name",
    "LOTSE_SMTP_URL": "SecretCanary",
    "LOTSE_CONTENT_DIR": "no-such-folder",
    "LOTSE_FREE_TEXT": "pigeon",
    "LOTSE_LOG_LEVEL": "loud",
    "LOTSE_SURPRISE": "1",
}


@pytest.mark.parametrize("what", ["run", "demo", "check-config"])
def test_wrong_settings_are_all_named_at_once(
    telegram: BotApiServer, tmp_path: Path, what: str
) -> None:
    lines = refused(telegram, tmp_path / "data", what, **WRONG)
    for name in WRONG:
        assert any(line.startswith(f"{name}: ") for line in lines), (name, lines)
    assert "SecretCanary" not in "\n".join(lines)


def test_an_address_that_is_taken_is_told(telegram: BotApiServer, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = Command(tmp_path / "data", telegram, desk=port)
        done = run(["run"], command.settings)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert str(port) in done.stderr


# --- the log --------------------------------------------------------------------------------------


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_the_log_has_no_token_and_nothing_a_newcomer_wrote(
    telegram: BotApiServer, tmp_path: Path, webhook: bool
) -> None:
    """Canaries in every kind of input, none in the log: fault 86."""
    command = Command(
        tmp_path / "data", telegram, webhook=webhook, extra={"LOTSE_LOG_LEVEL": "debug"}
    )
    amina = Newcomer.arrived(telegram, "NameCanary", "de")
    with running(command):
        begin([amina])
        walk([amina], *TO_THE_SUMMARY, "bot/summary.send#text")
        amina.ticket_code()
        amina.user.send("TextCanary")
        amina.user.photo("CaptionCanary")
        amina.user.forge("DataCanary", message=amina.user.last().id)
        poison = dict(samples(amina.user.id)["message/text"])
        poison["message"] = {**poison["message"], "text": ["PoisonCanary"], "from": amina.user.raw}
        telegram.push(poison)
        telegram.wait_until_confirmed(PATIENCE)
        command.wait_until_sent()
        assert command.stop() == 0
    log = command.log
    assert "quarantine" in log
    assert "Canary" not in log
    assert telegram.token not in log
    assert telegram.token.partition(":")[2] not in log
    assert str(amina.user.id) not in log


def test_a_refused_token_is_told_without_the_token(telegram: BotApiServer, tmp_path: Path) -> None:
    telegram.faults.revoke_token()
    command = Command(tmp_path / "data", telegram, extra={"LOTSE_LOG_LEVEL": "debug"})
    with running(command):
        telegram.wait_for(lambda: telegram.refusals, PATIENCE)
        command.wait_until_well()
        assert command.stop() == 0
    assert "Telegram refuses the bot's token" in command.log
    assert telegram.token not in command.log
