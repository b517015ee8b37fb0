"""Ones own data: shown whole, deleted after a question, and the same notice as in the beginning."""

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal

from bot.engine.entrance import notice_more
from bot.engine.privacy import export_blocks
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.conversation import Answer, Conversation, HandoffDraft
from bot.model.phrases import Phrase
from bot.model.tickets import Case, State
from bot.model.turns import Command, CommandName, Export, Forget, Press, Turn
from tests.engine.talking import NOW, after, begun, having, messages
from tests.playing.house import county

CONTENT = county().content


def exported(conversation: Conversation) -> list[Phrase]:
    return [block.phrase for block in export_blocks(CONTENT, conversation)]


def test_everything_that_was_said_is_shown() -> None:
    told = having(begun("uk"), {"work.concern": "find", "school.child_age": Decimal(7)})
    told = replace(told, draft=HandoffDraft(text="Bitte rufen Sie an"))
    phrases = exported(told)
    assert phrases[1].key == w.EXPORT_CONSENT
    assert phrases[1].values == {"date": NOW, "version": "0123"}
    questions = [phrase.values.get("question") for phrase in phrases]
    assert Phrase("work/concern#summary") in questions
    assert Phrase("school/child_age#summary") in questions
    assert phrases[-1].values == {"text": "Bitte rufen Sie an"}


def test_what_no_longer_counts_is_shown_as_long_as_it_is_stored() -> None:
    old = {
        "person.paper": Answer("person.paper", "permit", 1, NOW - timedelta(days=400)),
        "work.concern": Answer("work.concern", "an_option_of_old", 1, NOW),
        "housing.rooms": Answer("housing.rooms", Decimal(3), 1, NOW),
    }
    phrases = exported(replace(begun(), answers=old))
    said = {str(phrase.values.get("question")): phrase.values.get("answer") for phrase in phrases}
    assert said["work.concern"] == "an_option_of_old"
    assert said["housing.rooms"] == "3"
    assert Phrase("people/paper#summary") in [phrase.values.get("question") for phrase in phrases]


def test_whoever_stores_more_of_a_person_shows_it() -> None:
    """The export names what a newcomer told; the rest says where the conversation is."""
    told = {"language", "consent", "answers", "draft"}
    where = {"person", "topic", "topic_since", "ticket", "prompt", "album"}
    assert {field.name for field in fields(Conversation)} == told | where


def test_the_notice_is_the_same_before_and_after() -> None:
    (now,) = messages(after(begun(), Command(CommandName.PRIVACY)))
    assert now.blocks == notice_more(CONTENT, "de").blocks
    assert [b.action.do for b in now.buttons if b.action] == [Do.EXPORT, Do.DELETE, Do.HOME]


def test_deleting_asks_first_and_names_open_cases() -> None:
    case = Case("K00001", "work", State.NEW, 1, NOW)
    for cases, told in (
        ((), False),
        ((case,), True),
        ((replace(case, state=State.CLOSED),), False),
    ):
        turn = after(begun(), Command(CommandName.DELETE), cases)
        assert turn.conversation == begun()
        (asked,) = messages(turn)
        assert (w.DELETE_CASES in [block.phrase.key for block in asked.blocks]) is told


def test_whoever_keeps_everything_goes_on_where_they_were() -> None:
    conversation = begun(topic=county().content.topics["work"])
    (asked,) = messages(after(conversation, Command(CommandName.DELETE)))
    keep = asked.keyboard[-1][0].action
    turn = after(conversation, Press(keep, 7))
    assert turn.conversation == conversation
    assert w.PROGRESS in [block.phrase.key for block in messages(turn)[0].blocks]


def test_deleting_speaks_the_language_that_is_being_forgotten() -> None:
    turn = after(begun("ar"), Press(Action(Do.DELETE_NOW, language="ar"), 7))
    assert (turn.conversation, turn.language) == (None, "ar")
    assert turn.effects[0] == Forget()


def test_export_by_button_and_by_command() -> None:
    for event in (Command(CommandName.EXPORT), Press(Action(Do.EXPORT), 7)):
        assert after(begun(), event) == Turn(begun(), (Export(),))
