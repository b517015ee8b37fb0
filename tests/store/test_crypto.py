import base64
import logging
import stat
from pathlib import Path

import pytest

from bot.store.crypto import (
    BadMasterKey,
    Key,
    MasterKey,
    MasterKeys,
    Tampered,
    Vault,
    load_or_create_master_key,
    place,
)

SECRET = bytes(range(32))
WHERE = place("items", "body", 3, "K7MX2", 1)


def test_a_key_is_made_once_and_told_loudly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "master.key"
    made = load_or_create_master_key(path)
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert str(path) in record.getMessage()
    assert str(made) not in record.getMessage()
    assert load_or_create_master_key(path) == made
    assert len(caplog.records) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(made.secret) == 32


@pytest.mark.parametrize("text", ["", "no base64!", "c2hvcnQ=", "é" * 44])
def test_a_malformed_key_is_refused_by_name_and_not_quoted(tmp_path: Path, text: str) -> None:
    """A damaged key file does not start: fault 72."""
    path = tmp_path / "master.key"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadMasterKey) as caught:
        load_or_create_master_key(path)
    assert str(path) in str(caught.value)
    assert text == "" or text not in str(caught.value)


def test_a_key_never_shows_itself_by_accident() -> None:
    master = MasterKey.parse(f" {base64.b64encode(SECRET).decode()}\n", "here")
    assert master.secret == SECRET
    assert "secret" not in repr(master)
    assert str(master) not in repr(master)


def test_what_is_sealed_opens_in_its_place_only() -> None:
    key = Key(SECRET)
    sealed = key.seal(WHERE, b"a secret")
    assert b"a secret" not in sealed
    assert key.open(WHERE, sealed) == b"a secret"
    for elsewhere in (
        place("notes", "body", 3, "K7MX2", 1),
        place("items", "text", 3, "K7MX2", 1),
        place("items", "body", 4, "K7MX2", 1),
        place("items", "body", 3, "OTHER", 1),
        place("items", "body", 3, "K7MX2", 2),
    ):
        with pytest.raises(Tampered):
            key.open(elsewhere, sealed)


@pytest.mark.parametrize("position", [0, 12, 20, -1])
def test_every_byte_counts(position: int) -> None:
    key = Key(SECRET)
    sealed = bytearray(key.seal(WHERE, b"a secret"))
    sealed[position] ^= 1
    with pytest.raises(Tampered) as caught:
        key.open(WHERE, bytes(sealed))
    assert "items.body" in str(caught.value)
    assert "K7MX2" not in str(caught.value)


def test_nothing_opens_with_another_key_or_cut_short() -> None:
    key = Key(SECRET)
    sealed = key.seal(WHERE, b"a secret")
    for other, data in [(Key(bytes(32)), sealed), (key, sealed[:20]), (key, b"")]:
        with pytest.raises(Tampered):
            other.open(WHERE, data)


def test_equal_values_are_sealed_differently() -> None:
    key = Key(SECRET)
    assert key.seal(WHERE, b"yes") != key.seal(WHERE, b"yes")


def test_a_wrapped_key_belongs_to_its_owner() -> None:
    masters, key = MasterKeys(MasterKey(SECRET, "here")), Key.new()
    wrapped = masters.wrap("person:anna", key)
    assert masters.unwrap("person:anna", wrapped).secret == key.secret
    with pytest.raises(Tampered):
        masters.unwrap("person:ben", wrapped)
    with pytest.raises(Tampered):
        MasterKeys(MasterKey(bytes(32), "there")).unwrap("person:anna", wrapped)


def test_a_master_key_is_told_from_another_by_its_mark() -> None:
    here, there = MasterKeys(MasterKey(SECRET, "here")), MasterKeys(MasterKey(SECRET, "there"))
    assert here.mark == there.mark != MasterKeys(MasterKey(bytes(32), "here")).mark


def test_pseudonyms_are_stable_and_tell_kinds_and_programs_apart() -> None:
    here, there = MasterKeys(MasterKey(SECRET, "here")), MasterKeys(MasterKey(bytes(32), "there"))
    vault, same = Vault(here, Key(SECRET)), Vault(there, Key(SECRET))
    other = Vault(here, Key(bytes(32)))
    assert vault.lookup("tg", 123456) == same.lookup("tg", 123456)
    different = {
        vault.lookup("tg", 123456),
        vault.lookup("tg", 123457),
        vault.lookup("lane", 123456),
        other.lookup("tg", 123456),
    }
    assert len(different) == 4
    assert not any("123456" in pseudonym for pseudonym in different)
    assert vault.own_key("outbox").secret != vault.own_key("room").secret
