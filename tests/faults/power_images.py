"""What a power cut leaves on the disk: everything that was synced, and any part of the rest.

A disk keeps or loses each sector of 512 bytes by itself and in any order, as long as nobody asked
for a sync; of a sector that was written twice it may hold either version. A sync that fails loses
what was to be synced, although the program goes on reading it and the next sync succeeds. Changes
of a folder survive in their order, as every journal of Linux writes them. Files that are only
mapped into memory are not here: SQLite makes its `-shm` anew.
"""

import random  # noqa: TID251 - what survives, from a seed
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from tests.faults.disk import Note, What

SECTOR: Final = 512


class Survives(StrEnum):
    """What of the unsynced is found after the cut."""

    NOTHING = "nothing"
    EVERYTHING = "everything"
    SECTORS = "any sectors"
    BEGINNING = "the first writes, the last one torn"


@dataclass(slots=True)
class _File:
    durable: bytes = b""
    pending: list[Note] = field(default_factory=list)

    def sync(self) -> None:
        self.durable = self.after(Survives.EVERYTHING, random.Random(0))  # noqa: S311
        self.pending.clear()

    def after(self, survives: Survives, chance: random.Random) -> bytes:
        """What is read after the cut."""
        touched = Counter(sector for one in self.pending for sector in _sectors(one))
        kept, seen = self._kept(survives, chance, touched), Counter[int]()
        sized = self._sized(survives, chance)
        content, size = bytearray(self.durable), len(self.durable)
        for number, one in enumerate(self.pending):
            if one.what is What.CUT:
                if number < sized:
                    size = one.at
                    content[size:] = bytes(max(0, len(content) - size))
                continue
            if number < sized:
                size = max(size, one.at + len(one.data))
            _grow(content, one.at + len(one.data))
            for sector in _sectors(one):
                seen[sector] += 1
                if seen[sector] <= kept[sector]:
                    _apply(content, one, sector)
        _grow(content, size)
        return bytes(content[:size])

    def _kept(
        self, survives: Survives, chance: random.Random, touched: Counter[int]
    ) -> Counter[int]:
        """How many of the versions of each sector reached the disk."""
        if survives is Survives.NOTHING:
            return Counter()
        if survives is Survives.EVERYTHING:
            return touched
        if survives is Survives.SECTORS:
            return Counter({one: chance.randint(0, most) for one, most in touched.items()})
        whole = self.pending[: chance.randint(0, len(self.pending))]
        kept = Counter(sector for one in whole for sector in _sectors(one))
        if len(whole) < len(self.pending):
            torn = list(_sectors(self.pending[len(whole)]))
            kept.update(torn[: chance.randint(0, len(torn))])
        return kept

    def _sized(self, survives: Survives, chance: random.Random) -> int:
        """How many of the changes of the size reached the disk: they do so in their order."""
        if survives is Survives.NOTHING:
            return 0
        most = len(self.pending)
        return most if survives is Survives.EVERYTHING else chance.randint(0, most)


class Replayed:
    """The disk as it was after some of the notes; `power_cut` writes what would be left of it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[int, _File] = {}
        self._names: dict[str, _File] = {}
        self._renaming: list[tuple[str, _File | None]] = []

    def do(self, note: Note) -> None:
        match note.what:
            case What.CREATED:
                self._files[note.file] = _File()
                self._renaming.append((note.path, self._files[note.file]))
            case What.OPENED:
                self._files.setdefault(note.file, _File())
            case What.WRITTEN | What.CUT:
                self._files[note.file].pending.append(note)
            case What.SYNCED:
                self._files[note.file].sync()
            case What.NOT_SYNCED:
                self._files[note.file].pending.clear()
            case What.FOLDER_SYNCED:
                self._names = self._entries(len(self._renaming))
                self._renaming.clear()
            case What.UNLINKED:
                self._renaming.append((note.path, None))
            case What.RENAMED:
                old, new = note.path.split("\0")
                self._renaming += [(new, self._files.setdefault(note.file, _File())), (old, None)]

    def power_cut(self, into: Path, survives: Survives, chance: random.Random) -> Path:
        """Write the files that are found after the power comes back; return their folder."""
        most = len(self._renaming)
        entries = {
            Survives.NOTHING: 0,
            Survives.EVERYTHING: most,
        }.get(survives, chance.randint(0, most))
        into.mkdir(parents=True)
        for name, file in self._entries(entries).items():
            if not name.endswith("-shm"):
                place = into / Path(name).relative_to(self._root)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(file.after(survives, chance))
        return into

    def _entries(self, renamed: int) -> dict[str, _File]:
        found: dict[str, _File | None] = {**self._names, **dict(self._renaming[:renamed])}
        return {name: file for name, file in found.items() if file is not None}


def _sectors(note: Note) -> Iterator[int]:
    if note.what is What.WRITTEN:
        yield from range(note.at // SECTOR, (note.at + len(note.data) - 1) // SECTOR + 1)


def _apply(content: bytearray, note: Note, sector: int) -> None:
    start = max(note.at, sector * SECTOR)
    end = min(note.at + len(note.data), (sector + 1) * SECTOR)
    content[start:end] = note.data[start - note.at : end - note.at]


def _grow(content: bytearray, size: int) -> None:
    if len(content) < size:
        content.extend(bytes(size - len(content)))
