"""Fuzzing as parts of the campaign: mutated updates through the intake."""

from tests import databases
from tests.campaign.registry import Outcome, Part, Place, opened
from tests.fuzz import intake

BATCHES = 100
"""Batches of one run: 2,000 updates."""

__all__ = ["BATCHES", "PARTS", "UPDATES", "opened", "updates"]


def updates(seed: int, place: Place, *, batches: int = BATCHES) -> Outcome:
    url = databases.copied_file(databases.migrated_file(place.folder), place.folder)
    with databases.opened(url) as store:
        figures = intake.run(seed, store, batches)
    return Outcome(
        cases=figures.updates,
        updates=figures.updates,
        lost=figures.neighbours_lost,
        doubled=figures.repeated,
        wrong=figures.stuck + figures.uncounted,
        seconds=figures.seconds,
    )


UPDATES = Part("fuzz/updates", "mutated updates", (11, 18), updates, ci=4, campaign=500)
PARTS = (UPDATES,)
