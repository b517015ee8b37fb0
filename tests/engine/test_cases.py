"""A case as its newcomer sees it: state and promise, night, codes, ways in and out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine import cases
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.content import Priority
from bot.model.tickets import Case, State, Ticket
from bot.model.turns import Message, Press, Say
from tests.engine.talking import NOW, after, begun, messages, talk
from tests.playing.house import county

CONTENT = county().content
CASE = Case("K00001", "work", State.NEW, 1, NOW)
TICKET = Ticket(
    "K00001", "work", "work", Priority.P2, State.NEW, 1, NOW, NOW, NOW, "de", "person-1", "v"
)


def keys(message: Message) -> list[str]:
    return [block.phrase.key for block in message.blocks]


def dos(message: Message) -> list[Do]:
    return [button.action.do for button in message.buttons if button.action]


def test_open_cases_can_be_opened_closed_ones_only_seen() -> None:
    both = (CASE, replace(CASE, code="K00002", state=State.CLOSED))
    screen = cases.cases_screen(talk(begun(), both))
    assert keys(screen).count(w.CASE_LINE) == 2
    assert [b.action.target for b in screen.buttons if b.action] == ["K00001", ""]


def test_without_cases_there_is_a_person_to_turn_to() -> None:
    assert dos(cases.cases_screen(talk(begun()))) == [Do.PERSON, Do.HOME]


def test_a_case_of_a_queue_that_is_gone_is_still_shown() -> None:
    gone = replace(CASE, queue="closed_down")
    assert w.CASE_LINE_SHORT in keys(cases.cases_screen(talk(begun(), (gone,))))
    assert cases.office_name(CONTENT, replace(TICKET, queue="closed_down")) == CONTENT.region.name


@pytest.mark.parametrize("state", [state for state in State if state is not State.CLOSED])
def test_a_date_is_promised_while_it_is_our_turn(state: State) -> None:
    screen = cases.writing_screen(CONTENT, replace(CASE, state=state))
    assert (w.CASE_DUE in keys(screen)) is (state is not State.WAITING_FOR_NEWCOMER)


@pytest.mark.parametrize("target", ["K00001", "K00002", "K99999", ""])
def test_only_an_open_case_of_ones_own_is_written_to(target: str) -> None:
    both = (CASE, replace(CASE, code="K00002", state=State.CLOSED))
    turn = after(begun(), Press(Action(Do.CASE, target), 7), both)
    assert turn.conversation is not None
    assert turn.conversation.ticket == (target if target == "K00001" else None)
    assert isinstance(turn.effects[0], Say) is (target == "K00001")


def test_leaving_a_case_gives_words_back_to_the_bot() -> None:
    inside = replace(begun(), ticket="K00001")
    turn = after(inside, Press(Action(Do.LEAVE_CASE, "K00001"), 7), (CASE,))
    assert turn.conversation == begun()


def test_at_night_nothing_is_promised_for_danger_and_numbers_come_first() -> None:
    opens = NOW + timedelta(hours=9)
    urgent = replace(TICKET, priority=Priority.P0)
    night = keys(cases.handed_over(CONTENT, urgent, appended=False, opens=opens))
    assert night[0] == w.EMERGENCY_NUMBERS
    assert w.SENT_OPENS in night
    assert w.SENT_DUE not in night
    day = keys(cases.handed_over(CONTENT, urgent, appended=False, opens=None))
    assert w.SENT_DUE in day
    assert w.SENT_OPENS not in day
    ordinary = keys(cases.handed_over(CONTENT, TICKET, appended=True, opens=opens))
    assert ordinary[0] == w.SENT_AGAIN_TITLE
    assert {w.SENT_DUE, w.SENT_OPENS} <= set(ordinary)


def test_what_a_caseworker_wrote_is_never_overwritten() -> None:
    for message in (
        cases.answer_from_caseworker(CONTENT, TICKET, ()),
        cases.handed_over(CONTENT, TICKET, appended=False, opens=None),
        cases.received_message("K00001"),
    ):
        assert all(button.action and button.action.below for button in message.buttons)


def test_the_case_that_is_open_is_where_one_is() -> None:
    inside = replace(begun(topic=CONTENT.topics["work"]), ticket="K00001")
    (shown,) = messages(after(inside, Press(None, 7), (CASE,)))
    assert keys(shown)[:2] == [w.STALE_BUTTON, w.CASE_LINE]
