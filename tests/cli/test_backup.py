"""Backup, restore, ledger, held messages, master key and erasing, as a county's IT types them."""

import os
import sqlite3
import stat
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot import wiring
from bot.clock import SystemClock
from bot.settings import read_settings
from bot.store.alone import alone
from bot.usecases.unit import Unit
from tests.cli.conftest import Lotse
from tests.store.examples import conversation, delivery, item, ticket

T = TypeVar("T")

CHAT = 7_000_000_001
CODE = "K7MX2Q"


@pytest.fixture
def data(lotse: Lotse, tmp_path: Path) -> Path:
    """A county's data: an account, and a newcomer with a case and a message on its way."""
    add = ("desk", "user", "add", "berta", "--name", "Berta B.", "--team", "integration")
    assert lotse(*add).exit_code == 0

    def live(unit: Unit) -> None:
        work = unit.work
        work.people.save(CHAT, conversation("person-1", topic="courses"), unit.now)
        work.tickets.save(ticket(CODE, person="person-1", team="integration", queue="language"))
        work.tickets.add(CODE, [item(1, "please call")])
        work.outbox.put([delivery(CHAT, "hello", person="person-1", ticket=CODE, item=1)], unit.now)

    act(live)
    return tmp_path / "data"


def act(deed: Callable[[Unit], T]) -> T:
    """Do something in a unit of work of its own, as the program does."""
    with wiring.open_house(read_settings()) as house, house.store.transaction() as work:
        return deed(house.unit(work))


def is_stored() -> bool:
    return act(lambda unit: bool(unit.work.people.load([CHAT])))


def done(lotse: Lotse, *arguments: str, typed: str = "") -> str:
    told = lotse(*arguments, typed=typed)
    assert told.exit_code == 0, told.stderr
    return told.stdout


def refused(lotse: Lotse, *arguments: str, typed: str = "") -> str:
    """The last line of a command that was not carried out."""
    told = lotse(*arguments, typed=typed)
    assert told.exit_code == 2, told.stdout
    return told.stderr.splitlines()[-1]


def test_a_backup_is_one_private_file_without_the_key(
    lotse: Lotse, data: Path, tmp_path: Path
) -> None:
    """Taken while the data is in use, looked through, and silent about the key: fault 69."""
    file = tmp_path / "a.backup"
    with wiring.open_house_alone(read_settings()):
        told = done(lotse, "db", "backup", str(file))
    assert "1 people, 1 cases" in told
    assert f"it is in {data / 'master.key'}" in told
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("a.backup*")) == ["a.backup"]
    key = (data / "master.key").read_bytes().strip()
    assert key not in file.read_bytes()
    assert b64decode(key) not in file.read_bytes()
    assert refused(lotse, "db", "backup", str(file)).endswith("is there already")


def test_old_backups_go_but_not_by_a_clock_that_is_wrong(
    lotse: Lotse, data: Path, tmp_path: Path
) -> None:
    """Two weeks are kept; if all others are too old, a person has to look: fault 71."""
    folder = tmp_path / "backups"
    folder.mkdir()
    now = SystemClock().now()
    names = [f"lotse-{now - timedelta(days=days):%Y%m%dT%H%M%SZ}.backup" for days in (20, 15, 2)]
    for name in [*names, "notes.txt"]:
        (folder / name).write_bytes(b"old")
    told = done(lotse, "db", "backup", str(folder))
    assert told.count("removed: ") == 2
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == 3
    assert {names[2], "notes.txt"} < set(left)
    for path in folder.glob("*.backup"):
        path.unlink()
    (folder / names[0]).write_bytes(b"old")
    all_old = lotse("db", "backup", str(folder))
    assert all_old.exit_code == 1
    assert "look at the clock" in all_old.stdout
    assert (folder / names[0]).exists()


@pytest.mark.parametrize("keep", ["1", "0", "14"])
def test_what_killed_backups_left_goes_and_what_is_being_written_stays(
    lotse: Lotse, data: Path, tmp_path: Path, keep: str
) -> None:
    """Whoever was erased is in a copy that was cut short too: fault 71."""
    folder = tmp_path / "backups"
    folder.mkdir()
    now = SystemClock().now()
    stem = "lotse-20260101T0{}0000Z.backup.part"
    killed, journal, growing, fresh = (stem.format(number) for number in range(4))
    old = (now - timedelta(days=1, hours=1)).timestamp()
    for name in (killed, f"{killed}-wal", f"{killed}-shm", f"{journal}-journal", growing):
        (folder / name).write_bytes(b"everything")
        os.utime(folder / name, (old, old))
    for name in (f"{growing}-wal", fresh, f"{fresh}-journal", "notes.part"):
        (folder / name).write_bytes(b"everything")
    told = done(lotse, "db", "backup", str(folder), "--keep", keep)
    assert told.count("(left by a backup that was cut short)") == 4
    left = {path.name for path in folder.iterdir() if ".part" in path.name}
    assert left == {growing, f"{growing}-wal", fresh, f"{fresh}-journal", "notes.part"}


def test_a_restore_brings_back_what_was(lotse: Lotse, data: Path, tmp_path: Path) -> None:
    """The old database is kept, messages that waited are held for a person: fault 69."""
    file = tmp_path / "a.backup"
    done(lotse, "db", "backup", str(file))
    done(lotse, "desk", "user", "off", "berta")
    told = done(lotse, "db", "restore", str(file))
    assert "held, because they may have been sent since: 1 messages" in told
    (kept,) = data.glob("lotse.db.before-restore-*")
    assert str(kept) in told
    assert "(off)" not in done(lotse, "desk", "user", "list")
    assert done(lotse, "db", "held") == f"1 x chat send\nfrom cases: {CODE}\n"
    assert done(lotse, "db", "held", "--send") == "to be sent: 1 messages\n"
    assert done(lotse, "db", "held") == "nothing is held\n"
    done(lotse, "db", "restore", str(file))
    assert done(lotse, "db", "held", "--drop") == "given up: 1 messages\n"
    assert refused(lotse, "db", "held", "--send", "--drop") == "either --send or --drop"


def test_erased_by_a_case_is_erased_after_a_restore_too(
    lotse: Lotse, data: Path, tmp_path: Path
) -> None:
    """From the file beside a lost database, or from the one that was written down: fault 70."""
    file, ledger = tmp_path / "a.backup", tmp_path / "erased"
    done(lotse, "db", "backup", str(file))
    told = done(lotse, "erase", f" #{CODE.lower()}")
    assert f"contents of 1 cases ({CODE}), 1 entries" in told
    assert str(CHAT) not in told
    assert not is_stored()
    assert "no longer linked" in refused(lotse, "erase", CODE)
    assert "1 erasures" in done(lotse, "db", "ledger", str(ledger))
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600
    assert str(CHAT).encode() not in ledger.read_bytes()
    (data / "lotse.db").unlink()
    assert refused(lotse, "desk", "user", "list").startswith("NoDatabase: ")
    done(lotse, "db", "upgrade")
    assert refused(lotse, "desk", "user", "list").startswith("OldState: people were erased")
    assert "erased again: 1 people" in done(lotse, "db", "restore", str(file))
    assert not is_stored()
    (data / "lotse.db").unlink()
    (data / "erasures.ledger").unlink()
    assert "give the ledger with --ledger" in refused(lotse, "db", "restore", str(file))
    told = done(lotse, "db", "restore", str(file), "--ledger", str(ledger))
    assert "erased again: 1 people" in told
    assert not is_stored()
    (data / "lotse.db").unlink()
    (data / "erasures.ledger").unlink()
    done(lotse, "db", "restore", str(file), "--without-ledger")
    assert is_stored()


def test_erased_by_telegram_id_from_the_input_only(lotse: Lotse, data: Path) -> None:
    assert "a number" in refused(lotse, "erase", "--telegram", typed="nobody\n")
    assert "a number" in refused(lotse, "erase", "--telegram", typed=f"{'9' * 5000}\n")
    assert "nothing is stored" in refused(lotse, "erase", "--telegram", typed="12\n")
    assert "--telegram" in refused(lotse, "erase")
    assert "--telegram" in refused(lotse, "erase", CODE, "--telegram")
    assert refused(lotse, "erase", "NOSUCH") == "there is no case NOSUCH"
    assert "erased: the conversation" in done(lotse, "erase", "--telegram", typed=f"{CHAT}\n")
    assert not is_stored()


def test_a_backup_in_place_by_hand_is_refused(lotse: Lotse, data: Path, tmp_path: Path) -> None:
    """Nothing starts on it, and the message says the way: fault 69, fault 70."""
    file = tmp_path / "a.backup"
    done(lotse, "db", "backup", str(file))
    file.replace(data / "lotse.db")
    told = refused(lotse, "desk", "user", "list")
    assert told.startswith("OldState: this database is a backup of ")
    assert "lotse db restore" in told


def test_an_old_file_in_place_by_hand_is_refused(lotse: Lotse, data: Path, tmp_path: Path) -> None:
    """A copy by another tool carries no mark, but it knows less than the ledger: fault 70."""
    live, aside = data / "lotse.db", tmp_path / "copy.db"
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(aside)) as copy:
        source.backup(copy)
    done(lotse, "erase", CODE)
    for part in data.glob("lotse.db*"):
        part.unlink()
    aside.replace(live)
    assert refused(lotse, "desk", "user", "list").startswith("OldState: people were erased")
    done(lotse, "db", "backup", str(tmp_path / "b.backup"))
    done(lotse, "db", "restore", str(tmp_path / "b.backup"))
    assert not is_stored()


def test_a_restore_is_refused_where_it_would_go_wrong(
    lotse: Lotse, data: Path, tmp_path: Path
) -> None:
    """While something runs, and from what is no backup or a damaged one: fault 64, fault 72."""
    file, other = tmp_path / "a.backup", tmp_path / "other"
    done(lotse, "db", "backup", str(file))
    with alone(data):
        assert refused(lotse, "db", "restore", str(file)).startswith("AlreadyRunning: ")
    with closing(sqlite3.connect(data / "lotse.db", isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM notes").fetchone()
        assert "is open elsewhere" in refused(lotse, "db", "restore", str(file))
    assert "there is no file" in refused(lotse, "db", "restore", str(other))
    other.write_bytes(b"something else" * 1000)
    assert "cannot be read as a backup" in refused(lotse, "db", "restore", str(other))
    assert "was not made by" in refused(lotse, "db", "restore", str(data / "lotse.db"))
    torn = bytearray(file.read_bytes())
    torn[5 * 4096 : 6 * 4096] = bytes(4096)
    other.write_bytes(torn)
    assert "malformed" in refused(lotse, "db", "restore", str(other))
    (data / "master.key").rename(tmp_path / "elsewhere.key")
    assert "the master key is missing" in refused(lotse, "db", "restore", str(file))
    (data / "master.key").write_text("A" * 43 + "=")
    assert refused(lotse, "db", "restore", str(file)).startswith("BadMasterKey: ")
    (tmp_path / "elsewhere.key").replace(data / "master.key")
    assert is_stored(), "all the while nothing has changed"
    assert not [*data.glob("*before-restore*"), *data.glob("*restoring*")]


def test_a_damaged_database_is_refused_and_replaced(
    lotse: Lotse, data: Path, tmp_path: Path
) -> None:
    """The start names the guide; the restore keeps the damaged file: fault 64."""
    file = tmp_path / "a.backup"
    done(lotse, "db", "backup", str(file))
    (data / "lotse.db").write_bytes(b"\x00" * 8192)
    assert "docs/tasks/backup-and-master-key.md" in refused(lotse, "demo")
    assert "give the ledger" in refused(lotse, "db", "restore", str(file))
    done(lotse, "db", "restore", str(file), "--without-ledger")
    (kept,) = data.glob("lotse.db.before-restore-*")
    assert kept.read_bytes() == b"\x00" * 8192
    assert is_stored()


def test_the_master_key_is_exchanged(lotse: Lotse, data: Path, tmp_path: Path) -> None:
    """The old key is refused afterwards, the new one opens everything: fault 72."""
    new = tmp_path / "new.key"
    told = done(lotse, "db", "rotate-key", str(new))
    assert f"now put it in the place of the old one ({data / 'master.key'})" in told
    assert new.read_text().strip() not in told
    assert refused(lotse, "desk", "user", "list").startswith("BadMasterKey: ")
    new.replace(data / "master.key")
    assert is_stored()


def test_a_missing_master_key_is_told_and_none_is_made(lotse: Lotse, data: Path) -> None:
    """Another key would only hide what is wrong: fault 72."""
    (data / "master.key").unlink()
    told = refused(lotse, "desk", "user", "list")
    assert told.startswith(f"BadMasterKey: {data / 'master.key'}: missing")
    assert not (data / "master.key").exists()
    assert "there is none to exchange" in refused(lotse, "db", "rotate-key", str(data / "new"))
    file = data.parent / "a.backup"
    without = lotse("db", "backup", str(file))
    assert without.exit_code == 1
    assert "missing here" in without.stdout


def test_two_keys_may_be_given_while_one_is_exchanged(
    lotse: Lotse, data: Path, tmp_path: Path
) -> None:
    """One a line, in whichever order; three are too many: fault 72."""
    new = tmp_path / "new.key"
    done(lotse, "db", "rotate-key", str(new))
    keys = [(data / "master.key").read_text().strip(), new.read_text().strip()]
    for given in (keys, keys[::-1]):
        told = lotse("desk", "user", "list", LOTSE_MASTER_KEY="\n".join(given))
        assert told.exit_code == 0, told.stderr
    told = lotse("desk", "user", "list", LOTSE_MASTER_KEY="\n".join([*keys, keys[0]]))
    assert told.exit_code == 2
    assert "LOTSE_MASTER_KEY: must be 32 bytes" in told.stderr
