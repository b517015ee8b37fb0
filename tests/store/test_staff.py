from dataclasses import replace

from bot.model.records import Session
from bot.usecases.ports import Store
from tests.store.examples import HOUR, MINUTE, NOW, caseworker

CARLA = caseworker("carla", telegram_id=77)
BOB = caseworker("bob", language="en", active=False)


def session(token: str, owner: str = CARLA.id) -> Session:
    return Session(token, owner, NOW, NOW + HOUR, f"csrf-{token}")


def test_caseworkers_are_found_by_every_name(store: Store) -> None:
    with store.transaction() as work:
        work.staff.save(CARLA, "hash-of-carla")
        work.staff.save(BOB, None)
    with store.transaction() as work:
        assert work.staff.all() == [BOB, CARLA]
        assert work.staff.by_id(CARLA.id) == CARLA
        assert work.staff.by_login("carla") == CARLA
        assert work.staff.by_login("bob") == BOB
        assert work.staff.by_telegram(77) == CARLA
        assert work.staff.by_id("nobody") is None
        assert work.staff.by_login("nobody") is None
        assert work.staff.password(CARLA.id) == "hash-of-carla"
        assert work.staff.password(BOB.id) == work.staff.password("nobody") == ""
        assert work.staff.by_telegram(78) is None


def test_a_password_stays_until_it_is_changed(store: Store) -> None:
    with store.transaction() as work:
        work.staff.save(CARLA, "first")
    moved = replace(CARLA, teams=frozenset({"berg"}), telegram_id=None)
    with store.transaction() as work:
        work.staff.save(moved, None)
    with store.transaction() as work:
        assert work.staff.by_login("carla") == moved
        assert work.staff.password(CARLA.id) == "first"
        assert work.staff.by_telegram(77) is None
        work.staff.save(moved, "second")
        assert work.staff.password(CARLA.id) == "second"


def test_a_link_works_once_for_its_purpose_and_in_time(store: Store) -> None:
    with store.transaction() as work:
        work.staff.put_link("one", CARLA.id, "bind", NOW + HOUR)
        work.staff.put_link("two", CARLA.id, "bind", NOW + HOUR)
    with store.transaction() as work:
        assert work.staff.take_link("one", "password", NOW) is None
        assert work.staff.take_link("one", "bind", NOW) == CARLA.id
        assert work.staff.take_link("two", "bind", NOW + HOUR) is None
    with store.transaction() as work:
        assert work.staff.take_link("one", "bind", NOW) is None
        assert work.staff.take_link("two", "bind", NOW) is None
        assert work.staff.take_link("three", "bind", NOW) is None


def test_a_session_lasts_until_it_ends(store: Store) -> None:
    with store.transaction() as work:
        for token in ("a", "b"):
            work.staff.put_session(session(token))
        work.staff.put_session(session("other", BOB.id))
    with store.transaction() as work:
        assert work.staff.session("a", NOW) == session("a")
        assert work.staff.session("a", NOW + HOUR) is None
        assert work.staff.session("c", NOW) is None
        work.staff.end_session("a")
        assert work.staff.session("a", NOW) is None
        assert work.staff.session("b", NOW) == session("b")
        work.staff.end_sessions(CARLA.id)
    with store.transaction() as work:
        assert work.staff.session("b", NOW) is None
        assert work.staff.session("other", NOW) == session("other", BOB.id)


def test_links_are_looked_at_without_using_them_and_dropped_by_owner(store: Store) -> None:
    with store.transaction() as work:
        for token, owner, purpose in [
            ("one", CARLA.id, "password"),
            ("two", CARLA.id, "bind"),
            ("three", BOB.id, "password"),
        ]:
            work.staff.put_link(token, owner, purpose, NOW + HOUR)
    with store.transaction() as work:
        assert work.staff.has_link("one", "password", NOW)
        assert work.staff.has_link("one", "password", NOW)
        assert not work.staff.has_link("one", "bind", NOW)
        assert not work.staff.has_link("one", "password", NOW + HOUR)
        work.staff.drop_links(CARLA.id, "password")
        assert not work.staff.has_link("one", "password", NOW)
        assert work.staff.has_link("two", "bind", NOW)
        work.staff.drop_links(CARLA.id, None)
    with store.transaction() as work:
        assert not work.staff.has_link("two", "bind", NOW)
        assert work.staff.has_link("three", "password", NOW)


def test_a_session_that_ended_is_not_prolonged(store: Store) -> None:
    """A page that was loading while its reader signed out brings nothing back: fault 77."""
    with store.transaction() as work:
        work.staff.put_session(session("a"))
        work.staff.prolong("a", NOW + 2 * HOUR)
    with store.transaction() as work:
        assert work.staff.session("a", NOW + HOUR) is not None
        work.staff.end_session("a")
    with store.transaction() as work:
        work.staff.prolong("a", NOW + 2 * HOUR)
        assert work.staff.session("a", NOW) is None


def test_attempts_are_counted_by_name_until_they_are_old(store: Store) -> None:
    with store.transaction() as work:
        for number in range(3):
            for who in ("login:carla", "address:1"):
                work.staff.put_attempt(f"try-{number}", who, NOW + number * MINUTE)
    with store.transaction() as work:
        assert work.staff.attempts("login:carla", NOW - HOUR) == 3
        assert work.staff.attempts("login:bob", NOW - HOUR) == 0
        work.staff.drop_attempt("try-2")
        assert work.staff.attempts("address:1", NOW - HOUR) == 2
        assert work.staff.attempts("address:1", NOW) == 1, "one is just old"
        work.staff.drop_attempts_of("login:carla")
    with store.transaction() as work:
        assert work.staff.attempts("login:carla", NOW - HOUR) == 0
        assert work.staff.attempts("address:1", NOW - HOUR) == 1
