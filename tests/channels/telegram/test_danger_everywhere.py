"""Danger written where one would not look for it, over real HTTP: the numbers come at once."""

import pytest

from bot.model.buttons import Action, Do, encode
from tests.botapi import BotApiServer
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import agreed
from tests.playing.house import House

DANGER = "Mein Mann schlägt mich"
NUMBER = "Hilfetelefon 116 016 hilft Frauen"


def quiet(bot: Running, server: BotApiServer) -> None:
    """Wait until nothing is left to read or to send."""
    server.wait_until_confirmed()
    bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)


def test_danger_below_the_second_picture_of_an_album_is_answered(server: BotApiServer) -> None:
    """One album, one answer, but each caption is heard: fault 52, fault 58."""
    with running(server, house=House()) as bot:
        amina = agreed(server)
        before = len(amina.screen().from_bot)
        amina.photo("Das ist mein Brief", album="7001")
        amina.photo(DANGER, album="7001")
        amina.photo("Seite 3", album="7001")
        amina.wait_for_text(NUMBER)
        quiet(bot, server)
        assert len(amina.screen().from_bot) == before + 2


@pytest.mark.parametrize(
    "command", ["/hilfe", "/start", "/person", "/bind", "/help@lotse_test_bot"]
)
def test_danger_behind_a_command_is_answered_from_the_first_word_on(
    server: BotApiServer, command: str
) -> None:
    """Before the consent and after it, and nothing else of the command happens: fault 58."""
    with running(server, house=House()) as bot:
        basma = server.user("Basma", language_code="de")
        amina = agreed(server)
        for newcomer in (basma, amina):
            before = len(newcomer.screen().from_bot)
            newcomer.send(f"{command} {DANGER}")
            newcomer.wait_for_text(NUMBER)
            quiet(bot, server)
            assert len(newcomer.screen().from_bot) == before + 1


def test_a_link_still_begins_where_it_leads(server: BotApiServer) -> None:
    """Its code is no word: fault 49."""
    with running(server, house=House()) as bot:
        amina = server.user("Amina", language_code="de")
        amina.start("crisis")
        amina.wait_for(lambda screen: screen.last.button("Deutsch"))
        quiet(bot, server)
        assert NUMBER not in amina.screen().text


def test_danger_in_a_poll_or_a_contact_is_answered(server: BotApiServer) -> None:
    """Whatever can be written into speaks of danger too: fault 58."""
    with running(server, house=House()) as bot:
        basma = server.user("Basma", language_code="de")
        amina = agreed(server)
        basma.poll("Was soll ich tun?", (DANGER, "Nichts"))
        amina.contact(first_name=DANGER)
        for newcomer in (basma, amina):
            newcomer.wait_for_text(NUMBER)
        quiet(bot, server)


def test_the_buttons_of_danger_work_for_whoever_pressed_too_much(server: BotApiServer) -> None:
    """They pass where other presses are dropped: fault 53."""
    with running(server, house=House()) as bot:
        amina = agreed(server)
        shown = amina.last().id
        for number in range(60):
            amina.send(f"Hallo {number}")
        for do in (Do.URGENT, Do.DANGER, Do.NOT_SAFE):
            kind = "" if do is Do.URGENT else "violence"
            amina.forge(encode(Action(do, kind)), message=shown)
        quiet(bot, server)
        said = [message.text for message in amina.screen().from_bot]
        for wanted in ("Was ist passiert?", NUMBER, "Bitte rufen Sie jetzt an."):
            assert any(wanted in text for text in said), wanted
        assert bot.service.intake.counts.throttled > 20
