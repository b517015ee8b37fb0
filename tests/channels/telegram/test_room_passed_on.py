"""A case that left the group stays out of it, whoever still writes into its topic."""

import pytest

from bot.usecases import casework
from bot.usecases.forget import forget
from bot.usecases.ports import Work
from bot.usecases.unit import Policy
from tests.botapi import BotApiServer, Fault, Group
from tests.channels.telegram.office import office
from tests.channels.telegram.running import running
from tests.channels.telegram.test_journeys import handed_over
from tests.channels.telegram.test_room_group import (
    colleague,
    only_ticket,
    quiet,
    settled,
    topic_of,
)
from tests.usecases.county import ANNA, RUTH

OF_ONE_TEAM = Policy(room=True, room_teams=frozenset({"integration"}))
SECRET = "Ich bin jetzt im Frauenhaus"
MORE = "Sie haben Zimmer 12"


def shown_in(group: Group) -> str:
    """The names of all topics, and all that the bot wrote there."""
    topics = group.topics()
    said = (message.text for topic in topics for message in group.screen(topic).from_bot)
    return "\n".join([*(topic.name for topic in topics), *said])


@pytest.mark.parametrize("writer", ["a colleague", "a bystander"])
def test_a_topic_of_a_case_passed_on_is_not_made_anew(server: BotApiServer, writer: str) -> None:
    """Whoever writes there while its deletion waits: the other team's case is theirs: fault 75."""
    group = server.group()
    with running(server, group=group.id, house=office(OF_ONE_TEAM)) as bot:
        anna = colleague(server, bot, group, ANNA)
        bystander = group.member(server.user("Stefan", language_code="de"))
        amina = handed_over(server)
        topic = topic_of(group, bot)
        code = only_ticket(bot).code
        settled(bot, server)
        server.faults.next("deleteForumTopic", Fault.flood(2))

        def pass_on(work: Work) -> None:
            casework.claim(bot.unit(work), ANNA, code, None)
            casework.pass_on(bot.unit(work), ANNA, code, None, "protection", "Wird bedroht")

        bot.store(pass_on)
        bot.dispatcher.nudge()
        bot.eventually(lambda: server.faults.pending() == 0)
        (anna if writer == "a colleague" else bystander).in_topic(topic).send("Hallo?")
        server.wait_until_confirmed()
        amina.send(SECRET)
        server.wait_until_confirmed()
        bot.store(lambda work: casework.answer_text(bot.unit(work), RUTH, code, None, MORE))
        quiet(bot, server)
        assert not group.topics()
        assert SECRET not in shown_in(group)
        assert MORE not in shown_in(group)
        assert bot.store(lambda work: work.rooms.topic(code)) is None
        trail = bot.store(lambda work: work.tickets.audit_trail(code))
        assert "topic_made_anew" not in {entry.what for entry in trail}


def test_a_topic_of_somebody_erased_is_not_made_anew(server: BotApiServer) -> None:
    """What was erased stays erased at Telegram too: fault 85."""
    group = server.group()
    with running(server, group=group.id, house=office(Policy(room=True))) as bot:
        anna = colleague(server, bot, group, ANNA)
        handed_over(server)
        topic = topic_of(group, bot)
        person, code = only_ticket(bot).person, only_ticket(bot).code
        settled(bot, server)
        server.faults.next("deleteForumTopic", Fault.flood(2))
        assert person is not None
        bot.store(lambda work: forget(bot.unit(work), person))
        bot.dispatcher.nudge()
        bot.eventually(lambda: server.faults.pending() == 0)
        anna.in_topic(topic).send("Hallo?")
        quiet(bot, server)
        assert not group.topics()
        assert bot.store(lambda work: work.rooms.topic(code)) is None


def test_cases_of_a_team_that_the_group_is_no_longer_for_leave_it(server: BotApiServer) -> None:
    """The setting was narrowed: what was shown is taken back at the next start: fault 75."""
    group, house = server.group(), office(Policy(room=True))
    with running(server, group=group.id, house=house) as bot:
        amina = handed_over(server)
        topic_of(group, bot)
        code = only_ticket(bot).code
    house.policy = Policy(room=True, room_teams=frozenset({"protection"}))
    with running(server, group=group.id, house=house) as bot:
        bot.eventually(lambda: not group.topics())
        amina.send(SECRET)
        quiet(bot, server)
        assert SECRET not in shown_in(group)
        assert bot.store(lambda work: work.rooms.topic(code)) is None


def test_a_topic_that_was_not_begun_when_its_case_left_is_not_begun(server: BotApiServer) -> None:
    group, house = server.group(), office(OF_ONE_TEAM)
    server.faults.next("createForumTopic", Fault.flood(2))
    with running(server, group=group.id, house=house) as bot:
        handed_over(server)
        bot.eventually(lambda: server.faults.pending() == 0)
        house.policy = Policy(room=True, room_teams=frozenset({"protection"}))
        quiet(bot, server)
        assert not group.topics()
