"""Updates that could not be read are dropped with the person they are about."""

import pytest
from sqlalchemy import select

from bot.model.records import Incoming
from bot.store.memory import MemoryStore
from bot.store.shredding import names
from bot.store.tables import quarantine
from bot.usecases.ports import Store
from tests.databases import opened
from tests.store.examples import NOW, conversation

SOMEBODY = 777001
TEXT = '{"update_id": 5, "message": {"chat": {"id": %s}, "text": "secret", "x": [[['


@pytest.mark.parametrize(
    ("body", "theirs"),
    [
        ({"unreadable": TEXT % "777001"}, True),
        ({"unreadable": TEXT % "777001.0"}, True),
        ({"unreadable": "777001"}, True),
        ({"unreadable": TEXT % "1777001"}, False),
        ({"unreadable": TEXT % "7770012"}, False),
        ({"message": {"from": {"id": 777001}}}, True),
        ({"message": {"chat": {"id": "777001"}}}, True),
        ({"message": {"from": {"id": 2}, "text": "call 777001 please"}}, False),
    ],
)
def test_an_update_names_a_person(body: dict[str, object], *, theirs: bool) -> None:
    assert names({"update_id": 5, **body}, SOMEBODY) is theirs


def quarantined(store: Store) -> None:
    """An unreadable update of each of two people; the first of them is forgotten."""
    with store.transaction() as work:
        work.people.save(SOMEBODY, conversation("person-1"), NOW)
        for number, account in enumerate((SOMEBODY, SOMEBODY + 1)):
            body = {"update_id": number, "unreadable": TEXT % account}
            work.updates.quarantine(Incoming(number, "", body), "unreadable", NOW)
    with store.transaction() as work:
        work.people.forget("person-1", NOW)


def test_it_goes_with_the_person_and_with_nobody_else(url: str) -> None:
    with opened(url) as store:
        quarantined(store)
        with store._engine.connect() as connection:
            assert connection.execute(select(quarantine.c.update_id)).scalars().all() == [1]


def test_it_goes_from_memory_too() -> None:
    store = MemoryStore()
    quarantined(store)
    assert list(store._state.quarantine) == [1]
