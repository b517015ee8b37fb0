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

_NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$O31RVLSC/fhJHltkzrvfbg$Tzis4zgGJ8gIxwTUesPAORn7+MLW/9YB8m4BgbEgYWw"
)
"""Of a password nobody has. Written down, since making one takes half a second of each start."""


def acceptable(password: str) -> bool:
    """Length is what counts; kinds of characters are nobody's business."""
    return SHORTEST <= len(password) <= LONGEST


async def hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_FEW, _HASHER.hash, password)


async def matches(password: str, known_hash: str | None) -> bool:
    """Whether `password` belongs to `known_hash`; None or empty: there is no such account."""
    if len(password) > LONGEST:
        return False
    compared = (known_hash or _NOBODYS_HASH, password)
    right = await asyncio.get_running_loop().run_in_executor(_FEW, _verified, *compared)
    return right and bool(known_hash)


def _verified(known_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(known_hash, password)
    except (VerificationError, InvalidHashError):
        return False
