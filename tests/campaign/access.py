"""Everybody asks everything, of which CI asks a share; two caseworkers take each case at once."""

from tests.campaign.registry import Outcome, Part, Place
from tests.faults import access_replicas, access_rules


def _everything(seed: int, _: Place) -> Outcome:
    result = access_rules.run(seed)
    return Outcome(cases=result.requests, wrong=len(result.faults))


def _races(seed: int, place: Place) -> Outcome:
    races = access_replicas.race(seed, place)
    return Outcome(cases=races.cases, doubled=races.wrong)


PARTS = (
    Part(
        "access/everything",
        "every route x role x method x case asked of the desk",
        (75, 77, 82),
        _everything,
        ci=1,
        campaign=access_rules.SHARES,
    ),
    Part(
        "access/races",
        "two caseworkers on two replicas take one case at once",
        (83,),
        _races,
        ci=0,
        campaign=50,
    ),
)
