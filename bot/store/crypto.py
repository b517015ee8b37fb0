"""Keys and sealing: what is personal is unreadable in the file, and bound to its place.

The master key wraps one data key for each person and each ticket, and one for the
program itself, from which pseudonyms follow; deleting a data key makes everything
sealed with it unreadable for ever. AES-256-GCM binds each value to its table, column,
row, owner and version, so a value copied elsewhere does not open. Which columns are
sealed is said in `bot.store.tables`; changing the master key is `bot.store.rotation`'s.
"""

import base64
import binascii
import hmac
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12

log = logging.getLogger(__name__)


class BadMasterKey(Exception):
    """The master key is malformed, or not the one this database was begun with."""


class Tampered(Exception):
    """A sealed value does not belong where it stands, or its key is another."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """32 secret bytes; `origin` says where they came from, for messages to people.

    `other` is the second key that may be given while one is exchanged for another; which
    of the two is in use the database says.
    """

    secret: bytes = field(repr=False)
    origin: str
    other: bytes | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str, origin: str) -> "MasterKey":
        """One key written as base64, or two. Raises `BadMasterKey`, which never shows the text."""
        secrets = [_decoded(word) for word in text.split()]
        if not 1 <= len(secrets) <= 2 or any(len(one) != KEY_BYTES for one in secrets):  # noqa: PLR2004
            raise BadMasterKey(f"{origin}: not {KEY_BYTES} bytes written as base64")
        return cls(secrets[0], origin, secrets[1] if secrets[1:] else None)

    def __str__(self) -> str:
        return base64.b64encode(self.secret).decode()


def _decoded(word: str) -> bytes:
    try:
        return base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        return b""


def load_or_create_master_key(path: Path) -> MasterKey:
    """Read the key in `path`; if there is none, make one and say so loudly."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return MasterKey.parse(path.read_text(encoding="ascii", errors="replace"), str(path))
    master = MasterKey(os.urandom(KEY_BYTES), str(path))
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{master}\n")
        file.flush()
        os.fsync(file.fileno())
    log.warning(
        "A new master key was made: %s. Back it up now, apart from the database: "
        "without it every conversation and every case is unreadable for ever.",
        path,
    )
    return master


def place(table: str, column: str, row: object, owner: str, version: int) -> bytes:
    """The associated data of a sealed value: where it belongs."""
    return f"{table}|{column}|{row}|{owner}|{version}".encode()


class Key:
    """A data key that seals and opens values."""

    __slots__ = ("_cipher", "secret")

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self._cipher = AESGCM(secret)

    @classmethod
    def new(cls) -> "Key":
        return cls(os.urandom(KEY_BYTES))

    def seal(self, where: bytes, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, where)

    def open(self, where: bytes, sealed: bytes) -> bytes:
        """Return the plain bytes, or raise `Tampered` (which names the place only)."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], where)
        except (InvalidTag, ValueError):
            table, column, *_ = where.decode().split("|")
            raise Tampered(f"{table}.{column} holds a value that was not sealed there") from None


class Wrapping:
    """What a master key does: it wraps data keys. `mark` tells it from any other, and no more."""

    def __init__(self, secret: bytes) -> None:
        self._key = Key(_derived(secret, "wrap data keys"))
        self.mark = _derived(secret, "check value").hex()

    def wrap(self, owner: str, key: Key) -> bytes:
        return self._key.seal(place("data_keys", "wrapped", owner, owner, 1), key.secret)

    def unwrap(self, owner: str, wrapped: bytes) -> Key:
        return Key(self._key.open(place("data_keys", "wrapped", owner, owner, 1), wrapped))


class MasterKeys:
    """Wrap and unwrap data keys, with the master key in use or either of two that are given.

    `mark` names the one in use when two are given; the other one only opens.
    """

    def __init__(self, master: MasterKey, mark: str | None = None) -> None:
        secrets = (master.secret,) if master.other is None else (master.secret, master.other)
        known = [Wrapping(secret) for secret in secrets]
        self._wrappings = sorted(known, key=lambda one: mark is not None and one.mark != mark)
        self.origin = master.origin

    @property
    def mark(self) -> str:
        """A value that tells the master key in use from any other, and nothing about it."""
        return self._wrappings[0].mark

    def wrap(self, owner: str, key: Key) -> bytes:
        return self._wrappings[0].wrap(owner, key)

    def unwrap(self, owner: str, wrapped: bytes) -> Key:
        """The data key of `owner`, whichever of the given master keys wrapped it."""
        *others, last = self._wrappings
        for one in others:
            with suppress(Tampered):
                return one.unwrap(owner, wrapped)
        return last.unwrap(owner, wrapped)


class Vault:
    """`masters` for the data keys of people and tickets, and what follows from `program`, the
    program's own key: pseudonyms and keys for short rows.
    """

    def __init__(self, masters: MasterKeys, program: Key) -> None:
        self.masters = masters
        self.program = program
        self._lookups: dict[str, hmac.HMAC] = {}
        self._own: dict[str, Key] = {}

    def lookup(self, kind: str, name: object) -> str:
        """A stable pseudonym of `name`, for finding what must not be stored in clear."""
        begun = self._lookups.get(kind)
        if begun is None:
            secret = _derived(self.program.secret, f"lookup {kind}")
            begun = self._lookups[kind] = hmac.new(secret, digestmod="sha256")
        code = begun.copy()  # OpenSSL looks for its functions anew for each code begun
        code.update(f"{kind}:{name}".encode("utf-8", "surrogatepass"))
        return base64.urlsafe_b64encode(code.digest()).rstrip(b"=").decode()

    def own_key(self, purpose: str) -> Key:
        """A key for rows that belong to no person and no ticket; they live for hours."""
        key = self._own.get(purpose)
        if key is None:
            key = self._own[purpose] = Key(_derived(self.program.secret, f"own {purpose}"))
        return key


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, f"lotse/{purpose}".encode(), "sha256")
