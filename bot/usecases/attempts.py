"""How often somebody may be wrong at signing in: attempts counted per login and per address.

An attempt is counted before it is looked at, so that a hundred at once are a hundred, and
taken back when it succeeds. All replicas count together, and a restart forgets nothing.
It makes guessing slow; what stops a guess from succeeding is the password.
"""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from bot.usecases.unit import Unit

WINDOW: Final = timedelta(minutes=15)
FAILURES_OF_A_LOGIN: Final = 5
FAILURES_OF_AN_ADDRESS: Final = 30
NETWORK_BITS: Final = 64
"""What is given to one customer at least: whoever has one has 2**64 addresses."""


def begin(unit: Unit, login: str, address: str) -> str | None:
    """Count an attempt and return its id; None: there were too many, this is not looked at.

    Whether there is an account of that name makes no difference.
    """
    staff, since = unit.work.staff, unit.now - WINDOW
    # One order for everybody, so that two who wait for each other cannot be.
    of_login = staff.attempts(_login(login), since)
    of_address = staff.attempts(_address(address), since)
    if of_login >= FAILURES_OF_A_LOGIN or of_address >= FAILURES_OF_AN_ADDRESS:
        return None
    attempt = unit.chance.id()
    for who in (_login(login), _address(address)):
        staff.put_attempt(attempt, who, unit.now)
    return attempt


def succeeded(unit: Unit, login: str, attempt: str) -> None:
    """The attempt was the right one: it counts for nobody, and the login begins anew."""
    unit.work.staff.drop_attempt(attempt)
    unit.work.staff.drop_attempts_of(_login(login))


def _login(login: str) -> str:
    return f"login:{login}"


def withdraw(unit: Unit, attempt: str) -> None:
    """The attempt was not looked at: it counts for nobody."""
    unit.work.staff.drop_attempt(attempt)


def _address(address: str) -> str:
    """One household or office has one IPv4 address, but a whole network of IPv6 ones."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return f"address:{address}"
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    bits = NETWORK_BITS if isinstance(ip, IPv6Address) else ip.max_prefixlen
    return f"address:{ip_network((ip, bits), strict=False)}"
