"""Pressed buttons: old, doubled and forged ones mean what they say today, or lead on."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.engine.advance import advance
from bot.engine.cases import asked_action, asked_message
from bot.engine.interview import valid_value
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.content import SKIPPED, Content, Question
from bot.model.conversation import Answer, Conversation, Expecting, HandoffDraft, Prompt
from bot.model.phrases import Phrase
from bot.model.tickets import AnswerItem, Case, State
from bot.model.turns import AddToCase, Event, Press, RateCase, Say, Show, Toast, Turn
from tests.engine.talking import NOW, after, around, begun, having, messages
from tests.playing.house import county

CONTENT = county().content
COURSES = CONTENT.topics["language_courses"]
WORK = CONTENT.topics["work"]
NEEDS = next(one for one in COURSES.questions if one.id == "language_courses.needs")
OPEN = Case("K00001", "work", State.CLAIMED, 3, NOW)
CLOSED = replace(OPEN, state=State.CLOSED)


def pressed(
    conversation: Conversation | None, action: Action | None, cases: tuple[Case, ...] = ()
) -> Turn:
    return after(conversation, Press(action, 7), cases)


def toggle(option: str) -> Action:
    return Action(Do.TOGGLE, "language_courses.needs", option, 1)


DONE = Action(Do.CHOSEN, "language_courses.needs", "", 1)


def keys(turn: Turn) -> list[str]:
    return [block.phrase.key for message in messages(turn) for block in message.blocks]


def with_question(changed: Question) -> Content:
    """The county's content with one question of the topic on courses changed."""
    questions = tuple(changed if one.id == changed.id else one for one in COURSES.questions)
    topics = {**CONTENT.topics, COURSES.id: replace(COURSES, questions=questions)}
    return replace(CONTENT, topics=topics)


def in_content(content: Content, conversation: Conversation, event: Event) -> Turn:
    return advance(content, conversation, event, around())


# --- several options ----------------------------------------------------------------


def test_the_only_chosen_option_can_be_taken_back() -> None:
    answered = having(begun(topic=COURSES), {"language_courses.needs": ("online",)})
    emptied = pressed(answered, toggle("online")).conversation
    assert emptied is not None
    assert emptied.prompt == Prompt(Expecting.ANSWER, field=NEEDS.id, chosen=())
    assert pressed(emptied, DONE).effects == (Toast(Phrase(w.CHOOSE_ONE)),)
    other = pressed(emptied, toggle("women")).conversation
    done = pressed(other, DONE).conversation
    assert done is not None
    assert done.answers[NEEDS.id].value == ("women",)


def test_a_retired_option_counts_as_what_took_its_place() -> None:
    retired = tuple(
        replace(option, retired=True, retired_as="evening") if option.id == "online" else option
        for option in NEEDS.options
    )
    content = with_question(replace(NEEDS, options=retired))
    chosen = in_content(content, begun(topic=COURSES), Press(toggle("online"), 7)).conversation
    assert chosen is not None
    done = in_content(content, chosen, Press(DONE, 7)).conversation
    assert done is not None
    assert done.answers[NEEDS.id].value == ("evening",)


def test_choosing_leaves_case_and_draft() -> None:
    elsewhere = replace(begun(), ticket=OPEN.code, draft=HandoffDraft())
    moved = pressed(elsewhere, toggle("online"), (OPEN,)).conversation
    assert moved is not None
    assert (moved.topic, moved.ticket, moved.draft) == (COURSES.id, None, None)
    assert moved.topic_since == NOW


@pytest.mark.parametrize("do", [Do.TOGGLE, Do.CHOSEN])
def test_a_question_with_one_answer_is_not_taken_for_several(do: Do) -> None:
    known = having(begun(topic=WORK), {"work.concern": "find"})
    turn = pressed(known, Action(do, "work.concern", "find", 1))
    assert w.STALE_BUTTON in keys(turn)
    assert turn.conversation is not None
    assert turn.conversation.answers == known.answers


# --- old buttons ---------------------------------------------------------------------


def test_an_option_of_another_meaning_is_no_answer() -> None:
    turn = pressed(begun(topic=WORK), Action(Do.ANSWER, "work.concern", "find", 2))
    assert w.STALE_BUTTON in keys(turn)
    assert turn.conversation == begun(topic=WORK)


@pytest.mark.parametrize("value", ["", "women", "work", "K00001"])
def test_a_forged_value_is_no_answer(value: str) -> None:
    """A value nobody offered is no answer: fault 48."""
    turn = pressed(begun(topic=WORK), Action(Do.ANSWER, "work.concern", value, 1))
    assert w.STALE_BUTTON in keys(turn)
    assert turn.conversation == begun(topic=WORK)


def test_a_new_meaning_asks_again_with_the_old_answer_marked() -> None:
    concern = CONTENT.question("work.concern")
    assert concern is not None
    first = Answer("work.concern", "find", 0, NOW)
    before = replace(begun(), answers={"work.concern": first})
    turn = pressed(before, Action(Do.TOPIC, "work"))
    (shown,) = messages(turn)
    marked = [button.action for button in shown.buttons if button.label.key == w.CHECKED]
    assert marked == [Action(Do.ANSWER, "work.concern", "find", concern.meaning)]


def test_a_correction_of_a_question_that_is_gone_asks_the_next_one() -> None:
    gone = replace(begun(topic=WORK), prompt=Prompt(Expecting.ANSWER, field="work.gone"))
    (shown,) = messages(pressed(gone, Action(Do.LANGUAGE, language="de")))
    assert "work/concern#text" in [block.phrase.key for block in shown.blocks]


def test_what_was_said_long_ago_is_shown_before_an_old_button_uses_it() -> None:
    """An old "change" leads into a topic that is not open: its known answers come first."""
    earlier = Answer("person.income", "wage", 1, NOW - timedelta(days=3))
    before = replace(begun(), answers={"person.income": earlier})
    asked = pressed(before, Action(Do.REASK, "work.concern")).conversation
    turn = pressed(asked, Action(Do.ANSWER, "work.concern", "contract", 1))
    assert w.REUSE_TITLE in keys(turn)
    confirmed = pressed(turn.conversation, Action(Do.REUSE, "work"))
    assert w.REUSE_TITLE not in keys(confirmed)
    assert confirmed.conversation is not None
    assert confirmed.conversation.answers["person.income"].at == NOW


def test_a_shared_answer_expires() -> None:
    for days, known in ((30, True), (31, False)):
        old = Answer("person.income", "wage", 1, NOW - timedelta(days=days))
        before = replace(begun(), answers={"person.income": old})
        turn = pressed(before, Action(Do.ANSWER, "work.concern", "contract", 1))
        assert (w.REUSE_TITLE in keys(turn)) is known


def test_a_topic_that_is_gone_leads_home() -> None:
    gone = replace(begun(), topic="gone", topic_since=NOW)
    assert w.HOME_TITLE in keys(pressed(gone, Action(Do.RESULT)))


def test_another_language_in_the_middle_of_a_topic_shows_the_same_question() -> None:
    before = having(begun(topic=WORK), {"work.concern": "find"})
    turn = pressed(before, Action(Do.LANGUAGE, language="ar"))
    assert turn.conversation == replace(before, language="ar")
    assert "people/paper#text" in keys(turn)


def test_a_link_for_somebody_known_opens_its_topic_and_overrides_nothing() -> None:
    link = Action(Do.LANGUAGE, "work", "seetal", language="de")
    fresh = pressed(begun(), link).conversation
    assert fresh is not None
    assert (fresh.topic, fresh.answers["person.place"].value) == ("work", "seetal")
    settled = having(begun(), {"person.place": "musterstadt"})
    kept = pressed(settled, link).conversation
    assert kept is not None
    assert kept.answers["person.place"].value == "musterstadt"


# --- what a caseworker asks ------------------------------------------------------------


def asked(field: str, option: str, *, code: str = OPEN.code, meaning: int = 1) -> Action:
    question = CONTENT.question(field)
    assert question is not None
    return replace(asked_action(code, question, option), number=meaning)


def test_the_answer_goes_to_the_case_whatever_was_known_before() -> None:
    """The same answer given in a topic before says nothing about what the caseworker has."""
    known = having(begun(), {"work.concern": "find"})
    turn = pressed(known, asked("work.concern", "find"), (OPEN,))
    (said,) = [effect for effect in turn.effects if isinstance(effect, AddToCase)]
    assert isinstance(said.body, AnswerItem)
    assert (said.code, said.body.field, said.body.value) == (OPEN.code, "work.concern", "find")
    assert turn.conversation is not None
    assert turn.conversation.ticket == OPEN.code


def several(do: Do, option: str = "", code: str = OPEN.code) -> Action:
    return Action(do, asked(NEEDS.id, "", code=code).target, option, NEEDS.meaning)


def test_several_options_are_ticked_one_by_one_and_sent_together() -> None:
    first, second, *_ = (option.id for option in NEEDS.options)
    conversation = begun()
    for option, ticked in ((first, (first,)), (second, (first, second)), (first, (second,))):
        turn = pressed(conversation, several(Do.ASKED_TOGGLE, option), (OPEN,))
        assert turn.effects == (Show(asked_message(CONTENT, OPEN.code, NEEDS, ticked)),)
        assert turn.conversation is not None
        conversation = turn.conversation
    sent = pressed(conversation, several(Do.ASKED_CHOSEN), (OPEN,))
    (said,) = [effect for effect in sent.effects if isinstance(effect, AddToCase)]
    assert isinstance(said.body, AnswerItem)
    assert said.body.value == (second,)
    assert sent.conversation is not None
    assert (sent.conversation.prompt, sent.conversation.ticket) == (None, OPEN.code)


def test_nothing_chosen_is_no_answer() -> None:
    other = Prompt(Expecting.ASKED, NEEDS.id, "K00002", (NEEDS.options[0].id,))
    for prompt in (None, other, replace(other, field="work.concern", ticket=OPEN.code)):
        waiting = replace(begun(), prompt=prompt)
        turn = pressed(waiting, several(Do.ASKED_CHOSEN), (OPEN,))
        assert turn.effects == (Toast(Phrase(w.CHOOSE_ONE)),)
        assert turn.conversation == waiting


def test_whoever_prepares_a_handoff_answers_with_one_press() -> None:
    """Their prompt waits for words to others and is not taken away."""
    prompt = Prompt(Expecting.HANDOFF_TEXT)
    drafting = replace(begun(), draft=HandoffDraft(queue="protection"), prompt=prompt)
    turn = pressed(drafting, several(Do.ASKED_TOGGLE, "online"), (OPEN,))
    (said,) = [effect for effect in turn.effects if isinstance(effect, AddToCase)]
    assert isinstance(said.body, AnswerItem)
    assert said.body.value == ("online",)
    assert turn.conversation is not None
    assert turn.conversation.prompt == prompt


def test_several_options_of_a_closed_case_are_told_so() -> None:
    for action in (several(Do.ASKED_TOGGLE, "online"), several(Do.ASKED_CHOSEN)):
        prompt = Prompt(Expecting.ASKED, NEEDS.id, CLOSED.code, ("online",))
        turn = pressed(replace(begun(), prompt=prompt), action, (CLOSED,))
        assert turn.effects == (Toast(Phrase(w.CASE_IS_CLOSED)),)


def test_the_reason_for_asking_is_said_in_a_case_too() -> None:
    question = next(one for one in COURSES.questions if one.why)
    assert question.why in [
        block.phrase.key for block in asked_message(CONTENT, "K1", question).blocks
    ]


def test_an_option_of_several_is_stored_as_such() -> None:
    turn = pressed(begun(), asked("language_courses.needs", "online"), (OPEN,))
    assert turn.conversation is not None
    answer = turn.conversation.answers["language_courses.needs"]
    assert valid_value(NEEDS, answer) == ("online",)


@pytest.mark.parametrize(
    "action",
    [
        asked("work.concern", "women"),
        asked("work.concern", "find", meaning=2),
        asked("work.concern", "find", code="K99999"),
        Action(Do.ASKED, OPEN.code, "find", 1),
        Action(Do.ASKED, "~", "find", 1),
        several(Do.ASKED_TOGGLE, "women", code="K99999"),
        several(Do.ASKED_CHOSEN, code="K99999"),
        replace(asked("work.concern", "find"), do=Do.ASKED_TOGGLE),
        replace(asked("work.concern", ""), do=Do.ASKED_CHOSEN),
    ],
)
def test_forged_answers_reach_nobody(action: Action) -> None:
    """A forged answer reaches no case: fault 48."""
    turn = pressed(begun(), action, (OPEN,))
    assert w.STALE_BUTTON in keys(turn)
    assert turn.conversation == begun()


def test_an_answer_to_a_closed_case_is_told_so() -> None:
    turn = pressed(begun(), asked("work.concern", SKIPPED), (CLOSED,))
    (effect,) = turn.effects
    assert isinstance(effect, Toast)
    assert effect.phrase.key == w.CASE_IS_CLOSED


def test_answering_a_caseworker_does_not_divert_a_handoff_in_preparation() -> None:
    prompt = Prompt(Expecting.HANDOFF_TEXT)
    drafting = replace(begun(), draft=HandoffDraft(queue="protection"), prompt=prompt)
    turn = pressed(drafting, asked("work.concern", "find"), (OPEN,))
    assert turn.conversation is not None
    assert (turn.conversation.prompt, turn.conversation.ticket) == (prompt, None)


def test_what_has_to_be_typed_comes_with_the_way_into_the_case() -> None:
    for question in (one for topic in CONTENT.topics.values() for one in topic.questions):
        dos = [
            button.action.do
            for button in asked_message(CONTENT, "K1", question).buttons
            if button.action
        ]
        typed = not question.offered
        assert (Do.CASE in dos) is typed, question.id


# --- rating ----------------------------------------------------------------------------


def test_a_closed_case_is_rated_and_one_sentence_awaited() -> None:
    turn = pressed(
        replace(begun(), ticket=OPEN.code), Action(Do.RATE, OPEN.code, number=3), (CLOSED,)
    )
    assert RateCase(OPEN.code, 3) in turn.effects
    assert turn.conversation is not None
    assert turn.conversation.prompt == Prompt(Expecting.RATING_SENTENCE, ticket=OPEN.code)


def test_an_old_rating_of_a_case_that_is_open_again_leads_into_it() -> None:
    turn = pressed(begun(), Action(Do.RATE, OPEN.code, number=3), (OPEN,))
    assert not any(isinstance(effect, RateCase) for effect in turn.effects)
    assert turn.conversation is not None
    assert (turn.conversation.ticket, turn.conversation.prompt) == (OPEN.code, None)


@pytest.mark.parametrize("number", [0, 4, 99])
def test_there_are_three_ratings(number: int) -> None:
    turn = pressed(begun(), Action(Do.RATE, OPEN.code, number=number), (CLOSED,))
    assert turn.conversation == begun()


# --- screens ---------------------------------------------------------------------------


def test_unknown_buttons_lead_on_from_where_one_is() -> None:
    for action in (None, Action(Do.CLAIM, OPEN.code), Action(Do.TOPIC, "person.paper")):
        turn = pressed(having(begun(topic=WORK), {"work.concern": "find"}), action)
        assert keys(turn)[0] == w.STALE_BUTTON
        assert "people/paper#text" in keys(turn)


def test_a_corrected_number_replaces_the_result_not_the_answers() -> None:
    before = having(begun(topic=CONTENT.topics["school"]), {"school.child_age": Decimal(3)})
    turn = pressed(before, Action(Do.REASK, "school.child_age"))
    (effect,) = turn.effects
    assert isinstance(effect, Show)
    assert turn.conversation is not None
    assert turn.conversation.answers == before.answers


def test_danger_and_cards_are_said_never_shown() -> None:
    for action in (Action(Do.DANGER, "violence"), Action(Do.CARD, "work.contract")):
        said = [e for e in pressed(begun(), action).effects if isinstance(e, Say | Show)]
        assert all(isinstance(effect, Say) for effect in said)
        assert said
