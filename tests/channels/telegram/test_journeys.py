"""Newcomers on Telegram from the first /start on: what they see, over real HTTP."""

import copy

import pytest

from bot.model.outbox import Fate
from bot.usecases import casework
from tests.botapi import BotApiServer, User
from tests.botapi.samples import samples
from tests.channels.telegram.running import Running, running
from tests.playing.house import House
from tests.playing.tickets import open_tickets
from tests.usecases.county import ANNA

AGREE = "Ich bin einverstanden"
PERSON = "👤 Mit einem Menschen reden"
LANGUAGE_QUEUE = "Sprache und Kurse"


def agreed(server: BotApiServer, name: str = "Amina") -> User:
    """A newcomer who has chosen German and agreed to the notice."""
    user = server.user(name, language_code="de")
    user.start()
    user.wait_for(lambda screen: screen.last.button("Deutsch"))
    press(user, "Deutsch", AGREE)
    press(user, AGREE, PERSON)
    return user


def press(user: User, label: str, then: str) -> None:
    """Press a button and wait until another one is there."""
    user.press(label).wait_answered()
    user.wait_for(lambda screen: screen.with_button(then))


def handed_over(server: BotApiServer) -> User:
    """A newcomer whose case of the queue for language is open."""
    user = agreed(server)
    press(user, PERSON, LANGUAGE_QUEUE)
    press(user, LANGUAGE_QUEUE, "Nein, ohne Text weiter")
    press(user, "Nein, ohne Text weiter", "Ja, senden")
    press(user, "Ja, senden", "◀ Zurück zu Lotse")
    return user


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_from_start_to_a_person(server: BotApiServer, webhook: bool) -> None:
    with running(server, webhook=webhook) as bot:
        amina = handed_over(server)
        assert "Ihre Nummer: K" in amina.last().text
        assert server.unanswered_presses() == []
        assert bot.dispatcher.tally.fates[Fate.UNKNOWN] == 0
    assert server.pending() == 0
    assert len(amina.screen().from_bot) == 2, "menus are edited in place"
    assert server.flood_warnings == []


def test_the_commands_of_the_chat_follow_the_language(server: BotApiServer) -> None:
    with running(server):
        amina = agreed(server)
        wanted = {"type": "chat", "chat_id": amina.chat_id}

        def told() -> bool:
            calls = server.calls_of("setMyCommands")
            return wanted in [call.params.get("scope") for call in calls]

        server.wait_for(told)


def test_an_old_button_and_a_forged_one_are_answered(server: BotApiServer) -> None:
    """Made-up button data is answered and changes nothing: fault 48."""
    with running(server) as bot:
        amina = agreed(server)
        for data in ("l....de", "t.zzzzzz", "~" * 64, "sc.K7MX2Q..1", "na"):
            amina.forge(data, message=amina.last().id).wait_answered()
        server.wait_until_confirmed()
        assert bot.service.intake.counts.quarantined == 0


def test_whoever_writes_too_much_is_told_once_and_others_are_served(server: BotApiServer) -> None:
    """Two hundred messages at once get one word of patience: fault 53."""
    with running(server) as bot:
        amina, basma = agreed(server, "Amina"), agreed(server, "Basma")
        before = len(amina.screen().from_bot)
        for number in range(200):
            amina.send(f"Hallo {number}")
        basma.send("/menu")
        basma.wait_for(lambda screen: len(screen.from_bot) == 2)
        server.wait_until_confirmed()
        bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)
        waits = [m for m in amina.screen().from_bot if "warten Sie kurz" in m.text]
        assert len(waits) == 1
        assert len(amina.screen().from_bot) - before <= 22
        assert bot.service.intake.counts.throttled > 150


def test_danger_is_heard_in_what_is_too_much_and_answered_once(server: BotApiServer) -> None:
    with running(server, house=House()) as bot:
        amina = agreed(server)
        lines = [f"Zeile {number}" for number in range(30)]
        lines += ["Mein Mann schlägt mich", "Du verstehst mich nicht"] * 60
        for number, line in enumerate([*lines, "Ich will sterben"]):
            at_once = copy.deepcopy(dict(samples(amina.id)["message/text"]))
            at_once["message"] |= {"text": line, "message_id": 5000 + number, "from": amina.raw}
            server.push(at_once)
        server.wait_until_confirmed()
        bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)
        said = [message.text for message in amina.screen().from_bot]
        assert sum("Hilfetelefon 116 016 hilft Frauen" in text for text in said) == 1
        assert sum("Danke, dass Sie uns das schreiben." in text for text in said) == 1
        assert sum("warten Sie kurz" in text for text in said) == 1
        assert bot.service.intake.counts.throttled > 120


def test_a_doubled_press_and_a_redelivered_update_change_nothing(server: BotApiServer) -> None:
    """Repeated updates and presses have one effect: fault 11, fault 47."""
    with running(server) as bot:
        amina = agreed(server)
        press(amina, PERSON, LANGUAGE_QUEUE)
        shown = amina.last().id
        for _ in range(3):
            amina.forge(amina.last().buttons[0].data or "", message=shown)
        server.wait_until_confirmed()
        update = {"message": amina.screen().messages[0].raw}
        number = server.push(update)
        for _ in range(4):
            server.push(update, update_id=number)
        server.push(update, update_id=number + 50)
        server.wait_until_confirmed()
        bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)
        assert len(amina.screen().from_bot) == 1


def test_an_album_gets_one_answer(server: BotApiServer) -> None:
    """Ten pictures are one happening: fault 52."""
    with running(server) as bot:
        amina = agreed(server)
        for number in range(10):
            amina.photo("Mein Brief" if number == 0 else "", album="7001")
        server.wait_until_confirmed()
        bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)
        assert len(amina.screen().from_bot) <= 3


def test_who_blocks_the_bot_is_noted_and_welcome_again(server: BotApiServer) -> None:
    with running(server) as bot:
        amina = handed_over(server)
        amina.block()
        bot.eventually(lambda: not reachable(bot))
        amina.unblock()
        bot.eventually(lambda: reachable(bot))


def test_who_blocks_the_bot_again_and_again_is_not_told_of_each_time(server: BotApiServer) -> None:
    """What nobody can read is not put into the case; the last state is found out: fault 53."""
    with running(server) as bot:
        amina = handed_over(server)
        for _ in range(50):
            amina.block()
            amina.unblock()
        server.wait_until_confirmed()
        assert bot.service.intake.counts.throttled > 60
        amina.send("Ich bin wieder da")
        bot.eventually(lambda: reachable(bot))


def reachable(bot: Running) -> bool:
    (ticket,) = bot.store(lambda work: open_tickets(work, "integration"))
    return bool(ticket.reachable)


def test_a_blocked_person_is_noticed_by_sending(server: BotApiServer) -> None:
    """A refusal to deliver reaches the caseworkers: fault 31."""
    with running(server) as bot:
        amina = handed_over(server)
        with server.world.change():
            amina.chat.blocked = True  # and Telegram's word about it got lost
        with bot.house.unit() as unit:
            (ticket,) = open_tickets(unit.work, "integration")
            casework.answer_text(unit, ANNA, ticket.code, None, "Guten Tag")
        bot.eventually(lambda: not reachable(bot))
        bot.eventually(lambda: bot.dispatcher.tally.unreachable == 1)
