"""What caseworkers ask and answer with, as it is written: safe, short, and found by everybody."""

import re

import pytest

from bot.content.texts import PLACEHOLDER
from bot.engine.spelling import words
from bot.engine.urgent import recognise
from bot.model.content import CannedReply, Question, QuestionType
from tests.playing.house import county

CONTENT = county().content
GERMAN = county().renderer.catalogues
ASKS = sorted(CONTENT.asks.values(), key=lambda ask: ask.id)
REPLIES = sorted(CONTENT.replies.values(), key=lambda reply: reply.id)

NEVER_ASKED = ("name", "flucht", "geflohen", "religion", "glaube", "krank", "diagnose", "partei")
PROMISES = ("garantiert", "versprechen", "bestimmt", "auf jeden fall", "sie dürfen nicht")
HARMLESS = {"ask.mailbox": {"name"}, "ask.insured": {"krankenversicherung"}}
"""Whether a name is on the letter box and whether somebody is insured says nothing of either."""
BUTTON = 25
"""Characters of a German button: translations grow by a third."""


def german(key: str) -> str:
    text = GERMAN.text(key, "de")
    assert text is not None, key
    return text


def test_every_question_and_reply_stands_under_one_heading() -> None:
    for sections, all_ids in (
        (CONTENT.ask_sections, CONTENT.asks),
        (CONTENT.reply_sections, CONTENT.replies),
    ):
        listed = [item for section in sections for item in section.items]
        assert sorted(listed) == sorted(all_ids)
        assert all(section.items for section in sections)
        titles = [german(section.title) for section in sections]
        assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.id)
def test_a_question_asks_nothing_that_could_hurt(ask: Question) -> None:
    asked = words(german(ask.text))
    found = {word for word in asked if word.startswith(NEVER_ASKED)}
    assert found == HARMLESS.get(ask.id, set())
    assert ask.summary != ask.text
    assert all(len(german(option.text)) <= BUTTON for option in ask.offered)


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.id)
def test_no_answer_raises_an_alarm_when_it_is_typed(ask: Question) -> None:
    options = [german(option.text) for option in ask.offered]
    assert [option for option in options if recognise(CONTENT, option)] == []


def test_questions_come_in_every_kind_a_form_would_have() -> None:
    kinds = {QuestionType.CHOICE, QuestionType.MULTI, QuestionType.YES_NO}
    assert kinds | {QuestionType.DATE, QuestionType.NUMBER} <= {ask.type for ask in ASKS}


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply.id)
def test_a_reply_promises_nothing_and_decides_nothing(reply: CannedReply) -> None:
    text = german(reply.text).casefold()
    assert [promise for promise in PROMISES if promise in text] == []
    assert not re.search(r"\d", PLACEHOLDER.sub("", text)), "amounts and days are gaps"


def test_replies_are_told_apart_by_their_titles() -> None:
    titles = [german(reply.title) for reply in REPLIES]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 40


def test_enough_replies_can_be_sent_from_a_telephone() -> None:
    """In the group only those without gaps can be pressed: every heading has some."""
    for section in CONTENT.reply_sections:
        assert any(not CONTENT.replies[reply].slots for reply in section.items), section.id
