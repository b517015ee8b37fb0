"""Refusals in the caseworkers' group that are worded otherwise, or were another group's."""

from dataclasses import replace

import pytest

from bot.model.content import Priority
from bot.usecases import notices, room_topics, signals
from bot.usecases.ports import Work
from bot.usecases.room_abilities import Ability, failing
from bot.usecases.signals import Trouble
from tests.botapi import BotApiServer, Fault
from tests.botapi.groups import BOT_RIGHTS
from tests.botapi.people import User
from tests.channels.telegram.office import office
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import handed_over
from tests.channels.telegram.test_room_group import only_ticket, settled, topic_of
from tests.channels.telegram.test_room_missed import by_itself, time_passes
from tests.channels.telegram.test_room_out import WITHOUT_TOPICS

WITHOUT_DELETING = tuple(right for right in BOT_RIGHTS if right != "can_delete_messages")
MAY_NOT_WRITE = ("CHAT_RESTRICTED", "CHAT_WRITE_FORBIDDEN", "have no rights to send a message")


def present(bot: Running) -> list[Trouble]:
    with bot.house.store.transaction() as work:
        return [signal.trouble for signal in signals.present(bot.unit(work))]


def erases(user: User) -> None:
    user.send("/delete")
    user.wait_for(lambda screen: screen.with_button("Ja, alles löschen"))
    user.press("Ja, alles löschen").wait_answered()


@pytest.mark.parametrize("words", MAY_NOT_WRITE)
def test_however_it_is_said_that_the_bot_must_not_write_nothing_is_lost(
    server: BotApiServer, words: str
) -> None:
    """It is told at the desk, and follows once it may: fault 41."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        refused = Fault.refusal(400, f"Bad Request: {words}")
        server.faults.next("sendMessage", refused, chat_id=group.id, times=1000)
        for word in ("eins", "zwei"):
            amina.send(word)
            settled(bot, server)
        bot.eventually(lambda: Trouble.ROOM in present(bot))
        server.faults.clear()
        time_passes(bot)
        settled(bot, server)
        bot.eventually(lambda: "zwei" in group.screen(topic).text)
        text = group.screen(topic).text
        assert [text.count(word) for word in ("eins", "zwei")] == [1, 1]


def test_a_topic_of_somebody_erased_goes_though_it_was_refused_once(server: BotApiServer) -> None:
    """Whatever Telegram said against it: fault 85."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        refused = Fault.refusal(400, "Bad Request: SOMETHING_NEW")
        server.faults.next("deleteForumTopic", refused, chat_id=group.id)
        erases(amina)
        settled(bot, server)
        time_passes(bot)
        settled(bot, server)
        assert topic.deleted


@pytest.mark.parametrize("rights", [WITHOUT_DELETING, WITHOUT_TOPICS])
def test_another_group_is_not_charged_with_what_failed_in_the_old_one(
    server: BotApiServer, rights: tuple[str, ...]
) -> None:
    group, other, house = server.group(), server.group(), office()
    with running(server, clean=False, group=group.id, house=house) as bot:
        group.set_bot("administrator", by=server.user("Chief"), rights=rights)
        bot.eventually(lambda: present(bot))
    with running(server, clean=False, group=other.id, house=house) as bot:
        settled(bot, server)
        assert present(bot) == []


def test_both_rights_that_are_missing_are_known(server: BotApiServer) -> None:
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        group.set_bot("administrator", by=server.user("Chief"), rights=("can_pin_messages",))
        bot.eventually(lambda: len(bot.store(failing)) == 2)


def test_what_had_to_stay_goes_once_something_could_be_deleted(server: BotApiServer) -> None:
    """Nobody told that the right is back: fault 85."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        refused = Fault.refusal(400, "Bad Request: not enough rights to delete")
        server.faults.next("deleteForumTopic", refused, chat_id=group.id)
        erases(amina)
        bot.eventually(lambda: present(bot) == [Trouble.ROOM_KEEPS])
        settled(bot, server)

        def told(work: Work) -> None:
            room_topics.heard(bot.unit(work), [(Ability.DELETE, "")])

        bot.store(told)
        by_itself(bot, lambda: topic.deleted)


@pytest.mark.parametrize("url", ["http://lotse:8080/desk", "https://lotse.example/desk"])
def test_an_alarm_arrives_also_where_telegram_takes_no_link_to_the_desk(
    server: BotApiServer, url: str
) -> None:
    """It refuses hosts without a dot, and the message with them: fault 41."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        handed_over(server)
        topic_of(group, bot)
        ticket = replace(only_ticket(bot), priority=Priority.P0)

        def alarmed(work: Work) -> None:
            unit = bot.unit(work)
            notices.alarm(replace(unit, policy=replace(unit.policy, desk_url=url)), ticket)

        bot.store(alarmed)
        bot.loop.call_soon_threadsafe(bot.dispatcher.nudge)
        bot.eventually(lambda: "bitte sofort übernehmen" in group.screen().text)
        settled(bot, server)
