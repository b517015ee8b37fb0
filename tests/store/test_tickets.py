from dataclasses import replace

import pytest

from bot.model.content import Priority
from bot.model.listing import Shown, Wanted, belongs, rank
from bot.model.phrases import Phrase
from bot.model.records import AuditEntry, Change
from bot.model.tickets import Author, CardItem, Item, NoteItem, State
from bot.usecases.ports import NotCommitted, Store
from tests.playing.tickets import every_ticket, open_tickets
from tests.store.examples import (
    HOUR,
    NOW,
    closed,
    committed,
    conversation,
    item,
    load,
    ticket,
    undone,
)


def test_a_ticket_comes_back_as_it_was_saved(store: Store) -> None:
    plain = ticket("PLAIN")
    full = replace(
        closed(ticket("FULL", person="anna", danger="violence"), NOW + HOUR),
        priority=Priority.P0,
        claimed_by="carla",
        reachable=False,
        version=9,
    )
    committed(store, plain, full)
    with store.transaction() as work:
        assert work.tickets.load(["PLAIN", "FULL", "NONE"], None) == {"PLAIN": plain, "FULL": full}


def test_saving_again_replaces(store: Store) -> None:
    committed(store, ticket("A"))
    for version in (2, 3):
        with store.transaction() as work:
            before = work.tickets.load(["A"], None)["A"]
            assert before.version == version - 1
            work.tickets.save(replace(before, version=version, state=State.CLAIMED))
    with store.transaction() as work:
        assert load(work, "A") == ticket("A", version=3, state=State.CLAIMED)


def test_what_a_unit_saves_it_sees(store: Store) -> None:
    with store.transaction() as work:
        work.tickets.save(ticket("A", person="anna"))
        work.tickets.add("A", [item(1)])
        assert work.tickets.item_count("A") == 1
        work.tickets.add("A", [item(2)])
        assert work.tickets.items("A") == (item(1), item(2))
        assert load(work, "A") == ticket("A", person="anna")
        assert open_tickets(work, "work") == [ticket("A", person="anna")]
        work.tickets.save(ticket("A", version=2))
        assert work.tickets.of_people(["anna"]) == {"anna": []}


def test_other_teams_see_nothing(store: Store) -> None:
    committed(store, ticket("OURS"), ticket("THEIRS", team="berg"))
    with store.transaction() as work:
        both = ["OURS", "THEIRS"]
        assert set(work.tickets.load(both, ["work"])) == {"OURS"}
        assert set(work.tickets.load(both, ["berg", "work"])) == set(both)
        assert work.tickets.load(both, []) == {}
        assert work.tickets.load(["THEIRS"], {"work"}) == {}
        assert [one.code for one in every_ticket(work, "work")] == ["OURS"]
        assert every_ticket(work) == []
        assert {change.ticket for change in work.tickets.changes(0, ["work"])} == {"OURS"}
        assert work.tickets.changes(0, []) == []


def test_tickets_of_people_are_in_order_of_time(store: Store) -> None:
    committed(
        store,
        ticket("LATER", person="anna", created=NOW + HOUR),
        ticket("FIRST", person="anna"),
        ticket("HIS", person="ben"),
        ticket("NOBODYS"),
    )
    with store.transaction() as work:
        theirs = work.tickets.of_people(["anna", "ben", "carla"])
    codes = {person: [one.code for one in whole] for person, whole in theirs.items()}
    assert codes == {"anna": ["FIRST", "LATER"], "ben": ["HIS"], "carla": []}


def test_the_most_pressing_is_listed_first(store: Store) -> None:
    committed(
        store,
        ticket("SOON", due=NOW + HOUR),
        ticket("LATE", due=NOW + 2 * HOUR),
        ticket("DANGER", priority=Priority.P0, due=NOW + 3 * HOUR),
        ticket("SAME", due=NOW + HOUR),
        closed(ticket("OLD"), NOW),
        closed(ticket("DONE", priority=Priority.P0), NOW + HOUR),
    )
    pressing = ["DANGER", "SAME", "SOON", "LATE"]
    with store.transaction() as work:
        assert [one.code for one in open_tickets(work, "work")] == pressing
        assert [one.code for one in every_ticket(work, "work")] == [*pressing, "DONE", "OLD"]


@pytest.mark.parametrize("shown", Shown)
def test_every_list_is_what_the_rules_say_page_by_page(store: Store, shown: Shown) -> None:
    """Stores look by their own means; what comes out is that of `bot.model.listing`."""
    states = tuple(State)
    made = [
        ticket(
            f"T{number:02d}",
            team=("work", "berg", "else")[number % 3],
            priority=tuple(Priority)[number % 3],
            state=(state := states[number % len(states)]),
            claimed_by=("anna", "ben", None)[number // 2 % 3],
            due=NOW + (number * 7 % 5 - 2) * HOUR,
            closed=NOW - number * HOUR if state is State.CLOSED else None,
        )
        for number in range(60)
    ]
    committed(store, *made)
    wanted = Wanted(frozenset({"work", "berg"}), shown, "anna", NOW)
    due = sorted((one for one in made if belongs(one, wanted)), key=rank)
    assert len(due) > 4
    with store.transaction() as work:
        pages = [work.tickets.listed(wanted, 3, skip) for skip in range(0, len(due) + 3, 3)]
        assert [one for page in pages for one in page] == due
        assert work.tickets.counted(wanted) == {
            each: sum(belongs(one, replace(wanted, shown=each)) for one in made)
            for each in Shown
            if each is not Shown.CLOSED
        }
        nobody = replace(wanted, teams=frozenset())
        assert work.tickets.listed(nobody, 9) == []
        assert set(work.tickets.counted(nobody).values()) == {0}


def test_items_come_back_in_order(store: Store) -> None:
    card = CardItem("work.permit", Phrase("work/permit#title", {}))
    second = Item(2, NOW + HOUR, Author.CASEWORKER, NoteItem("call her"), "carla")
    committed(store, ticket("A"), ticket("B"))
    with store.transaction() as work:
        work.tickets.add("A", [item(1, body=card), second])
        work.tickets.add("B", [item(1, "other")])
    with store.transaction() as work:
        assert work.tickets.items("A") == (item(1, body=card), second)
        assert work.tickets.item_count("A") == 2
        assert work.tickets.items("NONE") == ()
        assert work.tickets.item_count("NONE") == 0


def test_shredding_takes_what_was_said_and_keeps_the_numbers(store: Store) -> None:
    committed(store, ticket("A", danger="violence"), ticket("B"))
    with store.transaction() as work:
        work.tickets.add("A", [item(1, "a secret"), item(2)])
        work.tickets.add("B", [item(1)])
        work.tickets.shred("A")
        work.tickets.shred("NONE")
    with store.transaction() as work:
        assert work.tickets.items("A") == ()
        assert work.tickets.item_count("A") == 2
        left = load(work, "A")
        assert left is not None
        assert (left.topic, left.danger, left.municipality) == (None, None, None)
        assert (left.code, left.queue, left.created) == ("A", "work", NOW)
        assert work.tickets.items("B") == (item(1),)


def test_a_shredded_ticket_goes_on(store: Store) -> None:
    committed(store, ticket("A"))
    with store.transaction() as work:
        work.tickets.add("A", [item(1, "a secret")])
        work.tickets.shred("A")
        work.tickets.add("A", [item(2, "withdrawn")])
    with store.transaction() as work:
        assert work.tickets.items("A") == (item(2, "withdrawn"),)
        left = load(work, "A")
        assert left is not None
        work.tickets.save(replace(left, version=2, topic="home"))
        work.tickets.add("A", [item(3)])
    with store.transaction() as work:
        assert work.tickets.items("A") == (item(2, "withdrawn"), item(3))
        again = load(work, "A")
        assert again is not None
        assert again.topic == "home"


def test_closed_tickets_are_due_for_shredding_once(store: Store) -> None:
    committed(
        store,
        closed(ticket("B"), NOW - 2 * HOUR),
        closed(ticket("A"), NOW - 3 * HOUR),
        closed(ticket("YOUNG"), NOW),
        ticket("OPEN"),
    )
    with store.transaction() as work:
        assert work.tickets.closed_before(NOW) == ["A", "B"]
        work.tickets.shred("A")
        assert work.tickets.closed_before(NOW) == ["B"]
    with store.transaction() as work:
        work.tickets.add("A", [item(1, "one more word")])
        work.tickets.shred("B")
    with store.transaction() as work:
        assert work.tickets.closed_before(NOW) == ["A"]


def test_the_trail_tells_who_did_what(store: Store) -> None:
    first = AuditEntry("A", NOW, "claim", "work", "carla", {"from": "new"})
    second = AuditEntry("A", NOW, "withdraw", "work")
    committed(store, ticket("A"))
    with store.transaction() as work:
        work.tickets.audit(first)
        work.tickets.audit(AuditEntry("B", NOW, "read", "work", "carla"))
        assert work.tickets.audit_trail("A") == [first]
        work.tickets.audit(second)
    with store.transaction() as work:
        assert work.tickets.audit_trail("A") == [first, second]


def test_the_trail_is_forgotten_from_its_beginning_to_the_first_open_ticket(store: Store) -> None:
    committed(store, closed(ticket("A"), NOW), ticket("B"), closed(ticket("C"), NOW))
    with store.transaction() as work:
        for day, code in enumerate("ACBAC"):
            work.tickets.audit(AuditEntry(code, NOW + 24 * day * HOUR, "read", "work"))
    with store.transaction() as work:
        assert work.tickets.drop_audit(NOW + 24 * HOUR) == 1
        assert work.tickets.drop_audit(NOW + 96 * HOUR) == 1
        assert [len(work.tickets.audit_trail(code)) for code in "ABC"] == [1, 1, 1]
        work.tickets.save(closed(ticket("B"), NOW))
        assert work.tickets.drop_audit(NOW + 999 * HOUR) == 2
        assert [len(work.tickets.audit_trail(code)) for code in "ABC"] == [0, 0, 1]
        assert work.tickets.drop_audit(NOW + 999 * HOUR) == 0


def test_every_change_is_told_in_order(store: Store) -> None:
    committed(store, ticket("A"))
    with store.transaction() as work:
        before = work.tickets.changes(0, ["work", "berg"])
        assert [(change.team, change.ticket) for change in before] == [("work", "A")]
    last = before[-1].id
    with store.transaction() as work:
        work.tickets.add("A", [item(1)])
    with store.transaction() as work:
        work.tickets.save(ticket("A", team="berg", version=2))
    with store.transaction() as work:
        after = work.tickets.changes(last, ["work", "berg"])
        assert {(change.team, change.ticket) for change in after[:1]} == {("work", "A")}
        assert {change.team for change in after[1:]} == {"work", "berg"}
        assert [change.id for change in after] == sorted(change.id for change in after)
        assert all(change.id > last for change in after)
        assert work.tickets.changes(after[-1].id, ["work", "berg"]) == []
        assert isinstance(after[0], Change)


def test_the_code_of_another_ticket_is_never_overwritten(store: Store) -> None:
    committed(store, ticket("A", person="anna"))
    with pytest.raises(NotCommitted):
        committed(store, ticket("A", person="ben", created=NOW + HOUR))
    with store.transaction() as work:
        assert load(work, "A") == ticket("A", person="anna")


def test_an_exception_leaves_nothing(store: Store) -> None:
    committed(store, ticket("A"))
    with undone(store) as work:
        work.people.save(1, conversation("anna"), NOW)
        work.tickets.save(ticket("A", version=2))
        work.tickets.save(ticket("B"))
        work.tickets.add("A", [item(1)])
        work.tickets.audit(AuditEntry("A", NOW, "claim", "work"))
        work.tickets.shred("A")
        assert work.tickets.changes(0, ["work"])
    with store.transaction() as work:
        assert work.tickets.load(["A", "B"], None) == {"A": ticket("A")}
        assert work.tickets.item_count("A") == 0
        assert work.tickets.audit_trail("A") == []
        assert len(work.tickets.changes(0, ["work"])) == 1
