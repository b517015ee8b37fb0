"""The caseworkers' group: a topic a case, who may act there, and what happens when it breaks."""

import re
from dataclasses import replace

import pytest

from bot.model.outbox import Act, Channel, Delivery
from bot.model.tickets import Caseworker, NoteItem, State, TextItem, Ticket
from bot.model.turns import Message
from bot.usecases.notices import TROUBLE, room_blocks
from bot.usecases.ports import Work
from tests.botapi import BotApiServer, Fault, Group, Member, Shown
from tests.botapi.world import Topic
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import agreed, handed_over
from tests.playing.tickets import every_ticket
from tests.usecases.county import ANNA, BEN, JULE


def colleague(
    server: BotApiServer, bot: Running, group: Group, who: Caseworker, *, bound: bool = True
) -> Member:
    """A member of the group who is a caseworker with a bound account."""
    user = server.user(who.name, language_code="de")
    if bound:
        bot.store(lambda work: work.staff.save(replace(who, telegram_id=user.id), None))
    return group.member(user)


def only_ticket(bot: Running) -> Ticket:
    (ticket,) = bot.store(lambda work: every_ticket(work, "integration"))
    assert isinstance(ticket, Ticket)
    return ticket


def topic_of(group: Group, bot: Running) -> Topic:
    topic = group.wait_for_topic(only_ticket(bot).code)
    bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)
    return topic


def texts_in(group: Group, topic: Topic) -> list[Shown]:
    """What the bot wrote into a topic, without Telegram's own notes."""
    return [message for message in group.screen(topic).from_bot if message.kind == "text"]


def bound_chat(bot: Running) -> int | None:
    room = bot.store(lambda work: work.rooms.room())
    return None if room is None else room.chat


def settled(bot: Running, server: BotApiServer) -> None:
    server.wait_until_confirmed()
    bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)


def quiet(bot: Running, server: BotApiServer) -> None:
    """The same, while a pause that Telegram ordered passes at once."""
    server.wait_until_confirmed()
    bot.in_time(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)


def test_a_case_in_the_group_from_handoff_to_close(server: BotApiServer) -> None:
    group = server.group()
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        amina = handed_over(server)
        topic = topic_of(group, bot)
        code = only_ticket(bot).code
        assert topic.name == f"{code} Sprache und Kurse"
        header = texts_in(group, topic)[0]
        assert code in header.text
        assert header.id in group.chat.pinned
        assert "Amina" not in group.screen().text

        anna.in_topic(topic).press("Fall übernehmen").wait_answered()
        group_sees(anna, topic, "Zuständig: Anna Berger")
        anna.in_topic(topic).send("Guten Tag, wann passt es Ihnen?")
        amina.wait_for_text("Guten Tag, wann passt es Ihnen?")
        amina.send("Am Montag")
        anna.in_topic(topic).wait_for_text("Am Montag")

        anna.in_topic(topic).send("/close")
        anna.in_topic(topic).wait_for(lambda screen: screen.with_button("Beraten"))
        anna.in_topic(topic).press("Beraten").wait_answered()
        server.wait_for(lambda: topic.closed)
        settled(bot, server)
        assert only_ticket(bot).state is State.CLOSED
        group.reopen_topic(topic, by=anna)
        anna.in_topic(topic).press("Wieder öffnen").wait_answered()
        settled(bot, server)
        assert only_ticket(bot).state is State.CLAIMED
        assert len(group.topics()) == 1


def group_sees(member: Member, topic: Topic, text: str) -> None:
    member.in_topic(topic).wait_for_text(text)


def test_notes_stay_inside(server: BotApiServer) -> None:
    group = server.group()
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        amina = handed_over(server)
        topic = topic_of(group, bot)
        anna.in_topic(topic).send("//NoteCanary eins")
        anna.in_topic(topic).send("/note NoteCanary zwei")
        settled(bot, server)
        items = bot.store(lambda work: work.tickets.items(only_code(work)))
        notes = [item.body.text for item in items if isinstance(item.body, NoteItem)]
        assert notes == ["NoteCanary eins", "NoteCanary zwei"]
        assert "NoteCanary" not in amina.screen().text


def only_code(work: Work) -> str:
    (ticket,) = every_ticket(work, "integration")
    return str(ticket.code)


def test_a_canned_reply_is_previewed_in_both_languages_and_sent(server: BotApiServer) -> None:
    group = server.group()
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        amina = handed_over(server)
        topic = topic_of(group, bot)
        bot.store(
            lambda work: work.tickets.save(
                replace(work.tickets.load((only_code(work),), None)[only_code(work)], language="en")
            )
        )
        inside = anna.in_topic(topic)
        inside.send("/claim")
        inside.wait_for_text("Zuständig")
        inside.send("/replies")
        inside.wait_for(lambda screen: screen.with_button("Stand der Sache"))
        inside.press("Stand der Sache").wait_answered()
        inside.wait_for(lambda screen: screen.with_button("Nachricht ist da"))
        inside.press("Nachricht ist da").wait_answered()
        inside.wait_for(lambda screen: screen.with_button("Jetzt senden"))
        shown = [m.text for m in inside.screen().from_bot if "melden uns" in m.text]
        assert len(shown) == 2
        assert "melden uns" not in amina.screen().text
        inside.press("Jetzt senden").wait_answered()
        amina.wait_for_text("melden uns")


def test_an_edit_is_passed_on_as_an_edit(server: BotApiServer) -> None:
    """The newcomer's message changes, no second one comes: fault 44."""
    group = server.group()
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        amina = handed_over(server)
        topic = topic_of(group, bot)
        number = anna.in_topic(topic).send("Termin um 8 Uhr")
        amina.wait_for_text("Termin um 8 Uhr")
        settled(bot, server)
        before = len(amina.screen().from_bot)
        for hour in ("9", "10"):
            anna.edit(number, f"Termin um {hour} Uhr")
            amina.wait_for_text(f"Termin um {hour} Uhr")
            settled(bot, server)
        assert len(amina.screen().from_bot) == before
        assert "8 Uhr" not in amina.screen().text
        assert "9 Uhr" in group.screen(topic).text, "the case keeps what was written before"


def test_membership_alone_grants_nothing(server: BotApiServer) -> None:
    """Members, anonymous admins and channels are no staff: fault 56, fault 76."""
    group = server.group()
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA, bound=False)
        jule = colleague(server, bot, group, JULE)
        ben = colleague(server, bot, group, replace(BEN, active=False))
        amina = handed_over(server)
        topic = topic_of(group, bot)
        for member in (anna, ben, jule):
            for text in ("Canary eins", "/note Canary", "/close advised"):
                member.in_topic(topic).send(text)
            member.in_topic(topic).press("Fall übernehmen").wait_answered()
            member.in_topic(topic).press("Abschließen").wait_answered()
        for proxy in (group.anonymous_admin(), group.as_channel()):
            proxy.in_topic(topic).send("Canary")
        settled(bot, server)
        assert "Canary" not in amina.screen().text
        ticket = only_ticket(bot)
        assert (ticket.state, ticket.claimed_by) == (State.NEW, None)
        told = [m for m in group.screen(topic).from_bot if "nicht weitergegeben" in m.text]
        assert len(told) == 2 + 2, "each stranger once, each anonymous message once"
        unknown = [m for m in group.screen(topic).from_bot if "gibt es" in m.text]
        assert unknown, "another team's caseworker hears that there is no such case"


def test_commands_of_newcomers_are_never_carried_out(server: BotApiServer) -> None:
    """What a newcomer writes is text in the group: fault 87."""
    group = server.group()
    with running(server, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        for text in ("/close advised", "//note", "/claim", "<b>/reopen</b>"):
            amina.send(text)
        settled(bot, server)
        assert only_ticket(bot).state is not State.CLOSED
        shown = group.screen(topic).text
        assert "<b>/reopen</b>" in shown.replace("\u200c", "")
        assert "/reopen" not in shown, "a command in the group can be touched"
        assert group.topics() == (topic,)


def test_a_deleted_topic_is_made_anew_with_what_was_said(server: BotApiServer) -> None:
    """A deleted topic is made again with the case in it: fault 38."""
    group = server.group()
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        amina = handed_over(server)
        topic = topic_of(group, bot)
        amina.send("Erste Frage")
        group_sees(anna, topic, "Erste Frage")
        anna.in_topic(topic).send("//SecretNote")
        settled(bot, server)
        group.delete_topic(topic)
        amina.send("Zweite Frage")
        server.wait_for(lambda: len(group.topics()) == 1)
        settled(bot, server)
        (anew,) = group.topics()
        shown = [message.text for message in texts_in(group, anew)]
        assert only_ticket(bot).code in shown[0]
        assert "Erste Frage" in shown[1]
        assert sum("Zweite Frage" in text for text in shown) == 1
        assert "SecretNote" not in "".join(shown)
        anna.in_topic(anew).send("Antwort")
        amina.wait_for_text("Antwort")


def test_a_long_case_whose_topic_is_deleted_goes_on_where_it_had_to_wait(
    server: BotApiServer,
) -> None:
    """What was said is neither lost nor begun again: fault 38."""
    group, texts = server.group(), [f"Frage {number:02}: {'x' * 3000}" for number in range(8)]
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        amina = handed_over(server)
        topic = topic_of(group, bot)
        for text in texts[:-1]:
            amina.send(text)
            group_sees(anna, topic, text)
        settled(bot, server)
        group.delete_topic(topic)
        server.faults.latency(0.1, 0.1)
        amina.send(texts[-1])
        server.wait_for(lambda: any(len(texts_in(group, one)) > 1 for one in group.topics()))
        server.faults.next("sendMessage", Fault.flood(1), chat_id=group.id)
        quiet(bot, server)
        (anew,) = group.topics()
        shown = "\n".join(message.text for message in texts_in(group, anew))
        assert re.findall(r"Frage (\d\d)", shown) == [f"{number:02}" for number in range(8)]


def test_an_item_is_not_taken_for_told_before_its_topic_is_there(server: BotApiServer) -> None:
    """The topic was deleted and could not be made at once: the item waits with it: fault 38."""
    group = server.group()
    with running(server, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        code = only_ticket(bot).code
        amina.send("Eine Frage")
        settled(bot, server)
        group.delete_topic(topic)
        server.faults.next("createForumTopic", Fault.flood(1))
        last = bot.store(lambda work: work.tickets.items(code))[-1]
        said = Message(room_blocks(last))
        item = Delivery(Channel.ROOM, Act.SEND, "de", said, ticket=code, item=last.number)
        bot.store(lambda work: work.outbox.put((item,), bot.unit(work).now))
        bot.dispatcher.nudge()
        quiet(bot, server)
        (anew,) = group.topics()
        assert len(texts_in(group, anew)) > 1


def test_a_topic_closed_by_hand_is_opened_for_what_comes(server: BotApiServer) -> None:
    """A closed topic is opened for what comes: fault 38."""
    group = server.group()
    with running(server, group=group.id) as bot:
        anna = colleague(server, bot, group, ANNA)
        amina = handed_over(server)
        topic = topic_of(group, bot)
        group.close_topic(topic, by=anna)
        amina.send("Noch eine Frage")
        group_sees(anna, topic, "Noch eine Frage")
        assert not topic.closed


@pytest.mark.parametrize(
    "fault", [Fault.drop_after(), Fault.truncated(), Fault.server_error(502, done=True)]
)
def test_a_topic_whose_making_was_not_confirmed_is_adopted(
    server: BotApiServer, fault: Fault
) -> None:
    """A topic of unknown fate is found, not made twice: fault 39."""
    group = server.group()
    server.faults.next("createForumTopic", fault)
    with running(server, group=group.id) as bot:
        handed_over(server)
        code = only_ticket(bot).code
        bot.eventually(lambda: bot.store(lambda work: work.rooms.topic(code)))
        bot.in_time(lambda: bot.store(lambda work: work.outbox.waiting()) == 0)
        topic = topic_of(group, bot)
        assert group.topics() == (topic,)
        assert code in texts_in(group, topic)[0].text


def test_a_group_that_becomes_a_supergroup_is_followed(server: BotApiServer) -> None:
    """The service message moves the room: fault 40."""
    group = server.group(forum=True)
    with running(server, group=group.id) as bot:
        handed_over(server)
        topic_of(group, bot)
        anna = server.user("Anna")
        moved = group.migrate(by=anna, forum=True)
        bot.eventually(lambda: bound_chat(bot) == moved.id)
        settled(bot, server)
        agreed(server, "Basma")
    with running(server, group=group.id, house=bot.house) as again:
        assert bound_chat(again) == moved.id


def test_a_migration_nobody_told_us_of_is_learnt_by_sending(server: BotApiServer) -> None:
    """Telegram's refusal moves the room: fault 40."""
    group = server.group()
    with running(server, group=group.id) as bot:
        with server.world.change():
            updates = server.world.updates.entries
            moved = group.migrate(by=server.user("Anna"), forum=True)
            updates.clear()
        handed_over(server)
        bot.eventually(lambda: bound_chat(bot) == moved.id)
        moved.wait_for_topic(only_ticket(bot).code)


@pytest.mark.parametrize("broken", ["no forum", "no rights", "thrown out"])
def test_when_the_group_fails_the_desk_goes_on_and_it_is_told(
    server: BotApiServer, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    """No forum, no rights, thrown out: the desk goes on: fault 41."""
    group = server.group(forum=broken != "no forum")
    by = server.user("Chief")
    if broken == "no rights":
        group.set_bot("member", by=by)
    if broken == "thrown out":
        group.set_bot("absent", by=by)
    with running(server, clean=False, group=group.id) as bot:
        handed_over(server)
        bot.eventually(lambda: bot.store(lambda work: work.notes.get(TROUBLE)))
        settled(bot, server)
        assert only_ticket(bot).state is State.NEW
        assert "work goes on in the desk" in caplog.text


def test_rights_given_back_are_noticed_and_the_next_word_makes_the_topic(
    server: BotApiServer,
) -> None:
    group = server.group()
    chief = server.user("Chief")
    with running(server, clean=False, group=group.id) as bot:
        group.set_bot("member", by=chief)
        amina = handed_over(server)
        bot.eventually(lambda: bot.store(lambda work: work.notes.get(TROUBLE)))
        settled(bot, server)
        assert group.topics() == ()
        group.set_bot("administrator", by=chief)
        bot.eventually(lambda: not bot.store(lambda work: work.notes.get(TROUBLE)))
        amina.send("Hallo?")
        topic = group.wait_for_topic(only_ticket(bot).code)
        settled(bot, server)
        assert "Hallo?" in group.screen(topic).text


def test_an_answer_races_with_closing_and_the_loser_is_told(server: BotApiServer) -> None:
    """Of two in the group one has the case: fault 45, fault 83."""
    group = server.group()
    with running(server, group=group.id) as bot:
        anna, ben = colleague(server, bot, group, ANNA), colleague(server, bot, group, BEN)
        amina = handed_over(server)
        topic = topic_of(group, bot)
        anna.in_topic(topic).press("Fall übernehmen")
        ben.in_topic(topic).press("Fall übernehmen")
        settled(bot, server)
        assert only_ticket(bot).claimed_by == "anna"
        ben.in_topic(topic).send("LateCanary")
        settled(bot, server)
        assert "LateCanary" not in amina.screen().text
        items = bot.store(lambda work: work.tickets.items(only_code(work)))
        assert not any(isinstance(item.body, TextItem) for item in items)
        assert "Anna Berger" in group.screen(topic).last.text
