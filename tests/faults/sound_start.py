"""A start after a failed sync, cut off at every moment: two processes under the shim of `disk`.

    python -m tests.faults.sound_start FILE write|start

writes with a sync that fails at the end, or begins as the program does.
"""

import errno
import os
import random  # noqa: TID251 - what survives, from a seed
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.store.sound import make_sound
from tests.faults.disk import ON_SYNC, Disk
from tests.faults.power_images import Replayed, Survives
from tests.playing.house import ROOT

COMMITTED: Final = 40
PADDING: Final = "x" * 300


def images(folder: Path) -> Iterator[list[str]]:
    """What SQLite finds wrong in each image, with the number of committed rows that are missing."""
    disk = Disk(folder / "disk", folder / "data", noted=True)
    file = disk.root / "lotse.db"
    _process(disk, file, "write")
    before = len(list(disk.notes()))
    _process(disk, file, "start")
    replayed = Replayed(disk.root)
    for number, note in enumerate(disk.notes()):
        replayed.do(note)
        if number >= before:
            for survives in Survives:
                chance = random.Random(f"{number} {survives}")  # noqa: S311
                image = replayed.power_cut(folder / f"{number}-{survives.name}", survives, chance)
                yield _wrong(image / "lotse.db")


def _process(disk: Disk, file: Path, what: str) -> None:
    command = [sys.executable, "-m", "tests.faults.sound_start", str(file), what]
    environment = {**os.environ, **disk.environment}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)


def _wrong(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        found = [row[0] for row in database.execute("PRAGMA integrity_check")]
        (rows,) = database.execute("SELECT count(*) FROM words WHERE number < ?", [COMMITTED])
    return [one for one in found if one != "ok"] + ["missing"] * (COMMITTED - rows[0])


def _write(file: Path) -> None:
    database = sqlite3.connect(file, isolation_level=None)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE words (number INTEGER, word TEXT)")
    database.execute("CREATE INDEX by_word ON words (word)")
    for number in range(COMMITTED):
        database.execute("INSERT INTO words VALUES (?, ?)", (number, f"{number * 7919}{PADDING}"))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # no older version of a page hides anything
    # The first sync is of the log's head, the second of what was committed.
    Disk.of_this_process().fail(ON_SYNC, errno.EIO, spare=1, times=1)
    try:
        database.execute("INSERT INTO words VALUES (?, ?)", (COMMITTED, PADDING))
    except sqlite3.OperationalError:
        os._exit(0)  # as the program does: nothing is tidied up
    raise AssertionError("the sync did not fail")


if __name__ == "__main__":
    if sys.argv[2] == "write":
        _write(Path(sys.argv[1]))
    make_sound(Path(sys.argv[1]))
