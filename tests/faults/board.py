"""A board of numbers that a test and a bot in another process both see, and that outlives a kill.

The test writes which place is armed, the bot counts what it passes and what it has in flight. It
is a file in memory, so what was written before a SIGKILL is there afterwards.
"""

import mmap
import struct
from collections.abc import Sequence
from pathlib import Path

_NUMBER = struct.Struct("q")
_ARMED, _LEFT, _FLIGHT, _KILLED, _FIRST = range(5)
"""Where the numbers stand: armed place, passings left, sends in flight, the place of the kill,
then the passings of each place."""


class Board:
    """One process's board over `places`, in the file `path`, which is made if absent."""

    def __init__(self, path: Path, places: Sequence[str]) -> None:
        self.places = tuple(places)
        self._number_of = {place: number for number, place in enumerate(self.places)}
        size = _NUMBER.size * (_FIRST + len(self.places))
        if not path.exists():
            path.write_bytes(bytes(size))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), size)

    # --- the test's side ----------------------------------------------------------------

    def arm(self, place: str, passing: int) -> None:
        """Let the process end at the `passing`th (from 1) passing of `place` from now on."""
        self.disarm()
        self._put(_LEFT, passing)
        self._put(_ARMED, self._number_of[place] + 1)

    def disarm(self) -> None:
        self._put(_ARMED, 0)
        self._put(_KILLED, 0)

    @property
    def killed_at(self) -> str | None:
        """The place where the process ended itself since it was armed."""
        number = self._get(_KILLED)
        return self.places[number - 1] if number else None

    def passings(self, place: str) -> int:
        """How often `place` was passed since the board was made."""
        return self._get(_FIRST + self._number_of[place])

    # --- the bot's side -----------------------------------------------------------------

    def passing(self, place: str) -> bool:
        """Count a passing; return whether it is the one at which to end."""
        number = self._number_of.get(place)
        if number is None:
            return False
        self._put(_FIRST + number, self._get(_FIRST + number) + 1)
        if self._get(_ARMED) != number + 1:
            return False
        self._put(_LEFT, self._get(_LEFT) - 1)
        if self._get(_LEFT):
            return False
        self._put(_KILLED, number + 1)
        return True

    # --- both ---------------------------------------------------------------------------

    @property
    def in_flight(self) -> int:
        """Messages that were handed to the wire and not yet marked, of the present process."""
        return self._get(_FLIGHT)

    @in_flight.setter
    def in_flight(self, number: int) -> None:
        self._put(_FLIGHT, number)

    def close(self) -> None:
        self._memory.close()

    def _get(self, place: int) -> int:
        number: int = _NUMBER.unpack_from(self._memory, place * _NUMBER.size)[0]
        return number

    def _put(self, place: int, number: int) -> None:
        _NUMBER.pack_into(self._memory, place * _NUMBER.size, number)
