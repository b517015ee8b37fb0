from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.buttons import Do
from bot.model.content import Priority
from bot.model.conversation import Expecting
from bot.model.outbox import Channel
from bot.model.tickets import (
    MOVES,
    CardItem,
    EventItem,
    Move,
    NoteItem,
    Outcome,
    QuestionItem,
    ReplyItem,
    State,
    TextItem,
    Ticket,
)
from bot.usecases import casework, refusals
from bot.usecases.refusals import Refused
from bot.usecases.unit import FreeText, Policy, Unit
from tests.usecases.county import ANNA, BEN, CARD, JULE, LEVEL, SLOTS, County, renderer

CODE = "K7MX2Q"

Action = Callable[[Unit, int | None], Ticket | Refused]

ACTIONS: dict[Move, Action] = {
    Move.CLAIM: lambda unit, version: casework.claim(unit, ANNA, CODE, version),
    Move.RELEASE: lambda unit, version: casework.release(unit, ANNA, CODE, version),
    Move.PASS_ON: lambda unit, version: casework.pass_on(
        unit, ANNA, CODE, version, "work", "Es geht um Arbeit."
    ),
    Move.ANSWER: lambda unit, version: casework.answer_text(unit, ANNA, CODE, version, "Hallo"),
    Move.CLOSE: lambda unit, version: casework.close(unit, ANNA, CODE, version, Outcome.ADVISED),
    Move.REOPEN: lambda unit, version: casework.reopen(unit, ANNA, CODE, version),
}
HELD = frozenset(State) - {State.NEW}

ANSWERS: dict[str, Action] = {
    "text": lambda unit, version: casework.answer_text(unit, ANNA, CODE, version, "Hallo"),
    "reply": lambda unit, version: casework.answer_reply(unit, ANNA, CODE, version, "received", {}),
    "card": lambda unit, version: casework.send_card(unit, ANNA, CODE, version, CARD.id),
    "question": lambda unit, version: casework.ask(unit, ANNA, CODE, version, LEVEL.id),
}


def in_state(county: County, state: State) -> Ticket:
    held = ANNA.id if state in HELD else None
    closed = county.clock.now() if state is State.CLOSED else None
    return county.ticket(CODE, state=state, claimed_by=held, closed=closed)


def do(county: County, action: Action, version: int | None = None) -> Ticket | Refused:
    with county.unit() as unit:
        return action(unit, version)


def phrase_of(done: Ticket | Refused) -> str:
    assert isinstance(done, Refused)
    return renderer().plain(done.phrase, "de")


def is_allowed(state: State, move: Move) -> bool:
    """By the table, and answering what nobody has claims it first."""
    return (state, move) in MOVES or (state, move) == (State.NEW, Move.ANSWER)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", ACTIONS)
def test_the_table_of_moves_is_law(state: State, move: Move) -> None:
    county = County()
    before = in_state(county, state)
    done = do(county, ACTIONS[move])
    if is_allowed(state, move):
        assert isinstance(done, Ticket)
        assert done.state is MOVES.get((state, move), State.WAITING_FOR_NEWCOMER)
        assert done == county.now_is(CODE)
        assert done.version > before.version
        assert county.trail(CODE)[-1] == move
        assert county.items(CODE)
    else:
        assert isinstance(done, Refused)
        assert county.now_is(CODE) == before
        assert county.trail(CODE) == ["opened"]
        assert county.items(CODE) == ()


@pytest.mark.parametrize("move", ACTIONS)
@pytest.mark.parametrize("state", State)
def test_a_stale_page_changes_nothing_and_says_what_is_now(state: State, move: Move) -> None:
    """A stale button is refused with the present state: fault 46."""
    county = County()
    before = in_state(county, state)
    done = do(county, ACTIONS[move], before.version + 1)
    assert isinstance(done, Refused)
    assert county.now_is(CODE) == before
    assert "state" in done.phrase.values


@pytest.mark.parametrize("move", ACTIONS)
@pytest.mark.parametrize("state", State)
def test_another_team_learns_nothing(state: State, move: Move) -> None:
    """Every action of another team meets an unknown case: fault 75."""
    county = County()
    ticket = in_state(county, state)
    county.ticket(CODE, team="jobcenter", state=state, claimed_by=ticket.claimed_by)
    assert do(county, ACTIONS[move]) == refusals.UNKNOWN_CASE
    assert do(county, ACTIONS[move], 99) == refusals.UNKNOWN_CASE


def test_an_account_that_was_switched_off_has_no_team() -> None:
    """Switched off means no team at once: fault 76."""
    county = County()
    in_state(county, State.NEW)
    gone = replace(ANNA, active=False)
    with county.unit() as unit:
        assert casework.claim(unit, gone, CODE, None) == refusals.UNKNOWN_CASE
        assert casework.note(unit, gone, CODE, None, "x") == refusals.UNKNOWN_CASE


@pytest.mark.parametrize("move", [Move.CLAIM, Move.ANSWER, Move.PASS_ON, Move.CLOSE])
def test_what_a_colleague_has_is_theirs_and_their_name_is_told(move: Move) -> None:
    county = County()
    county.ticket(CODE, state=State.CLAIMED, claimed_by=BEN.id)
    assert phrase_of(do(county, ACTIONS[move])) == "Ben Çelik hat den Fall schon übernommen."
    assert phrase_of(do(county, ACTIONS[move], 7)) == "Ben Çelik hat den Fall schon übernommen."


def test_of_two_who_claim_one_has_it() -> None:
    """One has it, the other is told who: fault 83."""
    county = County()
    seen = county.ticket(CODE)
    with county.unit() as unit:
        first = casework.claim(unit, ANNA, CODE, seen.version)
    with county.unit() as unit:
        second = casework.claim(unit, BEN, CODE, seen.version)
    assert isinstance(first, Ticket)
    assert phrase_of(second) == "Anna Berger hat den Fall schon übernommen."
    assert county.now_is(CODE).claimed_by == ANNA.id


def test_a_colleague_may_free_the_case_of_somebody_absent() -> None:
    county = County()
    county.ticket(CODE, state=State.WAITING_FOR_US, claimed_by=BEN.id)
    freed = do(county, ACTIONS[Move.RELEASE])
    assert isinstance(freed, Ticket)
    assert (freed.state, freed.claimed_by) == (State.NEW, None)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text", TextItem), ("reply", ReplyItem), ("card", CardItem), ("question", QuestionItem)],
)
def test_an_answer_is_kept_told_and_turns_the_newcomer_to_the_case(kind: str, body: type) -> None:
    county = County()
    county.ticket(CODE)
    answered = do(county, ANSWERS[kind])
    assert isinstance(answered, Ticket)
    assert answered.claimed_by == ANNA.id
    assert answered.state is State.WAITING_FOR_NEWCOMER
    taken, said = county.items(CODE)
    assert isinstance(taken.body, EventItem)
    assert isinstance(said.body, body)
    assert county.trail(CODE) == ["opened", "claim", "answer"]
    (told,) = county.deliveries(Channel.CHAT)
    assert (told.language, told.ticket, told.item) == ("uk", CODE, said.number)
    assert told.message is not None
    assert county.conversation().ticket == CODE


def test_a_question_waits_for_its_answer_with_buttons_in_the_newcomers_language() -> None:
    county = County()
    county.ticket(CODE)
    do(county, ANSWERS["question"])
    prompt = county.conversation().prompt
    assert prompt is not None
    assert (prompt.expecting, prompt.field, prompt.ticket) == (Expecting.ASKED, LEVEL.id, CODE)
    (told,) = county.deliveries(Channel.CHAT)
    assert told.message is not None
    values = {button.action.value for button in told.message.buttons if button.action}
    assert values >= {"none", "basic"}


def test_a_card_is_sent_whole() -> None:
    county = County()
    county.ticket(CODE)
    do(county, ANSWERS["card"])
    (told,) = county.deliveries(Channel.CHAT)
    assert told.message is not None
    text = renderer().mail(told.message, "de")
    assert "Der Kurs hat 600 Stunden Deutsch." in text
    assert "Antrag ausfüllen und abgeben." in text
    assert "Pass" in text


def test_a_canned_reply_reads_in_every_language() -> None:
    county = County()
    county.ticket(CODE)
    with county.unit() as unit:
        casework.answer_reply(unit, ANNA, CODE, None, "appointment", SLOTS)
    (told,) = county.deliveries(Channel.CHAT)
    assert told.message is not None
    text = renderer().mail(told.message, "de")
    assert "30. November 2026 um 14:30" in text
    assert "Migrationsberatung, Hauptstraße 1, 70000 Musterstadt" in text
    assert "Pass und Mietvertrag" in text
    assert "https://musterkreis.example/kurse" in text


def test_free_text_can_be_switched_off_and_everything_else_goes_on() -> None:
    county = County(Policy(free_text=FreeText.OFF))
    county.ticket(CODE)
    assert do(county, ANSWERS["text"]) == refusals.FREE_TEXT_OFF
    for kind in ("reply", "card", "question"):
        assert isinstance(do(county, ANSWERS[kind]), Ticket)


@pytest.mark.parametrize(
    ("text", "refused"),
    [("", refusals.EMPTY_TEXT), (" \n\x00\x07 ", refusals.EMPTY_TEXT), ("x" * 3501, None)],
)
def test_texts_have_a_beginning_and_an_end(text: str, refused: Refused | None) -> None:
    county = County()
    county.ticket(CODE)
    for action in (casework.answer_text, casework.note):
        with county.unit() as unit:
            done = action(unit, ANNA, CODE, None, text)
        assert done == (refused or refusals.too_long(casework.LONGEST_TEXT))
    assert county.items(CODE) == ()


def test_text_is_kept_as_written_but_for_control_characters() -> None:
    county = County()
    county.ticket(CODE)
    with county.unit() as unit:
        casework.answer_text(unit, ANNA, CODE, None, "  می\u200cخواهم\nA\x00B\x85C  ")
    assert county.items(CODE)[-1].body == TextItem("می\u200cخواهم\nABC")


@pytest.mark.parametrize(
    ("action", "refused"),
    [
        (lambda u: casework.answer_reply(u, ANNA, CODE, None, "?", {}), refusals.UNKNOWN_REPLY),
        (lambda u: casework.send_card(u, ANNA, CODE, None, "a.b"), refusals.UNKNOWN_CARD),
        (lambda u: casework.ask(u, ANNA, CODE, None, "person.x"), refusals.UNKNOWN_QUESTION),
        (lambda u: casework.close(u, ANNA, CODE, None, "won"), refusals.UNKNOWN_OUTCOME),
        (lambda u: casework.pass_on(u, ANNA, CODE, None, "?", "x"), refusals.UNKNOWN_QUEUE),
        (lambda u: casework.pass_on(u, ANNA, CODE, None, "language", "x"), refusals.SAME_QUEUE),
        (lambda u: casework.pass_on(u, ANNA, CODE, None, "work", " "), refusals.EMPTY_TEXT),
    ],
)
def test_what_does_not_exist_is_refused(
    action: Callable[[Unit], Ticket | Refused], refused: Refused
) -> None:
    county = County()
    before = county.ticket(CODE)
    with county.unit() as unit:
        assert action(unit) == refused
    assert county.now_is(CODE) == before


def test_a_note_is_for_the_team_only_and_hinders_nobody() -> None:
    county = County()
    county.ticket(CODE, state=State.CLAIMED, claimed_by=BEN.id)
    with county.unit() as unit:
        noted = casework.note(unit, ANNA, CODE, None, "Ruft wieder an.")
    assert isinstance(noted, Ticket)
    assert noted.state is State.CLAIMED
    assert county.items(CODE)[-1].body == NoteItem("Ruft wieder an.")
    assert county.deliveries(Channel.CHAT) == []


def test_passing_on_changes_team_promise_and_reader() -> None:
    county = County()
    before = county.ticket(CODE, state=State.CLAIMED, claimed_by=ANNA.id, priority=Priority.P1)
    passed = do(county, ACTIONS[Move.PASS_ON])
    assert isinstance(passed, Ticket)
    assert (passed.team, passed.queue, passed.claimed_by) == ("jobcenter", "work", None)
    assert passed.due == before.created.replace(hour=15)
    (told,) = county.deliveries(Channel.CHAT)
    assert told.message is not None
    assert "Jobcenter Musterkreis" in renderer().mail(told.message, "de")
    with county.unit() as unit:
        assert casework.claim(unit, ANNA, CODE, None) == refusals.UNKNOWN_CASE
        assert isinstance(casework.claim(unit, JULE, CODE, None), Ticket)


def test_both_teams_desks_hear_of_a_case_that_changes_hands() -> None:
    county = County()
    county.ticket(CODE)
    with county.unit() as unit:
        last = max(c.id for c in unit.work.tickets.changes(0, {"integration"}))
    do(county, ACTIONS[Move.PASS_ON])
    with county.unit() as unit:
        assert unit.work.tickets.changes(last, {"integration"})
        assert unit.work.tickets.changes(last, {"jobcenter"})


def test_closing_is_told_with_one_tap_ratings_and_gives_the_chat_back_to_the_bot() -> None:
    county = County()
    county.ticket(CODE)
    do(county, ANSWERS["text"])
    closed = do(county, ACTIONS[Move.CLOSE])
    assert isinstance(closed, Ticket)
    assert (closed.outcome, closed.closed) == (Outcome.ADVISED, county.clock.now())
    assert county.conversation().ticket is None
    told = county.deliveries(Channel.CHAT)[-1].message
    assert told is not None
    ratings = [button.action.number for button in told.buttons if button.action]
    assert ratings == [1, 2, 3]
    assert {button.action.do for button in told.buttons if button.action} == {Do.RATE}


def test_closing_one_case_leaves_the_chat_with_another() -> None:
    county = County()
    county.ticket(CODE)
    county.ticket("OTHER1")
    with county.unit() as unit:
        casework.answer_text(unit, ANNA, "OTHER1", None, "Hallo")
        casework.close(unit, ANNA, CODE, None, Outcome.ADVISED)
    assert county.conversation().ticket == "OTHER1"


def test_reopening_begins_a_new_promise() -> None:
    county = County()
    county.ticket(CODE, rating=3)
    do(county, ACTIONS[Move.CLOSE])
    county.clock.go(timedelta(days=2))
    opened = do(county, ACTIONS[Move.REOPEN])
    assert isinstance(opened, Ticket)
    assert opened.due > county.clock.now()
    assert (opened.closed, opened.outcome, opened.rating) == (None, None, None)
    assert opened.claimed_by == ANNA.id


@pytest.mark.parametrize("kind", ANSWERS)
def test_nobody_answers_somebody_who_is_gone(kind: str) -> None:
    county = County()
    county.ticket(CODE)
    with county.unit() as unit:
        unit.work.tickets.save(replace(county_ticket(unit), person=None))
    assert do(county, ANSWERS[kind]) == refusals.PERSON_GONE


def test_a_case_whose_newcomer_is_gone_stays_closed() -> None:
    county = County()
    in_state(county, State.CLOSED)
    with county.unit() as unit:
        unit.work.tickets.save(replace(county_ticket(unit), person=None))
    assert do(county, ACTIONS[Move.REOPEN]) == refusals.PERSON_GONE


def county_ticket(unit: Unit) -> Ticket:
    return unit.work.tickets.load((CODE,), None)[CODE]


def test_two_colleagues_may_note_the_same() -> None:
    county = County()
    county.ticket(CODE)
    with county.unit() as unit:
        casework.note(unit, ANNA, CODE, None, "Angerufen.")
        casework.note(unit, replace(ANNA, id="another", login="another"), CODE, None, "Angerufen.")
    assert sum(isinstance(item.body, NoteItem) for item in county.items(CODE)) == 2


def test_a_note_that_is_sent_twice_is_one() -> None:
    """A double click, or a reload because no answer came."""
    county = County()
    county.ticket(CODE)
    for text in ("Ruft an.", "Ruft an.", "Noch einmal.", "Ruft an."):
        with county.unit() as unit:
            casework.note(unit, ANNA, CODE, None, text)
    county.clock.go(casework.ONCE)
    with county.unit() as unit:
        casework.note(unit, ANNA, CODE, None, "Ruft an.")
    notes = [item.body.text for item in county.items(CODE) if isinstance(item.body, NoteItem)]
    assert notes == ["Ruft an.", "Noch einmal.", "Ruft an.", "Ruft an."]
