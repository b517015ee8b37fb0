"""Units, image and compose files: what they name exists, and what they take away stays taken away.

Units are read, not started: there is no systemd in a test. What they forbid and a process can
forbid itself is tried with the real command.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import PREFIX, Settings
from tests.architecture import tree
from tests.deploy.image import environment, instructions

UNITS = ("lotse.service", "lotse-backup.service")
STOPS_WITHIN = 10
NO_NEW_EXECUTABLE_MEMORY, NO_NEW_PRIVILEGES = (65, 1), (38, 1)
DENIED = """
import ctypes, os, sys
prctl = ctypes.CDLL(None).prctl
if any(prctl(number, value, 0, 0, 0) for number, value in {wanted}):
    sys.exit(77)
os.execv(sys.executable, [sys.executable, "-m", "bot", "db", "upgrade"])
"""


Sections = dict[str, dict[str, list[str]]]


def unit(name: str) -> Sections:
    """Sections of a unit, each setting with all its values in order."""
    sections: Sections = {}
    for line in tree.text(Path("docs/deploy") / name).splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), defaultdict(list))
        elif line and not line.startswith("#"):
            setting, _, value = line.partition("=")
            section[setting].append(value)
    return sections


@pytest.fixture(params=UNITS)
def service(request: pytest.FixtureRequest) -> dict[str, list[str]]:
    return unit(request.param)["Service"]


def setting_names() -> set[str]:
    names = {f"{PREFIX}{field}".upper() for field in Settings.model_fields}
    return names | {f"{name}_FILE" for name in names}


def test_a_unit_names_settings_that_exist_and_secrets_it_was_given(
    service: dict[str, list[str]],
) -> None:
    named = dict(entry.split("=", 1) for entry in service["Environment"])
    ours = {name: value for name, value in named.items() if name.startswith(PREFIX)}
    assert set(ours) <= setting_names()
    secrets = {entry.partition(":")[0] for entry in service["LoadCredential"]}
    files = {name: value for name, value in ours.items() if name.endswith("_FILE")}
    assert set(files.values()) == {f"%d/{secret}" for secret in secrets}
    assert "LOTSE_MASTER_KEY_FILE" in files
    folders = service["StateDirectory"][0].split()
    assert ours["LOTSE_DATA_DIR"] == f"/var/lib/{folders[0]}"


def test_a_units_command_is_one_of_ours(service: dict[str, list[str]]) -> None:
    (command,) = service["ExecStart"]
    interpreter, *arguments = shlex.split(command)
    assert interpreter.startswith(service["WorkingDirectory"][0])
    folders = {f"/var/lib/{name}" for name in service["StateDirectory"][0].split()}
    assert {word for word in arguments if word.startswith("/")} <= folders
    done = subprocess.run(
        [sys.executable, *arguments, "--help"],
        cwd=tree.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert " ".join(arguments[1:3]) in done.stdout


def test_a_unit_leaves_no_right_and_no_trace_of_memory(service: dict[str, list[str]]) -> None:
    for name in ("NoNewPrivileges", "PrivateTmp", "MemoryDenyWriteExecute", "RestrictSUIDSGID"):
        assert service[name] == ["yes"], name
    assert service["ProtectSystem"] == ["strict"]
    assert service["CapabilityBoundingSet"] == service["AmbientCapabilities"] == [""]
    assert service["LimitCORE"] == service["MemorySwapMax"] == ["0"]
    assert service["User"] != ["root"]


def test_the_unit_gives_time_to_drain_and_comes_back() -> None:
    whole = unit("lotse.service")
    assert int(whole["Service"]["TimeoutStopSec"][0]) > STOPS_WITHIN
    assert whole["Service"]["Restart"] == ["on-failure"]
    assert whole["Unit"]["StartLimitIntervalSec"] == ["0"]
    assert "WatchdogSec" not in whole["Service"], "the program does not notify"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here to ask")
def test_systemd_knows_every_word_of_the_units_and_finds_little_exposed(tmp_path: Path) -> None:
    """Paths of an installation do not exist here; everything else is taken as it is."""
    for path in (tree.ROOT / "docs/deploy").glob("lotse*.*"):
        text = path.read_text(encoding="utf-8").replace("/srv/lotse/.venv/bin/python", "/bin/true")
        text = text.replace("WorkingDirectory=/srv/lotse", "WorkingDirectory=/")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    assert len(units) == 3
    said = asked("verify", "--man=no", *units)
    assert [line for line in said.splitlines() if "lotse" in line] == []
    for name in UNITS:
        said = asked("security", "--offline=true", "--no-pager", str(tmp_path / name))
        rating = re.search(r"exposure level for .*: ([\d.]+)", said)
        assert rating is not None
        assert float(rating[1]) < 2, name


def asked(*words: str) -> str:
    """What systemd-analyze says; about the machine it may complain as it likes."""
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_timer_starts_the_backup() -> None:
    assert unit("lotse-backup.timer")["Timer"]["OnCalendar"]
    assert (tree.ROOT / "docs/deploy/lotse-backup.service").is_file()


def test_the_program_works_without_new_rights_and_executable_memory(tmp_path: Path) -> None:
    program = DENIED.format(wanted=[NO_NEW_EXECUTABLE_MEMORY, NO_NEW_PRIVILEGES])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tree.ROOT,
        env=environment() | {"LOTSE_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("this kernel cannot deny executable memory")
    assert done.returncode == 0, done.stderr
    assert "up to date" in done.stdout


# --- containers -------------------------------------------------------------------------


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(tree.text(Path(name)))
    return found


def test_the_container_has_no_rights_and_a_bounded_share() -> None:
    lotse = compose()["services"]["lotse"]
    assert lotse["read_only"] is True
    assert lotse["cap_drop"] == ["ALL"]
    assert "cap_add" not in lotse
    assert "privileged" not in lotse
    assert lotse["security_opt"] == ["no-new-privileges:true"]
    assert lotse["mem_limit"] == lotse["memswap_limit"] == "1g"
    assert lotse["pids_limit"] > 0
    assert lotse["ulimits"]["core"] == 0
    assert all("noexec" in mount for mount in lotse["tmpfs"])
    assert int(lotse["stop_grace_period"].removesuffix("s")) > STOPS_WITHIN
    assert all(port.startswith("127.0.0.1:") for port in lotse["ports"])


def test_compose_names_settings_that_exist_and_secrets_as_files() -> None:
    whole = compose(), compose("compose.postgres.yaml")
    secrets = {name for one in whole for name in one["secrets"]}
    for one in whole:
        lotse = one["services"]["lotse"]
        assert set(lotse["environment"]) <= setting_names() | {"FORWARDED_ALLOW_IPS"}
        assert set(lotse["secrets"]) <= secrets
        named = [v for n, v in lotse["environment"].items() if n.endswith("_FILE")]
        assert {Path(value).name for value in named} <= set(lotse["secrets"])


def test_the_image_runs_as_a_numbered_user_and_is_asked_how_it_is() -> None:
    steps = dict(instructions(tree.text(Path("Dockerfile"))))
    assert steps["USER"].isdecimal()
    assert int(steps["USER"]) > 999
    assert "/healthz" in json.loads(steps["HEALTHCHECK"].partition("CMD ")[2])[-1]
    assert steps["VOLUME"] == "/data"
