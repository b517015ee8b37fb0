"""Newcomers explore the real command: whatever they press and write, every screen leads on.

They press what is on their screen, old buttons and forged ones, twice and out of order, write
harmless, dangerous and nasty things in four languages, block, delete and begin again.
"""

from pathlib import Path

import pytest

from bot.engine.pressed import HANDLERS
from bot.model.buttons import Do
from tests.botapi import BotApiServer
from tests.process.caseworker import post, signed_in
from tests.process.command import Command, running
from tests.process.newcomers import TO_THE_SUMMARY, Newcomer, walk
from tests.process.party import Party

LANGUAGES = ("de", "en", "uk", "ar")
FEWEST_ROUNDS, MOST_ROUNDS = 30, 120
STEPS_BETWEEN = 4

OF_CASES = frozenset(
    {Do.ASKED, Do.ASKED_TOGGLE, Do.ASKED_CHOSEN, Do.REPLY_WORDS, Do.RATE, Do.NO_SENTENCE}
)
"""Buttons that only a caseworker's doing brings."""


DESK: tuple[tuple[str, dict[str, str]], ...] = (
    ("claim", {}),
    ("send", {"kind": "text", "text": "Guten Tag <b>& willkommen</b>, \u202ewann passt es?"}),
    ("send", {"kind": "question", "question": "person.place"}),
    ("note", {"note": "Kommt <i>Montag</i>"}),
    ("send", {"kind": "question", "question": "ask.weekday"}),
    ("send", {"kind": "card", "card": "work.find_with_jobcenter"}),
    ("send", {"kind": "reply", "reply": "job_dismissal"}),
    ("send", {"kind": "question", "question": "work.concern"}),
    ("send", {"kind": "reply", "reply": "answered"}),
    ("close", {"outcome": "advised"}),
    ("reopen", {}),
    ("close", {"outcome": "advised"}),
)
"""What a caseworker does with each case, one after the other."""


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_newcomers_press_and_write_whatever_they_can(
    telegram: BotApiServer, tmp_path: Path, webhook: bool
) -> None:
    command = Command(tmp_path / "data", telegram, webhook=webhook)
    with running(command):
        command.wait_until_well()
        party = Party(telegram, command)
        party.arrive(LANGUAGES * 2, seed=200)
        party.walk(frozenset(HANDLERS) - OF_CASES, FEWEST_ROUNDS, MOST_ROUNDS)
        party.part()


def test_a_caseworker_at_the_desk_answers_in_between(
    telegram: BotApiServer, tmp_path: Path
) -> None:
    command = Command(tmp_path / "data", telegram, webhook=True)
    with running(command):
        command.wait_until_well()
        party = Party(telegram, command)
        party.arrive(LANGUAGES, seed=700)
        cases = handed_over(party)
        with signed_in(command, "berta", ["jobs"]) as desk:
            for action, fields in DESK:
                for code in cases:
                    page = f"/desk/tickets/{code}"
                    post(desk, page, f"{page}/{action}", **fields)
                party.settle()
                party.look()
                for _ in range(STEPS_BETWEEN):
                    for one in party.people:
                        one.wishes = OF_CASES - set(one.pressed)
                    party.round()
        assert party.pressed() >= OF_CASES
        party.part()


def handed_over(party: Party) -> list[str]:
    """Everybody asks for a person; the codes of their cases."""
    newcomers = [Newcomer(one.user, one.language) for one in party.people]
    for one in party.people:
        one.send("/person")
    party.settle()
    walk(newcomers, "bot/agree#text", *TO_THE_SUMMARY[1:], "bot/summary.send#text")
    codes = [newcomer.ticket_code() for newcomer in newcomers]
    party.settle()
    party.look(repeats=True)
    return codes
