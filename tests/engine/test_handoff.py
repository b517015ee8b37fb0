"""Handing over: who is offered, what is shown is what is sent, and what stays out stays out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.engine.handoff import summary_blocks
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.content import SKIPPED, Emergency, Priority
from bot.model.conversation import AnswerValue, Conversation, Expecting, HandoffDraft, Prompt
from bot.model.phrases import Phrase
from bot.model.turns import Command, CommandName, HandOff, Press, Show, Turn, Typed
from tests.engine.talking import after, begun, having, messages
from tests.playing.house import county

CONTENT = county().content
ASKED: dict[str, AnswerValue] = {
    "work.concern": "find",
    "person.paper": "tolerated",
    "work.months": Decimal(5),
    "work.stamp": "allowed",
    "person.income": SKIPPED,
    "person.place": "seetal",
}


def pressed(conversation: Conversation | None, do: Do, target: str = "") -> Turn:
    return after(conversation, Press(Action(do, target), 7))


def prepared(text: str | None = "Bitte rufen Sie an", **draft: object) -> Conversation:
    """Everything asked, and the summary on the screen."""
    whole = HandoffDraft("work", queue="work", text=text, text_asked=True)
    answered = having(begun(topic=CONTENT.topics["work"]), ASKED)
    return replace(answered, draft=replace(whole, **draft))  # type: ignore[arg-type]


def handed(turn: Turn) -> HandOff:
    (effect,) = [effect for effect in turn.effects if isinstance(effect, HandOff)]
    return effect


def offered(turn: Turn) -> list[str]:
    (shown,) = messages(turn)
    return [b.action.target for b in shown.buttons if b.action and b.action.do is Do.QUEUE]


def test_without_a_topic_every_queue_is_offered() -> None:
    turn = after(begun(), Command(CommandName.PERSON))
    assert offered(turn) == list(CONTENT.region.queues)


@pytest.mark.parametrize(
    ("topic", "answers", "queues"),
    [
        ("work", {}, ["work", "counselling"]),
        ("work", {"work.concern": "find", "person.paper": SKIPPED}, ["counselling", "work"]),
        ("school", {}, ["school", "counselling"]),
    ],
)
def test_one_outside_the_authority_is_always_offered(
    topic: str, answers: dict[str, AnswerValue], queues: list[str]
) -> None:
    """First of all where somebody may have reason to fear the authority."""
    conversation = having(begun(topic=CONTENT.topics[topic]), answers)
    assert offered(pressed(conversation, Do.PERSON, topic)) == queues
    assert not CONTENT.region.offices[CONTENT.region.queues["counselling"].office].authority


@pytest.mark.parametrize("said", ["2", "٢", "2.", "Unabhängige Beratung"])
def test_whom_to_ask_can_be_typed(said: str) -> None:
    asking = after(begun(topic=CONTENT.topics["work"]), Command(CommandName.PERSON)).conversation
    chosen = after(asking, Typed(said)).conversation
    assert chosen is not None
    assert chosen.draft is not None
    assert (chosen.draft.queue, chosen.draft.text_asked) == ("counselling", False)


def test_the_readers_are_numbered_and_a_number_beyond_chooses_none() -> None:
    asking = after(begun(topic=CONTENT.topics["work"]), Command(CommandName.PERSON))
    (shown,) = messages(asking)
    numbers = [b.phrase.values["number"] for b in shown.blocks if b.phrase.key == w.NUMBERED]
    assert numbers == ["1", "2"]
    assert after(asking.conversation, Typed("3")).conversation == asking.conversation
    summary = prepared()
    assert after(summary, Typed("1")).conversation == summary, "nothing to choose any more"


DANGERS = [kind for kind in CONTENT.emergencies.values() if not kind.straight]


@pytest.mark.parametrize("danger", DANGERS, ids=lambda one: one.id)
def test_danger_goes_straight_to_the_summary(danger: Emergency) -> None:
    turn = pressed(begun(), Do.PERSON, danger.id)
    assert turn.conversation is not None
    draft = turn.conversation.draft
    assert draft is not None
    first = danger.independent if danger.independent_first else danger.queue
    assert (draft.queue, draft.danger, draft.text_asked) == (first, danger.id, True)
    sent = handed(pressed(turn.conversation, Do.SEND))
    assert (sent.priority, sent.danger) == (danger.priority, danger.id)


def test_the_summary_is_sent_exactly_as_shown() -> None:
    before = prepared(left_out=frozenset({"person.paper"}))
    (shown,) = messages(pressed(before, Do.SUMMARY))
    turn = pressed(before, Do.SEND)
    lines = summary_blocks("de", handed(turn).summary)
    head, to, *middle, ask = shown.blocks
    assert tuple(middle) == lines
    assert [one.phrase.key for one in (head, to, ask)] == [
        w.SUMMARY_TITLE,
        w.SUMMARY_TO,
        w.SUMMARY_ASK,
    ]
    (sent,) = [effect.message for effect in turn.effects if isinstance(effect, Show)]
    assert sent.blocks[2:] == lines
    assert not sent.buttons


def test_what_is_left_out_leaves_no_trace() -> None:
    """Cards follow from answers: with an answer left out they would tell it."""
    whole = handed(pressed(prepared(), Do.SEND))
    assert {item.field for item in whole.summary.answers} == set(ASKED)
    assert whole.summary.cards
    assert whole.municipality == "seetal"
    for field in ASKED:
        less = handed(pressed(prepared(left_out=frozenset({field})), Do.SEND))
        assert field not in {item.field for item in less.summary.answers}
        assert not less.summary.cards
        assert (less.municipality is None) is (field == "person.place")
    silent = handed(pressed(prepared(left_out=frozenset({"text"})), Do.SEND))
    assert silent.summary.text is None


def test_no_advice_is_reported_before_the_questions_end() -> None:
    unfinished = having(begun(topic=CONTENT.topics["work"]), {"work.concern": "find"})
    draft = HandoffDraft("work", queue="work", text_asked=True)
    assert handed(pressed(replace(unfinished, draft=draft), Do.SEND)).summary.cards == ()


def test_lines_are_left_out_and_taken_back_one_by_one() -> None:
    out = pressed(prepared(), Do.LEAVE_OUT, "work.months").conversation
    assert out is not None
    assert out.draft is not None
    assert out.draft.left_out == {"work.months"}
    back = pressed(out, Do.LEAVE_OUT, "work.months").conversation
    assert back == prepared()
    (screen,) = messages(pressed(prepared(), Do.LEAVE_OUT_TEXT))
    assert [button.label.key for button in screen.buttons].count(w.LINE_OUT) == 1


def test_what_was_not_said_is_no_line_but_what_was_declined_is() -> None:
    summary = handed(pressed(prepared(), Do.SEND)).summary
    declined = {item.field: item.answer for item in summary.answers}["person.income"]
    assert declined == Phrase(w.NOT_SAID)
    assert "person.german" not in {item.field for item in summary.answers}


@pytest.mark.parametrize(
    ("topic", "danger", "answers", "priority"),
    [
        ("work", None, {"work.concern": "contract"}, Priority.P2),
        ("work", None, {"work.concern": "problem", "work.problem": "dismissed"}, Priority.P1),
        ("work", "violence", {"work.concern": "contract"}, Priority.P0),
        (
            "work",
            "no_papers",
            {"work.concern": "problem", "work.problem": "dismissed"},
            Priority.P1,
        ),
        (None, "deadline", {}, Priority.P1),
        (None, None, {}, Priority.P2),
    ],
)
def test_how_soon_somebody_must_look(
    topic: str | None, danger: str | None, answers: dict[str, AnswerValue], priority: Priority
) -> None:
    draft = HandoffDraft(topic, danger, "work", text_asked=True)
    conversation = replace(having(begun(), answers), draft=draft)
    assert handed(pressed(conversation, Do.SEND)).priority is priority


def test_sending_ends_the_draft_and_cannot_be_repeated() -> None:
    turn = pressed(prepared(), Do.SEND)
    assert turn.conversation is not None
    assert (turn.conversation.draft, turn.conversation.topic) == (None, None)
    again = pressed(turn.conversation, Do.SEND)
    assert not any(isinstance(effect, HandOff) for effect in again.effects)


def test_a_draft_whose_queue_is_gone_chooses_anew() -> None:
    gone = prepared(queue="closed_down")
    turn = pressed(gone, Do.SEND)
    assert not any(isinstance(effect, HandOff) for effect in turn.effects)
    assert offered(turn) == ["work", "counselling"]


def test_a_draft_whose_topic_and_danger_are_gone_names_neither() -> None:
    sent = handed(pressed(prepared(topic="gone", danger="flood"), Do.SEND))
    assert (sent.topic, sent.danger) == (None, None)
    assert (sent.summary.topic, sent.summary.danger) == (None, None)


def test_own_words_are_asked_for_and_may_be_none() -> None:
    chosen = pressed(replace(begun(), draft=HandoffDraft()), Do.QUEUE, "school").conversation
    assert chosen is not None
    assert chosen.prompt == Prompt(Expecting.HANDOFF_TEXT)
    for turn, text in (
        (after(chosen, Typed("Bitte um Termin")), "Bitte um Termin"),
        (pressed(chosen, Do.NO_TEXT), None),
    ):
        assert messages(turn)[0].blocks[0].phrase.key == w.SUMMARY_TITLE
        assert turn.conversation is not None
        assert turn.conversation.draft == HandoffDraft(queue="school", text=text, text_asked=True)
        assert turn.conversation.prompt is None


def test_looking_something_up_does_not_lose_the_draft() -> None:
    before = prepared()
    searched = after(before, Typed("Schule"))
    assert searched.conversation == before
    back = pressed(searched.conversation, Do.RESULT)
    assert back.conversation == before
    assert messages(back)[0].blocks[0].phrase.key == w.SUMMARY_TITLE


def test_the_way_back_from_a_search_waits_for_words_again() -> None:
    draft = HandoffDraft(queue="school")
    waiting = replace(begun(), draft=draft, prompt=Prompt(Expecting.HANDOFF_TEXT))
    assert pressed(waiting, Do.RESULT).conversation == waiting


def test_stopping_keeps_the_topic_and_says_so() -> None:
    turn = pressed(prepared(), Do.NO_HANDOFF)
    assert messages(turn)[0].blocks[0].phrase.key == w.HANDOFF_STOPPED
    assert turn.conversation is not None
    assert (turn.conversation.draft, turn.conversation.topic) == (None, "work")


@pytest.mark.parametrize(
    "do",
    [Do.QUEUE, Do.NO_TEXT, Do.LEAVE_OUT, Do.LEAVE_OUT_TEXT, Do.LEAVING_OUT, Do.SUMMARY, Do.SEND],
)
def test_buttons_of_a_draft_that_is_over_lead_on(do: Do) -> None:
    turn = pressed(begun(), do, "work")
    assert turn.conversation == begun()
    assert messages(turn)[0].blocks[0].phrase.key == w.STALE_BUTTON
