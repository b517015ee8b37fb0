"""One measurement after the other: bot on one core, generator on the other, in turns.

Each round runs every contender once, so that what the machine does meanwhile meets all of them.
What the figures say is in `summary`.
"""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.contenders import Contender, Stage
from tests.benchmarks.peers import reference
from tests.benchmarks.place import BOT_CORE, GENERATOR_CORE, Place, pinned
from tests.benchmarks.services import Services, load_average
from tests.playing.house import ROOT
from tests.process.command import free_port

PATIENCE: Final = 90.0
"""Seconds a run may take beside its load."""


FAULTS: Final = ("wrong", "disorder", "late", "refused")
"""Answers with other words, in another order or never, and updates that were not taken."""


@dataclass(frozen=True, slots=True)
class Load:
    """How the newcomers come. Times are seconds, `rate` journeys a second (0: no pause)."""

    name: str
    title: str
    contenders: tuple[str, ...]
    rounds: int
    duration: float = 6.0
    warm_up: float = 2.0
    newcomers: int = 32
    latency: float = 0.0
    rate: float = 0.0
    think: float = 0.0
    impatient: bool = False
    """Whether newcomers send the next update before the last is answered."""

    @property
    def flags(self) -> list[str]:
        """As the generator reads them."""
        return [
            *("-duration", f"{self.duration}s", "-warm-up", f"{self.warm_up}s"),
            *("-newcomers", str(self.newcomers), "-latency", f"{self.latency}s"),
            *("-rate", str(self.rate), "-think", f"{self.think}s"),
            *(("-impatient",) if self.impatient else ()),
        ]


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement. `figures` are the generator's; `error` says why there are none."""

    load: str
    contender: str
    round: int
    load_average: float
    figures: Mapping[str, float]
    error: str = ""

    @property
    def line(self) -> str:
        return json.dumps(asdict(self))

    @property
    def faults(self) -> int:
        """Everything that went wrong between bot and newcomers."""
        return int(sum(self.figures.get(name, 0) for name in FAULTS))


def kept(path: Path) -> list[Run]:
    """The runs noted in `path`."""
    if not path.exists():
        return []
    return [Run(**json.loads(line)) for line in path.read_text().splitlines()]


@dataclass(frozen=True, slots=True)
class Track:
    """Where contenders run: tools, servers, and the journeys as files."""

    place: Place
    services: Services
    lotse: Path
    peers: Path

    @contextmanager
    def stage(self, contender: Contender) -> Iterator[Stage]:
        """Free ports and an empty folder."""
        data = self.place.fresh(contender.name)
        yield Stage(self.place, self.services, data, free_port(), free_port(), free_port())

    def measure(
        self, contender: Contender, load: Load, number: int, profile: Path | None = None
    ) -> Run:
        """Run `contender` once under `load`; `profile` names a file for py-spy's picture."""
        before = load_average()
        with self.stage(contender) as stage, contender.environment(stage) as environment:
            command = self._command(contender, load, stage)
            with (stage.data / "log").open("wb") as log:
                process = subprocess.Popen(
                    command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log
                )
            if profile is not None:
                threading.Thread(
                    target=_profile, args=(self.place, process.pid, load, profile), daemon=True
                ).start()
            figures = _figures(process, PATIENCE + load.duration + load.warm_up)
        error = str(figures.pop("error", ""))
        return Run(load.name, contender.name, number, before, figures, error)

    def _command(self, contender: Contender, load: Load, stage: Stage) -> list[str]:
        database = contender.database(self.services)
        generator = [
            str(self.place.generator),
            *load.flags,
            *("-target", f"127.0.0.1:{stage.hook}", "-api", f"127.0.0.1:{stage.api}"),
            *("-path", reference.PATH, "-secret", reference.SECRET),
            *("-journeys", str(self.lotse if contender.is_lotse else self.peers)),
            *("-mode", "poll" if contender.polls else "webhook"),
            *("-database", str(database.process) if database else ""),
        ]
        bot = pinned(BOT_CORE, contender.command(self.place))
        return [*pinned(GENERATOR_CORE, generator), "--", *bot]


def _figures(process: subprocess.Popen[bytes], seconds: float) -> dict[str, Any]:
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return {"error": f"no result within {seconds:.0f} s"}
    finally:
        process.kill()
        process.wait()
    try:
        found: dict[str, Any] = json.loads(out)
    except ValueError:
        return {"error": f"the generator ended with {process.returncode}"}
    return found


def turns(contenders: Sequence[Contender], rounds: int) -> Iterator[tuple[int, Contender]]:
    """Every contender once, then every contender once more."""
    for number in range(rounds):
        for one in contenders:
            yield number, one


def _profile(place: Place, generator: int, load: Load, picture: Path) -> None:
    """Let py-spy look at the bot, from the core of the generator, while it is under load."""
    time.sleep(load.warm_up)
    children = Path(f"/proc/{generator}/task/{generator}/children").read_text().split()
    spy = place.python.parent / "py-spy"
    if not children or shutil.which(str(spy)) is None:
        return
    kind = "flamegraph" if picture.suffix == ".svg" else "raw"
    subprocess.run(
        pinned(
            GENERATOR_CORE,
            [
                *(str(spy), "record", "--pid", children[0], "--output", str(picture)),
                *("--duration", str(max(1, int(load.duration))), "--rate", "200"),
                *("--format", kind, "--subprocesses"),
            ],
        ),
        capture_output=True,
        check=False,
        env={**os.environ},
    )
