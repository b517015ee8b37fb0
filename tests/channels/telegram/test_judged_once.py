"""An update that Telegram brings again costs its person nothing, however often it comes."""

import pytest

from bot.channels.telegram import intake
from bot.channels.telegram.throttle import BURST
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
