"""Whoever asks for a person in words, or is angry, is led to one without one more question."""

from dataclasses import replace

import pytest

from bot.engine import entrance
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.conversation import Conversation, Expecting, HandoffDraft, Prompt
from bot.model.tickets import Case, State, TextItem
from bot.model.turns import AddToCase, Attached, Attachment, Message, Press, Turn, Typed
from tests.engine.talking import NOW, after, begun, messages
from tests.playing.house import county

CONTENT = county().content
WORK = CONTENT.topics["work"]
WISH = "Ich möchte mit einem Menschen sprechen"
HEARD = "emergency/wants_person#message.1"
OPEN = Case("K00001", "work", State.CLAIMED, 3, NOW)


def keys(message: Message) -> list[str]:
    return [block.phrase.key for block in message.blocks]


def the_message(turn: Turn) -> Message:
    (message,) = messages(turn)
    return message


def the(turn: Turn) -> Conversation:
    assert turn.conversation is not None
    return turn.conversation


@pytest.mark.parametrize(
    "words", [WISH, "blöder Bot", "you don't understand me", "хочу живу людину", "بدي احكي مع حدا"]
)
def test_a_wish_for_a_person_leads_straight_into_the_handoff(words: str) -> None:
    turn = after(begun(), Typed(words))
    assert keys(the_message(turn))[:2] == [HEARD, w.HANDOFF_TEXT_TITLE]
    assert the(turn).draft == HandoffDraft(queue="general"), "no danger, and nobody to choose"


def test_in_a_topic_the_handoff_is_about_it() -> None:
    turn = after(begun(topic=WORK), Typed(WISH))
    assert the(turn).draft == HandoffDraft(topic="work")


def test_inside_a_handoff_its_step_is_shown_again() -> None:
    summary = HandoffDraft("work", queue="work", text="Bitte", text_asked=True)
    turn = after(replace(begun(topic=WORK), draft=summary), Typed(WISH))
    assert keys(the_message(turn))[:2] == [HEARD, w.SUMMARY_TITLE]
    assert the(turn).draft == summary


def test_words_that_are_waited_for_go_where_they_are_waited_for() -> None:
    in_case = replace(begun(), ticket=OPEN.code)
    turn = after(in_case, Typed(WISH), (OPEN,))
    (added,) = [effect for effect in turn.effects if isinstance(effect, AddToCase)]
    assert (added.body, added.danger) == (TextItem(WISH), None)
    writing = replace(
        begun(), draft=HandoffDraft("work", queue="work"), prompt=Prompt(Expecting.HANDOFF_TEXT)
    )
    draft = the(after(writing, Typed(WISH))).draft
    assert draft is not None
    assert (draft.text, draft.danger) == (WISH, None)


def test_danger_is_heard_before_the_wish() -> None:
    turn = after(begun(), Typed(f"{WISH}, mein Mann schlägt mich"))
    assert keys(messages(turn)[0])[0] == "emergency/violence#message.1"
    assert the(turn).draft is None


@pytest.mark.parametrize("event", [Typed(WISH), Attached(Attachment.PHOTO, WISH)])
def test_a_visitor_is_asked_for_consent_and_then_led_to_a_person(event: Typed | Attached) -> None:
    turn = after(None, event)
    message = the_message(turn)
    assert keys(message)[:2] == [HEARD, w.CONSENT_FIRST]
    (agree,) = [b.action for b in message.buttons if b.action and b.action.do is Do.AGREE]
    assert agree.number == entrance.A_PERSON
    assert the(after(None, Press(agree, 7))).draft == HandoffDraft(queue="general")


def test_whoever_is_not_found_anything_is_offered_a_person_each_time() -> None:
    conversation = begun()
    for words in ("qwertz", "asdf jklö", "yxcv bnm"):
        turn = after(conversation, Typed(words))
        message = the_message(turn)
        assert w.NOTHING_FOUND in keys(message)
        assert Action(Do.PERSON) in [button.action for button in message.buttons]
        conversation = the(turn)
