"""Every story happens as it is written, over every store, reloaded between all steps."""

from pathlib import Path

import pytest

from bot.store.memory import MemoryStore
from bot.store.sql import SqlStore, open_store
from bot.usecases.ports import Store
from tests import databases
from tests.playing.house import House
from tests.stories.telling import Story, play

STORIES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def house(request: pytest.FixtureRequest) -> House:
    """A house whose database is closed and opened anew before every unit of work."""
    if request.param == "memory":
        return House(MemoryStore())
    url: str = request.getfixturevalue(f"{request.param}_url")
    return _reopening(url, request)


def _reopening(url: str, request: pytest.FixtureRequest) -> House:
    opened: list[SqlStore] = []

    def close() -> None:
        while opened:
            opened.pop().close()

    def reopen() -> Store:
        close()
        opened.append(open_store(url, databases.MASTER))
        return opened[0]

    request.addfinalizer(close)
    return House(reopen(), reopen=reopen)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path: Path, house: House, request: pytest.FixtureRequest) -> None:
    story = Story.read(path)
    told = play(story, house)
    if request.config.getoption("--update-stories"):
        story.write(told)
    expected = [{"do": step["do"], "see": step.get("see", [])} for step in story.steps]
    if not request.config.getoption("--update-stories"):
        assert told == expected
