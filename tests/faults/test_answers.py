"""What a caseworker reads about each answer is what became of it: it waits, is sent, or failed."""

import re
import time
from dataclasses import replace
from html import unescape

import pytest

from bot.model.tickets import EventItem, State, TextItem
from bot.usecases import casework, resending
from bot.usecases.refusals import Refused
from bot.usecases.unit import FreeText, Policy
from tests.botapi import BotApiServer, Fault, User
from tests.channels.telegram.office import office
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import handed_over
from tests.desk.browser import Visitor
from tests.faults.desk import code_of, colleague
from tests.usecases.county import ANNA, BEN

ALONE = Policy(room=False)
"""The desk alone: no group."""

TOLD_WITHIN = 10.0


def answer(visitor: Visitor, code: str, text: str) -> None:
    """Send free text as the desk does it, version and all."""
    visitor.get(f"/desk/tickets/{code}")
    form = {"kind": "text", "text": text, "version": version(visitor)}
    sent = visitor.post(f"/desk/tickets/{code}/send", form)
    assert "done=sent" in str(sent.url), page(visitor)


def version(visitor: Visitor) -> str:
    assert visitor.page is not None
    found = re.search(r'name="version" value="(\d+)"', visitor.page.text)
    assert found is not None
    return found[1]


def page(visitor: Visitor) -> str:
    assert visitor.page is not None
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", visitor.page.text).split()))


def shown(visitor: Visitor, code: str) -> str:
    visitor.get(f"/desk/tickets/{code}")
    return page(visitor)


def settled(bot: Running) -> None:
    bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0, 60)


def test_each_answer_says_how_far_it_is(server: BotApiServer) -> None:
    """fault 43: an answer that waits says so, and says when it is sent."""
    with running(server, clean=False, house=office(ALONE)) as bot:
        amina = handed_over(server)
        code, anna = code_of(bot), colleague(bot)
        server.faults.next("sendMessage", Fault.flood(2), chat_id=amina.chat_id)
        answer(anna, code, "Guten Tag")
        assert "Wartet auf den Versand" in shown(anna, code)
        amina.wait_for_text("Guten Tag")
        settled(bot)
        text = shown(anna, code)
        assert "Wartet auf den Versand" not in text
        assert "Verschickt heute" in text


def test_an_answer_of_the_desk_does_not_wait_for_the_next_look(server: BotApiServer) -> None:
    """The desk wakes the dispatcher: an answer leaves at once, not up to a second later."""
    with running(server, house=office(ALONE)) as bot:
        amina = handed_over(server)
        settled(bot)
        code, anna = code_of(bot), colleague(bot, nudge=True)
        bot.dispatcher._poll = 3600.0
        answer(anna, code, "Gleich da")
        answer(anna, code, "Und noch etwas")
        amina.wait_for_text("Und noch etwas", 30)


@pytest.mark.parametrize("gone", [User.block, User.deactivate])
def test_who_blocked_the_bot_is_told_within_seconds_and_nothing_storms(
    server: BotApiServer, gone: object
) -> None:
    """fault 31: desk and trail say it, what waited is given up, one call was made."""
    with running(server, clean=False, house=office(ALONE)) as bot:
        amina = handed_over(server)
        settled(bot)
        code, anna = code_of(bot), colleague(bot)
        server.wait_until_confirmed()
        gone(amina)  # type: ignore[operator]
        calls = len(server.calls_of("sendMessage"))
        asked = time.monotonic()
        with bot.house.unit() as unit:
            for text in ("eins", "zwei", "drei"):
                done = casework.answer_text(unit, ANNA, code, None, text)
                assert not isinstance(done, Refused)
        bot.eventually(lambda: "Nicht zugestellt" in shown(anna, code), 60)
        assert time.monotonic() - asked < TOLD_WITHIN
        settled(bot)
        text = shown(anna, code)
        assert text.count("Nicht zugestellt") == 3
        assert "Telegram kann der Person nichts mehr zustellen." in text
        assert "Noch einmal schicken" not in text
        assert len(server.calls_of("sendMessage")) == calls + 1


def test_who_comes_back_gets_what_failed_when_a_caseworker_says_so(server: BotApiServer) -> None:
    """fault 32: reachable again, nothing is sent blindly, one press sends all of it in order."""
    with running(server, clean=False, house=office(ALONE)) as bot:
        amina = handed_over(server)
        settled(bot)
        code, anna = code_of(bot), colleague(bot)
        amina.block()
        server.wait_until_confirmed()
        with bot.house.unit() as unit:
            for text in ("eins", "zwei"):
                casework.answer_text(unit, ANNA, code, None, text)
        bot.eventually(lambda: "Nicht zugestellt" in shown(anna, code), 60)
        assert "Telegram stellt dieser Person gerade nichts zu" in refusal(anna, code)
        amina.unblock()
        bot.eventually(lambda: "Noch einmal schicken" in shown(anna, code), 60)
        settled(bot)
        assert "eins" not in amina.screen().text, "nothing goes out by itself"
        stale = version(anna)
        bot.house.policy = replace(ALONE, free_text=FreeText.OFF)
        assert "Freitext ist in diesem Landkreis abgeschaltet" in refusal(anna, code)
        bot.house.policy = ALONE
        again(anna, code)
        amina.wait_for_text("zwei")
        settled(bot)
        said = amina.screen().text
        assert said.index("eins") < said.index("zwei")
        text = shown(anna, code)
        assert "Nicht zugestellt" not in text
        assert text.count("Verschickt heute") == 2
        assert "Es gibt nichts" in refusal(anna, code)
        late = anna.post(f"/desk/tickets/{code}/resend", {"version": stale})
        assert late.status_code == 409
        settled(bot)
        assert amina.screen().text.count("eins") == 1


def again(visitor: Visitor, code: str) -> None:
    shown(visitor, code)
    done = visitor.post(f"/desk/tickets/{code}/resend", {"version": version(visitor)})
    assert "done=resend" in str(done.url)


def refusal(visitor: Visitor, code: str) -> str:
    shown(visitor, code)
    visitor.post(f"/desk/tickets/{code}/resend", {"version": version(visitor)})
    return page(visitor)


def test_who_writes_again_is_reachable_though_telegram_did_not_say_so(server: BotApiServer) -> None:
    """fault 32: the word that somebody unblocked us was lost; their next message tells it."""
    with running(server, clean=False, house=office(ALONE)) as bot:
        amina = handed_over(server)
        settled(bot)
        code, anna = code_of(bot), colleague(bot)
        with server.world.change():
            server.world.chats[amina.chat_id].blocked = True
        answer(anna, code, "Hallo?")
        bot.eventually(lambda: "Nicht zugestellt" in shown(anna, code), 60)
        with server.world.change():
            server.world.chats[amina.chat_id].blocked = False
        amina.send("Ich bin wieder da")
        bot.eventually(lambda: "Noch einmal schicken" in shown(anna, code), 60)


def test_an_answer_telegram_refuses_for_good_is_told(server: BotApiServer) -> None:
    """fault 31: not the person is gone, this one message is refused: an entry says which."""
    with running(server, clean=False, house=office(ALONE)) as bot:
        amina = handed_over(server)
        settled(bot)
        code, anna = code_of(bot), colleague(bot)
        fault = Fault.refusal(400, "Bad Request: message is too long")
        server.faults.next("sendMessage", fault, chat_id=amina.chat_id)
        answer(anna, code, "eins")
        bot.eventually(lambda: "Nicht zugestellt" in shown(anna, code), 60)
        assert "Eine Antwort ließ sich nicht zustellen" in page(anna)
        assert bot.store(lambda work: work.tickets.load((code,), None)[code]).reachable
        again(anna, code)
        amina.wait_for_text("eins")


def test_an_answer_that_came_twice_is_counted_once_in_the_case(server: BotApiServer) -> None:
    """fault 28: the response is lost, the answer comes twice, the case says sent, once."""
    with running(server, clean=False, house=office(ALONE)) as bot:
        amina = handed_over(server)
        settled(bot)
        code, anna = code_of(bot), colleague(bot)
        server.faults.next("sendMessage", Fault.drop_after(), chat_id=amina.chat_id)
        answer(anna, code, "Einmal gemeint")
        bot.eventually(lambda: amina.screen().text.count("Einmal gemeint") == 2, 60)
        settled(bot)
        trail = bot.store(lambda work: work.tickets.audit_trail(code))
        assert sum(entry.what == "delivered" for entry in trail) == 1
        today = bot.clock.now().date()
        counted = bot.store(lambda work: work.figures.between(today, today))
        assert counted["send_unknown"] == 1


@pytest.mark.parametrize("event", ["closed", "passed on", "erased"])
def test_an_answer_that_comes_too_late_is_refused_and_told(
    server: BotApiServer, event: str
) -> None:
    """fault 45: closing, reassignment or erasure was first; the writer keeps the text."""
    with running(server, house=office(ALONE)) as bot:
        amina = handed_over(server)
        settled(bot)
        code, ben = code_of(bot), colleague(bot, BEN.login)
        shown(ben, code)
        seen = version(ben)
        if event == "erased":
            amina.send("/delete")
            amina.wait_for(lambda screen: screen.with_button("Ja, alles löschen"))
            amina.press("Ja, alles löschen").wait_answered()
        else:
            with bot.house.unit() as unit:
                casework.claim(unit, ANNA, code, None)
                if event == "closed":
                    casework.close(unit, ANNA, code, None, "advised")
                else:
                    casework.pass_on(unit, ANNA, code, None, "work", "Bitte übernehmen")
        settled(bot)
        form = {"kind": "text", "text": "LateCanary", "version": seen}
        refused = ben.post(f"/desk/tickets/{code}/send", form)
        assert refused.status_code in {404, 409}, "told, not swallowed"
        settled(bot)
        assert "LateCanary" not in amina.screen().text
        items = bot.store(lambda work: work.tickets.items(code))
        assert not any(isinstance(one.body, TextItem) for one in items)
        ticket = bot.store(lambda work: work.tickets.load((code,), None)[code])
        assert ticket.state in {State.CLOSED, State.NEW}


def test_a_correction_by_somebody_else_or_of_another_text_is_none(server: BotApiServer) -> None:
    """fault 44: only who wrote an answer changes it, and only that one."""
    house = office(ALONE)
    with running(server, house=house) as bot:
        handed_over(server)
        settled(bot)
        code = code_of(bot)
        with house.unit() as unit:
            casework.answer_text(unit, ANNA, code, None, "Termin um 8 Uhr", source=77)
        settled(bot)
        with house.unit() as unit:
            assert resending.correct(unit, BEN, code, 77, "Canary") is None
            assert resending.correct(unit, ANNA, code, 78, "Canary") is None
            done = resending.correct(unit, ANNA, code, 77, "Termin um 9 Uhr")
            assert not isinstance(done, Refused)
        items = bot.store(lambda work: work.tickets.items(code))
        assert any(one.body == EventItem("corrected", {"item": "2"}) for one in items)
