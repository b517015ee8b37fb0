"""Floods of people and of one person; the slowest percent of the others is a second at most."""

from tests.campaign.registry import Outcome, Part, Place
from tests.faults.floods import FLOODER, Flooded, many_write_at_once, one_writes_too_much

SECOND = 1.0


def _one(seed: int, place: Place) -> Outcome:
    flooded = one_writes_too_much(seed, place.folder, others=500)
    others = {who: number for who, number in flooded.answers.items() if who != FLOODER}
    wrong = (flooded.waits != {FLOODER: 1}) + (flooded.p99 >= SECOND)
    return _outcome(flooded, 500 - len(others), sum(others.values()) - len(others), wrong)


def _many(seed: int, place: Place) -> Outcome:
    flooded = many_write_at_once(seed, place.folder, people=5000)
    answered = len(flooded.answers)
    twice = sum(flooded.answers.values()) - answered
    wrong = len(flooded.waits) + (flooded.p99 >= SECOND) + (flooded.remembered > 10_000)
    return _outcome(flooded, 5000 - answered, twice, wrong)


def _outcome(flooded: Flooded, lost: int, twice: int, wrong: int) -> Outcome:
    return Outcome(
        cases=1,
        updates=flooded.updates,
        lost=lost,
        doubled=twice,
        wrong=wrong,
        seconds=flooded.p99,
    )


PARTS = (
    Part("floods/one", "200 messages in 10 s from one person, 500 others", (53,), _one, 0, 20),
    Part("floods/many", "5,000 people within a minute", (53,), _many, 0, 5),
)
