"""An update that Telegram brings again costs its person nothing, however often it comes."""

from collections import Counter
from typing import Any

import pytest

from bot.channels.telegram import intake
from bot.channels.telegram.batch import Done
from bot.channels.telegram.throttle import BURST
from bot.usecases.ports import NotCommitted
from tests.benchmarks.virtual import VirtualLoop, lived
from tests.botapi.samples import samples
from tests.channels.telegram.test_gathering import Hall

AMINA = 4711
DATE = 1_790_000_000


def brought(times: int, texts: int = 5) -> tuple[int, int]:
    """What of so many texts written at once was taken and what was too much, each brought often."""

    async def life(loop: VirtualLoop) -> tuple[int, int]:
        hall = Hall(loop)
        for number in range(1, texts + 1):
            body = samples(AMINA)["message/text"]
            body = {
                "update_id": number,
                "message": {**body["message"], "message_id": number, "date": DATE},
            }
            for _ in range(times):
                await hall.intake.submit(body)
        return hall.intake.counts.taken // times, hall.intake.counts.throttled

    return lived(life)


@pytest.mark.parametrize("times", [1, 2, 5, 6, 30])
def test_what_comes_again_because_our_answer_was_lost_is_not_counted_again(times: int) -> None:
    """Five texts stay five texts: fault 11, fault 53."""
    assert brought(times) == (5, 0)


def test_who_writes_too_much_is_judged_once_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when more is remembered than there is room for: fault 53."""
    assert brought(3, texts=int(BURST) + 4) == (int(BURST) + 4, 4)
    monkeypatch.setattr(intake, "MOST_JUDGED", 1)
    assert brought(3, texts=int(BURST) + 4) == (int(BURST) + 4, 4)


def text(number: int) -> dict[str, Any]:
    body = samples(number)["message/text"]
    return {"update_id": number, "message": {**body["message"], "message_id": number}}


def test_what_comes_again_is_remembered_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what was judged only so much is kept, and least of all what is long settled: fault 53."""
    monkeypatch.setattr(intake, "MOST_JUDGED", 2)

    async def life(loop: VirtualLoop) -> tuple[Counter[int], int]:
        hall, judged = Hall(loop), Counter[int]()
        real = hall.intake._judged
        monkeypatch.setattr(
            hall.intake,
            "_judged",
            lambda update, now: (judged.update([update.update_id]), real(update, now))[1],
        )
        for number in (1, 2, 1, 3, 1):
            await hall.intake.submit(text(number))
        return judged, len(hall.intake._verdicts)

    judged, kept = lived(life)
    assert judged == {1: 1, 2: 1, 3: 1}
    assert kept == 2


def test_what_the_store_undid_and_never_came_again_is_not_kept_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another replica has settled it meanwhile, or Telegram gave it up."""
    monkeypatch.setattr(intake, "MOST_JUDGED", 3)

    async def undone(*_: object) -> Done:
        raise NotCommitted("down")

    async def life(loop: VirtualLoop) -> int:
        hall = Hall(loop)
        monkeypatch.setattr(hall.intake, "_run", undone)
        for number in range(1, 9):
            with pytest.raises(NotCommitted):
                await hall.intake.take([text(number)])
        return len(hall.intake._disturbed)

    assert lived(life) == 3
