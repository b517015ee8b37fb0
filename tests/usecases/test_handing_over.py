"""The newcomer's side of a ticket: opened once, added to, raised by danger, rated, read again."""

from dataclasses import dataclass, field, replace

import pytest

from bot.model.content import Priority
from bot.model.records import AuditEntry
from bot.model.tickets import (
    AnswerItem,
    Caseworker,
    EventItem,
    ItemBody,
    Outcome,
    State,
    TextItem,
    Ticket,
)
from bot.model.turns import Reachable
from bot.usecases import casework, reading
from bot.usecases.refusals import Refused
from tests.playing.house import House
from tests.playing.newcomer import Newcomer

DANGER = "Mein Mann schlägt mich"


@dataclass
class Case:
    """A newcomer with one open case in the queue for schools, and its caseworker."""

    house: House = field(default_factory=House)
    code: str = ""

    def __post_init__(self) -> None:
        self.newcomer = Newcomer(self.house)
        self.caseworker = Caseworker("c1", "cora", "Cora", frozenset({self.team("school")}))
        with self.house.unit() as unit:
            unit.work.staff.save(self.caseworker, None)
        for do in ("/start", "Deutsch", "bot/agree#text"):
            self.newcomer.send(do) if do[0] == "/" else self.newcomer.press(do)
        self.hand_over("Mein Kind hat keinen Platz")
        self.code = self.ticket().code

    def team(self, queue: str) -> str:
        return self.house.texts.content.region.queues[queue].team

    def hand_over(self, words: str, queue: str = "school") -> None:
        self.newcomer.send("/person")
        self.newcomer.press(f"musterkreis/queue.{queue}#title")
        self.newcomer.type(words)
        self.newcomer.press("bot/summary.send#text")

    def tickets(self) -> list[Ticket]:
        with self.house.unit() as unit:
            person = unit.work.people.load([self.newcomer.telegram_id])[7001].person
            return unit.work.tickets.of_people([person])[person]

    def ticket(self) -> Ticket:
        return next(one for one in self.tickets() if self.code in ("", one.code))

    def bodies(self) -> list[ItemBody]:
        with self.house.unit() as unit:
            return [item.body for item in unit.work.tickets.items(self.code)]

    def texts(self) -> list[str]:
        return [body.text for body in self.bodies() if isinstance(body, TextItem)]

    def events(self) -> list[str]:
        return [body.event for body in self.bodies() if isinstance(body, EventItem)]

    def trail(self) -> list[AuditEntry]:
        with self.house.unit() as unit:
            return unit.work.tickets.audit_trail(self.code)

    def figures(self) -> dict[str, int]:
        with self.house.unit() as unit:
            return dict(unit.work.figures.between(unit.today, unit.today))

    def ask(self, field_id: str) -> None:
        with self.house.unit() as unit:
            done = casework.ask(unit, self.caseworker, self.code, None, field_id)
        assert not isinstance(done, Refused)
        self.newcomer.receive()

    def close(self) -> None:
        with self.house.unit() as unit:
            casework.claim(unit, self.caseworker, self.code, None)
            done = casework.close(unit, self.caseworker, self.code, None, Outcome.ADVISED)
        assert not isinstance(done, Refused)
        self.newcomer.receive()

    def reopen(self) -> None:
        with self.house.unit() as unit:
            assert not isinstance(casework.reopen(unit, self.caseworker, self.code, None), Refused)
        self.newcomer.receive()


def test_a_ticket_is_opened_with_what_was_shown() -> None:
    case = Case()
    ticket = case.ticket()
    assert (ticket.queue, ticket.team, ticket.state) == ("school", case.team("school"), State.NEW)
    assert (ticket.priority, ticket.version, ticket.language) == (Priority.P2, 1, "de")
    assert ticket.content == case.house.texts.content.version
    assert ticket.due > case.house.now
    assert case.texts() == ["Mein Kind hat keinen Platz"]
    assert [(entry.what, entry.caseworker) for entry in case.trail()] == [("opened", None)]


def test_a_second_handoff_into_the_queue_appends() -> None:
    case = Case()
    case.hand_over("Noch etwas")
    (ticket,) = case.tickets()
    assert ticket.version == 2
    assert case.texts() == ["Mein Kind hat keinen Platz", "Noch etwas"]
    assert [entry.what for entry in case.trail()] == ["opened", "appended"]
    assert "bot/sent.again_title#text" in case.newcomer.last.keys


def test_a_second_handoff_of_danger_makes_the_case_one() -> None:
    case = Case()
    before = case.ticket()
    case.hand_over(DANGER)
    after = case.ticket()
    assert (before.priority, before.danger) == (Priority.P2, None)
    assert (after.priority, after.danger) == (Priority.P0, "violence")
    assert after.due < before.due


def test_another_queue_is_another_case_and_takes_the_words() -> None:
    case = Case()
    case.hand_over("Ich suche Arbeit", "work")
    assert len(case.tickets()) == 2
    case.newcomer.type("in der Küche")
    assert case.texts() == ["Mein Kind hat keinen Platz"]
    case.code = next(one.code for one in case.tickets() if one.queue == "work")
    assert case.texts() == ["Ich suche Arbeit", "in der Küche"]


def test_after_closing_a_handoff_opens_a_new_case() -> None:
    case = Case()
    case.close()
    case.hand_over("Wieder ich")
    assert [ticket.state for ticket in case.tickets()] == [State.CLOSED, State.NEW]
    case.newcomer.send("/status")
    newest, oldest = case.newcomer.last.message.blocks[1:]
    assert (newest.phrase.values["code"], oldest.phrase.values["code"]) == (
        case.tickets()[1].code,
        case.code,
    )


def test_danger_in_a_case_raises_it_once_and_says_so() -> None:
    case = Case()
    case.newcomer.type(DANGER)
    assert case.ticket().priority is Priority.P0
    assert case.events() == ["danger"]
    case.newcomer.type("Wann kommt jemand?")
    assert (case.ticket().priority, case.ticket().danger) == (Priority.P0, "violence")


def test_danger_in_a_case_whose_queue_is_gone_is_still_taken() -> None:
    case = Case()
    region = case.house.texts.content.region
    left = {name: queue for name, queue in region.queues.items() if name != "school"}
    content = replace(case.house.texts.content, region=replace(region, queues=left))
    case.house.texts = replace(case.house.texts, content=content)
    case.newcomer.type(DANGER)
    assert case.ticket().priority is Priority.P0


def test_a_changed_message_is_marked_for_the_caseworker() -> None:
    case = Case()
    case.newcomer.type("am Dienstag")
    case.newcomer.type("am Mittwoch", edited=True)
    assert case.events() == ["edited"]
    assert case.texts()[1:] == ["am Dienstag", "am Mittwoch"]


def test_an_answer_counts_once_however_often_it_is_pressed() -> None:
    """The same answer again is no news: fault 46, fault 47."""
    case = Case()
    case.ask("work.concern")
    case.newcomer.press("work/concern.find#text")
    case.newcomer.press_again()
    answers = [body for body in case.bodies() if isinstance(body, AnswerItem)]
    assert [answer.value for answer in answers] == ["find"]
    case.ask("work.concern")
    case.newcomer.press("work/concern.find#text")
    answers = [body for body in case.bodies() if isinstance(body, AnswerItem)]
    assert len(answers) == 2, "asked again, answered again"


def test_an_answer_to_another_button_is_a_correction() -> None:
    """An old button corrects its answer: fault 46."""
    case = Case()
    case.ask("work.concern")
    asked = case.newcomer.last
    case.newcomer.press("work/concern.find#text", asked)
    case.newcomer.press("work/concern.stay#text", asked)
    answers = [body.value for body in case.bodies() if isinstance(body, AnswerItem)]
    assert answers == ["find", "stay"]


def test_a_caseworkers_answer_does_not_take_the_words_of_another_handoff() -> None:
    """Whoever prepares words for the women's counselling does not send them to the school."""
    case = Case()
    case.newcomer.send("/person")
    case.newcomer.press("musterkreis/queue.protection#title")
    case.ask("school.child_age")
    case.newcomer.type("Ich habe Angst vor meinem Bruder")
    assert case.texts() == ["Mein Kind hat keinen Platz"]
    assert "bot/summary.title#text" in case.newcomer.last.keys


def test_two_ratings_change_the_ticket_and_count_one_person() -> None:
    case = Case()
    case.close()
    closed = case.newcomer.last
    case.newcomer.press("bot/rate.good#text", closed)
    case.newcomer.press("bot/rate.bad#text", closed)
    assert case.ticket().rating == 3
    rated = {key: n for key, n in case.figures().items() if key.startswith("rating.")}
    assert rated == {"rating.school.1": 1}
    case.newcomer.type("Zu spät")
    assert case.texts()[-1] == "Zu spät"


def test_a_case_that_is_open_again_takes_words_and_no_old_rating() -> None:
    case = Case()
    case.close()
    closed = case.newcomer.last
    case.newcomer.press("bot/rate.good#text", closed)
    case.reopen()
    case.newcomer.press("bot/case.reply#text")
    case.newcomer.type("Danke, noch eine Frage")
    assert case.texts()[-1] == "Danke, noch eine Frage"
    assert case.trail()[-1].what == "newcomer_wrote"
    with pytest.raises(AssertionError, match="no button"):
        case.newcomer.press("bot/rate.good#text", case.newcomer.last)
    assert case.ticket().rating is None


def test_who_blocks_the_bot_is_marked_until_they_come_back() -> None:
    case = Case()
    for now in (False, False, True):
        case.newcomer.cause(Reachable(now))
        assert case.ticket().reachable is now
    assert case.events() == ["unreachable", "reachable"]


def test_the_export_shows_the_case_but_no_notes() -> None:
    """Export with an open case: fault 85."""
    case = Case()
    case.ask("work.concern")
    case.newcomer.press("work/concern.find#text")
    with case.house.unit() as unit:
        casework.note(unit, case.caseworker, case.code, None, "wirkt ängstlich")
        casework.answer_text(unit, case.caseworker, case.code, None, "Bitte kommen Sie am Montag")
    case.newcomer.receive()
    case.newcomer.send("/export")
    shown = case.newcomer.last.text
    for words in (case.code, "Mein Kind hat keinen Platz", "Bitte kommen Sie am Montag"):
        assert words in shown
    assert "wirkt ängstlich" not in shown
    assert "work/concern.find" not in shown


def test_the_team_reads_what_was_written() -> None:
    case = Case()
    with case.house.unit() as unit:
        view = reading.read(unit, case.caseworker, case.code)
        other = Caseworker("c2", "ole", "Ole", frozenset({case.team("work")}))
        refused = reading.read(unit, other, case.code)
    assert isinstance(refused, Refused)
    assert not isinstance(view, Refused)
    assert [item.number for item in view.items] == [1]
