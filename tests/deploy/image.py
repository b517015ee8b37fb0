"""The Dockerfile carried out without Docker: its own steps, in a fresh folder, as an ordinary user.

Each instruction is read from the file, so a step that is added and not understood here fails. What
only an image can show (its base, the layers, the volume) is not proved by this.
"""

import contextlib
import os
import pwd
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from tests.architecture import tree

ORDINARY_USER = "nobody"
SETTINGS = ("ENV", "VOLUME", "EXPOSE", "USER", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD")


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[str | int]


@dataclass(slots=True)
class Image:
    """Where the steps led: the application folder, the interpreter, and the declared settings."""

    root: Path
    stages: dict[str, Path] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    @property
    def app(self) -> Path:
        return self.root / "app"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def python(self) -> Path:
        return self.root / "venv" / "bin" / "python"


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """The (keyword, rest) pairs of a Dockerfile, continuation lines joined, comments left out."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    pairs = (line.split(maxsplit=1) for line in joined.splitlines() if line.strip())
    return [(pair[0], " ".join(pair[1].split())) for pair in pairs]


def build(root: Path) -> Image:
    """Carry the Dockerfile out below `root`, then take the right to write from the application."""
    image = Image(root)
    for keyword, rest in instructions(tree.text(Path("Dockerfile"))):
        if keyword == "FROM":
            stage = rest.partition(" AS ")[2]
            shutil.rmtree(image.app, ignore_errors=True)
            image.app.mkdir(parents=True)
            image.stages[stage] = image.app
        elif keyword == "COPY":
            copy(image, shlex.split(rest))
        elif keyword == "RUN":
            run(image, rest)
        elif keyword in SETTINGS:
            image.declared[keyword] = f"{image.declared.get(keyword, '')} {rest}".strip()
        else:
            assert (keyword, rest) == ("WORKDIR", "/app")
    read_only(image.app)
    return image


def copy(image: Image, words: list[str]) -> None:
    """COPY from the checkout (what git knows, as in a clone) or from an earlier stage."""
    *sources, target = (word for word in words if not word.startswith("--from="))
    to = image.app / target
    if sources[0].startswith("/app/"):
        vendored = image.root / "vendored"
        shutil.copytree(vendored, to, dirs_exist_ok=True)
        return
    for path in tree.tracked():
        for source in sources:
            if path == Path(source):
                put(path, to / path.name if target.endswith("/") else to)
            elif path.is_relative_to(source):
                put(path, to / path.relative_to(source))


def put(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tree.ROOT / path, to)


def run(image: Image, command: str) -> None:
    """RUN: pip into a fresh environment, npm as it is; of the new user only the data folder."""
    image.ran.append(command)
    words = shlex.split(command)
    if words[:3] == ["python", "-m", "pip"]:
        as_user([ordinary_python(), "-m", "venv", str(image.root / "venv")], image.root)
        as_user([str(image.python), *words[1:], "--quiet"], image.app)
    elif words[0] == "npm":
        subprocess.run(words, cwd=image.app, check=True, capture_output=True)
        vendor = image.app / "bot/desk/static/vendor"
        if vendor.exists():
            shutil.copytree(vendor, image.root / "vendored")
    else:
        assert words[0] == "useradd", f"no way to carry out: {command}"
        image.data.mkdir()
        if os.geteuid() == 0:
            os.chown(image.data, pwd.getpwnam(ORDINARY_USER).pw_uid, -1)
        image.data.chmod(0o700)


def read_only(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def ordinary_python() -> str:
    """An interpreter with venv and pip that the ordinary user may start; root's often is not."""
    probe = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"
    for python in (sys.base_prefix + "/bin/python3", "/usr/bin/python3", "/usr/local/bin/python3"):
        with contextlib.suppress(FileNotFoundError, PermissionError):
            if as_user([python, "-c", probe], Path("/"), check=False) == 0:
                return python
    raise RuntimeError("no Python with venv for an ordinary user: apt-get install python3-venv")


def as_user(command: list[str], folder: Path, *, check: bool = True) -> int:
    """Run `command` in `folder` as somebody who is not root; its output is shown when it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        **who(),
    )
    assert done.returncode == 0 or not check, done.stdout + done.stderr
    return done.returncode


def who() -> Identity:
    """Arguments for subprocess that give root's rights away, and nothing where there are none."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(ORDINARY_USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def environment() -> dict[str, str]:
    """This process's environment without the project's own settings and without a home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
    return kept | {"HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
