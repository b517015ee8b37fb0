"""Buttons nobody made change nothing that is not the presser's own: fault 48."""

import asyncio
import string
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random  # noqa: TID251 - hostile words, from a seed

import pytest

from bot.usecases import casework
from bot.usecases.room import ACCOUNT_CODE, ROOM_CODE
from tests.faults.forged import (
    ANNAS,
    MALLORY,
    PRESSERS,
    ROOM,
    SECRET,
    STRANGER,
    THEIRS,
    Stage,
    run,
    written,
)
from tests.playing.house import MONDAY_MORNING


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.runner.close()


def test_forged_presses_reach_nobody_else(record_property: Callable[[str, object], None]) -> None:
    """From other chats, of other cases, of other people, flipped and random: fault 46, fault 48.

    Whoever presses, in a private chat, the room or a strange group: what they may is looked up
    by who they are. Nothing raises; a hundred thousand more in the campaign.
    """
    forged = run(0, 5000)
    record_property("forged presses", forged.presses)
    assert forged.faults == ()
    assert forged.presses >= 100 * len(PRESSERS)


def test_a_button_that_granted_something_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules see what they are there for: without the team in the query, they cry."""
    monkeypatch.setattr(casework, "teams_of", lambda _: {"integration", "jobcenter"})
    assert any("changed tickets" in fault for fault in run(1, 1000).faults)


def links(chance: Random) -> Iterator[str]:
    """What could stand behind /start: codes of others, too long, injections, random signs."""
    yield from (*THEIRS, "code-room", "code-account", "invite/token", "x" * 64, "x" * 65, "")
    yield from ("K7MX2Q' OR 1=1--", "../../etc/passwd", "<b>", "%00", "\x00", "na", "h....zz")
    signs = string.ascii_letters + string.digits + "_-"
    yield from ("".join(chance.choices(signs, k=chance.randint(1, 64))) for _ in range(300))


def test_a_link_into_the_chat_grants_nothing(stage: Stage) -> None:
    """Neither codes of cases nor one-time codes of staff, however often they come: fault 49."""
    with stage.house.unit() as unit:
        until = MONDAY_MORNING + timedelta(days=1)
        unit.work.staff.put_link("code-room", "anna", ROOM_CODE, until)
        unit.work.staff.put_link("code-account", "anna", ACCOUNT_CODE, until)
    presser = PRESSERS[1]
    before = stage.guarded(presser)
    sent = len(stage.deliveries())
    for number, link in enumerate(links(Random(0)), 1):  # noqa: S311
        who = (MALLORY, STRANGER)[number % 2]
        asyncio.run(stage.intake.take([written(who, f"/start {link}", number)]))
    assert stage.guarded(presser) == before
    assert stage.intake.counts.quarantined == 0
    new = stage.deliveries()[sent:]
    assert {delivery.chat for delivery in new} == {MALLORY, STRANGER}
    assert SECRET not in repr(new)
    assert not any(code in repr(delivery.message) for delivery in new for code in THEIRS)
    with stage.house.unit() as unit:
        assert unit.work.staff.has_link("code-room", ROOM_CODE, unit.now)
        assert unit.work.staff.has_link("code-account", ACCOUNT_CODE, unit.now)
        found = unit.work.staff.by_telegram(ANNAS)
        room = unit.work.rooms.room()
    assert found is not None
    assert found.id == "anna"
    assert room is not None
    assert room.chat == ROOM


@pytest.mark.parametrize(
    "code", [None, "", "zz", "x" * 500, "de-AT", "uk_UA", 7, [], {}, "\u202ear", "\ud800"]
)
def test_a_language_nobody_knows_is_answered_in_one_we_have(stage: Stage, code: object) -> None:
    """Missing, unknown, impossible, and another in the middle: fault 55."""
    asyncio.run(stage.intake.take([written(STRANGER, "Hallo", 1, code)]))
    (answer,) = [delivery for delivery in stage.deliveries() if delivery.chat == STRANGER]
    assert answer.language in {"de", "en"}
    asyncio.run(stage.intake.take([written(MALLORY, "/menu", 2, code)]))
    theirs = [delivery for delivery in stage.deliveries() if delivery.chat == MALLORY]
    assert {delivery.language for delivery in theirs} == {"de"}, "what was chosen stays chosen"
    assert stage.intake.counts.quarantined == 0
