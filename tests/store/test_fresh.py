"""What was just sealed is not opened again; and it stays in memory for a minute at most."""

import gc
from collections.abc import Iterator
from functools import partial

import pytest

from bot.model.conversation import Conversation
from bot.store import sql
from bot.store.crypto import Key
from bot.store.shapes import Unreadable
from bot.store.sql import SqlStore, people
from bot.store.sql.fresh import LONGEST, MOST, Briefly, Fresh
from tests.databases import opened
from tests.store.examples import NOW, conversation, delivery

HERE = b"people|conversation|1"


class Watch:
    """A clock that stands still until it is told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The clock of every store that is opened from now on."""
    watch = Watch()
    monkeypatch.setattr(sql, "Fresh", partial(Fresh, watch))
    return watch


@pytest.fixture
def fresh_store(url: str, watch: Watch) -> Iterator[SqlStore]:
    del watch  # it is the clock of this store
    with opened(url) as store:
        yield store


class Closed:
    """Instead of what reads conversations: nobody may read."""

    def read(self, _: bytes) -> Conversation:
        raise Unreadable("nobody may read")


def in_memory(marker: str) -> int:
    """How many conversations of this person lie in memory."""
    return sum(one.person == marker for one in gc.get_objects() if type(one) is Conversation)


def test_the_very_bytes_in_their_place_stand_for_the_value() -> None:
    known, said, key = Fresh(), conversation("anna"), Key(bytes(32))
    known.keep_conversation("tg", HERE, b"sealed", key, said)
    assert known.conversation("tg", HERE, b"other") is None
    assert known.conversation("tg", b"elsewhere", b"sealed") is None
    assert known.conversation("another", HERE, b"sealed") is None
    assert known.conversation("tg", HERE, b"sealed") == (key, said)
    known.keep_conversation("tg", HERE, b"later", key, said)
    assert known.conversation("tg", HERE, b"sealed") is None


def test_a_delivery_is_taken_once() -> None:
    known, said = Fresh(), delivery(1)
    known.keep_delivery(HERE, b"sealed", said)
    assert known.delivery(HERE, b"other") is None
    assert known.delivery(HERE, b"sealed") is said
    assert known.delivery(HERE, b"sealed") is None


def test_what_is_old_or_too_much_goes(watch: Watch) -> None:
    kept = Briefly[int](watch)
    for number in range(MOST + 1):
        watch.now += 0.01
        kept.keep(number, number)
    assert (kept.get(0), kept.get(1)) == (None, 1)
    watch.now += LONGEST - 1
    kept.keep(1, 1)
    kept.drop_old()
    assert (kept.get(2), kept.get(MOST), kept.get(1)) == (None, MOST, 1)
    kept.clear()
    assert kept.get(1) is None


def test_who_answers_at_once_is_not_opened(
    fresh_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = conversation("anna")
    with fresh_store.transaction() as work:
        work.people.save(1, said, NOW)
    monkeypatch.setattr(people, "CONVERSATION", Closed())
    with fresh_store.transaction() as work:
        assert work.people.load([1]) == {1: said}
    with fresh_store.transaction() as work:
        assert work.people.load([1]) == {1: said}


def test_who_was_silent_is_opened_once(fresh_store: SqlStore, watch: Watch) -> None:
    with fresh_store.transaction() as work:
        work.people.save(1, conversation("anna"), NOW)
    watch.now += LONGEST + 1
    with fresh_store.transaction() as work:
        first = work.people.load([1])[1]
    with fresh_store.transaction() as work:
        assert work.people.load([1])[1] is first


def test_what_another_process_wrote_is_what_counts(url: str, fresh_store: SqlStore) -> None:
    with fresh_store.transaction() as work:
        work.people.save(1, conversation("anna"), NOW)
    with opened(url) as other, other.transaction() as work:
        before = work.people.load([1])
        work.people.save(1, conversation("anna", topic="work"), NOW)
    assert before == {1: conversation("anna")}
    with fresh_store.transaction() as work:
        assert work.people.load([1]) == {1: conversation("anna", topic="work")}


def test_nothing_stays_of_who_is_silent_for_a_minute(fresh_store: SqlStore, watch: Watch) -> None:
    with fresh_store.transaction() as work:
        work.people.save(1, conversation("anna-who-is-silent"), NOW)
    assert in_memory("anna-who-is-silent") == 1
    watch.now += LONGEST + 1
    with fresh_store.transaction() as work:
        work.notes.get("anything")
    assert in_memory("anna-who-is-silent") == 0


def test_nothing_stays_of_who_is_erased(fresh_store: SqlStore) -> None:
    with fresh_store.transaction() as work:
        work.people.save(1, conversation("anna-who-goes"), NOW)
    assert in_memory("anna-who-goes") == 1
    with fresh_store.transaction() as work:
        work.people.forget("anna-who-goes", NOW)
    assert in_memory("anna-who-goes") == 0
