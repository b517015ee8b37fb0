"""A disk that is full or broken at the n-th write or sync, at many positions."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.campaign.registry import Outcome
from tests.faults.disk import Disk
from tests.playing.house import ROOT

TIMEOUT = 900.0


def run(seed: int, folder: Path, *, positions: int) -> Outcome:
    """Fail at `positions` calls of the disk; `cases` of the outcome are positions.

    Odd seeds also empty the write-ahead log after every few pages.
    """
    disk = Disk(folder / "disk", folder / "data")
    command = [sys.executable, "-m", "tests.faults.disk_deeds", str(disk.root)]
    done = subprocess.run(
        [*command, str(seed), str(positions)],
        cwd=ROOT,
        env={**os.environ, **disk.environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Outcome(**json.loads(done.stdout))
