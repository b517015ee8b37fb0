"""Telegram's queue: a backlog as large as it keeps, poison of every kind, two ways in at once."""

from tests import databases
from tests.campaign.registry import Outcome, Part, Place
from tests.faults import doors, poison, queue

TELEGRAM_KEEPS = 100_000


def backlog(seed: int, place: Place) -> Outcome:
    """Everything Telegram keeps for a bot, written while it was away."""
    drained = queue.run(seed, updates=TELEGRAM_KEEPS, people=2_000)
    return Outcome(
        cases=drained.updates,
        updates=drained.updates,
        lost=drained.lost,
        inverted=drained.inverted,
        seconds=drained.seconds,
    )


def poisoned(seed: int, place: Place) -> Outcome:
    """One share of all poison; as many runs as shares are the whole of it."""
    judged = poison.run(seed)
    return Outcome(
        cases=judged.poisons,
        updates=judged.poisons,
        lost=judged.neighbours_lost,
        wrong=judged.stuck + judged.untold + judged.uncounted,
        seconds=judged.slowest,
    )


def two_doors(seed: int, place: Place) -> Outcome:
    """What one person does at once comes to two replicas."""
    with databases.copied_database(place.postgres()) as url:
        judged = doors.run(seed, url, rounds=20)
    return Outcome(
        cases=judged.updates,
        updates=judged.updates,
        lost=judged.lost,
        doubled=judged.doubled,
        wrong=judged.broken + judged.unanswered,
    )


PARTS = (
    Part("queue/backlog", "100,000 updates wait at Telegram", (15, 17), backlog, ci=0, campaign=1),
    Part(
        "queue/poison",
        "every kind, field and wrong type",
        (18,),
        poisoned,
        ci=1,
        campaign=poison.SHARES,
    ),
    Part(
        "queue/two-doors",
        "message and press at two replicas at once",
        (11, 12, 21),
        two_doors,
        ci=1,
        campaign=100,
    ),
)
