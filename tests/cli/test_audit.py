"""The audit looked along from the command line: fault 84."""

import sqlite3
from contextlib import closing

from bot.settings import read_settings
from tests.cli.conftest import Lotse
from tests.cli.test_accounts import ADD


def test_whoever_gives_or_takes_a_team_is_in_the_audit_and_it_is_whole(lotse: Lotse) -> None:
    lotse("db", "upgrade")
    empty = lotse("db", "verify")
    assert (empty.exit_code, empty.stdout.split()[-1]) == (0, "nothing")
    lotse(*ADD)
    first = lotse("db", "verify")
    assert (first.exit_code, first.stdout.split(",")[0]) == (0, "1 entries")
    end = first.stdout.split()[-1]
    lotse("desk", "user", "off", "berta")
    later = lotse("db", "verify", "--end", end)
    assert (later.exit_code, later.stdout.split(",")[0]) == (0, "2 entries")
    assert later.stdout.split()[-1] != end
    stranger = lotse("db", "verify", "--end", "another")
    assert stranger.exit_code == 1
    assert "never came by another" in stranger.stdout


def test_an_entry_that_was_taken_out_is_missed(lotse: Lotse) -> None:
    lotse(*ADD)
    lotse("desk", "user", "off", "berta")
    with closing(sqlite3.connect(read_settings().data_dir / "lotse.db")) as database:
        database.execute("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
        database.commit()
    told = lotse("db", "verify")
    assert told.exit_code == 1
    assert "the last entries are missing" in told.stdout
    assert "beside the program" in told.stderr
