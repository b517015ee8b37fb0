"""The coverage-guided fuzzer on one target: `python -m tests.fuzz.guided NAME RUNS SEED`.

It needs atheris, which only the campaign uses: where it is not installed there is no such part.
A finding ends the process with an error and the bytes in the working directory.
"""

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
CORPUS: Final = Path(__file__).parent / "corpus"
HANGS: Final = 20
"""Seconds on the clock after which a case hangs; how long it may compute is in `feeding`."""

MEMORY: Final = 1024
"""MiB that one target may need, instrumented program and all."""


def installed() -> bool:
    return find_spec("atheris") is not None


def run(name: str, seed: int, runs: int, folder: Path) -> bool:
    """Let the fuzzer run `runs` cases in a process of its own; whether nothing was found."""
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(runs), str(seed), str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _main(name: str, runs: str, seed: str, folder: str) -> None:
    atheris = import_module("atheris")
    # Nothing of the program may be imported before: it would not be seen.
    with atheris.instrument_imports(include=["bot"]):
        targets = import_module("tests.fuzz.targets").TARGETS
    options = [
        f"-runs={runs}",
        f"-seed={int(seed) + 1}",
        f"-timeout={HANGS}",
        f"-rss_limit_mb={MEMORY}",
        f"-artifact_prefix={folder}/",
        "-max_len=65536",
    ]
    targets[name](b"")  # what is loaded once is not the first case's time
    atheris.Setup([name, *options, folder, str(CORPUS / name)], targets[name])
    atheris.Fuzz()


if __name__ == "__main__":
    _main(*sys.argv[1:])
