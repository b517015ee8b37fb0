"""A press that Telegram has forgotten: its effect counts, its answer does not."""

import logging

import pytest

from tests.botapi import BotApiServer, Fault
from tests.channels.telegram.running import running
from tests.channels.telegram.test_journeys import LANGUAGE_QUEUE, PERSON, agreed

TOO_OLD = (
    "Bad Request: query is too old and response timeout expired or query ID is invalid",
    "Bad Request: QUERY_ID_INVALID",
)


@pytest.mark.parametrize("wording", TOO_OLD)
def test_a_press_too_old_to_be_answered_counts(
    server: BotApiServer, wording: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The refusal is nobody's fault: no error, no second try, the next screen comes: fault 35."""
    with running(server, clean=False) as bot:
        amina = agreed(server)
        answered = len(server.calls_of("answerCallbackQuery"))
        caplog.clear()
        server.faults.next("answerCallbackQuery", Fault.refusal(400, wording))
        amina.press(PERSON)
        amina.wait_for(lambda screen: screen.with_button(LANGUAGE_QUEUE), timeout=60)
        server.wait_until_confirmed(60)
        bot.eventually(lambda: server.faults.pending() == 0)
        amina.press(LANGUAGE_QUEUE).wait_answered()
        assert len(server.calls_of("answerCallbackQuery")) == answered + 2
        assert bot.service.intake.counts.quarantined == 0
        assert not bot.service._cable.breaker.is_open
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


def test_the_answer_to_a_press_does_not_wait_for_messages(server: BotApiServer) -> None:
    """While every message hangs, a press is answered within Telegram's time: fault 35."""
    with running(server, clean=False) as bot:
        amina = agreed(server)
        for method in ("sendMessage", "editMessageText"):
            server.faults.next(method, Fault.hang(3600), times=16)
        press = amina.press(PERSON)
        press.wait_answered()
        assert bot.store(lambda work: work.outbox.waiting()) > 0
        server.faults.clear()
