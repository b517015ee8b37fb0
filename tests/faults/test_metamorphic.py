"""What Telegram doubles, swaps or repeats changes nothing: it ends as a clean run does."""

from contextlib import ExitStack
from itertools import count
from pathlib import Path
from random import Random  # noqa: TID251 - seeded, repeatable

import pytest

from bot.store.memory import MemoryStore
from bot.usecases.ports import Store
from tests import databases
from tests.campaign import fuzz
from tests.faults import metamorphic


@pytest.mark.parametrize("seed", range(fuzz.METAMORPHIC.ci))
def test_doubled_swapped_and_repeated_updates_end_in_the_same_state(seed: int) -> None:
    """Up to five times, batches again: fault 11. A press before the message it followed: fault 12.

    Buttons pressed again, at once or much later, are the same transition: fault 46, fault 47.
    """
    for number in range(fuzz.CONVERSATIONS):
        figures = metamorphic.run(seed * fuzz.CONVERSATIONS + number)
        assert figures.differ == 0, number
        assert figures.deliveries > figures.updates


def test_the_same_on_a_real_database(sqlite_template: Path, tmp_path: Path) -> None:
    """What is known is known from the database: fault 11."""
    with ExitStack() as stack:
        numbers = count()

        def fresh() -> Store:
            folder = tmp_path / str(next(numbers))
            folder.mkdir()
            url = databases.copied_file(sqlite_template, folder)
            return stack.enter_context(databases.opened(url))

        assert metamorphic.run(5, fresh).differ == 0


def test_without_its_names_a_doubled_update_would_be_seen() -> None:
    """The comparison notices what it should: the same words twice are two items."""
    maker = metamorphic._Maker()
    maker.begin(Random(1))  # noqa: S311 - a test's own, repeatable
    maker.say("Vielen Dank")
    clean = metamorphic._played(MemoryStore(), [[one] for one in maker.updates])
    maker.say("Vielen Dank")
    assert metamorphic._played(MemoryStore(), [[one] for one in maker.updates]) != clean
