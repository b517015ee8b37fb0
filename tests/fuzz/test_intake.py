"""Twenty thousand mutated updates through the real intake and a real database."""

from pathlib import Path
from random import Random  # noqa: TID251 - seeded, repeatable

import pytest

from bot.channels.telegram.apart import update_in, updates_in
from bot.channels.telegram.cable import _parsed
from bot.channels.telegram.incoming import UNREADABLE
from tests import databases
from tests.campaign import fuzz
from tests.fuzz import intake
from tests.fuzz.mutations import mutated, nested


@pytest.mark.parametrize("seed", range(fuzz.UPDATES.ci))
def test_no_update_crashes_sticks_or_blocks(seed: int, sqlite_url: str) -> None:
    """Mutated updates are done or in quarantine, their neighbours are answered: fault 18.

    Batches that come three times have no second effect: fault 11.
    """
    with databases.opened(sqlite_url) as store:
        figures = intake.run(seed, store, fuzz.BATCHES)
    expected = intake.Figures(figures.updates, figures.quarantined, seconds=figures.seconds)
    assert figures == expected
    assert figures.updates == fuzz.BATCHES * (intake.BATCH + intake.NEIGHBOURS)
    assert figures.quarantined > fuzz.BATCHES


def test_one_update_comes_again_and_again(sqlite_url: str) -> None:
    """However often a seen update comes one by one, it is no poison: fault 11."""
    with databases.opened(sqlite_url) as store, intake.silence():
        counter = intake.Counter(store)
        place = {"from": {"id": 9}, "chat": {"id": 9, "type": "private"}}
        said = {"update_id": 5, "message": {"message_id": 1, "text": "/start", **place}}
        answers = []
        for _ in range(9):
            counter.intake._careful = 5
            intake.taken(counter, [said])
            answers.append(len(counter.sent()))
        counter.runner.close()
    assert answers == [1, *[0] * 8]
    assert counter.intake.counts.quarantined == 0


@pytest.mark.parametrize("depth", [900, 960, 980, 5_000, 200_000])
def test_any_depth_is_put_aside(depth: int, sqlite_url: str) -> None:
    """What is nested too deeply to be read, or to be written down, is in quarantine: fault 18."""
    inside = "[" * depth + "]" * depth
    text = f'{{"update_id": 7, "message": {{"text": {inside}, "chat": {inside}}}}}'
    update = update_in(text)
    assert update is not None
    with databases.opened(sqlite_url) as store, intake.silence():
        counter = intake.Counter(store)
        assert intake.taken(counter, [update]) == 0
        counter.runner.close()
    assert counter.intake.counts.quarantined == 1


def test_an_answer_with_one_unreadable_update_is_taken_apart() -> None:
    """Polling is not stopped by one update that no program can read: fault 18."""
    deep = '{"update_id": 2, "message": ' + "[" * 99_999 + '"]}\\"' + '"' + "]" * 99_999 + "}"
    huge = '{"update_id": 3, "message": {"text": "}{", "date": ' + "9" * 5_000 + "}}"
    payload = f'{{"ok":true,"result":[{{"update_id": 1}},{deep},\n{huge},{{"update_id": 4}}]}}'
    updates = _parsed(payload.encode())["result"]
    assert [update["update_id"] for update in updates] == [1, 2, 3, 4]
    assert [UNREADABLE in update for update in updates] == [False, True, True, False]
    assert updates_in(b'{"ok":false}') is None


def test_mutations_are_of_every_kind() -> None:
    """The test above would prove little if all mutants were alike."""
    chance = Random(3)  # noqa: S311 - a test's own, repeatable
    body = {"update_id": 1, "message": {"chat": {"id": 5}, "text": "x", "entities": [{"a": 1}]}}
    made = [mutated(body, [body], chance) for _ in range(500)]
    assert len({repr(one) for one in made}) > 300
    assert any(isinstance(one.get("update_id"), str) for one in made)
    assert any("message" not in one for one in made)
    assert nested(3) == {"a": [{"a": 1}]}


def test_the_campaign_runs_the_same(tmp_path: Path) -> None:
    with fuzz.opened(tmp_path) as place, place.fresh() as fresh:
        outcome = fuzz.updates(99, fresh, batches=5)
    assert outcome.clean
    assert outcome.cases == 100
