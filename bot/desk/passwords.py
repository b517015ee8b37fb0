"""Passwords: hashing and comparing them, off the event loop.

An unknown login costs as much time as a wrong password, so that nobody learns from
waiting which accounts exist.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 12
LONGEST: Final = 200

_HASHER: Final = PasswordHasher()
_FEW: Final = ThreadPoolExecutor(2, thread_name_prefix="passwords")
"""A hash takes 64 MiB: however many sign in at once, memory holds two."""

MOST_WAITING: Final = 10
"""Seconds' worth of comparing. Whoever comes then is asked to come again."""

_compared: Final[set[object]] = set()

_NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$O31RVLSC/fhJHltkzrvfbg$Tzis4zgGJ8gIxwTUesPAORn7+MLW/9YB8m4BgbEgYWw"
)
"""Of a password nobody has. Written down, since making one takes half a second of each start."""


class TooMany(Exception):
    """So many passwords wait to be compared that this one is not looked at."""


def acceptable(password: str) -> bool:
    """Length is what counts; kinds of characters are nobody's business."""
    return SHORTEST <= len(password) <= LONGEST


async def hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_FEW, _HASHER.hash, password)


async def matches(password: str, known_hash: str | None) -> bool:
    """Whether `password` belongs to `known_hash`; None or empty: there is no such account.

    Raises TooMany while so many are compared already that nobody should wait for it.
    """
    if len(password) > LONGEST:
        return False
    if len(_compared) >= MOST_WAITING:
        raise TooMany
    this = object()
    _compared.add(this)
    try:
        right = await asyncio.get_running_loop().run_in_executor(
            _FEW, _verified, known_hash or _NOBODYS_HASH, password
        )
    finally:
        _compared.remove(this)
    return right and bool(known_hash)


def _verified(known_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(known_hash, password)
    except (VerificationError, InvalidHashError):
        return False
