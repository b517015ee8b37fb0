"""Every answer of every question of every topic, in every language: generated from the content.

An answer, pressed or typed as its text or its number, leads on; whatever is then
shown can be read in that language. Never the wording, which is the editors'.
"""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from bot.content.paths import conditions_of, ways
from bot.engine.interview import fitting_cards, next_question, valid_value
from bot.model.buttons import Action, Do
from bot.model.content import SKIPPED, Question, QuestionType, Topic
from bot.model.conversation import AnswerValue, Conversation
from bot.model.turns import Press, Say, Typed
from tests.engine.talking import after, begun, having, messages, rendered
from tests.playing.house import county

CHOICES = (QuestionType.CHOICE, QuestionType.YES_NO, QuestionType.PLACE)


def _ways_to(topic: Topic) -> dict[str, dict[str, AnswerValue]]:
    """For each question the first way that leads to it."""
    found: dict[str, dict[str, AnswerValue]] = {}
    for way in ways(topic.questions, conditions_of(topic)):
        given: dict[str, AnswerValue] = {}
        for question in topic.questions:
            if question.id in way:
                found.setdefault(question.id, dict(given))
                given[question.id] = way[question.id]
    return found


def _asked() -> Iterator[tuple[Topic, Question, dict[str, AnswerValue]]]:
    for topic in county().content.topics.values():
        leading = _ways_to(topic)
        for question in topic.questions:
            yield topic, question, leading[question.id]


ASKED = list(_asked())
LANGUAGES = county().content.languages


def _at(topic: Topic, given: dict[str, AnswerValue], language: str) -> Conversation:
    return having(begun(language, topic), given)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("topic", "question", "given"), ASKED, ids=lambda one: getattr(one, "id", "")
)
def test_every_answer_leads_on(
    topic: Topic, question: Question, given: dict[str, AnswerValue], language: str
) -> None:
    before = _at(topic, given, language)
    current = next_question(topic, before.answers)
    assert current is not None
    assert current.id == question.id
    for value in [*(option.id for option in question.offered), SKIPPED]:
        if question.type is QuestionType.MULTI and value != SKIPPED:
            continue
        action = Action(Do.ANSWER, question.id, value, question.meaning)
        turn = after(before, Press(action, 7))
        assert turn.conversation is not None
        answer = turn.conversation.answers[question.id]
        assert valid_value(question, answer) == value
        assert rendered(turn, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("topic", "question", "given"),
    [asked for asked in ASKED if asked[1].type in CHOICES],
    ids=lambda one: getattr(one, "id", ""),
)
def test_number_and_text_work_as_well_as_pressing(
    topic: Topic, question: Question, given: dict[str, AnswerValue], language: str
) -> None:
    before = _at(topic, given, language)
    for number, option in enumerate(question.offered, 1):
        words = county().renderer.text(option.text, language)
        assert words
        arabic = "".join(chr(ord("٠") + int(digit)) for digit in str(number))
        for typed in (str(number), f"{number}.", arabic, words, words.upper()):
            turn = after(before, Typed(typed))
            assert turn.conversation is not None
            assert turn.conversation.answers[question.id].value == option.id, typed


@pytest.mark.parametrize(
    ("topic", "question", "given"),
    [asked for asked in ASKED if asked[1].type is QuestionType.MULTI],
    ids=lambda one: getattr(one, "id", ""),
)
def test_several_answers_are_chosen_one_by_one(
    topic: Topic, question: Question, given: dict[str, AnswerValue]
) -> None:
    conversation: Conversation | None = _at(topic, given, "de")
    for option in question.offered:
        toggle = Action(Do.TOGGLE, question.id, option.id, question.meaning)
        conversation = after(conversation, Press(toggle, 7)).conversation
    first = question.offered[0].id
    off = Action(Do.TOGGLE, question.id, first, question.meaning)
    conversation = after(conversation, Press(off, 7)).conversation
    done = after(conversation, Press(Action(Do.CHOSEN, question.id, "", question.meaning), 7))
    assert done.conversation is not None
    rest = tuple(option.id for option in question.offered[1:])
    assert done.conversation.answers[question.id].value == rest


@pytest.mark.parametrize(
    ("topic", "question", "given"),
    [asked for asked in ASKED if asked[1].type is QuestionType.NUMBER],
    ids=lambda one: getattr(one, "id", ""),
)
def test_numbers_within_bounds(
    topic: Topic, question: Question, given: dict[str, AnswerValue]
) -> None:
    before = _at(topic, given, "ar")
    typed = after(before, Typed("١٢")).conversation
    assert typed is not None
    assert typed.answers[question.id].value == Decimal(12)
    assert question.maximum is not None
    beyond = after(before, Typed(str(question.maximum + 1))).conversation
    assert beyond is not None
    assert question.id not in beyond.answers


@pytest.mark.parametrize("topic", county().content.topics.values(), ids=lambda one: one.id)
def test_every_way_ends_with_cards_that_can_be_read(topic: Topic) -> None:
    """All ways that conditions can tell apart; each card is rendered once in each language."""
    shown: set[str] = set()
    for way in ways(topic.questions, conditions_of(topic)):
        conversation = having(begun("de", topic), dict(way))
        assert next_question(topic, conversation.answers) is None
        cards = fitting_cards(topic, conversation.answers)
        assert cards
        fresh = {card.id for card in cards} - shown
        shown |= fresh
        for language in LANGUAGES if fresh else ():
            turn = after(conversation, Press(Action(Do.TOPIC, topic.id), 7))
            assert any(isinstance(effect, Say) for effect in turn.effects)
            assert rendered(turn, language)
    assert shown == {card.id for card in topic.cards}


def test_the_progress_never_promises_less_than_it_asks() -> None:
    for topic, question, given in ASKED:
        conversation = _at(topic, given, "de")
        action = Action(Do.TOPIC, topic.id)
        first, *_ = messages(after(conversation, Press(action, 7)))
        progress = first.blocks[0].phrase.values
        if "number" in progress:
            assert int(str(progress["number"])) <= int(str(progress["total"])), question.id


@pytest.mark.parametrize(("place", "told"), [("outside", True), ("seetal", False)])
def test_people_from_elsewhere_are_told_that_another_office_is_theirs(
    place: str, told: bool
) -> None:
    topic = county().content.topics["work"]
    given: dict[str, AnswerValue] = {"work.concern": "problem", "work.problem": "dismissed"}
    conversation = having(begun("de", topic), {**given, "person.place": place})
    shown = messages(after(conversation, Press(Action(Do.TOPIC, topic.id), 7)))
    keys = [block.phrase.key for message in shown for block in message.blocks]
    assert ("bot/lives_outside#text" in keys) is told
