"""What a county's IT does from the command line: caseworkers' accounts and codes, erasing.

Each function opens the county's store, does one unit of work and returns what to
print. The rules of signing in are in `bot.usecases.signing_in`.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from bot import places, wiring
from bot.desk.pages import LANGUAGES
from bot.model.tickets import Caseworker
from bot.settings import Settings
from bot.usecases import deadlines, room, signing_in
from bot.usecases.forget import forget
from bot.usecases.unit import Unit

T = TypeVar("T")

CODE_VALID = timedelta(hours=24)
LONGEST_ID = 20
"""Digits; Telegram's ids have 16 at most, and Python refuses to read thousands."""


class NotPossible(Exception):
    """The command cannot be carried out; the message says why and what would help."""


def add_user(settings: Settings, login: str, name: str, teams: Sequence[str], language: str) -> str:
    """Create or change an account; returns its one-time invitation link."""
    login = signing_in.tidy(login)
    if not login:
        raise NotPossible("a login is at least one letter, for example: berta")

    def unit_of_work(unit: Unit) -> str:
        known = sorted({queue.team for queue in unit.content.region.queues.values()})
        for team in teams:
            if team not in known:
                raise NotPossible(f"there is no team {team!r}; write one of: {', '.join(known)}")
        if language not in LANGUAGES:
            raise NotPossible(f"the desk can be read in: {', '.join(LANGUAGES)}")
        there = unit.work.staff.by_login(login)
        account = there or Caseworker(unit.chance.id(), login, name, frozenset())
        changed = replace(
            account, name=name, teams=frozenset(teams), language=language, active=True
        )
        token = secrets.token_urlsafe(24)
        signing_in.invite(unit, changed, token)
        return token

    # An account may be the first thing on a new machine, so this one need not be there yet.
    token = _in_house(settings, unit_of_work)
    host, port = settings.desk_bind
    root = settings.public_url or f"http://{host}:{port}"
    return f"{login} sets a password at {root}/desk/invite/{token} (once, within three days)"


def list_users(settings: Settings) -> list[str]:
    """One line for each account: login, name, teams, and whether it is switched off."""

    def unit_of_work(unit: Unit) -> list[str]:
        return [
            f"{one.login}\t{one.name}\t{', '.join(sorted(one.teams))}"
            + ("" if one.active else "\t(off)")
            for one in unit.work.staff.all()
        ]

    return _once(settings, unit_of_work) or ["there are no accounts: lotse desk user add"]


def switch_off(settings: Settings, login: str) -> str:
    """Switch an account off and end its sessions."""

    def unit_of_work(unit: Unit) -> str:
        account = _account(unit, login)
        signing_in.switch_off(unit, account)
        return f"{account.login} is switched off; take them out of the Telegram group as well"

    return _once(settings, unit_of_work)


def sign_out(settings: Settings, login: str) -> str:
    """End every session of an account, which stays as it is."""

    def unit_of_work(unit: Unit) -> str:
        account = _account(unit, login)
        unit.work.staff.end_sessions(account.id)
        return f"{account.login} is signed out everywhere"

    return _once(settings, unit_of_work)


def telegram_code(settings: Settings, login: str) -> str:
    """A code that the caseworker sends to the bot as `/bind <code>`."""
    code = _code(settings, login, room.ACCOUNT_CODE)
    return f"{login} writes to the bot in private: /bind {code} (once, within a day)"


def room_code(settings: Settings, login: str) -> str:
    """A code that makes the forum group it is sent in the caseworkers' room."""
    code = _code(settings, login, room.ROOM_CODE)
    return f"in the forum group, somebody writes: /bindroom {code} (once, within a day)"


def clear(settings: Settings) -> str:
    """Erase what is kept no longer although the guard stopped it: a person has looked."""
    cleared = _once(settings, lambda unit: deadlines.clear(unit, sure=True))
    return f"forgotten: {cleared.forgotten} people, texts of {cleared.shredded} closed cases"


def erase_by_case(settings: Settings, code: str) -> list[str]:
    """Erase the newcomer whose case has this number; returns what was erased."""
    written = code.strip().lstrip("#").upper()

    def unit_of_work(unit: Unit) -> list[str]:
        ticket = unit.work.tickets.load((written,), None).get(written)
        if ticket is None:
            raise NotPossible(f"there is no case {written}")
        if ticket.person is None:
            raise NotPossible(f"case {written} is no longer linked to anybody: nothing to erase")
        return _erased(unit, ticket.person)

    return _once(settings, unit_of_work)


def erase_by_telegram(settings: Settings, typed: str) -> list[str]:
    """Erase the newcomer with this Telegram id; returns what was erased."""
    if not typed.strip().isdecimal() or len(typed.strip()) > LONGEST_ID:
        raise NotPossible("a Telegram id is a number, in a line of its own")
    telegram_id = int(typed)

    def unit_of_work(unit: Unit) -> list[str]:
        known = unit.work.people.load((telegram_id,)).get(telegram_id)
        if known is None:
            raise NotPossible("nothing is stored of anybody with this Telegram id")
        return _erased(unit, known.person)

    return _once(settings, unit_of_work)


def _erased(unit: Unit, person: str) -> list[str]:
    cases = unit.work.tickets.of_people((person,))[person]
    items = sum(unit.work.tickets.item_count(ticket.code) for ticket in cases)
    forget(unit, person)
    lines = ["erased: the conversation with its answers, its key, and messages on their way"]
    if cases:
        codes = ", ".join(ticket.code for ticket in cases)
        lines.append(f"erased: contents of {len(cases)} cases ({codes}), {items} entries")
        lines.append("kept for the figures: number, queue and dates of these cases")
    lines.append(
        "kept: a pseudonym in the ledger of erasures. Not erased: backups, until they are "
        "removed (lotse db restore erases again), and what is on telephones"
    )
    return lines


def verify_audit(settings: Settings, end: str) -> tuple[list[str], bool]:
    """Lines on what a look along the audit's chain found, and whether it is whole."""
    places.need_database(settings)
    with wiring.open_house(settings) as house:
        found = house.store.verified(end)
    counted = f"{found.entries} entries, {found.unmarked} of them without a mark of their own"
    lines = [f"{counted}; the chain ends with {found.last or 'nothing'}"]
    said = {
        0: "the last entries are missing, or the mark over the end was changed",
        -1: "the first entries are missing, or the mark over the beginning was changed",
    }
    broken = "entry {} does not follow from the one before it"
    lines += [said.get(number, broken.format(number)) for number in found.findings]
    if not found.passed:
        lines.append(f"the chain never came by {end}: another database, or an older one")
    return lines, found.passed and not found.findings


def _code(settings: Settings, login: str, purpose: str) -> str:
    code = secrets.token_urlsafe(12)

    def unit_of_work(unit: Unit) -> None:
        account = _account(unit, login)
        if not account.active:
            raise NotPossible(f"{account.login} is switched off; lotse desk user add invites again")
        unit.work.staff.put_link(code, account.id, purpose, unit.now + CODE_VALID)

    _once(settings, unit_of_work)
    return code


def _account(unit: Unit, login: str) -> Caseworker:
    there = unit.work.staff.by_login(signing_in.tidy(login))
    if there is None:
        raise NotPossible(f"there is no account {login!r}; lotse desk user list shows them")
    return there


def _once(settings: Settings, unit_of_work: Callable[[Unit], T]) -> T:
    """Do one unit of work on data that is there."""
    places.need_database(settings)
    return _in_house(settings, unit_of_work)


def _in_house(settings: Settings, unit_of_work: Callable[[Unit], T]) -> T:
    with wiring.open_house(settings) as house, house.store.transaction() as work:
        return unit_of_work(house.unit(work))
