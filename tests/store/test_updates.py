from bot.model.records import Incoming
from bot.usecases.ports import Store
from tests.store.examples import HOUR, NOW


def update(number: int, natural: str = "") -> Incoming:
    return Incoming(number, natural, {"update_id": number})


def test_an_update_is_seen_once(store: Store) -> None:
    """The same update again is no news: fault 11."""
    batch = [update(5), update(4, "chat:1:7:0")]
    with store.transaction() as work:
        assert work.updates.unseen(batch) == batch
        work.updates.seen(batch, NOW)
    with store.transaction() as work:
        assert work.updates.unseen([*batch, update(6)]) == [update(6)]
        assert work.updates.unseen([]) == []


def test_a_lower_number_is_not_an_older_one(store: Store) -> None:
    """Numbers are compared for equality alone: fault 13."""
    with store.transaction() as work:
        work.updates.seen([update(2_000_000)], NOW)
    with store.transaction() as work:
        assert work.updates.unseen([update(3)]) == [update(3)]


def test_the_same_event_under_another_number_is_known(store: Store) -> None:
    """A natural duplicate is no news: fault 11."""
    with store.transaction() as work:
        work.updates.seen([update(1, "chat:1:7:0")], NOW)
    with store.transaction() as work:
        assert work.updates.unseen([update(2, "chat:1:7:0"), update(3, "chat:1:7:99")]) == [
            update(3, "chat:1:7:99")
        ]


def test_a_batch_may_repeat_itself(store: Store) -> None:
    with store.transaction() as work:
        batch = [update(1, "a"), update(1, "a"), update(2, "a"), update(3), update(4)]
        assert work.updates.unseen(batch) == [update(1, "a"), update(3), update(4)]


def test_old_ids_are_dropped(store: Store) -> None:
    """A number may come again when it is old enough: fault 14."""
    with store.transaction() as work:
        work.updates.seen([update(1, "a"), update(2)], NOW - HOUR)
        work.updates.seen([update(3, "b")], NOW)
        work.updates.quarantine(update(1), "malformed", NOW - HOUR)
    with store.transaction() as work:
        assert work.updates.drop_old(NOW) == 2
    with store.transaction() as work:
        batch = [update(1, "a"), update(2), update(3, "b")]
        assert work.updates.unseen(batch) == [update(1, "a"), update(2)]


def test_a_number_that_begins_anew_is_another_update(store: Store) -> None:
    """The same number with another name is new, however young the old one is: fault 14."""
    with store.transaction() as work:
        work.updates.seen([update(1, "a"), update(2)], NOW)
    for _ in range(2):
        with store.transaction() as work:
            fresh = work.updates.unseen([update(1, "b"), update(2)])
            assert fresh == [update(1, "b")]
    with store.transaction() as work:
        assert work.updates.unseen([update(1, "b")]) == [update(1, "b")]
        work.updates.seen([update(1, "b")], NOW)
    with store.transaction() as work:
        assert work.updates.unseen([update(1, "b"), update(2)]) == []


def test_attempts_are_counted_up(store: Store) -> None:
    for count in (1, 2, 3):
        with store.transaction() as work:
            assert work.updates.attempts(7) == count
    with store.transaction() as work:
        assert work.updates.attempts(8) == 1


def test_anything_can_be_quarantined_twice(store: Store) -> None:
    odd = Incoming(9, "", {"text": "half \ud83d and \x00", "deep": [[{"a": None}]]})
    for reason in ("malformed", "raising"):
        with store.transaction() as work:
            work.updates.quarantine(odd, reason, NOW)
