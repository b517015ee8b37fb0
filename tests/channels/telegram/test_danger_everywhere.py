"""Danger written where one would not look for it, over real HTTP: the numbers come at once."""

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
