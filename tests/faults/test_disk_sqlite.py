"""What happens to a SQLite file from outside: locks, long readers, deleted and damaged files."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.store import engine, sound, sql
from bot.store.engine import sqlite_url as url_of
from bot.store.files import GROWN, Files
from bot.store.lost import StoreLost
from bot.store.runner import ThreadRunner
from bot.store.sound import GUIDE, Unsound, file_system, make_sound
from bot.store.sql import SqlStore
from bot.usecases.ports import NotCommitted, Work
from bot.wiring import open_house_alone
from tests.botapi import BotApiServer
from tests.databases import opened
from tests.playing.house import ROOT
from tests.process.command import Command, run
from tests.store.examples import NOW, conversation

LIMIT = 4 * 1024 * 1024
PAGE = 4096


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def log_of(url: str) -> Path:
    return Path(f"{file_of(url)}-wal")


def put(store: SqlStore, number: int, size: int = 10) -> None:
    with store.transaction() as work:
        work.notes.put(f"note {number}", "x" * size)


def reading(url: str) -> sqlite3.Connection:
    """A program that begins to read and does not end."""
    reader = sqlite3.connect(file_of(url), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM notes").fetchone()
    return reader


# --- other programs -------------------------------------------------------------------------------


def test_a_backup_tool_that_locks_for_long_is_survived(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused while it lasts, which readiness shows; then it goes on by itself: fault 63."""
    monkeypatch.setattr(engine, "PRAGMAS", (*engine.PRAGMAS, "busy_timeout=1"))
    with opened(sqlite_url) as store, closing(sqlite3.connect(file_of(sqlite_url))) as other:
        runner = ThreadRunner(store, 1, lambda _: None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotCommitted, match="SQLITE_BUSY"):
            runner._run(lambda work: work.notes.put("a", "b"))
        well = [runner.well]
        other.rollback()
        runner._run(lambda work: work.notes.get("a"))
        well.append(runner.well)
        runner.close()
    assert well == [False, True]


def test_a_unit_that_hangs_in_the_store_is_seen(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that never answers: readiness is false: fault 73."""
    monkeypatch.setattr("bot.store.runner.STUCK", 0.0)
    with opened(sqlite_url) as store:
        runner = ThreadRunner(store, 1)
        assert runner.well
        during: list[bool] = []

        def unit(_: Work) -> None:
            time.sleep(0.001)  # the clock has to move on
            during.append(runner.well)

        runner._run(unit)
        assert during == [False]
        assert runner.well
        runner.close()


def test_the_log_stays_small_under_load(
    sqlite_url: str, record_property: Callable[[str, object], None]
) -> None:
    """It is emptied often enough: fault 63."""
    largest = 0
    with opened(sqlite_url) as store:
        for number in range(400):
            put(store, number, 40_000)
            largest = max(largest, log_of(sqlite_url).stat().st_size)
    record_property("largest write-ahead log", f"{largest / 2**20:.1f} MB")
    assert 0 < largest < 2 * GROWN


def test_a_reader_that_stays_lets_the_log_grow_until_it_ends(
    sqlite_url: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """It is said, nothing is refused, and afterwards the log is small again: fault 63."""
    monkeypatch.setattr(sql, "Files", partial(Files, large_log=2 * LIMIT))
    with opened(sqlite_url) as store:
        reader = reading(sqlite_url)
        for number in range(300):
            put(store, number, 40_000)
        grown = log_of(sqlite_url).stat().st_size
        assert grown > 2 * LIMIT
        assert [one.message for one in caplog.records if "has grown to" in one.message]
        reader.close()
        for number in range(100):
            put(store, number)
        after = log_of(sqlite_url).stat().st_size
    sizes = f"{grown / 2**20:.1f} MB, {after / 2**20:.1f} MB afterwards"
    record_property("write-ahead log beside a reader", sizes)
    assert after <= LIMIT


def test_what_was_erased_leaves_the_log_as_soon_as_nobody_reads_it(sqlite_url: str) -> None:
    """A reader keeps ghosts in the log, but not for longer than it reads: fault 63."""
    with opened(sqlite_url) as store:
        with store.transaction() as work:
            work.people.save(1, conversation("person-1"), NOW)
        with closing(sqlite3.connect(file_of(sqlite_url))) as database:
            key = database.execute("SELECT wrapped FROM data_keys WHERE owner LIKE 'person:%'")
            (secret,) = key.fetchone()
        reader = reading(sqlite_url)
        with store.transaction() as work:
            work.people.forget("person-1", NOW)
        put(store, 1)
        assert secret in log_of(sqlite_url).read_bytes()
        reader.close()
        put(store, 2)
        left = log_of(sqlite_url).read_bytes() + file_of(sqlite_url).read_bytes()
        assert secret not in left


# --- files that vanish ----------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["-shm", "-wal"])
@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_deleted_file_ends_the_process_before_anything_is_lost(
    sqlite_url: str, end: str, how: str
) -> None:
    """Index or log of the open database are gone: no more is written, and what was committed is
    there at the next start: fault 63."""
    lost: list[StoreLost] = []
    gone = Path(f"{file_of(sqlite_url)}{end}")
    with opened(sqlite_url) as store:
        runner = ThreadRunner(store, 1, lost=lost.append)
        runner._run(lambda work: work.notes.put("before", "kept"))
        runner._run(lambda work: work.notes.get("before"))
        content = gone.read_bytes()
        gone.unlink()
        if how == "replaced":
            keep = gone.with_name("another")  # so that it gets a number of its own
            keep.write_bytes(content)
            keep.rename(gone)
        with pytest.raises(StoreLost, match="deleted or replaced"):
            runner._run(lambda work: work.notes.put("after", "not written"))
        assert len(lost) == 1
        _as_after_a_kill(sqlite_url)
        runner.close()
    there = url_of(file_of(sqlite_url).with_name("found.db"))
    with opened(there) as found, found.transaction() as work:
        assert (work.notes.get("before"), work.notes.get("after")) == ("kept", None)


def _as_after_a_kill(url: str) -> None:
    """Keep the files as they are now: closing a connection would tidy up."""
    for name in file_of(url).parent.glob("lotse.db*"):
        copy = name.with_name(name.name.replace("lotse", "found"))
        copy.write_bytes(name.read_bytes())


def test_a_database_that_was_exchanged_is_not_written_to(sqlite_url: str) -> None:
    """Somebody puts a backup in the place of the open file: fault 63."""
    with opened(sqlite_url) as store:
        put(store, 1)
        put(store, 2)
        copy = file_of(sqlite_url).with_name("backup")
        copy.write_bytes(file_of(sqlite_url).read_bytes())
        copy.rename(file_of(sqlite_url))
        with pytest.raises(StoreLost, match=r"lotse\.db: deleted or replaced"):
            put(store, 3)


# --- where the file is ----------------------------------------------------------------------------

MOUNTS = """\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
40 22 0:35 / /srv/county\\040data rw,relatime shared:20 - nfs4 server:/export rw,vers=4.2
41 22 0:36 / /srv/share rw,relatime - cifs //server/share rw
42 22 0:37 / /srv/office rw,nosuid - fuse.sshfs office:/home rw
43 40 254:2 / /srv/county\\040data/disk rw,relatime - xfs /dev/vdb1 rw
"""


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mounts").write_text(MOUNTS, encoding="utf-8")
    monkeypatch.setattr(sound, "MOUNTS", tmp_path / "mounts")


@pytest.mark.usefixtures("mounts")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/lotse/lotse.db", "ext4"),
        ("/srv/county data/lotse.db", "nfs4"),
        ("/srv/county data/disk/lotse.db", "xfs"),
        ("/srv/share/lotse.db", "cifs"),
        ("/srv/office/lotse.db", "fuse.sshfs"),
    ],
)
def test_a_network_file_system_is_recognised_and_refused(path: str, kind: str) -> None:
    """By the kind of the deepest mount that holds the path: fault 63."""
    assert file_system(Path(path)) == kind
    if kind in {"ext4", "xfs"}:
        make_sound(Path(path))
    else:
        with pytest.raises(Unsound, match=kind):
            make_sound(Path(path))


def test_nobody_runs_on_a_network_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program ends before it opens or makes a database: fault 63."""
    (tmp_path / "mounts").write_text("1 0 0:1 / / rw - nfs server:/ rw\n", encoding="utf-8")
    monkeypatch.setattr(sound, "MOUNTS", tmp_path / "mounts")
    (tmp_path / "data").mkdir()
    settings = Settings(data_dir=tmp_path / "data")
    with pytest.raises(Unsound, match="LOTSE_DATABASE_URL"), open_house_alone(settings):
        pytest.fail("it runs")
    assert not (tmp_path / "data" / "lotse.db").exists()


def test_this_machines_own_disk_is_no_network(tmp_path: Path) -> None:
    found = file_system(tmp_path / "lotse.db")
    assert found is not None
    assert found not in sound.NETWORK


# --- damage ---------------------------------------------------------------------------------------


def filled(url: str, megabytes: int = 1) -> Path:
    """A database with rows in it, closed, everything in the one file."""
    with opened(url) as store, store.transaction() as work:
        for number in range(megabytes * 250):
            work.notes.put(f"note {number:06}", "x" * 3000)
    return file_of(url)


def damage(file: Path) -> None:
    """Overwrite what says how the last pages are to be read."""
    pages = file.stat().st_size // PAGE
    with file.open("r+b") as database:
        for page in range(pages - 40, pages):
            database.seek(page * PAGE)
            database.write(b"\xff" * 100)


def test_a_damaged_file_is_refused_with_the_way_to_a_backup(
    sqlite_url: str, tmp_path: Path
) -> None:
    """By the real command, before anything is written: fault 64."""
    data = tmp_path / "data"
    data.mkdir()
    file = filled(sqlite_url).rename(data / "lotse.db")
    damage(file)
    before = file.read_bytes()
    with BotApiServer() as telegram:
        command = Command(data, telegram)
        done = run(["run"], command.settings)
        assert telegram.calls == []
    assert done.returncode == 2, done
    assert "damaged" in done.stderr
    assert GUIDE in done.stderr
    assert (ROOT / GUIDE).exists()
    assert "Traceback" not in done.stderr
    assert file.read_bytes() == before


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file of something else in its place: fault 64."""
    file = tmp_path / "lotse.db"
    file.write_bytes(b"this was a database once" * 1000)
    with pytest.raises(Unsound, match="SQLITE_NOTADB"):
        make_sound(file)


def test_a_sound_file_passes_and_what_that_costs(
    sqlite_url: str, record_property: Callable[[str, object], None]
) -> None:
    file = filled(sqlite_url, megabytes=20)
    size, before = file.stat().st_size / 1e8, time.process_time()
    make_sound(file)
    seconds = (time.process_time() - before) / size
    record_property("quick_check", f"{seconds:.2f} s of processor time for 100 MB")
    assert seconds < 5


def test_damage_that_appears_later_ends_the_process(sqlite_url: str) -> None:
    """A page that cannot be read is no reason to put updates aside: fault 64."""
    filled(sqlite_url)
    lost: list[StoreLost] = []
    with opened(sqlite_url) as store:
        damage(file_of(sqlite_url))
        runner = ThreadRunner(store, 1, lost=lost.append)
        with pytest.raises(StoreLost, match="SQLITE_CORRUPT"):
            runner._run(lambda work: [work.notes.get(f"note {one:06}") for one in range(250)])
        runner.close()
    assert len(lost) == 1
