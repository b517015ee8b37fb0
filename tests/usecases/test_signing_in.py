from dataclasses import replace
from datetime import timedelta

from bot.usecases import signing_in
from bot.usecases.signing_in import IDLE, INVITATION, WORKING_DAY
from tests.usecases.county import ANNA, County


def started(county: County, name: str = "one", before: str | None = None) -> None:
    with county.unit() as unit:
        signing_in.start(unit, ANNA.id, name, "csrf", before)


def is_in(county: County, name: str = "one") -> bool:
    with county.unit() as unit:
        return signing_in.current(unit, name) is not None


def test_a_session_lives_while_it_is_used_and_ends_when_it_is_not() -> None:
    county = County()
    started(county)
    for _ in range(4):
        county.clock.go(IDLE - timedelta(minutes=1))
        assert is_in(county)
    county.clock.go(IDLE)
    assert not is_in(county)


def test_listening_does_not_keep_a_session_alive() -> None:
    county = County()
    started(county)
    county.clock.go(IDLE - timedelta(minutes=1))
    with county.unit() as unit:
        assert signing_in.owner(unit, "one") is not None
    county.clock.go(timedelta(minutes=1))
    with county.unit() as unit:
        assert signing_in.owner(unit, "one") is None
    assert not is_in(county)


def test_a_session_ends_with_the_working_day_however_busy() -> None:
    county = County()
    started(county)
    for _ in range(int(WORKING_DAY / timedelta(minutes=20)) - 1):
        county.clock.go(timedelta(minutes=20))
        assert is_in(county)
    county.clock.go(timedelta(minutes=20))
    assert not is_in(county)


def test_signing_in_again_ends_the_browsers_session_before() -> None:
    """The session of before is worth nothing: fault 77."""
    county = County()
    started(county)
    started(county, "two", before="one")
    assert not is_in(county, "one")
    assert is_in(county, "two")


def test_an_account_switched_off_is_out_at_once() -> None:
    """An open session ends with the account: fault 76."""
    county = County()
    started(county)
    with county.unit() as unit:
        unit.work.staff.save(replace(ANNA, active=False), None)
        assert signing_in.owner(unit, "one") is None
        assert signing_in.account(unit, "anna") is None
    assert not is_in(county)


def test_an_invitation_sets_a_password_once_and_ends_other_sessions() -> None:
    """A link works once and ends other sessions: fault 78."""
    county = County()
    started(county)
    with county.unit() as unit:
        signing_in.invite(unit, replace(ANNA, login=" Anna.B "), "link")
    with county.unit() as unit:
        accepted = signing_in.accept(unit, "link", "hash")
        assert accepted is not None
        assert accepted.id == ANNA.id
        assert signing_in.accept(unit, "link", "other") is None
        found = signing_in.account(unit, signing_in.tidy("ANNA.B  "))
        assert found is not None
        assert found[1] == "hash"
    assert not is_in(county)


def test_an_old_invitation_is_worth_nothing() -> None:
    county = County()
    with county.unit() as unit:
        signing_in.invite(unit, ANNA, "link")
    county.clock.go(INVITATION)
    with county.unit() as unit:
        assert signing_in.accept(unit, "link", "hash") is None
        assert signing_in.accept(unit, "no link", "hash") is None
