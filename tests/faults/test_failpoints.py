"""Kills at every named place, on both databases: nothing is lost, doubled or out of order."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import kills
from tests.faults.board import Board
from tests.faults.forking import ForkServer
from tests.faults.places import ON_SQLITE, PLACES

PIECES = 4
"""In which all places are taken, so that workers share them; each place once on each database."""

FEWEST = 60


@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_kills_at_every_place(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    forks: ForkServer,
    database: str,
    piece: int,
    record_property: Callable[[str, object], None],
) -> None:
    """Every place is passed and kills once: fault 1, fault 2, fault 3, fault 4, fault 5, fault 6,
    fault 7, fault 8, fault 9, fault 11.
    """
    postgres = request.getfixturevalue("postgres_server") if database == "postgres" else None
    places = sorted(set(PLACES) - (ON_SQLITE if postgres else set()))[piece::PIECES]
    row = kills.run(piece, tmp_path, forks, postgres, places)
    record_property("figures", f"{database} {piece}: {row.figures} of at most {row.bound}")
    assert not row.problems, "\n".join(row.problems)
    assert row.killed_at == set(places)
    assert row.figures.duplicates <= row.bound


def test_there_are_places_of_every_kind() -> None:
    assert len(PLACES) >= FEWEST


def test_a_board_ends_a_process_at_the_passing_that_was_armed(tmp_path: Path) -> None:
    """Both sides see the same numbers; what is not armed ends nothing."""
    test, bot = (Board(tmp_path / "board", ("here", "there")) for _ in range(2))
    test.arm("there", 2)
    assert [bot.passing(place) for place in ("here", "there", "elsewhere", "there", "there")] == [
        False,
        False,
        False,
        True,
        False,
    ]
    killed_at = [test.killed_at]
    test.disarm()
    killed_at.append(test.killed_at)
    assert killed_at == ["there", None]
    assert (test.passings("here"), test.passings("there")) == (1, 3)
    assert not bot.passing("there")
