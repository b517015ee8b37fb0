"""Parts of what a store holds of a ticket are those that all of it has."""

import pytest

from bot.model.records import AuditEntry
from bot.usecases.ports import Store
from tests.store.examples import HOUR, NOW, committed, item, ticket


def filled(store: Store) -> None:
    """Two tickets whose items and entries were written in turns."""
    committed(store, ticket("A"), ticket("B"))
    for number in range(1, 6):
        with store.transaction() as work:
            for code in "AB":
                work.tickets.add(code, [item(number, f"{code}{number}")])
                what = ("read", "note")[number % 2]
                work.tickets.audit(AuditEntry(code, NOW + number * HOUR, what, "work"))


@pytest.mark.parametrize("after", [0, 2, 5, 9])
@pytest.mark.parametrize("most", [0, 2, 9, None])
def test_items_are_read_from_a_number_on(store: Store, after: int, most: int | None) -> None:
    filled(store)
    with store.transaction() as work:
        every = work.tickets.items("A")
        assert work.tickets.items("A", after, most) == every[after:][:most]
        assert work.tickets.readable("A", after) == len(every[: max(0, after - 1)])


def test_the_newest_items_are_in_their_order(store: Store) -> None:
    filled(store)
    with store.transaction() as work:
        every = work.tickets.items("A")
        assert work.tickets.newest_items("A", 2) == every[-2:]
        assert work.tickets.newest_items("A", 9) == every
        assert work.tickets.newest_items("NONE", 9) == ()
        work.tickets.add("A", [item(6)])
        assert work.tickets.newest_items("A", 2) == (every[-1], item(6))
        assert work.tickets.readable("A", 99) == 6


def test_what_was_shredded_is_neither_read_nor_counted(store: Store) -> None:
    filled(store)
    with store.transaction() as work:
        work.tickets.shred("A")
        work.tickets.add("A", [item(6)])
    with store.transaction() as work:
        assert work.tickets.newest_items("A", 9) == work.tickets.items("A", 2) == (item(6),)
        assert (work.tickets.readable("A", 6), work.tickets.readable("A", 7)) == (0, 1)


def test_of_the_trail_kinds_times_and_the_newest_are_read(store: Store) -> None:
    filled(store)
    late = AuditEntry("A", NOW + 9 * HOUR, "read", "work", "carla", {"item": "1"})
    with store.transaction() as work:
        tickets = work.tickets
        tickets.audit(late)
        every = tickets.audit_trail("A")
        assert len(every) == tickets.audit_count("A") == 6
        reads = [entry for entry in every if entry.what == "read"]
        assert tickets.audit_trail("A", {"read"}) == reads
        assert tickets.audit_trail("A", {"read", "note"}, NOW + 4 * HOUR) == every[-3:]
        assert tickets.audit_trail("A", None, NOW + 5 * HOUR) == every[-2:]
        assert tickets.audit_trail("A", ()) == []
        assert tickets.newest_audit("A", 3) == every[-3:]
        assert tickets.newest_audit("A", 99) == every
        assert (tickets.newest_audit("NONE", 9), tickets.audit_count("NONE")) == ([], 0)
    with store.transaction() as work:
        assert work.tickets.newest_audit("A", 3) == every[-3:]
