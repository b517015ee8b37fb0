"""What could not be shown in the caseworkers' group while it failed follows when it can be used."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.usecases import deadlines
from bot.usecases.notices import TROUBLE
from bot.usecases.room_topics import KNOCK
from tests.botapi import BotApiServer, Fault
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import handed_over
from tests.channels.telegram.test_room_group import only_ticket, quiet, settled, topic_of

WORDS = ("eins", "zwei", "drei", "vier")


def in_trouble(bot: Running) -> bool:
    return bool(bot.store(lambda work: work.notes.get(TROUBLE)))


def what_is_due(bot: Running) -> None:
    """Do it, as the bot's clockwork does."""
    if bot.store(lambda work: deadlines.run_due(bot.unit(work))):
        bot.loop.call_soon_threadsafe(bot.dispatcher.nudge)


def time_passes(bot: Running) -> None:
    """What is due because of it is done."""
    bot.clock.pushed += KNOCK + timedelta(seconds=10)
    what_is_due(bot)


def by_itself(bot: Running, until: Callable[[], object]) -> None:
    """Wait for something that comes with the clockwork's next looks."""

    def looked() -> object:
        what_is_due(bot)
        return until()

    bot.eventually(looked)


@pytest.mark.parametrize("standing", ["member", "absent"])
@pytest.mark.parametrize("next_word", [True, False])
def test_what_was_said_while_the_group_failed_follows_once_and_in_order(
    server: BotApiServer, standing: str, next_word: bool
) -> None:
    """By itself, and also if the next word comes at once: fault 41."""
    group, chief = server.group(), server.user("Chief")
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        amina.send("eins")
        settled(bot, server)
        group.set_bot("absent", by=chief)
        for word in ("zwei", "drei"):
            amina.send(word)
            settled(bot, server)
        bot.eventually(lambda: in_trouble(bot))
        if standing == "member":
            group.set_bot("member", by=chief)
        group.set_bot("administrator", by=chief)
        if not next_word:
            by_itself(bot, lambda: "drei" in group.screen(topic).text)
        amina.send("vier")
        bot.eventually(lambda: "vier" in group.screen(topic).text)
        settled(bot, server)
        text = group.screen(topic).text
        assert [text.count(word) for word in WORDS] == [1, 1, 1, 1]
        assert sorted(WORDS, key=text.index) == list(WORDS)
        assert group.topics() == (topic,)


def test_a_case_of_that_time_gets_its_topic_by_itself(server: BotApiServer) -> None:
    """Also if the group fails for longer, and a second case is there: fault 41."""
    group, chief = server.group(), server.user("Chief")
    with running(server, clean=False, group=group.id) as bot:
        group.set_bot("absent", by=chief)
        amina = handed_over(server)
        amina.send("eins")
        bot.eventually(lambda: in_trouble(bot))
        settled(bot, server)
        for _ in range(2):
            time_passes(bot)
            settled(bot, server)
        assert group.topics() == ()
        group.set_bot("administrator", by=chief)
        by_itself(bot, group.topics)
        topic = group.wait_for_topic(only_ticket(bot).code)
        bot.eventually(lambda: "eins" in group.screen(topic).text)
        settled(bot, server)
        assert group.screen(topic).text.count("eins") == 1


def test_a_group_of_whose_recovery_nobody_tells_is_tried_again(server: BotApiServer) -> None:
    """fault 41: whether there are topics again is found out by trying."""
    group = server.group(forum=False)
    with running(server, clean=False, group=group.id) as bot:
        handed_over(server)
        bot.eventually(lambda: in_trouble(bot))
        settled(bot, server)
        group.chat.raw["is_forum"] = True
        time_passes(bot)
        group.wait_for_topic(only_ticket(bot).code)
        bot.eventually(lambda: not in_trouble(bot))
        settled(bot, server)


CLOSED = Fault.refusal(400, "Bad Request: TOPIC_CLOSED")
GONE = Fault.refusal(400, "Bad Request: message thread not found")


@pytest.mark.parametrize("times", [2, 8])
@pytest.mark.parametrize("fault", [CLOSED, GONE])
def test_a_topic_closed_or_deleted_again_and_again_lacks_nothing_in_the_end(
    server: BotApiServer, fault: Fault, times: int
) -> None:
    """Somebody may do so just after the bot repaired it: faults 38 and 39."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic_of(group, bot)
        server.faults.next("sendMessage", fault, chat_id=group.id, times=times)
        amina.send("eins")
        quiet(bot, server)
        amina.send("zwei")
        quiet(bot, server)
        (topic,) = [one for one in group.topics() if "zwei" in group.screen(one).text]
        text = group.screen(topic).text
        assert [text.count(word) for word in WORDS[:2]] == [1, 1]
        assert text.index("eins") < text.index("zwei")
