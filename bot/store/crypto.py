"""Keys and sealing: what is personal is unreadable in the file, and bound to its place.

The master key wraps one data key for each person and each ticket; deleting a
data key makes everything sealed with it unreadable for ever. AES-256-GCM binds
each value to its table, column, row, owner and version, so a value copied
elsewhere does not open. Which columns are sealed is said in `bot.store.tables`.
"""

import base64
import binascii
import hmac
import logging
import os
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
    """32 secret bytes; `origin` says where they came from, for messages to people."""

    secret: bytes = field(repr=False)
    origin: str

    @classmethod
    def parse(cls, text: str, origin: str) -> "MasterKey":
        """The key written as base64. Raises `BadMasterKey`, which never shows the text."""
        try:
            secret = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != KEY_BYTES:
            raise BadMasterKey(f"{origin}: not {KEY_BYTES} bytes written as base64")
        return cls(secret, origin)

    def __str__(self) -> str:
        return base64.b64encode(self.secret).decode()


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


class Vault:
    """All that follows from the master key: lookups, wrapped data keys, the program's own keys."""

    def __init__(self, master: MasterKey) -> None:
        self._secret = master.secret
        self._wrapping = Key(self._derived("wrap data keys"))
        self._lookups: dict[str, bytes] = {}
        self._own: dict[str, Key] = {}
        self.origin = master.origin

    def check_value(self) -> str:
        """A value that tells this master key from any other, and nothing about it."""
        return self._derived("check value").hex()

    def lookup(self, kind: str, name: object) -> str:
        """A stable pseudonym of `name`, for finding what must not be stored in clear."""
        secret = self._lookups.get(kind)
        if secret is None:
            secret = self._lookups[kind] = self._derived(f"lookup {kind}")
        digest = hmac.digest(secret, f"{kind}:{name}".encode("utf-8", "surrogatepass"), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def own_key(self, purpose: str) -> Key:
        """A key for rows that belong to no person and no ticket; they live for hours."""
        key = self._own.get(purpose)
        if key is None:
            key = self._own[purpose] = Key(self._derived(f"own {purpose}"))
        return key

    def new_key(self) -> Key:
        return Key(os.urandom(KEY_BYTES))

    def wrap(self, owner: str, key: Key) -> bytes:
        return self._wrapping.seal(place("data_keys", "wrapped", owner, owner, 1), key.secret)

    def unwrap(self, owner: str, wrapped: bytes) -> Key:
        return Key(self._wrapping.open(place("data_keys", "wrapped", owner, owner, 1), wrapped))

    def _derived(self, purpose: str) -> bytes:
        return hmac.digest(self._secret, f"lotse/{purpose}".encode(), "sha256")
