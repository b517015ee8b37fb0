"""The ledger of erasures as a file: one erasure a line, a time and a pseudonym, nothing else.

It lies beside the database and grows with every erasure, so that a lost database does not
lose it; `lotse db ledger` writes the same for another machine. Who is erased again from it
is said in `bot.store.restore`.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody was erased: their pseudonym, and when."""

    telegram: str
    at: datetime


class BadLedger(Exception):
    """A file is no ledger of erasures; the message names file and line."""


class LedgerFile:
    """A ledger in the file `path`, which need not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Erased]:
        """Every erasure in the file. Raises BadLedger, but not for a last line cut off."""
        if not self.path.exists():
            return []
        *lines, _ = self.path.read_bytes().split(b"\n")
        return [self._read(number, line) for number, line in enumerate(lines, 1)]

    def append(self, erased: Iterable[Erased]) -> None:
        """Add erasures, on the disk before this returns."""
        lines = "".join(f"{one.at.astimezone(UTC).isoformat()} {one.telegram}\n" for one in erased)
        if not lines:
            return
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._end_line(handle)
            os.write(handle, lines.encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def _end_line(self, handle: int) -> None:
        """Take away a line that a power cut left unfinished: the database knows it."""
        whole = self.path.read_bytes()
        if whole and not whole.endswith(b"\n"):
            os.truncate(handle, whole.rfind(b"\n") + 1)

    def _read(self, number: int, line: bytes) -> Erased:
        try:
            moment, pseudonym = line.decode("ascii").split(" ")
            at = datetime.fromisoformat(moment)
        except ValueError:
            raise BadLedger(f"{self.path}:{number}: not a line of a ledger of erasures") from None
        if at.tzinfo is None or not pseudonym:
            raise BadLedger(f"{self.path}:{number}: not a line of a ledger of erasures")
        return Erased(pseudonym, at)
