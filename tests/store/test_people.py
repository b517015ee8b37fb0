from bot.model.outbox import Fate, Report
from bot.model.records import Job, JobKind
from bot.usecases.ports import Store
from tests.store.examples import (
    HOUR,
    NOW,
    committed,
    conversation,
    delivery,
    item,
    ticket,
    undone,
    words,
)


def test_what_was_saved_is_loaded(store: Store) -> None:
    anna, ben = conversation("anna"), conversation("ben", language="ar")
    with store.transaction() as work:
        work.people.save(1, anna, NOW)
        work.people.save(2, ben, NOW)
    with store.transaction() as work:
        assert work.people.load([1, 2, 3]) == {1: anna, 2: ben}
        assert work.people.load([]) == {}


def test_what_a_unit_saves_it_sees(store: Store) -> None:
    with store.transaction() as work:
        assert work.people.load([1]) == {}
        work.people.save(1, conversation("anna"), NOW)
        work.people.save(1, conversation("anna", topic="work"), NOW)
        assert work.people.load([1]) == {1: conversation("anna", topic="work")}
        assert work.people.conversation("anna") == (1, conversation("anna", topic="work"))


def test_saving_again_replaces(store: Store) -> None:
    for topic in ("work", "home", None):
        with store.transaction() as work:
            work.people.save(1, conversation("anna", topic=topic), NOW)
    with store.transaction() as work:
        assert work.people.load([1]) == {1: conversation("anna")}


def test_someone_is_found_by_person(store: Store) -> None:
    with store.transaction() as work:
        work.people.save(-(2**60), conversation("anna"), NOW)
    with store.transaction() as work:
        assert work.people.conversation("anna") == (-(2**60), conversation("anna"))
        assert work.people.conversation("ben") is None


def test_an_exception_leaves_nothing(store: Store) -> None:
    with store.transaction() as work:
        work.people.save(1, conversation("anna"), NOW)
    with undone(store) as work:
        work.people.save(1, conversation("anna", topic="work"), NOW)
        work.people.save(2, conversation("ben"), NOW)
        work.outbox.put([delivery(1)], NOW)
        work.notes.put("offset", "7")
        assert work.people.load([1, 2])
    with store.transaction() as work:
        assert work.people.load([1, 2]) == {1: conversation("anna")}
        assert work.outbox.waiting() == 0
        assert work.notes.get("offset") is None


def test_idle_means_not_saved_since(store: Store) -> None:
    with store.transaction() as work:
        for number, (name, at) in enumerate(
            [("late", NOW), ("early", NOW - 2 * HOUR), ("between", NOW - HOUR)]
        ):
            work.people.save(number, conversation(name), at)
    with store.transaction() as work:
        assert work.people.idle_since(NOW) == ["early", "between"]
        work.people.save(1, conversation("early"), NOW)
        assert work.people.idle_since(NOW) == ["between"]


def test_forgetting_somebody_takes_all_that_is_theirs(store: Store) -> None:
    with store.transaction() as work:
        work.people.save(1, conversation("anna"), NOW)
        work.people.save(2, conversation("ben"), NOW)
        work.tickets.save(ticket("HERS", person="anna", danger="violence"))
        work.tickets.add("HERS", [item(1, "a secret")])
        work.tickets.save(ticket("HIS", person="ben"))
        work.tickets.add("HIS", [item(1, "stays")])
        work.outbox.put([delivery(1, "for her"), delivery(2, "for him")], NOW)
        work.outbox.put([delivery(9, "about her", person="anna")], NOW)
        work.jobs.put(Job(JobKind.DUE, "anna", NOW))
        work.jobs.put(Job(JobKind.DUE, "ben", NOW))
    with store.transaction() as work:
        work.people.forget("anna", NOW)
        work.outbox.put([delivery(1, "all is deleted")], NOW)
    with store.transaction() as work:
        assert work.people.load([1, 2]) == {2: conversation("ben")}
        assert work.people.conversation("anna") is None
        told = [queued.delivery for queued in work.outbox.take(NOW, (), 9)]
        assert words(told) == ["for him", "all is deleted"]
        assert work.jobs.due(NOW, 9) == [Job(JobKind.DUE, "ben", NOW)]
        assert work.tickets.items("HERS") == ()
        assert work.tickets.items("HIS") == (item(1, "stays"),)
        left = work.tickets.load(["HERS"], None)["HERS"]
        assert left == ticket("HERS", topic=None, municipality=None, language="und")


def test_somebody_forgotten_may_come_back_as_somebody_new(store: Store) -> None:
    for person in ("anna", "anna-again", "anna-once-more"):
        with store.transaction() as work:
            assert work.people.load([1]) == {}
            work.people.save(1, conversation(person), NOW)
            assert work.people.load([1])[1].person == person
            work.people.forget(person, NOW)
            work.people.forget(person, NOW)
            assert work.people.load([1]) == {}


def test_a_return_in_the_same_unit_is_kept(store: Store) -> None:
    with store.transaction() as work:
        work.people.save(1, conversation("anna"), NOW)
    with store.transaction() as work:
        work.people.forget("anna", NOW)
        work.people.save(1, conversation("anna-again"), NOW)
    with store.transaction() as work:
        assert work.people.load([1]) == {1: conversation("anna-again")}


def test_forgetting_a_stranger_changes_nothing(store: Store) -> None:
    committed(store, ticket("HIS", person="ben"))
    with store.transaction() as work:
        work.people.forget("nobody", NOW)
        assert work.tickets.load(["HIS"], None)["HIS"].person == "ben"


def test_a_report_about_a_forgotten_delivery_is_passed_over(store: Store) -> None:
    with store.transaction() as work:
        work.people.save(1, conversation("anna"), NOW)
        work.outbox.put([delivery(1)], NOW)
        flying = work.outbox.take(NOW, (), 1)
        work.people.forget("anna", NOW)
        work.outbox.mark([Report(flying[0].id, Fate.SENT, message_id=5)], NOW)
        assert work.outbox.waiting() == 0
