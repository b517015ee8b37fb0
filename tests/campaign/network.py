"""Broken networks: what is known after a call, and what becomes of letters."""

from tests.campaign.registry import Outcome, Part, Place
from tests.faults import network, outbound


def calls(seed: int, place: Place) -> Outcome:
    """Every method of ours over every broken wire, once."""
    judged = network.run(seed)
    return Outcome(cases=judged.cases, wrong=len(judged.wrong))


def letters(seed: int, place: Place) -> Outcome:
    """Letters to some chats while every third call fails."""
    judged = outbound.run(seed, chats=16, letters=25)
    return Outcome(
        cases=judged.unclear,
        updates=judged.letters,
        lost=judged.lost,
        inverted=judged.inverted,
        wrong=judged.counted != judged.unclear,
        duplicates=judged.duplicates,
        bound=judged.lost_answers,
    )


PARTS = (
    Part(
        "network/calls",
        "22 broken networks under every method",
        (25, 26, 27, 28, 30),
        calls,
        ci=1,
        campaign=50,
    ),
    Part(
        "network/letters",
        "letters while every third call fails",
        (25, 26, 28, 30),
        letters,
        ci=2,
        campaign=50,
        bounded=True,
    ),
)
