"""Which group is the caseworkers' room, who is known there, and groups that are not ours."""

from tests.botapi import BotApiServer
from tests.channels.telegram.running import running
from tests.channels.telegram.test_journeys import agreed
from tests.channels.telegram.test_room_group import bound_chat, colleague, settled
from tests.usecases.county import ANNA


def test_binding_account_and_group_by_one_time_codes(server: BotApiServer) -> None:
    """A group is bound by a code that counts once: fault 57."""
    group = server.group()
    with running(server) as bot:
        until = bot.clock.now().replace(hour=23)
        bot.store(lambda work: work.staff.put_link("code-anna", "anna", "telegram", until))
        bot.store(lambda work: work.staff.put_link("code-room", "anna", "room", until))
        user = server.user("Anna", language_code="de")
        user.send("/bind wrong")
        user.wait_for_text("gilt nicht")
        user.send("/bind code-anna")
        user.wait_for_text("Verbunden: Anna Berger")
        other = server.user("Eve", language_code="de")
        other.send("/bind code-anna")
        other.wait_for_text("gilt nicht")
        anna, eve = group.member(user), group.member(other)
        eve.send("/bindroom code-anna")
        server.wait_for(lambda: "gilt nicht" in group.screen().text)
        assert bound_chat(bot) is None
        anna.send("/bindroom code-room")
        server.wait_for(lambda: "jetzt der Raum" in group.screen().text)
        assert bound_chat(bot) == group.id


def test_a_group_without_topics_cannot_be_the_room(server: BotApiServer) -> None:
    group = server.group(forum=False)
    with running(server) as bot:
        until = bot.clock.now().replace(hour=23)
        bot.store(lambda work: work.staff.put_link("code-room", "anna", "room", until))
        group.member(server.user("Anna")).send("/bindroom code-room")
        server.wait_for(lambda: "keine Themen" in group.screen().text)
        assert bound_chat(bot) is None


def test_a_group_of_the_setting_is_not_replaced(server: BotApiServer) -> None:
    group, other = server.group(), server.group("Other")
    with running(server, group=group.id) as bot:
        until = bot.clock.now().replace(hour=23)
        bot.store(lambda work: work.staff.put_link("code-room", "anna", "room", until))
        other.member(server.user("Anna")).send("/bindroom code-room")
        server.wait_for(lambda: "Einstellungen des Servers" in other.screen().text)
        assert bound_chat(bot) == group.id


def test_a_foreign_group_is_left_and_heard_in_silence(server: BotApiServer) -> None:
    """Groups that are not ours hear nothing: fault 57."""
    room, foreign = server.group(), server.group("Family", bot="absent")
    with running(server, group=room.id) as bot:
        amina = agreed(server)
        foreign.set_bot("member", by=amina)
        server.wait_for(lambda: server.calls_of("leaveChat"))
        quiet = server.group("Club")
        member = quiet.member(amina)
        for text in ("Hallo", "/start", "/close advised", "/claim@lotse_test_bot"):
            member.send(text)
        settled(bot, server)
        assert quiet.screen().from_bot == ()


def test_a_colleague_who_leaves_the_group_is_mentioned(server: BotApiServer) -> None:
    group = server.group()
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        # Before it was asked for, Telegram tells of no such thing.
        bot.eventually(lambda: "chat_member" in server.world.updates.allowed)
        anna.leave()
        server.wait_for(lambda: "Anna Berger hat die Gruppe verlassen" in group.screen().text)
