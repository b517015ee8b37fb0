"""German words are explained where they stand and where they are asked about, in every language."""

from dataclasses import replace
from itertools import chain

import pytest

from bot.engine import glossary
from bot.engine.cases import asked_message
from bot.engine.glossary import terms_in
from bot.model import wording as w
from bot.model.buttons import MAX_BYTES, Action, Button, Do, decode, encode
from bot.model.content import CannedReply, Card, Question, QuestionType
from bot.model.conversation import Conversation
from bot.model.phrases import Phrase
from bot.model.tickets import Case, ReplyItem, State
from bot.model.turns import Message, Press, Say, Show, Turn, Typed
from bot.usecases import telling
from tests.engine.talking import NOW, after, begun, having, messages, rendered
from tests.playing.house import county
from tests.usecases.county import County

CONTENT = county().content
WORK = CONTENT.topics["work"]
CARDS = [card for topic in CONTENT.topics.values() for card in topic.cards]
QUESTIONS = [*CONTENT.shared.values()] + [
    question
    for topic in CONTENT.topics.values()
    for question in topic.questions
    if not question.shared
]
WORDS = {Do.CARD_WORDS, Do.QUESTION_WORDS, Do.REPLY_WORDS}
EXPLAINED = [question for question in QUESTIONS if glossary.of_question(CONTENT, question)]


def keys(turn: Turn) -> list[str]:
    return [block.phrase.key for message in messages(turn) for block in message.blocks]


def explaining(message: Message) -> list[Button]:
    return [button for button in message.buttons if button.action and button.action.do in WORDS]


def pressed(action: Action, conversation: Conversation | None = None) -> Turn:
    return after(conversation, Press(action, 7))


def explained(turn: Turn) -> list[object]:
    blocks = [block for message in messages(turn) for block in message.blocks]
    return [block.phrase.values["term"] for block in blocks if block.phrase.key == w.WORD_LINE]


# --- finding words ------------------------------------------------------------------


@pytest.mark.parametrize("term", CONTENT.glossary.values(), ids=lambda term: term.id)
def test_every_spelling_of_every_term_is_found(term: object) -> None:
    assert isinstance(term, type(next(iter(CONTENT.glossary.values()))))
    for spelling in (term.term, *term.forms):
        assert terms_in(CONTENT, spelling) == (term.id,), spelling
        assert terms_in(CONTENT, f"„{spelling}“?") == (term.id,), spelling


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Was ist eine Ausländerbehörde?", ["foreigners_office"]),
        ("was ist eine auslaenderbehoerde", ["foreigners_office"]),
        ("що таке Duldung", ["toleration"]),
        ("ما هو Jobcenter", ["jobcenter"]),
        ("Jobcenter'da randevum var", ["jobcenter"]),
        ("Termin beim Jobcenter-Bescheid", ["jobcenter", "decision_letter"]),
        ("Agentur für Arbeit oder Jobcenter", ["employment_agency", "jobcenter"]),
        ("zwei Duldungen, eine Duldung", ["toleration"]),
        ("Jobcenterstraße", []),
        ("Blaue Haare", []),
        ("", []),
    ],
)
def test_terms_are_whole_words_the_longest_first(text: str, found: list[str]) -> None:
    assert list(terms_in(CONTENT, text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I want to eat, but I have no money", []),
        ("Wo bekomme ich BuT und eAT?", ["education_package", "plastic_residence_card"]),
        ("was ist wbs", ["housing_certificate"]),
        ("eat?", ["plastic_residence_card"]),
        ("Where can I get the bamf letter translated", ["bamf"]),
    ],
)
def test_short_abbreviations_are_no_words_of_other_languages(text: str, found: list[str]) -> None:
    assert list(terms_in(CONTENT, text)) == found


# --- buttons --------------------------------------------------------------------------


@pytest.mark.parametrize("question", EXPLAINED, ids=lambda one: one.id)
def test_a_question_with_terms_has_one_button_that_explains_them(question: Question) -> None:
    topic = next(
        topic for topic in CONTENT.topics.values() if question in topic.questions or question.shared
    )
    shown = pressed(Action(Do.REASK, question.id), begun(topic=topic))
    (message,) = messages(shown)
    (button,) = explaining(message)
    assert button.action == Action(Do.QUESTION_WORDS, question.id)
    assert shown.conversation is not None
    turn = pressed(button.action, shown.conversation)
    assert explained(turn) == [term.term for term in glossary.of_question(CONTENT, question)]
    (effect, *_) = turn.effects
    assert isinstance(effect, Show)
    back = [one.action for one in effect.message.buttons if one.action]
    assert pressed(back[0], turn.conversation).effects[0] == Show(message)


@pytest.mark.parametrize("card", CARDS, ids=lambda one: one.id)
def test_a_card_explains_the_terms_it_says_for_members_and_visitors(card: Card) -> None:
    terms = [term.term for term in glossary.of_card(CONTENT, card)]
    for conversation, language in ((begun(), ""), (None, "uk")):
        shown = pressed(Action(Do.CARD, card.id, language=language), conversation)
        found = explaining(messages(shown)[0])
        assert len(found) == bool(terms)
        for button in found:
            assert button.action is not None
            turn = pressed(button.action, conversation)
            assert explained(turn) == terms
            back = messages(turn)[0].buttons[-1].action
            assert back is not None
            assert messages(pressed(back, conversation))


def test_one_term_is_named_on_the_button() -> None:
    terms = tuple(CONTENT.glossary[one] for one in ("toleration", "jobcenter"))
    action = Action(Do.CARD_WORDS, "work.contract")
    ((one,),) = glossary.row(terms[:1], action)
    ((several,),) = glossary.row(terms, action)
    assert one.label == Phrase(w.WHAT_IS, {"term": "Duldung"})
    assert several.label == Phrase(w.EXPLAIN_WORDS)
    assert glossary.row((), action) == ()


def test_cards_of_a_result_can_be_explained_and_stay() -> None:
    given = {"work.concern": "problem", "work.problem": "dismissed"}
    conversation = having(begun(topic=WORK), dict(given))
    turn = pressed(Action(Do.RESULT), conversation)
    said = pressed(Action(Do.ANSWER, "person.place", "skipped", 1), turn.conversation)
    buttons = [
        button
        for effect in said.effects
        if isinstance(effect, Say)
        for button in explaining(effect.message)
    ]
    assert buttons
    assert all(button.action is not None and button.action.below for button in buttons)


def test_what_was_chosen_is_still_chosen_after_a_look_at_the_words() -> None:
    """The way back must not begin a choice of several anew."""
    question = next(one for one in QUESTIONS if one.type is QuestionType.MULTI)
    topic = next(topic for topic in CONTENT.topics.values() if question in topic.questions)
    chosen = pressed(
        Action(Do.TOGGLE, question.id, question.options[0].id, question.meaning), begun(topic=topic)
    )
    assert chosen.conversation is not None
    assert chosen.conversation.prompt is not None
    back = pressed(Action(Do.HERE), chosen.conversation)
    assert back.conversation == chosen.conversation


def test_every_button_that_explains_survives_the_codec() -> None:
    ids = [*(one.id for one in CARDS), *(one.id for one in QUESTIONS), *CONTENT.replies]
    for do in WORDS:
        for one in ids:
            action = Action(do, one, language="de-simple", below=True)
            data = encode(action)
            assert len(data.encode()) <= MAX_BYTES
            assert decode(data, CONTENT.ids) == action


@pytest.mark.parametrize("do", sorted(WORDS))
@pytest.mark.parametrize("target", ["", "work", "work.gone", "jobcenter", "skipped"])
def test_stale_and_forged_buttons_lead_on(do: Do, target: str) -> None:
    for conversation in (begun(), begun(topic=WORK), None):
        turn = pressed(Action(do, target), conversation)
        assert turn.conversation == conversation
        assert messages(turn)
        assert explained(turn) == []


# --- caseworkers ------------------------------------------------------------------------


def test_what_caseworkers_send_explains_its_words_and_stays() -> None:
    question = EXPLAINED[0]
    ticket = County().ticket()
    reply = CannedReply("x", "replies/x#title", "replies/x#text")
    content = replace(
        CONTENT,
        replies={"x": reply},
        terms={**CONTENT.terms, "replies/x#text": ("jobcenter",)},
    )
    sent = telling.answer(content, ticket, ReplyItem("x", Phrase("replies/x#text")), NOW.date())
    for message in (asked_message(content, ticket.code, question), sent):
        (button,) = explaining(message)
        assert button.action is not None
        assert button.action.below
    (button,) = explaining(sent)
    assert button.label == Phrase(w.WHAT_IS, {"term": "Jobcenter"})


def test_the_way_back_from_the_words_of_a_case_leads_into_the_case() -> None:
    case = Case("K00001", "work", State.CLAIMED, 3, NOW)
    inside = replace(begun(), ticket=case.code)
    asked = Action(Do.QUESTION_WORDS, EXPLAINED[0].id, below=True)
    turn = after(inside, Press(asked, 7), (case,))
    (back,) = messages(turn)[0].buttons
    assert back.action == Action(Do.HERE)
    assert w.CASE_WRITE in keys(after(inside, Press(back.action, 7), (case,)))


# --- typing -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", CONTENT.languages)
@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("Was ist eine Ausländerbehörde?", "Ausländerbehörde"),
        ("Jobcenter?", "Jobcenter"),
        ("що таке Duldung", "Duldung"),
        ("ما هو Jobcenter", "Jobcenter"),
        ("Duldung", "Duldung"),
    ],
)
def test_asking_for_a_word_explains_it_and_suggests_topics(
    typed: str, term: str, language: str
) -> None:
    for turn in (after(begun(language), Typed(typed)), after(None, Typed(typed))):
        assert explained(turn) == [term]
        (message,) = messages(turn)
        dos = [button.action.do for button in message.buttons if button.action]
        assert {Do.TOPIC, Do.CARD} & set(dos)
        assert rendered(turn, language)


def test_a_word_without_topics_is_explained_all_the_same() -> None:
    turn = after(begun(), Typed("Rundfunkbeitrag?"))
    assert keys(turn)[0] == w.WORD_LINE
    assert w.NOTHING_FOUND not in keys(turn)


def test_who_asks_at_a_question_is_not_taken_at_their_word() -> None:
    """`Jobcenter` is an answer there, `Jobcenter?` is not."""
    waiting = having(begun(topic=WORK), {"work.concern": "contract"})
    answered = after(waiting, Typed("Jobcenter")).conversation
    assert answered is not None
    assert answered.answers["person.income"].value == "jobcenter"
    asking = after(waiting, Typed("Jobcenter?"))
    assert asking.conversation == waiting
    assert explained(asking) == ["Jobcenter"]
    (message,) = messages(asking)
    assert message.keyboard[-1][0].label == Phrase(w.BACK_TO_QUESTION)


def test_danger_comes_before_any_word() -> None:
    for conversation in (begun(), None):
        turn = after(
            conversation, Typed("Mein Mann schlägt mich, er sagt, das Jobcenter hilft nicht")
        )
        first = messages(turn)[0].blocks[0].phrase.key
        assert first.startswith("emergency/")
        assert explained(turn) == []


def test_words_typed_in_a_case_go_to_the_case() -> None:
    case = Case("K00001", "work", State.CLAIMED, 3, NOW)
    turn = after(replace(begun(), ticket=case.code), Typed("Was ist eine Duldung?"), (case,))
    assert explained(turn) == []


def test_texts_know_their_terms_when_the_content_is_loaded() -> None:
    assert CONTENT.terms["people/paper.tolerated#text"] == ("toleration",)
    known = set(chain.from_iterable(CONTENT.terms.values()))
    assert known <= set(CONTENT.glossary)
    assert len(known) > 20
