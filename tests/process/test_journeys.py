"""Whole journeys with the real command: /start to a caseworker's answer, polling and webhook.

The caseworker signs in at the desk of the same process, in a session as a browser has it.
"""

from pathlib import Path

import pytest

from bot.model.tickets import State
from tests.botapi import BotApiServer
from tests.process.caseworker import post, signed_in
from tests.process.command import Command, running
from tests.process.newcomers import PATIENCE, TO_THE_SUMMARY, Newcomer, begin, walk, words

ANSWERS = (
    "work/concern.problem#text",
    "work/problem.dismissed#text",
    "bot/rather_not_say#text",
)
ANSWER = "Bitte kommen Sie morgen um neun."
THANKS = "شكرا"


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_from_start_to_an_answer(telegram: BotApiServer, tmp_path: Path, webhook: bool) -> None:
    command = Command(tmp_path / "data", telegram, webhook=webhook)
    with running(command):
        command.wait_until_well()
        amina = Newcomer.arrived(telegram, "Amina", "ar")
        begin([amina], start="work")
        walk([amina], *ANSWERS, *TO_THE_SUMMARY, "bot/summary.send#text")
        code = amina.ticket_code()
        answer_at_the_desk(command, code)
        amina.user.wait_for_text(ANSWER, PATIENCE)
        amina.user.type(THANKS)
        telegram.wait_until_confirmed(PATIENCE)
        assert command.stop() == 0
    telegram.assert_clean()
    assert not telegram.unanswered_presses()
    with command.store() as store, store.transaction() as work:
        ticket = work.tickets.load([code], None)[code]
        texts = [getattr(item.body, "text", None) for item in work.tickets.items(code)]
        assert [text for text in texts if text] == [ANSWER, THANKS]
        assert ticket.claimed_by is not None
        assert ticket.state is State.WAITING_FOR_US
        assert work.outbox.waiting() == 0


def answer_at_the_desk(command: Command, code: str) -> None:
    """Find the case in the list, read it in German, take it, look at the answer and send it."""
    ticket = f"/desk/tickets/{code}"
    with signed_in(command, "berta", teams=("jobs", "integration")) as desk:
        assert code in desk.get("/desk/").text
        assert words("work/problem.dismissed#text", "de") in desk.get(ticket).text
        post(desk, ticket, f"{ticket}/claim")
        form = post(desk, ticket, f"{ticket}/preview", kind="text", text=ANSWER).text
        assert form.count(ANSWER) >= 2, "the answer in both languages"
        post(desk, form, f"{ticket}/send", kind="text", text=ANSWER)
