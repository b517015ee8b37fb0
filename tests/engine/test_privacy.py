"""Ones own data: shown whole, deleted after a question, and the same notice as in the beginning."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.engine.entrance import notice_more
from bot.engine.handoff import reader
from bot.engine.privacy import export_blocks
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.content import Question, QuestionType
from bot.model.conversation import Answer, Conversation, Expecting, HandoffDraft, Prompt
from bot.model.phrases import LanguageNames, Phrase
from bot.model.tickets import Case, State
from bot.model.turns import Command, CommandName, Export, Forget, Press, Turn
from tests.engine.talking import NOW, after, begun, having, messages
from tests.playing.house import county

CONTENT = county().content


def exported(conversation: Conversation) -> list[Phrase]:
    return [block.phrase for block in export_blocks(CONTENT, conversation)]


def questions() -> Iterator[Question]:
    for topic in CONTENT.topics.values():
        yield from topic.questions


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


def test_where_and_when_it_was_said_is_shown() -> None:
    consent = replace(begun("uk").consent, language="en")
    told = having(replace(begun("uk"), consent=consent), {"work.concern": "find"})
    phrases = exported(told)
    (read,) = [one for one in phrases if one.key == w.EXPORT_CONSENT_LANGUAGE]
    assert read.values == {"name": LanguageNames(("en",))}
    (answer,) = [one for one in phrases if one.key == w.EXPORT_ANSWER]
    assert answer.values["date"] == told.answers["work.concern"].at


@pytest.mark.parametrize("expecting", [Expecting.ANSWER, Expecting.ASKED])
def test_what_is_ticked_and_not_sent_is_shown(expecting: Expecting) -> None:
    question = next(one for one in questions() if one.type is QuestionType.MULTI)
    one, other = question.offered[0], question.offered[1]
    ticking = Prompt(expecting, question.id, chosen=(one.id, other.id))
    (ticked,) = [
        phrase
        for phrase in exported(replace(begun(), prompt=ticking))
        if phrase.key == w.EXPORT_TICKED
    ]
    assert ticked.values["question"] == Phrase(question.summary)
    assert ticked.values["answer"] == Phrase(
        w.LISTED, {"items": (Phrase(one.summary), Phrase(other.summary))}
    )
    nothing = replace(ticking, chosen=())
    for prompt in (None, nothing, Prompt(Expecting.TOPIC, "work")):
        shown = exported(replace(begun(), prompt=prompt))
        assert w.EXPORT_TICKED not in [phrase.key for phrase in shown]


def test_what_is_prepared_is_shown_with_its_reader_and_what_stays_out() -> None:
    left_out = frozenset({"text", "work.concern", "work.of_old"})
    draft = HandoffDraft("work", queue="work", text="Bitte", left_out=left_out)
    phrases = {phrase.key: phrase for phrase in exported(replace(begun(), draft=draft))}
    queue = CONTENT.region.queues["work"]
    assert phrases[w.EXPORT_DRAFT].values == {"reader": reader(CONTENT, queue)}
    assert phrases[w.EXPORT_LEFT_OUT].values["lines"] == (
        Phrase(w.OWN_WORDS),
        Phrase("work/concern#summary"),
        Phrase(w.AS_WRITTEN, {"text": "work.of_old"}),
    )
    assert phrases[w.AS_WRITTEN].values == {"text": "Bitte"}


def test_what_content_no_longer_knows_is_shown_by_its_id() -> None:
    prompt = Prompt(Expecting.ANSWER, "work.of_old", chosen=("a", "b"))
    draft = HandoffDraft(queue="queue_of_old")
    phrases = {
        phrase.key: phrase for phrase in exported(replace(begun(), prompt=prompt, draft=draft))
    }
    assert phrases[w.EXPORT_TICKED].values == {"question": "work.of_old", "answer": "a, b"}
    assert phrases[w.EXPORT_DRAFT].values == {"reader": "queue_of_old"}


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
    told = {"language", "consent", "answers", "topic", "draft", "prompt"}
    where = {"person", "topic_since", "ticket", "album"}
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
