"""Telegram's queue: presses and messages that are gone, many that wait, two ways in at once."""

from collections.abc import Callable

from bot.model.buttons import Action, Button, Do
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Block, Phrase
from bot.model.turns import Message
from tests.botapi import BotApiServer, Fault
from tests.channels.telegram.office import office
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import PERSON, agreed, press
from tests.faults import queue
from tests.playing.tickets import every_ticket

TO_A_CASE = (
    (PERSON, "Sprache und Kurse"),
    ("Sprache und Kurse", "Nein, ohne Text weiter"),
    ("Nein, ohne Text weiter", "Ja, senden"),
    ("Ja, senden", "◀ Zurück zu Lotse"),
)


def settled(bot: Running, server: BotApiServer) -> None:
    server.wait_until_confirmed(60)
    bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0, 60)


def test_after_three_minutes_presses_are_gone_and_the_button_works_again(
    server: BotApiServer,
) -> None:
    """fault 15: nothing happened by the press that was lost, and the same button does it now."""
    house = office()
    with running(server, house=house) as bot:
        amina = agreed(server)
        settled(bot, server)
    before = amina.screen().from_bot[0]
    lost = amina.press(PERSON)
    server.advance(180)
    assert server.pending() == 0, "Telegram has dropped the press"
    with running(server, house=house) as bot:
        server.wait_for(lambda: server.calls_of("getUpdates"))
        amina.send("/help")
        settled(bot, server)
        assert lost.answer is None
        menu = amina.screen().from_bot[0]
        assert (menu.text, menu.edits) == (before.text, before.edits), "nothing had happened"
        amina.press(PERSON, message=menu.id).wait_answered()
        amina.wait_for(lambda screen: screen.with_button("Sprache und Kurse"))


def test_a_press_before_its_message_is_judged_by_what_is_true_now(server: BotApiServer) -> None:
    """fault 12: whichever comes first, the press is answered and the way to a person is whole."""
    for press_first in (True, False):
        with running(server, house=office()) as bot:
            amina = agreed(server, f"N{press_first}")
            press(amina, PERSON, "Sprache und Kurse")
            settled(bot, server)
            with server.world.change():
                entries = server.world.updates.entries
                amina.press("Sprache und Kurse")
                amina.send("/menu")
                if not press_first:
                    entries.reverse()
                    first, second = entries
                    first.update_id, second.update_id = second.update_id, first.update_id
                    for entry in entries:
                        entry.raw = {**entry.raw, "update_id": entry.update_id}
            settled(bot, server)
            assert server.unanswered_presses() == []
            amina.send("/menu")
            amina.wait_for(lambda screen: screen.last.button(PERSON))
            for label, then in TO_A_CASE:
                press(amina, label, then)
            settled(bot, server)
            assert len(bot.store(lambda work: every_ticket(work, "integration"))) == 1


def test_a_backlog_goes_in_in_order(record_property: Callable[[str, object], None]) -> None:
    """fault 17, fault 15: thousands wait, presses among them are gone, nothing else is."""
    drained = queue.run(1, updates=1200, people=60)
    record_property("backlog", f"{drained} {drained.rate:.0f}/s")
    assert (drained.lost, drained.inverted) == (0, 0), drained
    assert drained.expired_presses == 60


def test_more_than_can_be_sent_is_left_at_telegram(server: BotApiServer) -> None:
    """fault 43: while too much waits to be sent nothing is taken in, and then all of it is."""
    with running(server, house=office()) as bot:
        amina = agreed(server)
        settled(bot, server)
        bot.service.health.full = True
        bot.eventually(lambda: 5.0 in bot.pauses.asked or server.pending() == 0, 60)
        for _ in range(3):
            amina.send("/help")
        bot.eventually(lambda: 5.0 in bot.pauses.asked, 60)
        waiting = server.pending()
        assert waiting > 0
        bot.service.health.full = False
        settled(bot, server)
        assert len(amina.screen().from_bot) == 4


def test_while_too_much_waits_a_webhook_call_comes_again(server: BotApiServer) -> None:
    """fault 43: 503 with a Retry-After below the life of a press."""
    with running(server, house=office(), webhook=True) as bot:
        amina = agreed(server)
        settled(bot, server)
        bot.service.health.full = True
        amina.send("/help")
        server.wait_for(lambda: any(one.status == 503 for one in server.deliveries), 60)
        bot.service.health.full = False
        settled(bot, server)
        assert len(amina.screen().from_bot) == 2


def test_menus_of_a_person_nobody_reaches_do_not_pile_up(server: BotApiServer) -> None:
    """fault 43: with the circuit open at most twenty wait for one chat, answers all of them."""
    with running(server, clean=False, house=office(), webhook=True, watch_every=0.02) as bot:
        amina = agreed(server)
        settled(bot, server)
        server.faults.next("*", Fault.server_error(502), times=100_000)
        with bot.house.unit() as unit:
            for _ in range(60):
                unit.work.outbox.put(bot_talk(amina.chat_id), unit.now)
        people = [server.user(f"N{number}", language_code="de") for number in range(6)]
        for one in people:
            one.start()
        bot.eventually(lambda: waiting_for(bot, amina.chat_id) == 20, 60)
        server.faults.clear()
        bot.in_time(lambda: waiting_for(bot, amina.chat_id) == 0, 90)


def bot_talk(chat: int) -> tuple[Delivery, ...]:
    menu = Button(Phrase("bot/menu#text"), Action(Do.HOME))
    message = Message((Block(Phrase("language_courses/topic#title")),), ((menu,),))
    return (Delivery(Channel.CHAT, Act.SEND, "de", message, chat=chat),)


def waiting_for(bot: Running, chat: int) -> int:
    rows = list(bot.house.store._state.outbox.values())  # type: ignore[attr-defined]
    return sum(row.lane == f"chat:{chat}" and row.delivery is not None for row in rows)
