"""Everybody asks everything: all shares of the requests of which CI asks one."""

from tests.campaign.registry import Outcome, Part, Place
from tests.faults import access_rules


def _everything(seed: int, _: Place) -> Outcome:
    result = access_rules.run(seed)
    return Outcome(cases=result.requests, wrong=len(result.faults))


PARTS = (
    Part(
        "access/everything",
        "every route x role x method x case asked of the desk",
        (75, 77, 82),
        _everything,
        ci=1,
        campaign=access_rules.SHARES,
    ),
)
