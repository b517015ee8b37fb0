"""The real command: backed up while it runs, killed, restored, and started again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.usecases.ports import Work
from tests.botapi import BotApiServer
from tests.process.command import Command, run, running
from tests.process.newcomers import TO_THE_SUMMARY, Newcomer, begin, walk


@pytest.fixture
def telegram() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server


def cases(work: Work, one: Newcomer) -> list[str]:
    talk = work.people.load([one.user.id]).get(one.user.id)
    if talk is None:
        return []
    return [case.code for case in work.tickets.of_people([talk.person])[talk.person]]


def test_a_bot_that_was_killed_goes_on_from_its_backup(
    telegram: BotApiServer, tmp_path: Path
) -> None:
    """Nothing old is sent again, nobody erased is back, people go on: fault 69, fault 70."""
    command = Command(tmp_path / "data", telegram)
    file = tmp_path / "a.backup"
    stays, leaves, late = (Newcomer.arrived(telegram, name, "uk") for name in ("S", "L", "Z"))
    with running(command):
        begin([stays, leaves])
        walk([stays, leaves], *TO_THE_SUMMARY, "bot/summary.send#text")
        code = stays.ticket_code()
        leaves.ticket_code()
        backed = run(["db", "backup", str(file)], command.settings)
        assert backed.returncode == 0, backed.stderr
        begin([late])
        leaves.user.send("/delete")
        leaves.press("bot/delete.yes#text").wait_answered()
        leaves.shown("bot/deleted.title#text")
        telegram.wait_until_confirmed()
        command.wait_until_sent()
        command.kill()
        restored = run(["db", "restore", str(file)], command.settings)
        assert restored.returncode == 0, restored.stderr
        assert "erased again: 1 people" in restored.stdout
        sends = len(telegram.calls_of("sendMessage"))
        command.start().wait_until_well().wait_until_sent()
        assert len(telegram.calls_of("sendMessage")) == sends, "an old message came again"
        stays.user.send("Коли починається курс?")
        stays.shown("bot/case.received#text")
        begin([late, leaves])
        command.wait_until_sent()
        assert command.stop() == 0
    with command.store() as store, store.transaction() as work:
        assert cases(work, stays) == [code]
        assert cases(work, leaves) == cases(work, late) == []
        assert "Коли" in str(work.tickets.items(code)[-1].body)
