"""Accounts and sessions of caseworkers: invitation, sign-in, the session of a request.

Passwords are hashed and compared outside the transaction (it takes longer than any
of these steps); this module sees hashes only. Throttling belongs to the desk.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.model.records import AuditEntry, Session
from bot.model.tickets import Caseworker
from bot.usecases.unit import Unit

IDLE: Final = timedelta(minutes=30)
"""A session ends when nothing was done for this long."""

WORKING_DAY: Final = timedelta(hours=12)
"""A session ends this long after sign-in, whatever was done."""

INVITATION: Final = timedelta(days=3)
"""How long an invitation link can be used."""

ACCOUNT: Final = "account"
"""What the audit calls a change of an account; its detail has the account's id and teams."""

NO_PASSWORD: Final = ""
"""Where a hash would be: no password matches it."""

_RENEW_AFTER: Final = timedelta(minutes=1)
_PASSWORD_LINK: Final = "password"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A valid session and whose it is."""

    session: Session
    caseworker: Caseworker


def account(unit: Unit, login: str) -> tuple[Caseworker, str] | None:
    """The active account of the tidy `login` with its password hash, by the same work for any."""
    found = unit.work.staff.by_login(login)
    password_hash = unit.work.staff.password(found.id if found else "")
    return (found, password_hash) if found is not None and found.active else None


def is_still(unit: Unit, login: str, known: tuple[Caseworker, str]) -> bool:
    """Whether an account is what `account` gave: comparing a password takes its time."""
    return account(unit, login) == known


def start(unit: Unit, caseworker: str, token: str, csrf: str, before: str | None) -> Session:
    """Begin a session under a fresh `token`; the browser's session `before` ends."""
    if before is not None:
        unit.work.staff.end_session(before)
    session = Session(token, caseworker, unit.now, unit.now + IDLE, csrf)
    unit.work.staff.put_session(session)
    return session


def current(unit: Unit, token: str, *, prolonged: bool = True) -> SignedIn | None:
    """The session of `token` if it and its account are still good.

    Whatever somebody does keeps it alive; a page that only looks does not, `prolonged` is false.
    """
    session = unit.work.staff.session(token, unit.now)
    if session is None or session.until <= unit.now:
        return None
    caseworker = unit.work.staff.by_id(session.caseworker)
    if caseworker is None or not caseworker.active:
        return None
    until = min(unit.now + IDLE, session.started + WORKING_DAY)
    if prolonged and until - session.until >= _RENEW_AFTER:
        session = replace(session, until=until)
        unit.work.staff.prolong(token, until)
    return SignedIn(session, caseworker)


def owner(unit: Unit, token: str) -> Caseworker | None:
    """Whose session it is, if it and the account are still good."""
    signed_in = current(unit, token, prolonged=False)
    return None if signed_in is None else signed_in.caseworker


def invite(unit: Unit, caseworker: Caseworker, token: str) -> None:
    """Create or change an account and let its owner set a password with `token`, once.

    Links of before are worth nothing from now on.
    """
    unit.work.staff.save(replace(caseworker, login=tidy(caseworker.login)), None)
    unit.work.staff.drop_links(caseworker.id, _PASSWORD_LINK)
    unit.work.staff.put_link(token, caseworker.id, _PASSWORD_LINK, unit.now + INVITATION)
    _noted(unit, caseworker)


def switch_off(unit: Unit, caseworker: Caseworker) -> None:
    """End an account: its password, sessions, links and codes, and what it may do in the group.

    The password may be why: an account that is switched on again begins with a new one.
    """
    off = replace(caseworker, active=False, telegram_id=None)
    unit.work.staff.save(off, NO_PASSWORD)
    unit.work.staff.end_sessions(off.id)
    unit.work.staff.drop_links(off.id, None)
    _noted(unit, off)


def bound(unit: Unit, account: Caseworker) -> None:
    """Save whose Telegram account acts for this caseworker in the group, if any."""
    unit.work.staff.save(account, None)
    _noted(unit, account, telegram="bound" if account.telegram_id is not None else "")


def _noted(unit: Unit, account: Caseworker, **more: str) -> None:
    """Who may see which teams' cases, and act, is in the audit trail too, under no case."""
    teams = ",".join(sorted(account.teams)) if account.active else ""
    detail = {"account": account.id, "teams": teams, **more}
    unit.work.tickets.audit(AuditEntry("", unit.now, ACCOUNT, "", None, detail))


def invited(unit: Unit, token: str) -> bool:
    """Whether `accept` would take the link now; looking does not use it up."""
    return unit.work.staff.has_link(token, _PASSWORD_LINK, unit.now)


def accept(unit: Unit, token: str, password_hash: str) -> Caseworker | None:
    """Set the password of the invitation's account; None if the link is used, old or unknown.

    Every session of the account ends: whoever sets a password may be doing so because
    somebody else knows the old one.
    """
    account_id = unit.work.staff.take_link(token, _PASSWORD_LINK, unit.now)
    caseworker = None if account_id is None else unit.work.staff.by_id(account_id)
    if caseworker is None or not caseworker.active:
        return None
    unit.work.staff.save(caseworker, password_hash)
    unit.work.staff.end_sessions(caseworker.id)
    return caseworker


def tidy(login: str) -> str:
    """A login as it is compared: without surrounding space, in small letters."""
    return login.strip().casefold()
