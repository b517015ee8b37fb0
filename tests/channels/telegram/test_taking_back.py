"""Erasing over the real cable: our messages in the chat and the case's topic in the group go.

fault 85: the newcomer deletes their data while a case is open; fault 87: their commands are words.
"""

from tests.botapi import BotApiServer
from tests.channels.telegram.running import running
from tests.channels.telegram.test_journeys import handed_over
from tests.channels.telegram.test_room_group import only_ticket, settled, texts_in, topic_of


def test_chat_and_topic_are_emptied_and_the_group_is_told(server: BotApiServer) -> None:
    group = server.group()
    with running(server, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        code = only_ticket(bot).code
        before = {message.id for message in amina.screen().from_bot}
        amina.send("/delete")
        amina.wait_for(lambda screen: screen.with_button("Ja, alles löschen"))
        amina.press("Ja, alles löschen").wait_answered()
        server.wait_for(lambda: topic.deleted)
        settled(bot, server)
        left = amina.screen().from_bot
        assert "Gelöscht" in left[-1].text
        assert len(left) < len(before)
        assert f"#{code}-" in group.screen().text
        assert bot.store(lambda work: work.rooms.topic(code)) is None


def test_a_command_of_a_newcomer_cannot_even_be_touched_in_the_group(server: BotApiServer) -> None:
    """fault 87: what looks like a command is shown, and is none for Telegram."""
    group = server.group()
    with running(server, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        amina.send("bitte /close tippen")
        settled(bot, server)
        said = texts_in(group, topic)[-1].text
        assert "close tippen" in said
        assert "/close" not in said
        assert only_ticket(bot).open
