"""Caseworkers' accounts and one-time codes from the command line."""

import re
from pathlib import Path

import pytest

from bot import wiring
from bot.settings import read_settings
from bot.usecases import room, signing_in
from tests.cli.conftest import Lotse

ADD = ("desk", "user", "add", "berta", "--name", "Berta B.", "--team", "integration")


def listed(lotse: Lotse) -> list[list[str]]:
    told = lotse("desk", "user", "list")
    assert told.exit_code == 0, told.stderr
    return [line.split("\t") for line in told.stdout.splitlines()]


def taken(code: str, purpose: str) -> str | None:
    """The login for which the program takes a one-time code, as the bot would."""
    settings = read_settings()
    with wiring.open_house(settings) as house, house.store.transaction() as work:
        owner = work.staff.take_link(code, purpose, house.clock.now())
        account = work.staff.by_id(owner) if owner else None
        return account.login if account else None


def test_without_accounts_the_list_says_how_to_begin(lotse: Lotse) -> None:
    lotse("db", "upgrade")
    assert listed(lotse) == [["there are no accounts: lotse desk user add"]]


def test_an_account_is_added_changed_and_switched_off(lotse: Lotse) -> None:
    added = lotse(*ADD)
    assert added.exit_code == 0, added.stderr
    assert re.search(r"http://127\.0\.0\.1:8080/desk/invite/\S{32} ", added.stdout)
    assert listed(lotse) == [["berta", "Berta B.", "integration"]]
    teams = ("--team", "integration", "--team", "counsel")
    assert lotse("desk", "user", "add", "berta", "--name", "Berta C.", *teams).exit_code == 0
    assert listed(lotse) == [["berta", "Berta C.", "counsel, integration"]]
    off = lotse("desk", "user", "off", "berta")
    assert (off.exit_code, off.stdout) == (
        0,
        "berta is switched off; take them out of the Telegram group as well\n",
    )
    assert listed(lotse) == [["berta", "Berta C.", "counsel, integration", "(off)"]]
    assert lotse(*ADD).exit_code == 0
    assert listed(lotse) == [["berta", "Berta B.", "integration"]]


def test_the_invitation_leads_to_the_public_address(lotse: Lotse) -> None:
    added = lotse(*ADD, LOTSE_PUBLIC_URL="https://lotse.example/")
    assert " https://lotse.example/desk/invite/" in added.stdout


def test_a_login_is_the_same_in_capitals_and_with_spaces(lotse: Lotse) -> None:
    assert lotse("desk", "user", "add", " Berta ", *ADD[4:]).exit_code == 0
    assert lotse(*ADD).exit_code == 0
    assert listed(lotse) == [["berta", "Berta B.", "integration"]]
    assert lotse("desk", "user", "off", "BERTA").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*ADD[:-1], "pirates"), "there is no team 'pirates'; write one of: counsel, integration"),
        ((*ADD, "--language", "fr"), "the desk can be read in: "),
        (("desk", "user", "add", " ", *ADD[4:]), "a login is at least one letter"),
        (("desk", "user", "off", "nobody"), "there is no account 'nobody'"),
        (("desk", "user", "telegram", "nobody"), "there is no account 'nobody'"),
        (("desk", "room", "nobody"), "there is no account 'nobody'"),
    ],
)
def test_what_is_not_possible_is_told_in_a_line(
    lotse: Lotse, arguments: tuple[str, ...], says: str
) -> None:
    lotse("db", "upgrade")
    told = lotse(*arguments)
    assert told.exit_code == 2
    assert told.stderr.splitlines()[-1].startswith(says)
    assert listed(lotse) == [["there are no accounts: lotse desk user add"]]


@pytest.mark.parametrize(
    ("command", "order", "purpose"),
    [
        (("desk", "user", "telegram"), "/bind", room.ACCOUNT_CODE),
        (("desk", "room"), "/bindroom", room.ROOM_CODE),
    ],
)
def test_a_code_is_taken_once_for_its_own_purpose(
    lotse: Lotse, command: tuple[str, ...], order: str, purpose: str
) -> None:
    lotse(*ADD)
    told = lotse(*command, "berta")
    assert told.exit_code == 0
    found = re.search(rf" {order} (\S{{16}}) ", told.stdout)
    assert found is not None, told.stdout
    other = ({room.ACCOUNT_CODE, room.ROOM_CODE} - {purpose}).pop()
    assert taken(found.group(1), other) is None
    assert taken(found.group(1), purpose) == "berta"
    assert taken(found.group(1), purpose) is None


@pytest.mark.parametrize("command", [("desk", "user", "telegram"), ("desk", "room")])
def test_an_account_that_is_off_gets_no_code(lotse: Lotse, command: tuple[str, ...]) -> None:
    lotse(*ADD)
    lotse("desk", "user", "off", "berta")
    told = lotse(*command, "berta")
    assert told.exit_code == 2
    assert "berta is switched off" in told.stderr


def test_a_region_that_does_not_exist_is_told(lotse: Lotse) -> None:
    told = lotse(*ADD, LOTSE_REGION="atlantis")
    assert told.exit_code == 2
    assert "atlantis" in told.stderr
    assert told.stderr.splitlines()[-1].endswith("findings block this content")


def test_another_master_key_is_refused(lotse: Lotse, tmp_path: Path) -> None:
    """The wrong master key does not start: fault 72."""
    lotse(*ADD)
    (tmp_path / "data" / "master.key").unlink()
    told = lotse("desk", "user", "list")
    assert told.exit_code == 2
    assert "BadMasterKey: " in told.stderr


def test_a_lost_laptop_is_signed_out_and_the_account_stays(lotse: Lotse) -> None:
    """Every session ends, in the store and so on every replica: fault 77."""
    lotse(*ADD)
    settings = read_settings()
    with wiring.open_house(settings) as house, house.store.transaction() as work:
        berta = work.staff.all()[0]
        for token in ("laptop", "desktop"):
            signing_in.start(house.unit(work), berta.id, token, "csrf", None)
    told = lotse("desk", "user", "sign-out", "Berta")
    assert (told.exit_code, told.stdout) == (0, "berta is signed out everywhere\n")
    with wiring.open_house(settings) as house, house.store.transaction() as work:
        for token in ("laptop", "desktop"):
            assert signing_in.current(house.unit(work), token) is None
    assert listed(lotse)[0][0] == "berta"
    assert lotse("desk", "user", "sign-out", "nobody").exit_code == 2
