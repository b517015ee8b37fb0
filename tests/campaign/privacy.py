"""Erasure of marked people and nasty strings, in the numbers of a campaign."""

from bot.store.engine import sqlite_url
from tests import databases
from tests.campaign.registry import Outcome, Part, Place
from tests.faults import erasure, strings

A_RUN = 100
STRINGS = 2_000


def erased(seed: int, place: Place) -> Outcome:
    """A hundred people on SQLite: every hit and every key that is left is a broken promise."""
    data, aside = place.folder / "data", place.folder / "aside"
    data.mkdir()
    aside.mkdir()
    url = sqlite_url(data / "lotse.db")
    databases.migrate(url)
    done = erasure.run(seed, A_RUN, url, aside, data)
    return Outcome(done.people, done.updates, wrong=len(done.hits) + done.keys_left)


def shown(seed: int, place: Place) -> Outcome:
    """Two thousand strings in every sink."""
    del place
    done = strings.run(seed, STRINGS)
    return Outcome(done.looks, wrong=len(done.wrong))


PARTS = (
    Part("erasure", "everybody erased, every byte looked through", (51, 85, 86), erased, 0, 5),
    Part("strings", "nasty strings in every sink", (54, 79, 80), shown, 0, 5),
)
