"""Where the harness keeps its tools and results, and how processes are pinned to cores.

Everything lies in one folder that git ignores ($BENCH_OUT, by default data/benchmarks). What is
put there is in `installing`.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.content.prepared import FOLDER as PREPARED
from tests.playing.house import ROOT

HERE: Final = ROOT / "tests" / "benchmarks"
BOT_CORE: Final = 0
GENERATOR_CORE: Final = 1


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of the harness. Paths exist once `installing` has been there."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter of the compared bots."""
        return self.folder / "venv" / "bin" / "python"

    @property
    def generator(self) -> Path:
        return self.folder / "generator"

    @property
    def grammy(self) -> Path:
        """The folder with grammY, its modules and its bot."""
        return self.folder / "grammy"

    def results(self, *, quick: bool) -> Path:
        """One JSON object a run, one a line; a short measurement leaves those of a full one."""
        return self.folder / ("quick.jsonl" if quick else "runs.jsonl")

    def fresh(self, name: str) -> Path:
        """The empty data folder of a contender.

        The content it has prepared stays, as where a bot is started again.
        """
        folder = self.folder / "data" / name
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if not old.is_dir():
                old.unlink()
            elif old.name != PREPARED:
                shutil.rmtree(old)
        return folder


def default_place() -> Place:
    folder = Path(os.environ.get("BENCH_OUT", ROOT / "data" / "benchmarks")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return Place(folder)


def pinned(core: int, command: Sequence[str]) -> list[str]:
    """`command` on one core, where the system can do that."""
    if shutil.which("taskset") is None:
        return list(command)
    return ["taskset", "--cpu-list", str(core), *command]
