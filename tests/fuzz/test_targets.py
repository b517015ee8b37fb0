"""Everything that takes bytes from outside, fed with a corpus and thousands of made cases."""

import pytest

from tests.campaign import fuzz
from tests.fuzz import feeding, guided
from tests.fuzz.targets import TARGETS

CASES = 2_000


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_crash_hang_or_grow(name: str) -> None:
    """Buttons with any bytes: fault 48. Links with any payload: fault 49. Bodies: fault 23.

    Updates of any shape: fault 18. Content of any bytes, bombs of aliases among it: fault 59.
    Translations of any bytes: fault 61.
    """
    fed = feeding.feed(name, 0, CASES)
    assert fed.cases > CASES
    assert fed.slowest < feeding.LIMIT
    assert fed.grown < 64


def test_every_target_has_a_corpus() -> None:
    assert {path.name for path in guided.CORPUS.iterdir()} == set(TARGETS)
    assert all(feeding.corpus(name) for name in TARGETS)


def test_made_cases_differ_and_come_again() -> None:
    first, again = (list(feeding.made("typed", 4, 200)) for _ in range(2))
    assert first == again
    assert len(set(first)) > 150


def test_the_campaign_is_guided_where_the_fuzzer_is_installed() -> None:
    assert (fuzz.GUIDED in fuzz.PARTS) == guided.installed()
