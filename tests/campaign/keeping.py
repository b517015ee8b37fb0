"""What runs of the campaign found, kept in a file that a kill cannot spoil.

One line of JSON a run, written at once and synced. A line that was cut off is not counted, so its
run is done again.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tests.campaign.registry import Outcome

Runs = dict[str, dict[int, Outcome]]
"""Outcomes by part and seed."""


class Progress:
    """The file `path`; made when the first run is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def runs(self) -> Runs:
        """Every run that was kept whole."""
        found: Runs = {}
        for line in self._lines():
            try:
                kept = json.loads(line)
                outcome = Outcome(**kept["outcome"])
            except (ValueError, KeyError, TypeError):
                continue
            found.setdefault(kept["part"], {})[kept["seed"]] = outcome
        return found

    def keep(self, part: str, seed: int, outcome: Outcome) -> None:
        line = json.dumps({"part": part, "seed": seed, "outcome": asdict(outcome)})
        with self._path.open("a", encoding="utf-8") as file:
            # After a torn line begin a new one; an empty line is none.
            file.write(f"\n{line}\n")
            file.flush()
            os.fsync(file.fileno())

    def _lines(self) -> Iterable[str]:
        if not self._path.exists():
            return ()
        return self._path.read_text(encoding="utf-8", errors="replace").splitlines()


def missing(wanted: dict[str, int], runs: Runs) -> list[tuple[str, int]]:
    """Part and seed of every run that is still to come: one of each part, then all alike."""
    left = [
        (seed > 0, (seed + 1) / number, part, seed)
        for part, number in wanted.items()
        for seed in range(number)
        if seed not in runs.get(part, {})
    ]
    return [(part, seed) for *_, part, seed in sorted(left)]
