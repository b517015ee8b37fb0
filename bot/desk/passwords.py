"""Passwords: hashing and comparing them, off the event loop.

An unknown login costs as much time as a wrong password, so that nobody learns from
waiting which accounts exist.
"""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.concurrency import run_in_threadpool

SHORTEST: Final = 12
LONGEST: Final = 200

_HASHER: Final = PasswordHasher()


def acceptable(password: str) -> bool:
    """Length is what counts; kinds of characters are nobody's business."""
    return SHORTEST <= len(password) <= LONGEST


async def hashed(password: str) -> str:
    return await run_in_threadpool(_HASHER.hash, password)


async def matches(password: str, known_hash: str | None) -> bool:
    """Whether `password` belongs to `known_hash`; None or empty: there is no such account."""
    if len(password) > LONGEST:
        return False
    right = await run_in_threadpool(_verified, known_hash or _nobodys_hash(), password)
    return right and bool(known_hash)


def _verified(known_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(known_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("a password nobody has")
