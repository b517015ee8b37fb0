"""What happens to cases while the bot is out of the caseworkers' group, or may not do all there."""

from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest

from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import Refused
from bot.model.tickets import Caseworker, Outcome, TextItem
from bot.model.turns import AddToCase
from bot.usecases import casework, deadlines, handing_over
from bot.usecases.notices import missing_note
from bot.usecases.ports import Work
from bot.usecases.room_abilities import Ability, failing
from tests.botapi import BotApiServer, Fault, Group
from tests.channels.telegram.office import office
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import (
    LANGUAGE_QUEUE,
    PERSON,
    agreed,
    handed_over,
    press,
)
from tests.channels.telegram.test_room_group import (
    colleague,
    only_ticket,
    settled,
    texts_in,
    topic_of,
)
from tests.channels.telegram.test_room_missed import by_itself, time_passes
from tests.channels.telegram.test_room_passed_on import OF_ONE_TEAM
from tests.usecases.county import ANNA, RUTH

SECRET = "mein Geheimnis"
NOT_ALLOWED = Fault.refusal(400, "Bad Request: not enough rights to manage the topic")
WITHOUT_TOPICS = ("can_delete_messages", "can_pin_messages")


def trouble(bot: Running) -> str:
    """Why the group fails; empty if it does not."""
    fails: dict[Ability, str] = bot.store(failing)
    return next(iter(fails.values()), "")


def does(bot: Running, server: BotApiServer, deed: Callable[[Work], object]) -> None:
    """Something that a caseworker does at the desk, with all that follows at once."""
    bot.store(deed)
    bot.loop.call_soon_threadsafe(bot.dispatcher.nudge)
    settled(bot, server)


def calls_of(server: BotApiServer, group: Group, begin: int) -> Counter[str]:
    """The calls into the group since there were `begin` of all."""
    there = (one for one in server.calls[begin:] if one.params.get("chat_id") == group.id)
    return Counter(one.method for one in there)


def vanished(group: Group, server: BotApiServer) -> Callable[[], None]:
    """Take the bot out of the group without telling it; return what brings it back, untold too."""
    bot_id = server.world.bot["id"]
    there = group.chat.members[bot_id]

    def put(member: dict[str, object]) -> None:
        with server.world.change():
            group.chat.members[bot_id] = member

    put({"status": "kicked", "user": server.world.bot, "until_date": 0})
    return lambda: put(there)


@pytest.mark.parametrize("words", [5, 9])
def test_much_is_said_while_the_bot_is_out_and_few_calls_fail(
    server: BotApiServer, words: int
) -> None:
    """Each word fails once, with the card before it, then a call in some minutes: fault 41."""
    group, chief = server.group(), server.user("Chief")
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        group.set_bot("absent", by=chief)
        server.wait_until_confirmed()
        begin = len(server.calls)
        for number in range(words):
            amina.send(f"wort{number}")
            settled(bot, server)
        assert calls_of(server, group, begin) == {"sendMessage": 1, "editMessageText": words}
        for _ in range(3):
            begin = len(server.calls)
            time_passes(bot)
            settled(bot, server)
            assert calls_of(server, group, begin).total() == 1
            assert trouble(bot) == "unreachable"
        group.set_bot("administrator", by=chief)
        last = f"wort{words - 1}"
        by_itself(bot, lambda: last in group.screen(topic).text)
        settled(bot, server)
        text = group.screen(topic).text
        said = [f"wort{number}" for number in range(words)]
        assert [text.count(word) for word in said] == [1] * words
        assert sorted(said, key=text.index) == said


def test_a_bot_that_may_edit_but_not_write_does_not_try_on_and_on(server: BotApiServer) -> None:
    """An edited card says nothing about writing: fault 41."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        refusal = "Bad Request: not enough rights to send text messages to the chat"
        muted = Fault.refusal(400, refusal)
        server.faults.next("sendMessage", muted, chat_id=group.id, times=1000)
        begin = len(server.calls)
        for number in range(9):
            amina.send(f"wort{number}")
            settled(bot, server)
        # Each word once, the first one again behind its card.
        assert calls_of(server, group, begin)["sendMessage"] == 10
        for _ in range(3):
            begin = len(server.calls)
            time_passes(bot)
            settled(bot, server)
            assert calls_of(server, group, begin) == {"editMessageText": 1, "sendMessage": 1}
            assert trouble(bot) == "no_rights"
        server.faults.clear()
        amina.send("wort9")
        bot.eventually(lambda: "wort9" in group.screen(topic).text)
        settled(bot, server)
        assert [group.screen(topic).text.count(f"wort{n}") for n in range(10)] == [1] * 10
        assert not trouble(bot)


def test_that_an_answer_was_not_passed_on_is_told_when_the_bot_is_back(
    server: BotApiServer,
) -> None:
    """Who reads nothing believes that the newcomer has it: fault 75."""
    group, refusal = server.group(), "wurde nicht weitergegeben"
    with running(server, clean=False, group=group.id) as bot:
        handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        kicked = Fault.refusal(403, "Forbidden: bot was kicked from the supergroup chat")
        server.faults.next("sendMessage", kicked, chat_id=group.id, times=4)
        stranger = colleague(server, bot, group, ANNA, bound=False)
        stranger.in_topic(topic).send("Kommen Sie am Montag")
        bot.in_time(lambda: refusal in group.screen(topic).text)
        settled(bot, server)
        assert group.screen(topic).text.count(refusal) == 1
        assert not trouble(bot)


def test_without_the_right_to_topics_old_ones_go_on_and_each_new_case_fails_once(
    server: BotApiServer,
) -> None:
    """What works says nothing about what does not: fault 41."""
    group, chief = server.group(), server.user("Chief")
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        group.set_bot("administrator", by=chief, rights=WITHOUT_TOPICS)
        settled(bot, server)
        begin = len(server.calls)
        for number in range(3):
            user = agreed(server, f"P{number}")
            press(user, PERSON, LANGUAGE_QUEUE)
            press(user, LANGUAGE_QUEUE, "Nein, ohne Text weiter")
            press(user, "Nein, ohne Text weiter", "Ja, senden")
            press(user, "Ja, senden", "◀ Zurück zu Lotse")
        for number in range(4):
            amina.send(f"wort{number}")
            settled(bot, server)
            assert trouble(bot) == "no_rights"
        assert calls_of(server, group, begin)["createForumTopic"] == 3
        assert "wort3" in group.screen(topic).text
        group.set_bot("administrator", by=chief)
        by_itself(bot, lambda: len(group.topics()) == 4)
        settled(bot, server)
        assert not trouble(bot)


@pytest.mark.parametrize("told", [True, False])
def test_what_an_erased_person_said_leaves_the_group_when_the_bot_is_back(
    server: BotApiServer, told: bool
) -> None:
    """fault 85: whether Telegram tells that it is back or not."""
    group, chief = server.group(), server.user("Chief")
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        amina.send(SECRET)
        settled(bot, server)
        back = vanished(group, server)
        amina.send("/delete")
        amina.wait_for(lambda screen: screen.with_button("Ja, alles löschen"))
        amina.press("Ja, alles löschen").wait_answered()
        settled(bot, server)
        assert SECRET in group.screen(topic).text
        back()
        if told:
            group.set_bot("administrator", by=chief)
        else:
            time_passes(bot)
        by_itself(bot, lambda: topic.deleted)
        settled(bot, server)
        assert bot.store(lambda work: work.rooms.tickets()) == []


def test_a_case_passed_on_while_the_bot_is_out_leaves_the_group(server: BotApiServer) -> None:
    """What another team has must not stay readable here: fault 75."""
    group, chief = server.group(), server.user("Chief")
    with running(server, clean=False, group=group.id, house=office(OF_ONE_TEAM)) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        amina.send(SECRET)
        settled(bot, server)
        code = only_ticket(bot).code
        group.set_bot("absent", by=chief)
        server.wait_until_confirmed()
        does(bot, server, lambda work: casework.claim(bot.unit(work), ANNA, code, None))
        does(
            bot,
            server,
            lambda work: casework.pass_on(
                bot.unit(work), ANNA, code, None, "protection", "Wird bedroht"
            ),
        )
        group.set_bot("administrator", by=chief)
        by_itself(bot, lambda: topic.deleted)


def test_a_case_closed_and_opened_while_the_bot_is_out_has_its_topic_so(
    server: BotApiServer,
) -> None:
    """fault 41: a topic that stays open for a closed case invites to write there."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        code = only_ticket(bot).code
        back = vanished(group, server)
        does(bot, server, lambda work: casework.claim(bot.unit(work), ANNA, code, None))
        advised = Outcome.ADVISED
        does(bot, server, lambda work: casework.close(bot.unit(work), ANNA, code, None, advised))
        back()
        time_passes(bot)
        bot.eventually(lambda: topic.closed)
        settled(bot, server)
        back = vanished(group, server)
        does(bot, server, lambda work: casework.reopen(bot.unit(work), ANNA, code, None))
        back()
        time_passes(bot)
        bot.eventually(lambda: not topic.closed)
        settled(bot, server)


def test_the_card_is_brought_up_to_date_by_whatever_arrives_first(server: BotApiServer) -> None:
    """fault 41: nobody tells that the bot is back, and the next word is no card."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        code = only_ticket(bot).code
        back = vanished(group, server)
        does(bot, server, lambda work: casework.claim(bot.unit(work), ANNA, code, None))
        assert trouble(bot) == "unreachable"
        back()

        def late(work: Work) -> None:
            ticket = work.tickets.load((code,), None)[code]
            deadlines._mark(bot.unit(work), ticket, "overdue")

        does(bot, server, late)
        settled(bot, server)
        assert "Zuständig: Anna" in texts_in(group, topic)[0].text
        assert bot.store(lambda work: work.notes.get(missing_note(code))) is None
        assert not trouble(bot)


def test_what_is_said_where_only_the_state_of_a_topic_is_missing_stands_once(
    server: BotApiServer,
) -> None:
    """Several items in one message, behind a topic that could not be closed: fault 41."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        code = only_ticket(bot).code
        does(bot, server, lambda work: casework.claim(bot.unit(work), ANNA, code, None))
        for method in ("closeForumTopic", "reopenForumTopic"):
            server.faults.next(method, NOT_ALLOWED, chat_id=group.id)
        advised = Outcome.ADVISED
        does(bot, server, lambda work: casework.close(bot.unit(work), ANNA, code, None, advised))
        does(bot, server, lambda work: casework.reopen(bot.unit(work), ANNA, code, None))
        words = "so ist es richtig"
        corrected = AddToCase(code, TextItem(words), edited=True)
        does(bot, server, lambda work: handing_over.add(bot.unit(work), corrected))
        bot.eventually(lambda: words in group.screen(topic).text)
        settled(bot, server)
        assert group.screen(topic).text.count(words) == 1


def test_long_texts_that_follow_go_on_where_a_part_was_refused(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group takes twenty messages a minute, and what is missing is many: fault 28."""
    group, refuses, call = server.group(), count(1), Cable.call
    words = ("eins", "zwei", "drei")
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        back = vanished(group, server)
        for word in words[:2]:
            amina.send(f"{word} {'x ' * 1500}")
            settled(bot, server)
        back()

        async def crowded(cable: Cable, method: str, **parameters: object) -> object:
            if method == "sendMessage" and parameters["chat_id"] == group.id and next(refuses) == 2:
                raise Refused(429, "Too Many Requests", retry_after=1)
            return await call(cable, method, **parameters)

        monkeypatch.setattr(Cable, "call", crowded)
        amina.send(f"{words[2]} {'x ' * 1500}")
        bot.eventually(lambda: words[2] in group.screen(topic).text)
        settled(bot, server)
        assert [group.screen(topic).text.count(word) for word in words] == [1, 1, 1]
        assert next(refuses) > 2


def test_a_case_that_comes_back_before_its_topic_could_go_shows_all_there(
    server: BotApiServer,
) -> None:
    """What was said while another team had it is missing nowhere: fault 41."""
    group = server.group()
    with running(server, clean=False, group=group.id, house=office(OF_ONE_TEAM)) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        amina.send("vorher")
        settled(bot, server)
        code = only_ticket(bot).code
        back = vanished(group, server)

        def passed_on(by: Caseworker, team: str) -> None:
            def deed(work: Work) -> None:
                unit = bot.unit(work)
                casework.claim(unit, by, code, None)
                casework.pass_on(unit, by, code, None, team, "Besser dort")

            does(bot, server, deed)
            amina.send(f"bei {team}")
            settled(bot, server)

        passed_on(ANNA, "protection")
        passed_on(RUTH, "language")
        back()
        amina.send("nachher")
        bot.eventually(lambda: "nachher" in group.screen(topic).text)
        settled(bot, server)
        text = group.screen(topic).text
        assert [text.count(word) for word in ("bei protection", "bei language", "nachher")] == [
            1
        ] * 3
        assert not topic.closed
