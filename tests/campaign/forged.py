"""Buttons nobody made, in numbers: twenty thousand presses a run."""

from tests.campaign.registry import Outcome, Part, Place
from tests.faults import forged


def _presses(seed: int, _: Place) -> Outcome:
    found = forged.run(seed, presses=20_000)
    return Outcome(cases=found.presses, wrong=len(found.faults))


PARTS = (
    Part(
        "forged/presses",
        "forged, flipped and random button data from everybody everywhere",
        (46, 48),
        _presses,
        ci=0,
        campaign=50,
    ),
)
