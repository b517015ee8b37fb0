"""The caseworkers' group breaks in every way it can, and casework goes on."""

from dataclasses import replace

import pytest

from bot.model.content import Priority
from bot.model.outbox import Act, Channel, Delivery, Queued, Report
from bot.model.phrases import Block, Phrase
from bot.model.turns import Message
from bot.usecases.limits import UNLIMITED
from bot.usecases.notices import TROUBLE
from bot.usecases.unit import Policy
from tests.botapi import BotApiServer, Fault, Group
from tests.channels.telegram.office import office
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import handed_over
from tests.channels.telegram.test_room_group import colleague
from tests.faults.desk import code_of, says
from tests.faults.desk import colleague as at_the_desk
from tests.playing.tickets import open_tickets
from tests.usecases.county import ANNA, County
from tests.usecases.telephone import office as dispatching
from tests.usecases.telephone import sent


def settled(bot: Running, server: BotApiServer) -> None:
    server.wait_until_confirmed(60)

    def nothing_waits() -> bool:
        return bool(bot.store(lambda work: work.outbox.waiting()) == 0)

    bot.eventually(nothing_waits, 60)


def said_in(group: Group) -> list[str]:
    (topic,) = group.topics()
    return [m.text for m in group.screen(topic).from_bot if m.kind == "text"]


def test_a_topic_made_anew_is_in_the_trail(server: BotApiServer) -> None:
    """fault 38: once, with the header card and what was said, and the trail says it."""
    group = server.group()
    with running(server, group=group.id) as bot:
        amina = handed_over(server)
        code = code_of(bot)
        topic = group.wait_for_topic(code)
        settled(bot, server)
        group.delete_topic(topic)
        for text in ("eins", "zwei", "drei"):
            amina.send(text)
        settled(bot, server)
        (anew,) = group.topics()
        assert anew is not topic
        shown = "".join(said_in(group))
        assert [shown.count(text) for text in ("eins", "zwei", "drei")] == [1, 1, 1]
        trail = bot.store(lambda work: work.tickets.audit_trail(code))
        assert sum(entry.what == "topic_made_anew" for entry in trail) == 1


@pytest.mark.parametrize("fails", [1, 2])
def test_a_beginning_that_breaks_off_is_begun_again(server: BotApiServer, fails: int) -> None:
    """fault 38: the topic is made, its card or its history fails: nothing is missing."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = group.wait_for_topic(code_of(bot))
        amina.send("FirstWord")
        settled(bot, server)
        group.delete_topic(topic)
        before = len(server.sent_to(group.id))

        def fail_the_nth() -> None:
            if len(server.sent_to(group.id)) - before == fails - 1 and group.topics():
                server.world.listeners.remove(fail_the_nth)
                server.faults.next("sendMessage", Fault.drop_before(), chat_id=group.id)

        server.world.listeners.append(fail_the_nth)
        amina.send("SecondWord")
        server.wait_for(lambda: fail_the_nth not in server.world.listeners, 60)
        bot.in_time(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)
        settled(bot, server)
        shown = said_in(group)
        for word in ("FirstWord", "SecondWord"):
            assert any(word in text for text in shown), shown
        assert any("Sprache und Kurse" in text for text in shown)


def test_a_making_nobody_knows_of_is_made_again(server: BotApiServer) -> None:
    """fault 39: the response is lost and nothing was made: after a while it is made, once."""
    group = server.group()
    server.faults.next("createForumTopic", Fault.server_error(502))
    with running(server, clean=False, group=group.id) as bot:
        handed_over(server)
        bot.eventually(lambda: server.faults.pending() == 0, 60)
        bot.in_time(group.topics)
        settled(bot, server)
        assert len(group.topics()) == 1


def test_deliveries_that_wait_follow_a_group_that_moves(server: BotApiServer) -> None:
    """fault 40: rows put before the migration go to the new group, none to the old."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        group.wait_for_topic(code_of(bot))
        settled(bot, server)
        server.faults.next("sendMessage", Fault.flood(2), chat_id=group.id)
        for text in ("eins", "zwei"):
            amina.send(text)
        bot.eventually(lambda: server.faults.pending() == 0, 60)
        moved = group.migrate(by=server.user("Chief"), forum=True)
        before = len(server.sent_to(group.id))
        settled(bot, server)
        topic = moved.wait_for_topic(code_of(bot))
        text = moved.screen(topic).text
        assert [text.count(word) for word in ("eins", "zwei")] == [1, 1]
        assert len(server.sent_to(group.id)) == before


@pytest.mark.parametrize("broken", ["no rights", "thrown out"])
def test_without_the_group_the_desk_goes_on_and_says_so(server: BotApiServer, broken: str) -> None:
    """fault 41: the desk shows the case and says that the group fails."""
    group = server.group()
    house = office(Policy(room=True, mail=True))
    with running(server, clean=False, group=group.id, house=house, watch_every=0.02) as bot:
        anna = at_the_desk(bot)
        group.set_bot("member" if broken == "no rights" else "absent", by=server.user("Chief"))
        handed_over(server)
        bot.eventually(lambda: bot.store(lambda work: work.notes.get(TROUBLE)), 60)
        says(bot, anna, "Gruppe der Fachkräfte lässt sich nicht benutzen")
        assert code_of(bot) in anna.get("/desk/").text
        settled(bot, server)
        today = bot.clock.now().date()
        figures = bot.store(lambda work: work.figures.between(today, today))
        assert figures["send_dead"] > 0, "nothing is tried for ever"


def test_a_hundred_cases_at_once_go_by_urgency_and_none_is_lost() -> None:
    """fault 42: the group's limit holds, danger goes first, the desk has all of them at once."""
    rates = replace(UNLIMITED, group=40.0, group_burst=4.0)
    urgent = {f"CASE{number}" for number in (40, 99)}

    def topic(code: str) -> Delivery:
        message = Message((Block(Phrase("language_courses/topic#title")),))
        return Delivery(
            Channel.ROOM, Act.OPEN_TOPIC, "de", message, ticket=code, urgent=code in urgent
        )

    def answer(queued: Queued) -> Report:
        return sent(queued)

    codes = [f"CASE{number}" for number in range(100)]
    with dispatching(answer, rates=rates) as here:
        here.put(*(topic(code) for code in codes))
        here.run()
        went = [queued.delivery.ticket for queued in here.telephone.given]
        assert sorted(went) == sorted(codes)  # type: ignore[type-var]
        assert set(went[:6]) >= urgent, went[:8]
        at = here.telephone.at
        assert at[-1] - at[0] >= (100 - 4) / 40 * 0.95
    county = County()
    for code in codes:
        county.ticket(code, person=f"person-{code}", priority=Priority.P2)
    with county.unit() as unit:
        assert len(open_tickets(unit.work, "integration")) == 100


def test_an_edit_of_what_has_not_arrived_is_told_not_to_be_passed_on(server: BotApiServer) -> None:
    """An edit overtakes its message, or is one of a note: told, and nothing changes: fault 44."""
    group = server.group()
    with running(server, clean=False, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        amina = handed_over(server)
        topic = group.wait_for_topic(code_of(bot))
        note = anna.in_topic(topic).send("//nur für uns")
        settled(bot, server)
        anna.edit(note, "//immer noch für uns")
        anna.in_topic(topic).wait_for_text("Eine interne Notiz schreiben Sie bitte als neue")
        anna.edit(note, "doch nicht nur für uns")
        anna.in_topic(topic).wait_for_text("schreiben Sie die Korrektur bitte als neue Nachricht")
        server.faults.next("sendMessage", Fault.flood(3), chat_id=amina.chat_id)
        number = anna.in_topic(topic).send("Termin um 8 Uhr")
        anna.edit(number, "Termin um 9 Uhr")
        anna.in_topic(topic).wait_for_text("noch nicht zugestellt")
        amina.wait_for_text("Termin um 8 Uhr")
        assert "9 Uhr" not in amina.screen().text
