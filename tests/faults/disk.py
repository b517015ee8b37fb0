"""A disk under a process of ours that tells what was written and fails on demand.

`disk_shim.c` is compiled once and loaded before the C library, so the real command and the real
SQLite meet it without knowing. What a power cut leaves of the notes is in `power_images`.
"""

import mmap
import os
import struct
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parent / "disk_shim.c"
COMPILER: Final = "gcc"

ON_WRITE: Final = 1
ON_SYNC: Final = 2
FOR_EVER: Final = -1

_PLAN: Final = struct.Struct("=8i")
_NOTE: Final = struct.Struct("=IIQqd")


class What(IntEnum):
    """What a note says; the numbers are those of the C file."""

    OPENED = 1
    CREATED = 2
    WRITTEN = 3
    CUT = 4
    SYNCED = 5
    FOLDER_SYNCED = 6
    UNLINKED = 7
    RENAMED = 8
    NOT_SYNCED = 9


@dataclass(frozen=True, slots=True)
class Note:
    """One change of the disk. `file` is an inode number, which a new file may have again.

    `at` is an offset in bytes (WRITTEN) or the new size (CUT), `time` monotonic seconds. `data` is
    what was written, or a path; two of them with a zero between for RENAMED.
    """

    what: What
    file: int
    at: int
    time: float
    data: bytes

    @property
    def path(self) -> str:
        return os.fsdecode(self.data)


def compiled(folder: Path) -> Path:
    """The shim as a library in `folder`."""
    library = folder / "disk_shim.so"
    if not library.exists():
        made = folder / f"disk_shim.{os.getpid()}"
        arguments = ["-O2", "-shared", "-fPIC", "-pthread", "-o", str(made), str(SOURCE)]
        subprocess.run([COMPILER, *arguments], check=True, capture_output=True, timeout=120)
        made.rename(library)
    return library


class Disk:
    """What one process may do with the files in `root`. Armed and read from the test's process."""

    def __init__(self, folder: Path, root: Path, *, noted: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.notes_file = folder / "notes" if noted else None
        self._library = compiled(folder)
        self._plan_file = folder / "plan"
        self._plan_file.write_bytes(bytes(_PLAN.size))
        self._plan = _mapped(self._plan_file)

    @classmethod
    def of_this_process(cls) -> "Disk":
        """The disk under whom this is called, so that a process can arm its own."""
        disk = cls.__new__(cls)
        disk.root, disk.notes_file = Path(os.environ["DISK_ROOT"]), None
        disk._library, disk._plan_file = (
            Path(os.environ["LD_PRELOAD"]),
            Path(os.environ["DISK_PLAN"]),
        )
        disk._plan = _mapped(disk._plan_file)
        return disk

    @property
    def environment(self) -> Mapping[str, str]:
        """What the process has to find in its environment."""
        found = {
            "LD_PRELOAD": str(self._library),
            "DISK_ROOT": str(self.root),
            "DISK_PLAN": str(self._plan_file),
        }
        return found | ({"DISK_NOTES": str(self.notes_file)} if self.notes_file else {})

    def fail(
        self,
        kinds: int,
        fault: int,
        *,
        spare: int = 0,
        times: int = FOR_EVER,
        partly: bool = False,
    ) -> None:
        """Let calls of `kinds` fail with the error number `fault` after `spare` good ones."""
        _, _, _, _, writes, syncs, _, _ = self._read()
        _PLAN.pack_into(self._plan, 0, kinds, spare, fault, times, writes, syncs, 0, partly)

    def mend(self) -> None:
        """Let everything succeed again."""
        self.fail(0, 0, times=0)

    @property
    def failed(self) -> int:
        """How many calls have failed since it was armed."""
        return self._read()[6]

    @property
    def writes(self) -> int:
        """How many writes and cuts there were at all."""
        return self._read()[4]

    def notes(self) -> Iterator[Note]:
        """Everything that happened so far, in its order."""
        assert self.notes_file is not None, "nothing is noted"
        data = self.notes_file.read_bytes()
        place = 0
        while place + _NOTE.size <= len(data):
            what, size, file, at, time = _NOTE.unpack_from(data, place)
            place += _NOTE.size
            yield Note(What(what), file, at, time, data[place : place + size])
            place += size

    @property
    def syncs(self) -> int:
        """How many syncs of files there were at all."""
        return self._read()[5]

    def _read(self) -> tuple[int, ...]:
        return _PLAN.unpack_from(self._plan, 0)


def _mapped(file: Path) -> mmap.mmap:
    with file.open("r+b") as opened:
        return mmap.mmap(opened.fileno(), _PLAN.size)
