"""The campaign's parts are complete and countable; what they find adds up."""

from pathlib import Path
from typing import Self

from tests.campaign.registry import Outcome, Place, opened, parts

LAST_FAULT = 88
"""The highest number of the fault model."""


def test_parts_name_their_faults_and_run_more_often_in_the_campaign() -> None:
    for part in parts():
        assert part.compared or part.faults, part.name
        assert set(part.faults) <= set(range(1, LAST_FAULT + 1)), part.name
        assert 0 <= part.ci <= part.campaign, part.name
        assert part.campaign > 0, part.name


def test_outcomes_add_up_and_the_longest_time_counts() -> None:
    one = Outcome(2, 30, duplicates=3, bound=16, seconds=4.0)
    two = Outcome(1, 10, lost=1, bound=1, seconds=7.5)
    assert one + two == Outcome(3, 40, lost=1, duplicates=3, bound=17, seconds=7.5)
    assert one.clean
    assert not two.clean
    assert not Outcome(1, duplicates=2, bound=1).clean


def test_what_is_shared_is_made_once_and_runs_have_a_folder_of_their_own(tmp_path: Path) -> None:
    def make() -> "Shared":
        made.append(Shared())
        return made[-1]

    made: list[Shared] = []
    with opened(tmp_path) as place:
        folders = set()
        for _ in range(2):
            with place.fresh() as fresh:
                fresh.shared("thing", make)
                folders.add(fresh.folder)
                assert fresh.folder.is_dir()
        assert [one.closed for one in made] == [False]
    assert [one.closed for one in made] == [True]
    assert len(folders) == 2
    assert not any(folder.exists() for folder in folders)


class Shared:
    """Something dear that has to be closed."""

    closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True


def test_a_place_hands_its_postgres_server_to_every_run(tmp_path: Path) -> None:
    with opened(tmp_path) as place, place.fresh() as fresh:
        fresh._kept["postgres"] = "postgresql://somewhere"
        assert Place.postgres(place) == "postgresql://somewhere"
